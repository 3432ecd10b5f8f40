//! Combines all routes and layers.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::admin;
use crate::error::Error;
use crate::settings::Environment;

use crate::site::{PageError, Site, asset, cookie, error, name, request_id};

use super::{cors, graphql, health, home, limits, log, mailbox, me, path, security, sign_in};

/// Every route of the framework, and `more` beside them.
///
/// # Errors
/// As [`crate::graphql::Api::new`]; `INVALID` also for limits within which no request could be served.
pub fn router(site: Site, more: Router<Site>) -> Result<Router, Error> {
    site.bounds().check()?;
    let app = site.engine().app();
    let mut routes = Router::new()
        .merge(home::routes())
        .merge(graphql::routes(&site)?.layer(compression()))
        .merge(mailbox::routes(site.settings()));
    // Sign-in links have no such layer: a link that is not UTF-8 gets the same page as any other link that does not work.
    let mut links = Router::new();
    if site.roles().can_sign_in() {
        routes = routes.merge(me::routes()).merge(admin::router(app));
        links = sign_in::routes();
    } else if site.roles().actor.is_some() && site.settings().environment == Environment::Dev {
        links = sign_in::without_strategy();
    }
    let router = Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/assets/{file}", get(asset::get).layer(compression()))
        .merge(routes)
        .merge(more)
        .layer(middleware::from_fn(path::layer))
        .merge(links)
        .fallback(async || PageError::not_found().into_response())
        .method_not_allowed_fallback(async || PageError::wrong_method().into_response())
        .layer(middleware::from_fn_with_state(site.clone(), layers))
        .with_state(site);
    Ok(router)
}

/// What is done around every request. It is one layer of the router, since each of those is copied for each request. Some of the futures
/// are on the heap, so that they are not moved with those around them.
async fn layers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let site = &site;
    let respond = |request| next.run(request);
    let respond = |request| Box::pin(error::layer(site, request, respond));
    let respond = |request| limits::body(request, respond);
    let respond = |request| limits::time(site, request, respond);
    let respond = |request| Box::pin(limits::panics(request, respond));
    let respond = |request| cookie::layer(request, respond);
    let respond = |request| cors::layer(site, request, respond);
    let respond = |request| Box::pin(security::layer(site, request, respond));
    let respond = |request| log::layer(request, respond);
    // The last one sees a request first.
    name::while_handling(site.clone(), request_id::layer(request, respond)).await
}

/// Compression, where the client takes it and it pays. Pages have none: they hold the tokens of forms beside what an address gives them,
/// and how well that compresses would tell a token to whoever can watch.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new().compress_when(SizeAbove::new(LEAST_COMPRESSED))
}

/// The bytes below which a response is not compressed: it fits into one packet as it is.
const LEAST_COMPRESSED: u16 = 1_400;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::future::size;

    /// Each layer's future holds the request beside the future that it went to: without a box between them it was 25 KB.
    #[test]
    fn the_future_of_all_layers_is_small() {
        assert!(size(layers) < 4_500, "{}", size(layers));
    }
}
