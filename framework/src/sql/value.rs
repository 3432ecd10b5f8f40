//! Binds and decodes values: the physical types of `docs/decisions/0003-physical-types.md`.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;
use sea_query::{ArrayType, Value as Bound};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{ColumnIndex, Decode, Postgres, Row, Type as SqlType};
use uuid::Uuid;

use crate::database::{Capability, DatabaseError, DatabaseErrorKind};
use crate::ir::Type;
use crate::value::{DateTimeUtc, Value, storable_time, timestamp_text};

/// The parameter for `value`, which is of type `ty`.
pub(crate) fn bind(capability: &Capability, value: &Value, ty: &Type) -> Bound {
    match value {
        Value::Null | Value::Json(serde_json::Value::Null) => null(capability, ty),
        Value::Bool(it) => Bound::Bool(Some(*it)),
        Value::Int(it) | Value::Duration(it) => Bound::BigInt(Some(*it)),
        Value::Text(it) => Bound::String(Some(it.clone())),
        Value::Uuid(it) if capability.native_types => Bound::Uuid(Some(*it)),
        Value::Uuid(it) => Bound::String(Some(it.to_string())),
        Value::Timestamp(it) if capability.native_types => Bound::ChronoDateTimeUtc(Some(*it)),
        Value::Timestamp(it) => Bound::String(Some(timestamp_text(*it))),
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
    match ty {
        Type::Boolean => Bound::Bool(None),
        Type::Integer | Type::BigInteger | Type::Duration => Bound::BigInt(None),
        Type::Uuid if capability.native_types => Bound::Uuid(None),
        Type::Timestamp if capability.native_types => Bound::ChronoDateTimeUtc(None),
        Type::Json if capability.native_types => Bound::Json(None),
        Type::String | Type::CiString | Type::Enum(_) | Type::Uuid | Type::Timestamp | Type::Json => {
            Bound::String(None)
        }
    }
}

fn array_type(ty: &Type) -> ArrayType {
    match ty {
        Type::Boolean => ArrayType::Bool,
        Type::Integer | Type::BigInteger | Type::Duration => ArrayType::BigInt,
        Type::Uuid => ArrayType::Uuid,
        Type::Timestamp => ArrayType::ChronoDateTimeUtc,
        Type::Json => ArrayType::Json,
        Type::String | Type::CiString | Type::Enum(_) => ArrayType::String,
    }
}

fn json_item(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::List(_) => serde_json::Value::Null,
        Value::Bool(it) => (*it).into(),
        Value::Int(it) | Value::Duration(it) => (*it).into(),
        Value::Text(it) => it.clone().into(),
        Value::Uuid(it) => it.to_string().into(),
        Value::Timestamp(it) => timestamp_text(*it).into(),
        Value::Json(it) => it.to_string().into(),
    }
}

/// The value in a column of a row that was read, which is of type `ty`.
pub(crate) fn decode(row: &QueryResult, column: usize, ty: &Type) -> Result<Value, DatabaseError> {
    if let Some(row) = row.try_as_pg_row() {
        return Ok(match ty {
            Type::Boolean => get(row, column, Value::Bool)?,
            Type::Integer | Type::BigInteger | Type::Duration => get(row, column, Value::Int)?,
            Type::Uuid => get(row, column, Value::Uuid)?,
            Type::Timestamp => get(row, column, |PostgresTime(it)| Value::Timestamp(it))?,
            // jsonb sorts keys in an order of its own.
            Type::Json => get(row, column, Value::json)?,
            Type::String | Type::CiString | Type::Enum(_) => get(row, column, Value::Text)?,
        });
    }
    let Some(row) = row.try_as_sqlite_row() else {
        return Err(sqlx::Error::ColumnNotFound("a row of neither database".into()).into());
    };
    match ty {
        Type::Boolean => match get(row, column, Value::Int)? {
            Value::Int(it @ (0 | 1)) => Ok(Value::Bool(it == 1)),
            Value::Int(it) => Err(unreadable(column, format!("{it} is neither 0 nor 1"))),
            other => Ok(other),
        },
        Type::Integer | Type::BigInteger | Type::Duration => get(row, column, Value::Int),
        Type::String | Type::CiString | Type::Enum(_) => get(row, column, Value::Text),
        Type::Uuid => parsed(get(row, column, Value::Text)?, column, |text| Uuid::parse_str(text).map(Value::Uuid)),
        Type::Timestamp => parsed(get(row, column, Value::Text)?, column, |text| time(text).map(Value::Timestamp)),
        Type::Json => {
            parsed(get(row, column, Value::Text)?, column, |text| serde_json::from_str(text).map(Value::json))
        }
    }
}

/// As [`decode`], for a key of an order. On SQLite a stored value that is not of type `ty` takes part in the order too: it is returned as
/// it is stored.
pub(crate) fn decode_key(row: &QueryResult, column: usize, ty: &Type) -> Result<Value, DatabaseError> {
    decode(row, column, ty).or_else(|failure| match row.try_as_sqlite_row() {
        Some(row) if failure.kind == DatabaseErrorKind::Unreadable => {
            get(row, column, Value::Text).or_else(|_| get(row, column, Value::Int)).map_err(|_| failure)
        }
        _ => Err(failure),
    })
}

fn get<'r, R, T>(row: &'r R, column: usize, value: fn(T) -> Value) -> Result<Value, DatabaseError>
where
    R: Row,
    usize: ColumnIndex<R>,
    T: Decode<'r, R::Database> + SqlType<R::Database>,
{
    Ok(row.try_get::<Option<T>, _>(column)?.map_or(Value::Null, value))
}

fn parsed<E>(value: Value, column: usize, parse: impl Fn(&str) -> Result<Value, E>) -> Result<Value, DatabaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match value {
        Value::Text(text) => parse(&text).map_err(|cause| unreadable(column, cause)),
        other => Ok(other),
    }
}

fn unreadable(column: usize, cause: impl Into<BoxDynError>) -> DatabaseError {
    sqlx::Error::ColumnDecode { index: column.to_string(), source: cause.into() }.into()
}

/// A timestamp of PostgreSQL, whose range is larger than that of a value, and includes two infinities.
struct PostgresTime(DateTimeUtc);

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
        let time = micros.and_then(DateTime::from_timestamp_micros).and_then(storable_time);
        time.map(Self).ok_or_else(|| "a time beyond the years 0 to 9999".into())
    }
}

fn time(text: &str) -> Result<DateTimeUtc, chrono::ParseError> {
    DateTime::parse_from_rfc3339(text).map(|it| it.with_timezone(&Utc))
}
