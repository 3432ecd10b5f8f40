//! Whether a request comes from the site's own pages.
//!
//! `Sec-Fetch-Site` is trusted where a browser sends it: a page cannot forge it, and it is there even where `Origin` is `null`. Source:
//! Fetch Metadata Request Headers, `Sec-Fetch-Site`; Fetch, "Origin header".

use http::{HeaderMap, header};
use url::Url;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestOrigin {
    /// One of the site's own pages, or the browser's address bar.
    Own,
    /// Unknown: the client does not say, so it is not a page in a current browser.
    Unknown,
    /// A page of another site.
    Foreign,
}

/// Decides by `Sec-Fetch-Site`, or by `Origin` where that is missing.
pub(crate) fn source(headers: &HeaderMap, base_url: &Url) -> RequestOrigin {
    let text = |name| headers.get(name).map(|it: &http::HeaderValue| it.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some("same-origin" | "none"), _) => RequestOrigin::Own,
        (Some(_), _) => RequestOrigin::Foreign,
        (None, None) => RequestOrigin::Unknown,
        (None, Some(origin)) if origin == base_url.origin().ascii_serialization() => RequestOrigin::Own,
        (None, Some(_)) => RequestOrigin::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(site: Option<&'static str>, origin: Option<&'static str>, expect: RequestOrigin) {
        let mut headers = HeaderMap::new();
        site.map(|it| headers.insert("sec-fetch-site", HeaderValue::from_static(it)));
        origin.map(|it| headers.insert(header::ORIGIN, HeaderValue::from_static(it)));
        let base = Url::parse("https://example.org/").ok();
        assert_eq!(base.map(|it| source(&headers, &it)), Some(expect), "{site:?} {origin:?}");
    }

    #[test]
    fn only_our_own_pages_are_own() {
        check(Some("same-origin"), Some("null"), RequestOrigin::Own);
        check(Some("none"), None, RequestOrigin::Own);
        check(None, Some("https://example.org"), RequestOrigin::Own);
        check(None, None, RequestOrigin::Unknown);
        for site in ["cross-site", "same-site", "SAME-ORIGIN", ""] {
            check(Some(site), Some("https://example.org"), RequestOrigin::Foreign);
        }
        for origin in ["null", "http://example.org", "https://example.org:444", "https://example.org.evil.example", ""]
        {
            check(None, Some(origin), RequestOrigin::Foreign);
        }
    }
}
