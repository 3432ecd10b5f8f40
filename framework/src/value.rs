//! What a column, an argument or a literal holds, the same on every database and in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A point in time: UTC, microseconds.
pub type DateTimeUtc = DateTime<Utc>;

/// One value of any attribute type.
///
/// Enum variants and case-insensitive strings are `Text`: the stored name, and the normalised form.
/// `Duration` and `List` occur in expressions only, never in a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// SQL's NULL, Rust's `None`.
    Null,
    /// True or false.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// Text, an enum's stored name or a normalised case-insensitive string.
    Text(String),
    /// A UUID.
    Uuid(Uuid),
    /// UTC, microseconds.
    Timestamp(DateTimeUtc),
    /// A JSON value in canonical form, see [`canonical_json`].
    Json(serde_json::Value),
    /// A span of time in whole seconds.
    Duration(i64),
    /// The right side of `is_in`.
    List(Vec<Value>),
}

impl Value {
    /// Whether this is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text inside, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The UUID inside, if it is one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) => Some(*uuid),
            _ => None,
        }
    }
}

/// Cuts a time to microseconds, the precision every backend keeps.
pub fn microseconds(time: DateTimeUtc) -> DateTimeUtc {
    time.trunc_subsecs(6)
}

/// The stored and compared form of a case-insensitive string: lower case by Unicode's simple rules.
pub fn normalise_ci(text: &str) -> String {
    text.to_lowercase()
}

/// Writes a time as RFC 3339 with six digits and `Z`: text order is time order.
pub fn timestamp_text(time: DateTimeUtc) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// Brings JSON to the one form that is stored, so that equal values have equal text on every database.
///
/// Keys are sorted, and a float without a fraction becomes an integer.
pub fn canonical_json(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (None, None, Some(float)) if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => {
                Json::from(float as i64)
            }
            _ => Json::Number(number),
        },
        Json::Array(items) => Json::Array(items.into_iter().map(canonical_json).collect()),
        Json::Object(fields) => {
            // Sorted here: whether the map itself does so depends on a feature that any crate of the tree may switch on.
            let sorted: BTreeMap<_, _> = fields.into_iter().map(|(key, value)| (key, canonical_json(value))).collect();
            Json::Object(sorted.into_iter().collect())
        }
        other => other,
    }
}
