//! The column type of each [`Storage`] on each database: the code of `docs/decisions/0003-physical-types.md`.

use chrono::{DateTime, Utc};
use sea_orm::DbBackend;
use uuid::Uuid;

use crate::table::{Column, Fill, Storage};
use crate::value::{Bytes, Date, Float, Time, Value, date_text, microseconds, time_text, timestamp_text};

/// The column type, as SQL spells it.
///
/// Text on PostgreSQL is compared by code points, as SQLite and Rust do. SQLite's types are names only: a UUID is its 36
/// characters, a time is [`timestamp_text`], a date [`date_text`], a time of day [`time_text`], JSON its canonical text. A span of time is a
/// number of microseconds on both: an interval of PostgreSQL has months and days, which have no length.
pub fn physical_type(storage: Storage, backend: DbBackend) -> &'static str {
    match (backend, storage) {
        (DbBackend::Sqlite, Storage::Integer | Storage::Duration) => "INTEGER",
        (DbBackend::Sqlite, Storage::Float) => "REAL",
        (DbBackend::Sqlite, Storage::Boolean) => "BOOLEAN",
        (DbBackend::Sqlite, Storage::Bytes) => "BLOB",
        (
            DbBackend::Sqlite,
            Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Json,
        ) => "TEXT",
        (_, Storage::Text) => r#"text COLLATE "C""#,
        (_, Storage::Integer | Storage::Duration) => "bigint",
        (_, Storage::Float) => "float8",
        (_, Storage::Boolean) => "boolean",
        (_, Storage::Uuid) => "uuid",
        (_, Storage::Timestamp) => "timestamptz",
        (_, Storage::Date) => "date",
        (_, Storage::Time) => "time",
        (_, Storage::Bytes) => "bytea",
        (_, Storage::Json) => "jsonb",
    }
}

/// A constant as both databases read it in a `DEFAULT` clause: text, but for numbers, booleans and bytes.
pub(super) fn constant(value: &Value) -> sea_query::Value {
    match value {
        Value::Null | Value::List(_) => sea_query::Value::String(None),
        Value::Bool(value) => (*value).into(),
        Value::Int(value) | Value::Duration(value) => (*value).into(),
        Value::Float(value) => value.get().into(),
        Value::Bytes(value) => value.to_vec().into(),
        Value::Date(date) => date_text(*date).into(),
        Value::Time(time) => time_text(*time).into(),
        Value::Text(text) => text.clone().into(),
        Value::Uuid(uuid) => uuid.hyphenated().to_string().into(),
        Value::Timestamp(time) => timestamp_text(*time).into(),
        Value::Json(json) => json.to_string().into(),
    }
}

impl Column {
    /// The value that rows without one are given: the default, or the fill.
    pub(super) fn given(&self) -> Option<Value> {
        self.default.clone().or_else(|| self.fill.as_ref().map(|fill| filled(fill, self.storage)))
    }
}

fn filled(fill: &Fill, storage: Storage) -> Value {
    match (fill, storage) {
        (Fill::Constant(value), _) => value.clone(),
        (Fill::Now, _) => Value::Timestamp(microseconds(Utc::now())),
        (Fill::Empty, Storage::Text) => Value::Text(String::new()),
        (Fill::Empty, Storage::Integer) => Value::Int(0),
        (Fill::Empty, Storage::Float) => Value::Float(Float::ZERO),
        (Fill::Empty, Storage::Date) => Value::Date(Date::default()),
        (Fill::Empty, Storage::Time) => Value::Time(Time::default()),
        (Fill::Empty, Storage::Duration) => Value::Duration(0),
        (Fill::Empty, Storage::Bytes) => Value::Bytes(Bytes::new()),
        (Fill::Empty, Storage::Boolean) => Value::Bool(false),
        (Fill::Empty, Storage::Uuid) => Value::Uuid(Uuid::nil()),
        (Fill::Empty, Storage::Timestamp) => Value::Timestamp(DateTime::UNIX_EPOCH),
        (Fill::Empty, Storage::Json) => Value::Json(serde_json::Value::Object(serde_json::Map::new())),
    }
}
