//! The types that name a row.

use uuid::Uuid;

use super::AttributeType;
use crate::record::NO_ROW;
use crate::value::RowKey;

/// A type that an `#[id]` may have: a value of it names one row of its resource.
#[diagnostic::on_unimplemented(message = "an `#[id]` is a `Uuid`", label = "write `Uuid`")]
pub trait PrimaryKey: AttributeType<Base = Self, Plain = Self> + Clone + Into<RowKey> {
    /// A key that no row has.
    #[doc(hidden)]
    fn of_no_row() -> Self;
}

#[diagnostic::do_not_recommend]
impl PrimaryKey for Uuid {
    fn of_no_row() -> Self {
        NO_ROW
    }
}
