//! The site's name for every page: also for one that knows neither visitor nor site, such as an error's.

use super::Site;

tokio::task_local! {
    static CURRENT: Site;
}

/// The name of the site whose request this task handles; empty outside of one.
pub(crate) fn current() -> String {
    CURRENT.try_with(|site| site.name().to_owned()).unwrap_or_default()
}

/// Remembers the site while it handles a request.
pub(crate) async fn while_handling<T>(site: Site, work: impl Future<Output = T>) -> T {
    CURRENT.scope(site, work).await
}
