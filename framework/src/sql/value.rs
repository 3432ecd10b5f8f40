//! Binds and decodes values: the physical types of `docs/decisions/0003-physical-types.md`.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use sea_orm::QueryResult;
use sea_query::{ArrayType, Value as Bound};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueFormat, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{ColumnIndex, Decode, Postgres, Row, Sqlite, Type as SqlType, TypeInfo, ValueRef};
use uuid::Uuid;

use crate::database::{Capability, DatabaseError, DatabaseErrorKind};
use crate::ir::Type;
use crate::table::Storage;
use crate::value::{
    Bytes, Date, DateTimeUtc, Float, RowKey, Time, Value, date_text, parse_date, parse_time, storable_date,
    storable_micros, time_of_day, time_text, timestamp_text,
};

/// The parameter for `value`, which is of type `ty`.
pub(crate) fn bind(capability: &Capability, value: &Value, ty: &Type) -> Bound {
    match value {
        Value::Null | Value::Json(serde_json::Value::Null) => null(capability, ty),
        Value::Bool(it) => Bound::Bool(Some(*it)),
        Value::Int(it) | Value::Duration(it) => Bound::BigInt(Some(*it)),
        Value::Float(it) => Bound::Double(Some(it.get())),
        Value::Text(it) => Bound::String(Some(it.clone())),
        Value::Bytes(it) => Bound::Bytes(Some(it.to_vec())),
        Value::Uuid(it) if capability.native_types => Bound::Uuid(Some(*it)),
        Value::Uuid(it) => Bound::String(Some(it.to_string())),
        Value::Timestamp(it) if capability.native_types => Bound::ChronoDateTimeUtc(Some(*it)),
        Value::Timestamp(it) => Bound::String(Some(timestamp_text(*it))),
        Value::Date(it) if capability.native_types => Bound::ChronoDate(Some(*it)),
        Value::Date(it) => Bound::String(Some(date_text(*it))),
        Value::Time(it) if capability.native_types => Bound::ChronoTime(Some(*it)),
        Value::Time(it) => Bound::String(Some(time_text(*it))),
        Value::Json(it) if capability.native_types => Bound::Json(Some(Box::new(it.clone()))),
        Value::Json(it) => Bound::String(Some(it.to_string())),
        Value::List(items) => bind_list(capability, items, ty),
    }
}

/// One parameter for a whole list of values of type `ty`: an array, or a JSON text.
pub(crate) fn bind_list(capability: &Capability, items: &[Value], ty: &Type) -> Bound {
    if capability.arrays {
        let items = items.iter().map(|it| bind(capability, it, ty)).collect();
        Bound::Array(array_type(ty), Some(Box::new(items)))
    } else {
        Bound::String(Some(serde_json::Value::Array(items.iter().map(json_item).collect()).to_string()))
    }
}

fn null(capability: &Capability, ty: &Type) -> Bound {
    match Storage::of(ty) {
        Storage::Boolean => Bound::Bool(None),
        Storage::Integer | Storage::Duration => Bound::BigInt(None),
        Storage::Float => Bound::Double(None),
        Storage::Bytes => Bound::Bytes(None),
        Storage::Uuid if capability.native_types => Bound::Uuid(None),
        Storage::Timestamp if capability.native_types => Bound::ChronoDateTimeUtc(None),
        Storage::Date if capability.native_types => Bound::ChronoDate(None),
        Storage::Time if capability.native_types => Bound::ChronoTime(None),
        Storage::Json if capability.native_types => Bound::Json(None),
        Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Json => {
            Bound::String(None)
        }
    }
}

fn array_type(ty: &Type) -> ArrayType {
    match Storage::of(ty) {
        Storage::Boolean => ArrayType::Bool,
        Storage::Integer | Storage::Duration => ArrayType::BigInt,
        Storage::Float => ArrayType::Double,
        Storage::Uuid => ArrayType::Uuid,
        Storage::Timestamp => ArrayType::ChronoDateTimeUtc,
        Storage::Date => ArrayType::ChronoDate,
        Storage::Time => ArrayType::ChronoTime,
        Storage::Json => ArrayType::Json,
        Storage::Bytes => ArrayType::Bytes,
        Storage::Text => ArrayType::String,
    }
}

fn json_item(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::List(_) => serde_json::Value::Null,
        Value::Bool(it) => (*it).into(),
        Value::Int(it) | Value::Duration(it) => (*it).into(),
        Value::Float(it) => it.get().into(),
        Value::Text(it) => it.clone().into(),
        Value::Uuid(it) => it.to_string().into(),
        Value::Timestamp(it) => timestamp_text(*it).into(),
        Value::Date(it) => date_text(*it).into(),
        Value::Time(it) => time_text(*it).into(),
        Value::Json(it) => it.to_string().into(),
        Value::Bytes(it) => hexadecimal(it).into(),
    }
}

