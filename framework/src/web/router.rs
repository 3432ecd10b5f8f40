//! All routes under all layers.

use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, middleware};

use super::{Failure, Site, asset, cookie, health, limits, log, request_id, security};

/// Every route of the framework, and `more` beside them.
pub fn router(site: Site, more: Router<Site>) -> Router {
    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/assets/{file}", get(asset::get))
        .merge(more)
        .fallback(async || Failure::not_found().into_response())
        // The last layer is the first to see a request.
        .layer(middleware::from_fn(limits::body))
        .layer(middleware::from_fn(limits::time))
        .layer(middleware::from_fn(limits::panics))
        .layer(middleware::from_fn(cookie::layer))
        .layer(middleware::from_fn_with_state(site.clone(), security::layer))
        .layer(middleware::from_fn(log::layer))
        .layer(middleware::from_fn(request_id::layer))
        .with_state(site)
}
