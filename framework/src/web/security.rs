//! Security headers of every response.

use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http::header::{
    self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::site::Site;

/// What a page may load: the site's own files, nothing inline; and no other site may frame it.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// Two years, as browsers' preload lists ask for.
const TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// Of every response.
const HEADERS: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// Of every response but JSON, which no browser shows as a page. With `no-referrer` Chromium would post forms with `Origin: null`.
const PAGE_HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// Adds each header that the response does not have yet. A response that may be cached (an asset) has its own `Cache-Control`.
pub(crate) async fn layer<F: Future<Output = Response>>(
    site: &Site,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let mut response = next(request).await;
    let headers = response.headers_mut();
    let page_headers = if is_json(headers) { &[][..] } else { &PAGE_HEADERS };
    for (name, value) in HEADERS.iter().chain(page_headers) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if site.is_https() {
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(TRANSPORT));
    }
    headers.remove(header::SERVER);
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).and_then(|it| it.split(';').next());
    media.is_some_and(|it| it == "application/json" || it.ends_with("+json"))
}
