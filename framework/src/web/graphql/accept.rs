//! Chooses one of the two media types for a response.

use http::{HeaderMap, HeaderValue, header};

/// A media type of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: 200 for everything that is a GraphQL request.
    Json,
    /// `application/graphql-response+json`: the status says whether anything was executed.
    GraphqlResponse,
}

impl MediaType {
    /// The media type that `Accept` prefers; JSON if it accepts neither, or is missing.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT).into_iter().filter_map(|it| it.to_str().ok());
        let ranges = lines.flat_map(|it| it.split(',')).filter_map(range);
        // The first of the highest quality.
        let best = ranges.fold(None, |best: Option<(Self, f32)>, it| match best {
            Some(best) if best.1 >= it.1 => Some(best),
            _ => Some(it),
        });
        best.map_or(Self::Json, |(media, _)| media)
    }

    /// As a header.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// The media type and quality of one media range, if it is one of the two.
fn range(text: &str) -> Option<(MediaType, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let media = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => MediaType::GraphqlResponse,
        "application/json" | "application/*" | "*/*" => MediaType::Json,
        _ => return None,
    };
    let quality = parts.find_map(|it| it.strip_prefix("q=")).and_then(|it| it.parse().ok()).unwrap_or(1.0);
    (quality > 0.0).then_some((media, quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &'static str, expect: MediaType) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        assert_eq!(MediaType::wanted(&headers), expect, "{accept}");
    }

    #[test]
    fn the_best_of_what_is_accepted_is_written() {
        assert_eq!(MediaType::wanted(&HeaderMap::new()), MediaType::Json);
        check("*/*", MediaType::Json);
        check("application/json", MediaType::Json);
        check("text/html", MediaType::Json);
        check("application/graphql-response+json", MediaType::GraphqlResponse);
        check("application/graphql-response+json, application/json;q=0.9", MediaType::GraphqlResponse);
        check("application/json;q=0.9, application/graphql-response+json", MediaType::GraphqlResponse);
        check("application/json, application/graphql-response+json;q=0.5", MediaType::Json);
        check("application/graphql-response+json;q=0", MediaType::Json);
    }
}
