//! What names one row of a resource.

use std::fmt;

use uuid::Uuid;

use super::Value;

/// The primary key of a row, as the resource declares it; never NULL.
///
/// Printed, it is what GraphQL's `ID` and the addresses of screens hold, and [`Type::key`](crate::ir::Type::key) reads it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// Made by the framework.
    Uuid(Uuid),
    /// Counted by the database, or given.
    Int(i64),
    /// Given.
    Text(Box<str>),
}

impl RowKey {
    /// The key that a stored value is; `None` if a value of its type names no row, as NULL does.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(Self::Uuid(*uuid)),
            Value::Int(number) => Some(Self::Int(*number)),
            Value::Text(text) => Some(Self::Text(text.as_str().into())),
            _ => None,
        }
    }

    /// The UUID inside, if it is one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) => Some(*uuid),
            Self::Int(_) | Self::Text(_) => None,
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(uuid) => uuid.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl PartialEq<Uuid> for RowKey {
    fn eq(&self, other: &Uuid) -> bool {
        self.as_uuid() == Some(*other)
    }
}

impl From<RowKey> for Value {
    fn from(key: RowKey) -> Self {
        match key {
            RowKey::Uuid(uuid) => Self::Uuid(uuid),
            RowKey::Int(number) => Self::Int(number),
            RowKey::Text(text) => Self::Text(text.into()),
        }
    }
}

impl From<&RowKey> for Value {
    fn from(key: &RowKey) -> Self {
        key.clone().into()
    }
}

impl From<&Self> for RowKey {
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

impl From<Uuid> for RowKey {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<&Uuid> for RowKey {
    fn from(uuid: &Uuid) -> Self {
        Self::Uuid(*uuid)
    }
}

impl From<i64> for RowKey {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for RowKey {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for RowKey {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
