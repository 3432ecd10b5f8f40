//! The site's name for every page: also for one that knows neither visitor nor site, such as an error's.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Site;

tokio::task_local! {
    static CURRENT: Site;
}

/// The name of the site whose request this task handles; empty outside of one.
pub(crate) fn current() -> String {
    CURRENT.try_with(|site| site.name().to_owned()).unwrap_or_default()
}

/// Remembers the site while it handles the request.
pub(crate) async fn layer(State(site): State<Site>, request: Request, next: Next) -> Response {
    CURRENT.scope(site, next.run(request)).await
}
