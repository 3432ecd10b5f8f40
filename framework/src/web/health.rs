//! `/livez` and `/readyz`: health checks.

use std::time::Duration;

use axum::extract::State;
use http::StatusCode;

use crate::site::Site;

/// How long the database may take to answer before it counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the process lives.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Says whether requests can be served: the server is not stopping, and the database answers.
pub(crate) async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    if site.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(PATIENCE, site.engine().database().ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n"),
    }
}
