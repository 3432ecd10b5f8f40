//! CORS: pages of the sites in `SAMARA_ORIGINS` may use `/graphql`, signed in by a bearer token or not at all.
//!
//! ```text
//! preflight  OPTIONS, Origin: https://play.example.org → 204, Access-Control-Allow-Origin, -Methods, -Headers
//! request    POST, Origin: https://play.example.org, without its cookies → any response + Access-Control-Allow-Origin
//! ```
//! It is around everything that makes a response, so that a page can read why it was refused: 401, 413, 429, 500 and 503 too. Pages of
//! other sites get no header at all, and no other address has any.
//!
//! Source: Fetch, "CORS protocol".

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, COOKIE, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, Method, StatusCode};

use crate::site::Site;
use crate::site::origin::{RequestOrigin, source};

use super::graphql;

/// Of a response to a preflight. Browsers keep it for two hours at most.
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    (ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Idempotency-Key, Samara-Tenant"),
    (ACCESS_CONTROL_MAX_AGE, "7200"),
];

/// What a page may read of a response, besides its body and the headers that every page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static("Date, Retry-After, X-Request-Id");

/// Answers preflights, and lets pages of the listed sites read what is answered.
pub(crate) async fn layer<F: Future<Output = Response>>(
    site: &Site,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    if request.uri().path() != graphql::PATH || !site.engine().app().has_graphql() {
        return next(request).await;
    }
    let origin = listed(site, request.headers());
    if origin.is_some() && source(request.headers(), site.base_url()) == RequestOrigin::Foreign {
        // Without credentials no browser sends any; whoever else does is not believed.
        request.headers_mut().remove(COOKIE);
    }
    let mut response = match &origin {
        Some(_) if is_preflight(&request) => (StatusCode::NO_CONTENT, PREFLIGHT).into_response(),
        Some(_) => {
            let mut response = next(request).await;
            response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            response
        }
        None => next(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

/// The origin of the page that sends the request, if it is a listed one.
fn listed(site: &Site, headers: &HeaderMap) -> Option<HeaderValue> {
    let mut lines = headers.get_all(ORIGIN).into_iter();
    let (origin, None) = (lines.next()?, lines.next()) else { return None };
    site.settings().origins.iter().any(|it| it.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

/// Whether a browser asks before it sends a page's request.
fn is_preflight(request: &Request) -> bool {
    *request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
