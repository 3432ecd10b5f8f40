//! The access log: one line for each request, without tokens.

use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use tracing::Instrument;

use crate::auth::token::TokenKind;
use crate::site::request_id;

/// Logs the request when it has been answered, and adds its id to every line logged meanwhile.
pub(crate) async fn layer<F: Future<Output = Response>>(request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let start = Instant::now();
    let span = tracing::info_span!("request", id = request_id::current());
    let method = request.method().clone();
    let path = redacted(request.uri().path()).to_owned();
    let response = next(request).instrument(span.clone()).await;
    let (status, ms) = (response.status().as_u16(), start.elapsed().as_millis());
    span.in_scope(|| tracing::info!(%method, path, status, ms, "answered"));
    response
}

/// The path without a token, also if the link is malformed; the query is never logged.
fn redacted(path: &str) -> &str {
    match path {
        _ if path.starts_with("/auth/link/") => "/auth/link/…",
        _ if path.contains(TokenKind::Link.prefix()) => "…",
        _ => path,
    }
}
