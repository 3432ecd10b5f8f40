//! When a client may retry a request that could not be served.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

/// Seconds until a retry may succeed: the longest wait for a connection has ended by then.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Adds `Retry-After` to a response that is 503.
///
/// Source: RFC 9110, 10.2.3.
pub(crate) fn later(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}
