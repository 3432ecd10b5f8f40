//! `/livez` and `/readyz`: for whoever runs the server.

use axum::extract::State;
use http::StatusCode;

use super::Site;

/// The process lives.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Requests can be served: the server is not stopping.
pub(crate) async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    if site.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    (StatusCode::OK, "ready\n")
}
