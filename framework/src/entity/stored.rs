//! A column's value as SeaORM reads and binds it: the same on PostgreSQL and on SQLite.

use std::fmt;
use std::ops::Deref;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{
    Alias, ArrayType, ColumnType, IntoIden as _, Nullable, Value as Bound, ValueType, ValueTypeErr,
};
use sea_orm::{ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable};
use uuid::Uuid;

use crate::attribute::AttributeType;
use crate::table::Storage;
use crate::value::{Float, Value, date_text, parse_date, parse_time, time_text, timestamp_text};

/// A value of a column, of a type that SQLite keeps as text (`docs/decisions/0003-physical-types.md`): an id, a time, a date, JSON, an enum, or a
/// `CiString`; or of one that SeaORM does not know, such as a span of time. It is the value inside wherever one is wanted, and made of one by `into()`.
///
/// To SeaORM it is text that the column's type is made of: on PostgreSQL each parameter is cast to that type and each column that is read to
/// text, on SQLite neither. So `Column::Id.eq(Stored(id))` says `"id" = CAST($1 AS "uuid")` on the one and `"id" = ?` on the other.
#[derive(Clone, Copy)]
pub struct Stored<T>(pub T);

/// The same of what is `sensitive`: it is masked where it is printed.
#[derive(Clone, Copy)]
pub struct Masked<T>(pub T);

impl<T: fmt::Debug> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Debug for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("masked")
    }
}

macro_rules! stored_as_text {
    ($wrapper:ident, masked: $masked:expr) => {
        impl<T> Deref for $wrapper<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> From<T> for $wrapper<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }

        /// As stored: enums and JSON need not be comparable in Rust.
        impl<T: AttributeType> PartialEq for $wrapper<T> {
            fn eq(&self, other: &Self) -> bool {
                self.0.to_value() == other.0.to_value()
            }
        }

        impl<T: AttributeType> From<$wrapper<T>> for Bound {
            fn from(value: $wrapper<T>) -> Self {
                bound::<T>(value.0.to_value())
            }
        }

        impl<T: AttributeType> Nullable for $wrapper<T> {
            fn null() -> Bound {
                null::<T>()
            }
        }

        impl<T: AttributeType> ValueType for $wrapper<T> {
            fn try_from(value: Bound) -> Result<Self, ValueTypeErr> {
                let value = match value {
                    Bound::Bool(Some(it)) => Value::Bool(it),
                    Bound::BigInt(Some(it)) => number::<T>(it),
                    Bound::Double(Some(it)) => Value::Float(Float::new(it)),
                    Bound::Bytes(Some(it)) => Value::Bytes(it.into()),
                    Bound::String(Some(it)) => read::<T>(&it).ok_or(ValueTypeErr)?,
                    _ => return Err(ValueTypeErr),
                };
                T::from_value(value).map(Self).ok_or(ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($wrapper).into()
            }

            fn array_type() -> ArrayType {
                array_type::<T>()
            }

            fn column_type() -> ColumnType {
                column_type::<T>()
            }
        }

        impl<T: AttributeType> TryGetable for $wrapper<T> {
            fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
                let value = got::<T, I>(row, column, $masked)?;
                T::from_value(value).map(Self).ok_or_else(|| unreadable("a value", true))
            }
        }

        /// SeaORM asks for it of every primary key. No key of ours is made by the database.
        impl<T> TryFromU64 for $wrapper<T> {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($wrapper)))
            }
        }

        impl<T: AttributeType> IntoActiveValue<Self> for $wrapper<T> {
            fn into_active_value(self) -> ActiveValue<Self> {
                ActiveValue::Set(self)
            }
        }
    };
}

stored_as_text!(Stored, masked: false);
stored_as_text!(Masked, masked: true);

