//! A call that runs.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use super::selected_row::ReadRow;
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

/// The same of a read, whose rows `read` makes the type of.
struct Reading<'a, A, T, Rows> {
    answer: BoxFuture<'a, Result<A, Error>>,
    read: ReadRow<T>,
    typed: fn(A, ReadRow<T>) -> Result<Rows, Error>,
}

/// Runs a read that answers `A`, of which `typed` makes `Rows` whose each row is read by `read`.
pub(super) fn reading<'a, A: 'a, T: 'a, Rows: 'a>(
    answer: BoxFuture<'a, Result<A, Error>>,
    read: ReadRow<T>,
    typed: fn(A, ReadRow<T>) -> Result<Rows, Error>,
) -> BoxFuture<'a, Result<Rows, Error>> {
    Box::pin(Reading { answer, read, typed })
}

impl<A, T> Future for Running<'_, A, T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.answer.as_mut().poll(task) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(answer)) => Poll::Ready((this.typed)(answer)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}

impl<A, T, Rows> Future for Reading<'_, A, T, Rows> {
    type Output = Result<Rows, Error>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.answer.as_mut().poll(task) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(answer)) => Poll::Ready((this.typed)(answer, this.read)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}
