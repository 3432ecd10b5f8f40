//! Addresses that are not UTF-8.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use crate::site::PageError;

/// Answers 404 for a path that does not decode to UTF-8; else axum would answer routes with parameters by an error page of its own.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    match percent_decode_str(request.uri().path()).decode_utf8() {
        Ok(_) => next.run(request).await,
        Err(_) => PageError::not_found().into_response(),
    }
}
