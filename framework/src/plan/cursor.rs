//! Opaque cursors: the values of a row's sort keys, tied to the resource and its order.
//!
//! ```text
//! base64url( {"f":"1f3c…","k":["2026-01-02T03:04:05.000000Z","0197…"]} )
//! ```
//! A cursor holds only what its reader may see: a hidden value is NULL there as it is in the order. Where the values would not fit
//! into [`LONGEST`] bytes, or one is stored that is none of its type, it names the row alone, and its keys are looked up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Key;
use crate::error::{Code, Error};
use crate::ir::{Resource, Type};
use crate::query::SortField;
use crate::value::{UNSTORABLE, Value, storable_time, timestamp_text};

/// Bytes of the longest cursor.
const LONGEST: usize = 512;

/// Where a page begins or ends.
#[derive(Clone, PartialEq)]
pub(crate) enum Cursor {
    /// At the row with these values of the keys.
    Values(Vec<Value>),
    /// At the row with this primary key.
    Row(Uuid),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoded {
    #[serde(rename = "f")]
    fingerprint: String,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<serde_json::Value>>,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    row: Option<Uuid>,
}

impl Cursor {
    /// The text for a client. The primary key is the last of the values.
    pub(crate) fn encode(resource: &Resource, order: &[Key], values: &[Value]) -> String {
        let fingerprint = fingerprint(resource, order);
        let keys = Some(values.iter().map(to_json).collect());
        let text = text(&Encoded { fingerprint: fingerprint.clone(), keys, row: None });
        match values.last() {
            Some(Value::Uuid(row)) if text.len() > LONGEST || !fit(order, values) => {
                self::text(&Encoded { fingerprint, keys: None, row: Some(*row) })
            }
            _ => text,
        }
    }

    /// What a client gave.
    ///
    /// # Errors
    /// `INVALID_CURSOR` unless it was made by [`Cursor::encode`] for the same resource and order.
    pub(crate) fn decode(resource: &Resource, order: &[Key], text: &str) -> Result<Self, Error> {
        Self::parse(resource, order, text)
            .ok_or_else(|| Error::new(Code::InvalidCursor, "the cursor was not made by this list in this order"))
    }

    fn parse(resource: &Resource, order: &[Key], text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let encoded: Encoded = serde_json::from_slice(&bytes).ok()?;
        if encoded.fingerprint != fingerprint(resource, order) {
            return None;
        }
        match (encoded.keys, encoded.row) {
            (Some(keys), None) if keys.len() == order.len() => {
                let values = keys.into_iter().zip(order).map(|(value, key)| from_json(value, key));
                values.collect::<Option<_>>().map(Self::Values)
            }
            (None, Some(row)) => Some(Self::Row(row)),
            _ => None,
        }
    }
}

fn text(encoded: &Encoded) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(encoded).unwrap_or_default())
}

/// FNV-1a over the resource and its order: stable between builds.
fn fingerprint(resource: &Resource, order: &[Key]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut mix = |bytes: &[u8]| {
        for byte in bytes.iter().chain(&[0]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    mix(resource.name.as_bytes());
    for key in order {
        let name = match key.field {
            SortField::Attribute(index) => resource.attributes.get(usize::from(index)).map(|it| &it.name),
            SortField::Calculation(index) => resource.calculations.get(usize::from(index)).map(|it| &it.name),
        };
        mix(name.map(|it| it.as_bytes()).unwrap_or_default());
        mix(&[u8::from(key.direction.descends()), u8::from(key.direction.nulls_first())]);
    }
    format!("{hash:016x}")
}

/// Whether each value is one that its key can have: what is stored and none of its type is not, and is looked up again.
fn fit(order: &[Key], values: &[Value]) -> bool {
    order.iter().zip(values).all(|(key, value)| from_json(to_json(value), key).as_ref() == Some(value))
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::List(_) => serde_json::Value::Null,
        Value::Bool(it) => (*it).into(),
        Value::Int(it) | Value::Duration(it) => (*it).into(),
        Value::Text(it) => it.clone().into(),
        Value::Uuid(it) => it.to_string().into(),
        Value::Timestamp(it) => timestamp_text(*it).into(),
        Value::Json(it) => it.clone(),
    }
}

fn from_json(value: serde_json::Value, key: &Key) -> Option<Value> {
    if value.is_null() {
        return key.nullable.then_some(Value::Null);
    }
    Some(match key.ty {
        Type::Boolean => Value::Bool(value.as_bool()?),
        Type::Integer | Type::BigInteger | Type::Duration => Value::Int(value.as_i64()?),
        Type::Uuid => Value::Uuid(value.as_str()?.parse().ok()?),
        Type::Timestamp => Value::Timestamp(storable_time(value.as_str()?.parse().ok()?)?),
        Type::Json => Value::Json(value),
        Type::String | Type::CiString | Type::Enum(_) => match value {
            serde_json::Value::String(text) if !text.contains(UNSTORABLE) => Value::Text(text),
            _ => return None,
        },
    })
}
