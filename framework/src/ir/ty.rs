//! The one table of attribute types.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Name;
use crate::value::{RowKey, UNSTORABLE, Value, normalise_ci};

/// The type of an attribute, argument, calculation or expression.
///
/// How each is stored, compared, ordered and shown is fixed in `docs/decisions/0003-physical-types.md`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Unicode text.
    String,
    /// Text that is normalised to lower case when written; compares as it is stored.
    CiString,
    /// A 16-bit integer, which expressions read as one of 64 bits; GraphQL's `Int`.
    Integer16,
    /// A 32-bit integer, which expressions read as one of 64 bits; GraphQL's `Int`.
    Integer32,
    /// A 64-bit integer; GraphQL's `Int`, so clients see 32 bits.
    Integer,
    /// A 64-bit integer; GraphQL's `BigInt`, a string.
    BigInteger,
    /// A finite float of 64 bits.
    Float,
    /// True or false.
    Boolean,
    /// A UUID; GraphQL's `ID`.
    Uuid,
    /// What names a row and is no UUID: the primary key of a resource that declares it so, and the keys that point there. GraphQL's `ID`;
    /// expressions read it as what it is stored as.
    Key(KeyType),
    /// UTC, microseconds; GraphQL's `DateTime`.
    Timestamp,
    /// A calendar date; GraphQL's `Date`.
    Date,
    /// A time of day, microseconds; GraphQL's `Time`.
    Time,
    /// A span of time in microseconds; GraphQL's `Duration`.
    Duration,
    /// A JSON value.
    Json,
    /// Bytes; in GraphQL base64.
    Bytes,
    /// One variant of the named [`super::Enum`], stored as its screaming-snake name.
    Enum(Name),
}

/// A key that is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyType {
    /// A 64-bit integer, which the database counts.
    Integer,
    /// Text, which the caller gives.
    String,
    /// The same in lower case.
    CiString,
}

impl KeyType {
    /// What it is beside that it names a row.
    fn plain(self) -> Type {
        match self {
            Self::Integer => Type::Integer,
            Self::String => Type::String,
            Self::CiString => Type::CiString,
        }
    }
}

impl Type {
    /// The type of what names a row, where values of this one can.
    pub(crate) fn naming_rows(self) -> Option<Self> {
        match self {
            Self::Uuid => Some(Self::Uuid),
            Self::Integer | Self::BigInteger => Some(Self::Key(KeyType::Integer)),
            Self::String => Some(Self::Key(KeyType::String)),
            Self::CiString => Some(Self::Key(KeyType::CiString)),
            key @ Self::Key(_) => Some(key),
            _ => None,
        }
    }

    /// What expressions read it as: of a key, what it is stored as.
    pub(crate) fn plain(&self) -> Self {
        match self {
            Self::Key(key) => key.plain(),
            other => other.clone(),
        }
    }

    /// The key of this type that is printed as that text; `None` if no key is.
    pub fn key(&self, text: &str) -> Option<RowKey> {
        match self {
            Self::Uuid => Uuid::try_parse(text).ok().map(RowKey::Uuid),
            // One row has one name: `7` and neither `07` nor `+7`.
            Self::Key(KeyType::Integer) => {
                text.parse::<i64>().ok().filter(|it| it.to_string() == text).map(RowKey::Int)
            }
            Self::Key(KeyType::String) => is_given(text).then(|| text.into()),
            Self::Key(KeyType::CiString) => is_given(text).then(|| normalise_ci(text).into()),
            _ => None,
        }
    }

    /// A value that names no row: it stands for what is no key, so that unknown, forbidden and malformed keys have the same result. `None`:
    /// values of this type name no rows.
    pub(crate) fn no_row(&self) -> Option<Value> {
        match self {
            Self::Uuid => Some(Value::Uuid(Uuid::nil())),
            // The database counts from 1.
            Self::Key(KeyType::Integer) => Some(Value::Int(i64::MIN)),
            // No key is empty.
            Self::Key(KeyType::String | KeyType::CiString) => Some(Value::Text(String::new())),
            _ => None,
        }
    }

    /// Whether it is text to a database.
    pub fn is_stored_as_text(&self) -> bool {
        matches!(self, Self::Enum(_)) || self.is_text()
    }

    /// Whether it is text, whether its case counts or not.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::String | Self::CiString | Self::Key(KeyType::String | KeyType::CiString))
    }

    /// Whether its columns can hold what is no value of it: a text that is no variant, an integer that is too wide.
    pub(crate) fn is_part_of_its_storage(&self) -> bool {
        matches!(self, Self::Enum(_) | Self::Integer16 | Self::Integer32)
    }

    /// Whether it is a whole number, of whatever width.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Integer16 | Self::Integer32 | Self::Integer | Self::BigInteger)
    }

    /// Whether rows can be ordered by its values.
    pub fn has_order(&self) -> bool {
        !matches!(self, Self::Json | Self::Bytes)
    }

    /// The integers that it has, where those are not all of 64 bits.
    pub fn integers(&self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::Integer16 => Some(i16::MIN.into()..=i16::MAX.into()),
            Self::Integer32 => Some(i32::MIN.into()..=i32::MAX.into()),
            _ => None,
        }
    }

    /// Whether an integer is not too wide for it; else one sentence that says why not. Other values are not looked at.
    pub(crate) fn holds(&self, value: &Value) -> Result<(), String> {
        match (value, self.integers()) {
            (Value::Int(it), Some(all)) if it < all.start() => Err(format!("must be at least {}", all.start())),
            (Value::Int(it), Some(all)) if it > all.end() => Err(format!("must be at most {}", all.end())),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Type {
    /// As a declaration spells it: `CiString`, `i64`, `Role`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "String",
            Self::CiString => "CiString",
            Self::Integer16 => "i16",
            Self::Integer32 => "i32",
            Self::Integer | Self::BigInteger => "i64",
            Self::Float => "f64",
            Self::Boolean => "bool",
            Self::Uuid => "Uuid",
            Self::Timestamp => "DateTimeUtc",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::Duration => "Duration",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
            Self::Key(KeyType::Integer) => "i64",
            Self::Key(KeyType::String) => "String",
            Self::Key(KeyType::CiString) => "CiString",
            Self::Enum(name) => name,
        })
    }
}

/// Whether a text may be a key: it is not empty, and nothing forbids to store it.
fn is_given(text: &str) -> bool {
    !text.is_empty() && !text.contains(UNSTORABLE)
}

/// A Rust enum whose variants are stored as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enum {
    /// The Rust name: `ActivityKind`.
    pub name: Name,
    /// The first paragraph of its documentation, may be empty.
    pub docs: String,
    /// In the order written.
    pub variants: Vec<Variant>,
}

/// One variant of an [`Enum`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The stored text and the GraphQL value: `ROLEPLAY`.
    pub stored: Name,
    /// Its documentation, may be empty.
    pub docs: String,
}
