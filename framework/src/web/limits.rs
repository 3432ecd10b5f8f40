//! Limits of one request: the size of its body and its time; and a panic ends that request alone.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{StatusCode, header};
use http_body_util::Limited;

use crate::database::until;
use crate::error::{Code, Error};
use crate::graphql::Limits;

use super::{PageError, Site, graphql};

/// Most bytes of a request's body.
pub const BODY: u64 = 256 * 1024;

/// The limits that a server can choose. The values of [`ServerLimits::default`] are in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// How large a GraphQL operation may be.
    pub graphql: Limits,
    /// Connections that are open at once (1,000). Further clients wait until one of them is closed; an idle one is closed after
    /// [`ServerLimits::head`].
    pub connections: usize,
    /// How long a client may take to send a request's head, and how long a connection may be idle (10 s).
    pub head: Duration,
    /// How long a response may take to begin (10 s); after that it is 503, `TIMEOUT`.
    pub answer: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        let (head, answer) = (Duration::from_secs(10), Duration::from_secs(10));
        Self { graphql: Limits::default(), connections: 1_000, head, answer }
    }
}

impl ServerLimits {
    /// Checks that requests can be served within the limits.
    ///
    /// # Errors
    /// `INVALID` if there is no connection, or no time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.connections == 0 || self.head.is_zero() || self.answer.is_zero() {
            return Err(Error::new(Code::Invalid, "a server needs a connection, and time to read and to answer"));
        }
        Ok(())
    }
}

/// Refuses a body whose declared length is too large, and stops reading one that turns out to be.
pub(crate) async fn body(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|it| it > BODY) {
        return respond(request.uri().path(), StatusCode::PAYLOAD_TOO_LARGE, Code::LimitExceeded, TOO_LARGE);
    }
    next.run(request.map(|it| Body::new(Limited::new(it, BODY as usize)))).await
}

/// Ends a request that takes too long: its statement is cancelled, and its transaction is rolled back.
pub(crate) async fn time(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (path, most) = (request.uri().path().to_owned(), site.bounds().answer);
    let answer_in_time = until(Instant::now() + most, next.run(request));
    match tokio::time::timeout(most, answer_in_time).await {
        Ok(response) => response,
        Err(_) => respond(&path, StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, "This took too long and was stopped."),
    }
}

/// Turns a panic into a response; the connection and the process live on.
pub(crate) async fn panics(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(panic = words(&*panic), "a handler panicked");
            respond(&path, StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Something went wrong on our side.")
        }
    }
}

pub(crate) const TOO_LARGE: &str = "The request is larger than 256 KiB.";

/// An error in the route's own format: JSON or a page.
fn respond(path: &str, status: StatusCode, code: Code, message: &str) -> Response {
    match path == graphql::PATH {
        true => graphql::failure(status, code, message),
        false => PageError::new(status, message).into_response(),
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_within_which_nothing_could_be_done_are_refused() {
        assert!(ServerLimits::default().check().is_ok());
        for bounds in [
            ServerLimits { connections: 0, ..ServerLimits::default() },
            ServerLimits { head: Duration::ZERO, ..ServerLimits::default() },
            ServerLimits { answer: Duration::ZERO, ..ServerLimits::default() },
        ] {
            assert_eq!(bounds.check().map_err(|it| it.code()), Err(Code::Invalid), "{bounds:?}");
        }
    }
}
