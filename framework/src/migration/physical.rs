//! The column type of each [`Storage`] on each database: the code of `docs/decisions/0003-physical-types.md`.

use sea_orm::DbBackend;

use crate::table::Storage;
use crate::value::{Value, timestamp_text};

/// The column type, as SQL spells it.
///
/// Text on PostgreSQL is compared by code points, as SQLite and Rust do. SQLite's types are names only: a UUID is its 36
/// characters, a time is [`timestamp_text`], JSON its canonical text.
pub fn physical_type(storage: Storage, backend: DbBackend) -> &'static str {
    match (backend, storage) {
        (DbBackend::Sqlite, Storage::Integer) => "INTEGER",
        (DbBackend::Sqlite, Storage::Boolean) => "BOOLEAN",
        (DbBackend::Sqlite, Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Json) => "TEXT",
        (_, Storage::Text) => r#"text COLLATE "C""#,
        (_, Storage::Integer) => "bigint",
        (_, Storage::Boolean) => "boolean",
        (_, Storage::Uuid) => "uuid",
        (_, Storage::Timestamp) => "timestamptz",
        (_, Storage::Json) => "jsonb",
    }
}

/// A constant as both databases read it in a `DEFAULT` clause: text, but for integers and booleans.
pub(super) fn constant(value: &Value) -> sea_query::Value {
    match value {
        Value::Null | Value::List(_) => sea_query::Value::String(None),
        Value::Bool(value) => (*value).into(),
        Value::Int(value) | Value::Duration(value) => (*value).into(),
        Value::Text(text) => text.clone().into(),
        Value::Uuid(uuid) => uuid.hyphenated().to_string().into(),
        Value::Timestamp(time) => timestamp_text(*time).into(),
        Value::Json(json) => json.to_string().into(),
    }
}