/// Bytes as SQLite's `unhex` reads them: its JSON holds none.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02X}")).collect()
}

/// A value as the database sent it: texts are borrowed from the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'r> {
    /// No value.
    Null,
    Bool(bool),
    Int(i64),
    Float(Float),
    Text(&'r str),
    Uuid(Uuid),
    Timestamp(DateTimeUtc),
    Date(Date),
    Time(Time),
    /// Microseconds.
    Duration(i64),
    Bytes(&'r [u8]),
    /// JSON as text; it is valid, and not `null`.
    Json(&'r str),
    /// JSON that was parsed.
    Parsed(&'r serde_json::Value),
    /// A list, which is no value of a column.
    List,
}

impl<'r> Cell<'r> {
    /// A value that is known.
    pub(crate) fn of(value: &'r Value) -> Self {
        match value {
            value if value.is_null() => Self::Null,
            Value::Null => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Int(it) => Self::Int(*it),
            Value::Float(it) => Self::Float(*it),
            Value::Text(it) => Self::Text(it),
            Value::Uuid(it) => Self::Uuid(*it),
            Value::Timestamp(it) => Self::Timestamp(*it),
            Value::Date(it) => Self::Date(*it),
            Value::Time(it) => Self::Time(*it),
            Value::Duration(it) => Self::Duration(*it),
            Value::Bytes(it) => Self::Bytes(it),
            Value::Json(it) => Self::Parsed(it),
            Value::List(_) => Self::List,
        }
    }

    /// The key of a row inside, if it is one.
    pub(crate) fn key(&self) -> Option<RowKey> {
        match self {
            Self::Uuid(it) => Some(RowKey::Uuid(*it)),
            Self::Int(it) => Some(RowKey::Int(*it)),
            Self::Text(it) => Some(RowKey::Text((*it).into())),
            _ => None,
        }
    }

    fn value(self) -> Result<Value, serde_json::Error> {
        Ok(match self {
            Self::Null | Self::List => Value::Null,
            Self::Bool(it) => Value::Bool(it),
            Self::Int(it) => Value::Int(it),
            Self::Float(it) => Value::Float(it),
            Self::Text(it) => Value::Text(it.to_owned()),
            Self::Uuid(it) => Value::Uuid(it),
            Self::Timestamp(it) => Value::Timestamp(it),
            Self::Date(it) => Value::Date(it),
            Self::Time(it) => Value::Time(it),
            Self::Duration(it) => Value::Duration(it),
            Self::Bytes(it) => Value::Bytes(Bytes::copy_from_slice(it)),
            // PostgreSQL sorts keys in an order of its own.
            Self::Json(it) => Value::json(serde_json::from_str(it)?),
            Self::Parsed(it) => Value::json(it.clone()),
        })
    }
}

/// The value in a column of a row that was read, which is of type `ty`.
pub(crate) fn decode(row: &QueryResult, column: usize, ty: &Type) -> Result<Value, DatabaseError> {
    cell(row, column, ty)?.value().map_err(|cause| unreadable(column, cause))
}

/// The same, as it was sent.
pub(crate) fn cell<'r>(row: &'r QueryResult, column: usize, ty: &Type) -> Result<Cell<'r>, DatabaseError> {
    if let Some(row) = row.try_as_pg_row() {
        return match Storage::of(ty) {
            Storage::Boolean => get(row, column, Cell::Bool),
            Storage::Integer => get(row, column, Cell::Int),
            Storage::Duration => get(row, column, Cell::Duration),
            Storage::Float => finite(row, column),
            Storage::Uuid => get(row, column, Cell::Uuid),
            Storage::Timestamp => get(row, column, |PostgresTime(it)| Cell::Timestamp(it)),
            Storage::Date => get(row, column, |PostgresDate(it)| Cell::Date(it)),
            Storage::Time => get(row, column, |PostgresClock(it)| Cell::Time(it)),
            Storage::Json => parsed(get(row, column, |PostgresJson(it)| Cell::Text(it))?, column, valid_json),
            Storage::Bytes => get(row, column, Cell::Bytes),
            Storage::Text => get(row, column, Cell::Text),
        };
    }
    let Some(row) = row.try_as_sqlite_row() else {
        return Err(sqlx::Error::ColumnNotFound("a row of neither database".into()).into());
    };
    match Storage::of(ty) {
        Storage::Boolean => match get(row, column, Cell::Int)? {
            Cell::Int(it @ (0 | 1)) => Ok(Cell::Bool(it == 1)),
            Cell::Int(it) => Err(unreadable(column, format!("{it} is neither 0 nor 1"))),
            other => Ok(other),
        },
        Storage::Integer => get(row, column, Cell::Int),
        Storage::Duration => get(row, column, Cell::Duration),
        Storage::Float => finite(row, column),
        Storage::Text => get(row, column, Cell::Text),
        Storage::Uuid => parsed(get(row, column, Cell::Text)?, column, |text| Uuid::parse_str(text).map(Cell::Uuid)),
        Storage::Timestamp => parsed(get(row, column, Cell::Text)?, column, |text| time(text).map(Cell::Timestamp)),
        Storage::Date => {
            parsed(get(row, column, Cell::Text)?, column, |text| parse_date(text).map(Cell::Date).ok_or(NoDate))
        }
        Storage::Time => {
            parsed(get(row, column, Cell::Text)?, column, |text| parse_time(text).map(Cell::Time).ok_or(NoTime))
        }
        Storage::Json => parsed(get(row, column, Cell::Text)?, column, json),
        Storage::Bytes => get(row, column, |SqliteBytes(it)| Cell::Bytes(it)),
    }
}

/// A float that is a number.
fn finite<'r, R>(row: &'r R, column: usize) -> Result<Cell<'r>, DatabaseError>
where
    R: Row,
    usize: ColumnIndex<R>,
    f64: Decode<'r, R::Database> + SqlType<R::Database>,
{
    match get(row, column, |it: f64| Cell::Float(Float::new(it)))? {
        Cell::Float(it) if !it.is_finite() => Err(unreadable(column, format!("{} is no finite number", it.get()))),
        cell => Ok(cell),
    }
}

