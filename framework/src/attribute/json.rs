//! A JSON value in the one form that is stored.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::value::canonical_json;

/// A JSON value in canonical form, so that equal values are equal on every database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value", into = "serde_json::Value")]
pub struct Json(serde_json::Value);

impl Json {
    /// Brings `value` to its canonical form.
    pub fn new(value: serde_json::Value) -> Self {
        Self(canonical_json(value))
    }

    /// `{}`.
    pub fn object() -> Self {
        Self(serde_json::Value::Object(serde_json::Map::new()))
    }

    /// `[]`.
    pub fn array() -> Self {
        Self(serde_json::Value::Array(Vec::new()))
    }

    /// The value inside.
    pub fn into_inner(self) -> serde_json::Value {
        self.0
    }
}

impl Deref for Json {
    type Target = serde_json::Value;

    fn deref(&self) -> &serde_json::Value {
        &self.0
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self::new(value)
    }
}

impl From<Json> for serde_json::Value {
    fn from(json: Json) -> Self {
        json.0
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
