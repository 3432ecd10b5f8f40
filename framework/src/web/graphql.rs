//! `/graphql`: which requests are accepted, and the status of their responses.
//!
//! Only `POST` with `application/json` is taken, so a page of another site cannot send what a browser calls a simple request. With
//! `Authorization`, cookies are ignored; a cookie only counts for requests of the site's own pages.
//!
//! Source: GraphQL over HTTP.

mod accept;
mod graphiql;
mod identity;
mod sign_in;
mod tenant;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;

use crate::error::{Code, Error};
use crate::graphql::{self, Api, Options, ResponseStatus};

use crate::site::{Site, caller, error, request_id, retry};

use super::limits;
use accept::MediaType;

/// The one address of the API.
pub(crate) const PATH: &str = "/graphql";

/// The API of the site; nothing, where no resource is in it.
///
/// # Errors
/// As [`Api::new`].
pub(crate) fn routes(site: &Site) -> Result<Router<Site>, Error> {
    if !site.engine().app().has_graphql() {
        return Ok(Router::new());
    }
    let prod = site.settings().environment.is_prod();
    let sign_in = site.roles().can_sign_in().then(|| Arc::new(sign_in::SignInFields::new(site.clone())) as Arc<_>);
    let limits = site.bounds().graphql.clone();
    let api = Api::new(site.engine().clone(), Options { introspection: !prod, limits, sign_in })?;
    Ok(Router::new().route(PATH, any(respond)).layer(Extension(api)))
}

async fn respond(State(site): State<Site>, Extension(api): Extension<Api>, request: Request) -> Response {
    match *request.method() {
        Method::POST => match post(&site, &api, request).await {
            Ok(response) | Err(response) => response,
        },
        Method::GET | Method::HEAD if graphiql::is_wanted(&site, request.headers()) => graphiql::page(),
        _ => {
            let message = "GraphQL requests are sent by POST";
            let mut response = failure(StatusCode::METHOD_NOT_ALLOWED, Code::Invalid, message);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            response
        }
    }
}

async fn post(site: &Site, api: &Api, request: Request) -> Result<Response, Response> {
    if !is_json(request.headers()) {
        let message = "GraphQL requests are sent as application/json in UTF-8";
        return Err(failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::Invalid, message));
    }
    let media = MediaType::wanted(request.headers());
    let mut caller = caller::of(request.extensions(), request.headers(), site);
    let (parts, body) = request.into_parts();
    let (cx, session) = identity::of(site, &parts.headers).await?;
    let cx = tenant::within(cx, &parts.headers).await?;
    caller.session = session;
    let key = idempotency_key(&parts.headers);
    let body = read(Request::from_parts(parts, body)).await?;
    let mut request = graphql::Request::from_json(&body)
        .map_err(|error| failure(StatusCode::BAD_REQUEST, error.code(), &error.to_string()))?;
    request.idempotency_key = key;
    request.request_id = Some(request_id::current());
    request.extensions.insert(caller);
    let response = api.execute(&cx, request).await;
    let status = match (response.outcome, media) {
        (ResponseStatus::RequestError, MediaType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (ResponseStatus::RequestError, MediaType::Json) | (ResponseStatus::Executed, _) => StatusCode::OK,
        (ResponseStatus::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let content_type = [(header::CONTENT_TYPE, media.content_type())];
    Ok(retry::later((status, content_type, Body::from(response.body)).into_response()))
}

/// The key that the request is sent under. What is no text, and several of them, make a text that is no key.
fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<_> =
        headers.get_all("idempotency-key").iter().map(|it| String::from_utf8_lossy(it.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

async fn read(request: Request) -> Result<Bytes, Response> {
    Bytes::from_request(request, &()).await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => failure(StatusCode::PAYLOAD_TOO_LARGE, Code::LimitExceeded, limits::TOO_LARGE),
        _ => failure(StatusCode::BAD_REQUEST, Code::Invalid, "the body could not be read"),
    })
}

/// Whether the body is `application/json`, in UTF-8 if it says so.
fn is_json(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CONTENT_TYPE).into_iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    let mut parts = line.to_str().unwrap_or_default().split(';').map(str::trim);
    let json = parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json"));
    let charset = |it: &str| {
        it.split_once('=').map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches('"').to_owned()))
    };
    json && parts.filter_map(charset).all(|(name, value)| name != "charset" || value.eq_ignore_ascii_case("utf-8"))
}

/// A response that is nothing but one error.
pub(crate) fn failure(status: StatusCode, code: Code, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": code.as_str() } }] });
    retry::later((status, [(header::CONTENT_TYPE, MediaType::Json.content_type())], body.to_string()).into_response())
}

/// A response that is nothing but `error`, whose cause goes to the log.
fn refused(error: &Error) -> Response {
    error::log(error);
    failure(error::status(error.code()), error.code(), &error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::execute;
    use crate::future::size;
    use crate::query::Query;

    /// A future is moved into the one that awaits it, and that one into the next: a tenth of a request's time went there once.
    #[test]
    fn the_futures_of_a_request_are_small() {
        let read = size(|cx: &'static Context, query: &'static Query, ()| execute::find(cx, query));
        let run = size(|api: &'static Api, cx: &'static Context, request| api.execute(cx, request));
        let all = size(|site: &'static Site, api: &'static Api, request| post(site, api, request));
        assert!(read < 1_500 && run < 3_000 && all < 4_500, "{read} {run} {all}");
    }
}