/// A text that is no date.
#[derive(Debug, thiserror::Error)]
#[error("it is no date, such as 2026-03-01")]
struct NoDate;

/// A text that is no time of day.
#[derive(Debug, thiserror::Error)]
#[error("it is no time of day, such as 13:05:00.000000")]
struct NoTime;

/// JSON as it is stored. `null` means no value. What serde_json would not read is refused here too: a client that uses it, or one like it,
/// could not read the whole response.
fn json(text: &str) -> Result<Cell<'_>, serde_json::Error> {
    if text.trim_ascii() == "null" {
        return Ok(Cell::Null);
    }
    serde_json::from_str(text).map(|Readable| Cell::Json(text))
}

/// The same of JSON that PostgreSQL has checked: it lets pass what is too deep, and numbers that are too large, which it writes out in digits.
fn valid_json(text: &str) -> Result<Cell<'_>, serde_json::Error> {
    let (mut opened, mut digits) = (0_usize, 0_usize);
    for byte in text.bytes() {
        opened += usize::from(matches!(byte, b'[' | b'{'));
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        if opened > SHALLOW || digits > SHORT {
            return json(text);
        }
    }
    Ok(if text == "null" { Cell::Null } else { Cell::Json(text) })
}

/// As many lists and objects as every parser takes one within the other.
const SHALLOW: usize = 64;
/// As many digits as the integer part of every float may have.
const SHORT: usize = 300;

/// JSON that could be read, of which nothing is kept.
struct Readable;

impl<'de> Deserialize<'de> for Readable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Unlike for `IgnoredAny`, depth, numbers and surrogates are looked at.
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Readable {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

/// Whether two rows hold the same in a column, as an order sees it; `None` if one of them does not hold what `ty` has. It is no JSON, which
/// may be written in several ways.
pub(crate) fn is_same(one: &QueryResult, other: &QueryResult, column: usize, ty: &Type) -> Option<bool> {
    // Zero has two forms in bytes.
    if *ty != Type::Float
        && let (Some(one), Some(other)) = (one.try_as_pg_row(), other.try_as_pg_row())
    {
        let (one, other) = (one.try_get_raw(column).ok()?, other.try_get_raw(column).ok()?);
        return Some(match (one.is_null(), other.is_null()) {
            // Each value has one form in bytes.
            (false, false) => one.as_bytes().ok()? == other.as_bytes().ok()?,
            (one, other) => one == other,
        });
    }
    Some(cell(one, column, ty).ok()? == cell(other, column, ty).ok()?)
}

/// As [`decode`], for a key of an order. On SQLite a stored value that is not of type `ty` takes part in the order too: it is returned as
/// it is stored.
pub(crate) fn decode_key(row: &QueryResult, column: usize, ty: &Type) -> Result<Value, DatabaseError> {
    decode(row, column, ty).or_else(|failure| match row.try_as_sqlite_row() {
        Some(row) if failure.kind == DatabaseErrorKind::Unreadable => {
            let stored =
                get(row, column, Cell::Text).or_else(|_| get(row, column, Cell::Int)).or_else(|_| finite(row, column));
            stored.ok().and_then(|it| it.value().ok()).ok_or(failure)
        }
        _ => Err(failure),
    })
}

fn get<'r, R, T>(row: &'r R, column: usize, value: fn(T) -> Cell<'r>) -> Result<Cell<'r>, DatabaseError>
where
    R: Row,
    usize: ColumnIndex<R>,
    T: Decode<'r, R::Database> + SqlType<R::Database>,
{
    Ok(row.try_get::<Option<T>, _>(column)?.map_or(Cell::Null, value))
}

fn parsed<'r, E>(
    cell: Cell<'r>,
    column: usize,
    parse: impl Fn(&'r str) -> Result<Cell<'r>, E>,
) -> Result<Cell<'r>, DatabaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match cell {
        Cell::Text(text) => parse(text).map_err(|cause| unreadable(column, cause)),
        other => Ok(other),
    }
}

