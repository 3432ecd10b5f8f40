//! When to ask again what could not be answered.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

/// Seconds until it is worth asking again: the longest wait for a connection has ended by then.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Puts `Retry-After` on an answer that is 503.
///
/// Source: RFC 9110, 10.2.3.
pub(super) fn later(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}
