//! A call that runs.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use crate::error::Error;
use crate::future::BoxFuture;

/// What the engine answers, as the Rust type of the call.
///
/// Of a call this is what is compiled for each type, so it is as little as can be: an `async` block is a good deal more.
struct Running<'a, A, T> {
    answer: BoxFuture<'a, Result<A, Error>>,
    typed: fn(A) -> Result<T, Error>,
}

/// Runs a call that answers `A`, which `typed` makes its type of.
pub(super) fn running<'a, A: 'a, T: 'a>(
    answer: BoxFuture<'a, Result<A, Error>>,
    typed: fn(A) -> Result<T, Error>,
) -> BoxFuture<'a, Result<T, Error>> {
    Box::pin(Running { answer, typed })
}

impl<A, T> Future for Running<'_, A, T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        match self.answer.as_mut().poll(task) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(answer)) => Poll::Ready((self.typed)(answer)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}
