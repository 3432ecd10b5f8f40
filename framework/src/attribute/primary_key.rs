//! The types that name a row.

use uuid::Uuid;

use super::{AttributeType, CiString};
use crate::value::RowKey;

/// A type that an `#[id]` may have: a value of it names one row of its resource.
#[diagnostic::on_unimplemented(
    message = "an `#[id]` is a `Uuid`, an `i64`, a `String` or a `CiString`",
    label = "write one of these",
    note = "a `Uuid` is made by the framework, an `i64` counted by the database; a `String` or `CiString` is given to the create"
)]
pub trait PrimaryKey: AttributeType<Base = Self, Plain = Self> + Clone {
    /// The key as calls carry it.
    fn into_key(self) -> RowKey;

    /// A key that no row has.
    #[doc(hidden)]
    fn of_no_row() -> Self;
}

#[diagnostic::do_not_recommend]
impl PrimaryKey for Uuid {
    fn into_key(self) -> RowKey {
        self.into()
    }

    fn of_no_row() -> Self {
        Self::nil()
    }
}

#[diagnostic::do_not_recommend]
impl PrimaryKey for i64 {
    fn into_key(self) -> RowKey {
        self.into()
    }

    fn of_no_row() -> Self {
        Self::MIN
    }
}

#[diagnostic::do_not_recommend]
impl PrimaryKey for String {
    fn into_key(self) -> RowKey {
        self.into()
    }

    fn of_no_row() -> Self {
        Self::new()
    }
}

#[diagnostic::do_not_recommend]
impl PrimaryKey for CiString {
    fn into_key(self) -> RowKey {
        self.into()
    }

    fn of_no_row() -> Self {
        Self::new("")
    }
}

impl From<CiString> for RowKey {
    fn from(text: CiString) -> Self {
        text.as_str().into()
    }
}
