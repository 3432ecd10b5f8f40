//! The request that a task works for: contexts that are made meanwhile carry its id.

use std::sync::Arc;

tokio::task_local! {
    static CURRENT: Arc<str>;
}

/// The id of the request that this task works for; `None` outside of one.
pub(crate) fn current_request() -> Option<Arc<str>> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Runs `work` for the request of that id.
pub(crate) async fn for_request<T>(id: Arc<str>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}
