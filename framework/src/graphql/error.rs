//! A top-level error of a response: what GraphQL calls a request error or a field error.

use async_graphql::Pos;
use serde_json::{Value as Json, json};

use crate::error::{Code, Error};

/// One entry of `errors`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ResponseError {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) locations: Vec<Pos>,
    /// Empty: it concerns the whole request.
    pub(super) path: Vec<PathSegment>,
}

/// One step of a response path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PathSegment {
    Key(String),
    Index(usize),
}

/// Most characters of a message: names in it come from the document, and may be as long as that.
const MAX_MESSAGE: usize = 300;

impl ResponseError {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
            message.truncate(end);
            message.push('…');
        }
        Self { code, message, locations: Vec::new(), path: Vec::new() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message)
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new(Code::LimitExceeded, message)
    }

    pub(super) fn at(mut self, position: Pos) -> Self {
        self.locations.push(position);
        self
    }

    /// Source: GraphQL specification, "Errors".
    pub(super) fn json(&self, request_id: Option<&str>) -> Json {
        let mut extensions = json!({ "code": self.code });
        if let (Code::Internal, Some(id)) = (self.code, request_id) {
            extensions["requestId"] = json!(id);
        }
        let mut error = json!({ "message": self.message, "extensions": extensions });
        if !self.locations.is_empty() {
            let locations = self.locations.iter().map(|it| json!({ "line": it.line, "column": it.column }));
            error["locations"] = locations.collect();
        }
        if !self.path.is_empty() {
            error["path"] = self.path.iter().map(PathSegment::json).collect();
        }
        error
    }
}

impl PathSegment {
    fn json(&self) -> Json {
        match self {
            Self::Key(key) => json!(key),
            Self::Index(index) => json!(index),
        }
    }
}

/// Logs the cause, which the client is not given.
pub(super) fn log(error: &Error, request_id: Option<&str>) {
    if matches!(error.code(), Code::Internal | Code::Unavailable) {
        let mut causes = String::new();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            causes.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        tracing::error!(request_id, code = error.code().as_str(), "{error}{causes}");
    }
}
