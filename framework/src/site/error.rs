//! An error as a page: the status, one sentence, and the request's id where the cause is in the log alone.

use std::error::Error as StdError;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use maud::{Markup, html};

use crate::error::{Code, Error};

use super::{Site, Visitor, cookie, page, request_id, retry};

/// Why a page is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageError {
    status: StatusCode,
    message: String,
}

impl PageError {
    /// A page with this status and this sentence.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// 404: there is nothing here, as far as the visitor may know.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing at this address, or nothing that you may see.")
    }

    /// The address is right, but not for this method.
    pub(crate) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take requests of this method.")
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The heading of its page.
    pub(crate) fn title(&self) -> &'static str {
        title(self.status)
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The status to report, and the request's id where the cause is in the log alone.
    pub(crate) fn reference(&self) -> Markup {
        let id = self.status.is_server_error().then(request_id::current).filter(|it| !it.is_empty());
        html! { p.quiet-text { "Error " (self.status.as_u16()) @if let Some(id) = id { ", request " code { (id) } } } }
    }
}

/// The status of a response that is nothing but this error.
pub(crate) fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Conflict => StatusCode::CONFLICT,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::LimitExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        Code::InvalidCursor => StatusCode::BAD_REQUEST,
        Code::Timeout | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Writes the cause to the log, where the response does not hold it.
pub(crate) fn log(error: &Error) {
    if matches!(error.code(), Code::Internal | Code::Unavailable) {
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        tracing::error!(code = error.code().as_str(), cause, "request failed");
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        log(&error);
        let message = match error.code() {
            Code::NotFound => return Self::not_found(),
            Code::Forbidden => "You may not do this.".into(),
            Code::Unauthenticated => "Sign in first.".into(),
            Code::Internal => "Something went wrong on our side.".into(),
            Code::Unavailable => "The database cannot be used right now. Try again in a moment.".into(),
            _ => error.to_string(),
        };
        Self::new(status(error.code()), message)
    }
}

impl PageError {
    fn main(&self) -> Markup {
        html! {
            p { (self.message) }
            p { a href="/" { "Go to the start page" } }
            (self.reference())
        }
    }
}

impl IntoResponse for PageError {
    /// A page without the visitor's name, which the layer adds.
    fn into_response(self) -> Response {
        let page = (self.status, page::bare(self.title(), self.main())).into_response();
        let mut response = retry::later(page);
        response.extensions_mut().insert(self);
        response
    }
}

/// Shows the visitor's name and the sign-out button on error pages too; not where the database is unavailable, which would be needed for
/// that.
pub(crate) async fn layer<F: Future<Output = Response>>(
    site: &Site,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let (parts, body) = request.into_parts();
    let signed_in = cookie::value(&parts.headers, site.cookies().session).is_some();
    let mut known = signed_in.then(|| parts.clone());
    let mut response = next(Request::from_parts(parts, body)).await;
    if let Some(parts) = &mut known
        && let Some(failure) = response.extensions_mut().remove::<PageError>()
        && failure.status != StatusCode::SERVICE_UNAVAILABLE
        && let Ok(visitor) = Box::pin(Visitor::from_request_parts(parts, site)).await
        && visitor.user().is_some()
    {
        let page = page::page(&visitor, failure.title(), failure.main());
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(page.into_string());
    }
    response
}

/// The title of a status's page.
fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Nothing is here",
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "This is not allowed",
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            "This does not work"
        }
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => "This is too much",
        StatusCode::SERVICE_UNAVAILABLE => "This has to wait",
        StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong",
        other => other.canonical_reason().unwrap_or("This does not work"),
    }
}
