//! Each request's id: in the log, in the `x-request-id` header and on error pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that this task handles; empty outside of one.
pub(crate) fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Gives the request a new id; one that a client sends is ignored.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let header = HeaderValue::from_str(&id);
    let mut response = CURRENT.scope(id, next.run(request)).await;
    if let Ok(header) = header {
        response.headers_mut().insert("x-request-id", header);
    }
    response
}
