//! Work that runs to completion even when the future that awaits it is dropped.
//!
//! A future may be dropped at any `await`. A statement that changes the state of a connection (`BEGIN`, `COMMIT`, `ROLLBACK`) must not be
//! cut off: a driver that has sent it and did not read the answer no longer knows which state the connection is in.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use crate::future::BoxFuture;

/// Runs `work` to completion: here, or, if this future is dropped after it has begun, in a task of its own, where its result is dropped.
pub(crate) fn run_to_completion<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> RunToCompletion<T> {
    RunToCompletion { work: Some(Box::pin(work)), begun: false }
}

/// The future of [`run_to_completion`].
pub(crate) struct RunToCompletion<T: Send + 'static> {
    /// `None` once it has ended.
    work: Option<BoxFuture<'static, T>>,
    begun: bool,
}

impl<T: Send + 'static> Future for RunToCompletion<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.begun = true;
        // Work that has panicked must not be polled again, so it is put back only when it is pending.
        let Some(mut work) = self.work.take() else { return Poll::Pending };
        let polled = work.as_mut().poll(cx);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for RunToCompletion<T> {
    fn drop(&mut self) {
        let work = self.work.take().filter(|_| self.begun);
        // Without a runtime the process is ending, and its connections with it.
        if let (Some(work), Ok(runtime)) = (work, Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use futures_util::poll;
    use tokio::sync::{Notify, oneshot};

    use super::*;

    #[tokio::test]
    async fn what_was_begun_ends_though_nobody_waits() {
        let go_on = Arc::new(Notify::new());
        let (told, done) = oneshot::channel();
        let waited = go_on.clone();
        let mut work = Box::pin(run_to_completion(async move {
            waited.notified().await;
            told.send(()).unwrap();
        }));
        assert!(poll!(work.as_mut()).is_pending());
        drop(work);
        go_on.notify_one();
        done.await.unwrap();
    }

    #[tokio::test]
    async fn what_was_never_begun_is_not_done() {
        let (told, done) = oneshot::channel::<()>();
        drop(run_to_completion(async move { told.send(()).unwrap() }));
        assert!(done.await.is_err());
    }

    #[tokio::test]
    async fn what_is_waited_for_answers() {
        assert_eq!(run_to_completion(async { 7 }).await, 7);
    }
}
