//! The Rust side of a declared resource: what `#[resource]` makes of it besides its row in expressions, which is [`Resource`].

mod block;
mod changes;
mod loaded;
mod returned;

pub use block::{
    ActionsWithoutName, ActorResource, CalculationsWithoutName, InDomain, PoliciesWithoutName, SoftDeleted,
};
pub use changes::Changes;
pub use loaded::Loaded;
pub(crate) use loaded::{LoadLayout, loaded_row, otherwise_related};
#[doc(hidden)]
pub use returned::AsRow;

use crate::application::ActionFunction;
use crate::error::Error;
use crate::expr::Resource;
use crate::ir;
use crate::location::{Declared, Located};
use crate::record::{Record, StoredRow};
use crate::write::undisclosed;

/// What `#[resource]` makes besides expressions: the declaration as data, and records from the engine's rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "needs `#[resource]`",
    note = "a domain lists structs that stand under `#[resource(table = \"…\")]`"
)]
pub trait Declaration: Resource {
    /// A struct with one field for each column, as attributes name it.
    #[doc(hidden)]
    type Fields: 'static;
    /// The columns by name.
    #[doc(hidden)]
    const FIELDS: Self::Fields;

    /// The declaration as data and where it is written, with what `#[actions]`, `#[policies]` and `#[calculations]` add.
    fn declare() -> Declared;

    /// The functions that the declaration names.
    fn functions() -> Vec<ActionFunction>;

    /// The enums of its attributes and arguments, each perhaps more than once.
    fn enums() -> Vec<Located<ir::Enum>>;

    /// The typed form of a row.
    ///
    /// # Errors
    /// `INTERNAL` if an attribute is missing that is not [`crate::attribute::Guarded`], or one is of another type.
    fn from_record(record: Record) -> Result<Self, Error>;

    /// The typed form of a row as the database gave it, all of it: for the application's own functions.
    ///
    /// # Errors
    /// As [`Declaration::from_record`].
    fn from_stored(row: &StoredRow) -> Result<Self, Error> {
        Self::from_record(undisclosed(row))
    }

    /// The primary key.
    #[doc(hidden)]
    fn key(&self) -> Self::Id;

    /// Sets the field of a relationship, by its position, to the rows that a read has loaded.
    ///
    /// # Errors
    /// As [`Declaration::from_record`], of the related rows.
    #[doc(hidden)]
    fn relate(&mut self, relationship: u16, related: Loaded<'_>) -> Result<(), Error>;
}
