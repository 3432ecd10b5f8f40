//! The one table of attribute types.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Name;

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
    /// A 64-bit integer; GraphQL's `Int`, so clients see 32 bits.
    Integer,
    /// A 64-bit integer; GraphQL's `BigInt`, a string.
    BigInteger,
    /// True or false.
    Boolean,
    /// A UUID; GraphQL's `ID`.
    Uuid,
    /// UTC, microseconds; GraphQL's `DateTime`.
    Timestamp,
    /// A JSON value.
    Json,
    /// One variant of the named [`super::Enum`], stored as its screaming-snake name.
    Enum(Name),
    /// A span of whole seconds; in expressions only.
    Duration,
}

impl Type {
    /// Whether it is text to a database.
    pub fn is_stored_as_text(&self) -> bool {
        matches!(self, Self::String | Self::CiString | Self::Enum(_))
    }
}

impl fmt::Display for Type {
    /// As a declaration spells it: `CiString`, `i64`, `Role`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "String",
            Self::CiString => "CiString",
            Self::Integer | Self::BigInteger => "i64",
            Self::Boolean => "bool",
            Self::Uuid => "Uuid",
            Self::Timestamp => "DateTimeUtc",
            Self::Json => "Json",
            Self::Enum(name) => name,
            Self::Duration => "Duration",
        })
    }
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
