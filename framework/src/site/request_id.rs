//! Each request's id: in the log, in the `x-request-id` header and on error pages.

use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use uuid::Uuid;

use crate::context::{current_request, for_request};

/// The id of the request that this task handles; empty outside of one.
pub(crate) fn current() -> String {
    current_request().map(|it| it.to_string()).unwrap_or_default()
}

/// Gives the request a new id; one that a client sends is ignored.
pub(crate) async fn layer<F: Future<Output = Response>>(request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let header = HeaderValue::from_str(&id);
    let mut response = for_request(id.into(), next(request)).await;
    if let Ok(header) = header {
        response.headers_mut().insert("x-request-id", header);
    }
    response
}