fn bound<T: AttributeType>(value: Value) -> Bound {
    match value {
        Value::Bool(it) => Bound::Bool(Some(it)),
        Value::Int(it) | Value::Duration(it) => Bound::BigInt(Some(it)),
        Value::Float(it) => Bound::Double(Some(it.get())),
        Value::Bytes(it) => Bound::Bytes(Some(it.to_vec())),
        Value::Date(it) => Bound::String(Some(date_text(it))),
        Value::Time(it) => Bound::String(Some(time_text(it))),
        Value::Text(it) => Bound::String(Some(it)),
        Value::Uuid(it) => Bound::String(Some(it.to_string())),
        Value::Timestamp(it) => Bound::String(Some(timestamp_text(it))),
        Value::Json(it) if !it.is_null() => Bound::String(Some(it.to_string())),
        Value::Json(_) | Value::Null | Value::List(_) => null::<T>(),
    }
}

fn storage<T: AttributeType>() -> Storage {
    Storage::of(&T::TYPE)
}

/// What an integer of the database says.
fn number<T: AttributeType>(number: i64) -> Value {
    if storage::<T>() == Storage::Duration { Value::Duration(number) } else { Value::Int(number) }
}

fn null<T: AttributeType>() -> Bound {
    match storage::<T>() {
        Storage::Boolean => Bound::Bool(None),
        Storage::Integer | Storage::Duration => Bound::BigInt(None),
        Storage::Float => Bound::Double(None),
        Storage::Bytes => Bound::Bytes(None),
        Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Json => {
            Bound::String(None)
        }
    }
}

fn array_type<T: AttributeType>() -> ArrayType {
    match storage::<T>() {
        Storage::Boolean => ArrayType::Bool,
        Storage::Integer | Storage::Duration => ArrayType::BigInt,
        Storage::Float => ArrayType::Double,
        Storage::Bytes => ArrayType::Bytes,
        Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Json => {
            ArrayType::String
        }
    }
}

/// The type of the column. What SeaORM takes for an enum of the database is cast, on PostgreSQL alone.
fn column_type<T: AttributeType>() -> ColumnType {
    let cast = |name: &'static str| ColumnType::Enum { name: Alias::new(name).into_iden(), variants: Vec::new() };
    match storage::<T>() {
        Storage::Boolean => ColumnType::Boolean,
        Storage::Integer | Storage::Duration => ColumnType::BigInteger,
        Storage::Float => ColumnType::Double,
        Storage::Bytes => ColumnType::Blob,
        Storage::Text => ColumnType::Text,
        Storage::Uuid => cast("uuid"),
        Storage::Timestamp => cast("timestamptz"),
        Storage::Date => cast("date"),
        Storage::Time => cast("time"),
        Storage::Json => cast("jsonb"),
    }
}

fn got<T: AttributeType, I: ColIdx>(row: &QueryResult, column: I, masked: bool) -> Result<Value, TryGetError> {
    Ok(match storage::<T>() {
        Storage::Boolean => Value::Bool(bool::try_get_by(row, column)?),
        Storage::Integer | Storage::Duration => number::<T>(i64::try_get_by(row, column)?),
        Storage::Float => Value::Float(Float::new(f64::try_get_by(row, column)?)),
        Storage::Bytes => Value::Bytes(Vec::<u8>::try_get_by(row, column)?.into()),
        Storage::Text | Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Json => {
            let text = String::try_get_by(row, column)?;
            read::<T>(&text).ok_or_else(|| unreadable(&text, masked))?
        }
    })
}

/// The value that a text holds, as either database writes it.
fn read<T: AttributeType>(text: &str) -> Option<Value> {
    Some(match storage::<T>() {
        Storage::Uuid => Value::Uuid(Uuid::parse_str(text).ok()?),
        Storage::Timestamp => Value::Timestamp(time(text)?),
        Storage::Date => Value::Date(parse_date(text)?),
        Storage::Time => Value::Time(parse_time(text)?),
        Storage::Json => Value::json(serde_json::from_str(text).ok()?),
        _ => Value::Text(text.to_owned()),
    })
}

/// As it is stored on SQLite, and as PostgreSQL writes it: `2026-03-01T12:00:00.000000Z`, `2026-03-01 12:00:00.5+00`.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let time =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"));
    time.ok().map(|it| it.with_timezone(&Utc))
}

fn unreadable(text: &str, masked: bool) -> TryGetError {
    let stored = if masked { "what is stored" } else { text };
    TryGetError::DbErr(DbErr::Type(format!("{stored} is not of the declared type")))
}
