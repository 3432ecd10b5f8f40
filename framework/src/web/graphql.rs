//! `/graphql`: who may ask in which form, and with which status it is answered.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::error::Code;

/// The one address of the API.
pub(crate) const PATH: &str = "/graphql";

/// An answer that is nothing but one error.
pub(crate) fn failure(status: StatusCode, code: Code, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": code.as_str() } }] });
    (status, Json(body)).into_response()
}
