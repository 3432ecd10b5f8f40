//! Limits of one request: the size of its body and its time; and a panic ends that request alone.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{StatusCode, header};
use http_body_util::Limited;

use crate::database::until;
use crate::error::Code;
use crate::site::{PageError, Site};

use super::graphql;

/// Most bytes of a request's body.
pub const BODY: u64 = 256 * 1024;

/// Refuses a body whose declared length is too large, and stops reading one that turns out to be.
pub(crate) async fn body<F: Future<Output = Response>>(request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|it| it > BODY) {
        return respond(request.uri().path(), StatusCode::PAYLOAD_TOO_LARGE, Code::LimitExceeded, TOO_LARGE);
    }
    next(request.map(|it| Body::new(Limited::new(it, BODY as usize)))).await
}

/// Ends a request that takes too long: its statement is cancelled, and its transaction is rolled back.
pub(crate) async fn time<F: Future<Output = Response>>(
    site: &Site,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let (path, most) = (request.uri().path().to_owned(), site.bounds().answer);
    let answer_in_time = until(Instant::now() + most, next(request));
    match tokio::time::timeout(most, answer_in_time).await {
        Ok(response) => response,
        Err(_) => respond(&path, StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, "This took too long and was stopped."),
    }
}

/// Turns a panic into a response; the connection and the process live on.
pub(crate) async fn panics<F: Future<Output = Response>>(
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next(request)).catch_unwind().await {
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