fn unreadable(column: usize, cause: impl Into<BoxDynError>) -> DatabaseError {
    sqlx::Error::ColumnDecode { index: column.to_string(), source: cause.into() }.into()
}

/// A blob of SQLite, and no text, which it would give as bytes too.
struct SqliteBytes<'r>(&'r [u8]);

impl SqlType<Sqlite> for SqliteBytes<'_> {
    fn type_info() -> SqliteTypeInfo {
        <&[u8] as SqlType<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        ty.name() == "BLOB"
    }
}

impl<'r> Decode<'r, Sqlite> for SqliteBytes<'r> {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        <&[u8] as Decode<Sqlite>>::decode(value).map(Self)
    }
}

/// A date of PostgreSQL, whose range is larger than that of a value, and includes two infinities.
struct PostgresDate(Date);

impl SqlType<Postgres> for PostgresDate {
    fn type_info() -> PgTypeInfo {
        <NaiveDate as SqlType<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for PostgresDate {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let days = TimeDelta::days(<i32 as Decode<Postgres>>::decode(value)?.into());
        let date =
            NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|it| it.checked_add_signed(days)).and_then(storable_date);
        date.map(Self).ok_or_else(|| "a date beyond the years 0 to 9999".into())
    }
}

/// A time of day of PostgreSQL, which also knows the end of the day, `24:00:00`.
struct PostgresClock(Time);

impl SqlType<Postgres> for PostgresClock {
    fn type_info() -> PgTypeInfo {
        <NaiveTime as SqlType<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for PostgresClock {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let time = time_of_day(<i64 as Decode<Postgres>>::decode(value)?);
        time.map(Self).ok_or_else(|| "24:00:00 is no time of day".into())
    }
}

/// A timestamp of PostgreSQL, whose range is larger than that of a value, and includes two infinities.
struct PostgresTime(DateTimeUtc);

/// JSON of PostgreSQL as text.
struct PostgresJson<'r>(&'r str);

/// The byte before the text of a `jsonb`: the version of its format.
const JSONB_VERSION: u8 = 1;

impl SqlType<Postgres> for PostgresJson<'_> {
    fn type_info() -> PgTypeInfo {
        <serde_json::Value as SqlType<Postgres>>::type_info()
    }

    fn compatible(ty: &PgTypeInfo) -> bool {
        <serde_json::Value as SqlType<Postgres>>::compatible(ty)
    }
}

impl<'r> Decode<'r, Postgres> for PostgresJson<'r> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let jsonb = *value.type_info() == <Self as SqlType<Postgres>>::type_info();
        let binary = jsonb && value.format() == PgValueFormat::Binary;
        let text = value.as_bytes()?;
        let text = match text.split_first() {
            Some((&JSONB_VERSION, text)) if binary => text,
            Some(_) if binary => return Err("a jsonb of an unknown version".into()),
            _ => text,
        };
        Ok(Self(std::str::from_utf8(text)?))
    }
}

/// Microseconds between 1970 and 2000, where PostgreSQL's times begin.
const MILLENNIUM: i64 = 946_684_800_000_000;

impl SqlType<Postgres> for PostgresTime {
    fn type_info() -> PgTypeInfo {
        <DateTimeUtc as SqlType<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for PostgresTime {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Postgres>>::decode(value)?.checked_add(MILLENNIUM);
        let time = micros.and_then(storable_micros);
        time.map(Self).ok_or_else(|| "a time beyond the years 0 to 9999".into())
    }
}

fn time(text: &str) -> Result<DateTimeUtc, chrono::ParseError> {
    DateTime::parse_from_rfc3339(text).map(|it| it.with_timezone(&Utc))
}
