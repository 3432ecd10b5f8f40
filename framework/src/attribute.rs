//! What a field of a resource may hold, and how each Rust type is stored and read.
//!
//! ```text
//! String  CiString  i16  i32  i64  f64  bool  Uuid  DateTimeUtc  Date  Time  Duration  Json  Bytes  #[derive(Enum)]    scalars
//! Option<scalar>                                                             may be NULL
//! Guarded<scalar>  Guarded<Option<scalar>>                                   may be hidden by a field policy
//! ```

mod ci_string;
mod guarded;
mod handle;
mod json;
mod nullability;
mod primary_key;
mod returnable;
mod types;

pub use ci_string::CiString;
pub use guarded::Guarded;
pub use handle::{Attribute, Generated, Given, Identifies, Identity, Key, Unique, Writable};
pub use json::Json;
pub use nullability::{Nullability, Optional, Required};
pub use primary_key::PrimaryKey;
pub use returnable::Returnable;
pub(crate) use returnable::of_another_shape;
#[doc(hidden)]
pub use returnable::{AsList, AsOption, AsValue, OptionalForm, ReturnForm};

use crate::error::{Code, Error};
use crate::ir::{Enum, Type};
use crate::location::Located;
use crate::record::Field;
use crate::value::Value;

/// A Rust type that an attribute, an argument or a calculation can have.
///
/// `#[derive(Enum)]` implements it for enums; nothing else needs to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "no attribute can have this type",
    note = "an attribute is a `String`, `CiString`, `i16`, `i32`, `i64`, `f64`, `bool`, `Uuid`, `DateTimeUtc`, `Date`, `Time`, `Duration`, `Json`, `Bytes` or an enum with `#[derive(Enum)]`, or an `Option<…>` or `Guarded<…>` of one"
)]
pub trait AttributeType: Sized + Send + Sync + 'static {
    /// The type that expressions know it by, without `Guarded` and `Option`: the type itself, but `i64` for every whole number.
    type Base: AttributeType<Base = Self::Base>;
    /// The same, in an `Option` if this is one: what an expression reads from the column.
    type Plain: AttributeType<Base = Self::Base>;
    /// The same, in an `Option`: what an expression reads where the row itself may be absent.
    type Nullable: AttributeType<Base = Self::Base>;
    /// The type without `Guarded`: what is written into the column.
    type Written: AttributeType<Base = Self::Base>;
    /// The type without `Guarded` and `Option`.
    type Scalar: Scalar<Base = Self::Base>;
    /// Whether it may be NULL, as a type.
    type Null: Nullability;

    /// The type in the IR, without `Option` and `Guarded`.
    const TYPE: Type;
    /// Emitted code reads it, so that rustc reports a type that is no attribute type once, and not at each use.
    #[doc(hidden)]
    const KNOWN: bool = true;
    /// Whether it is an `Option`, `Guarded` or not.
    const NULLABLE: bool = false;
    /// Whether it is a `Guarded`.
    const GUARDED: bool = false;

    /// The stored form. A `Guarded` that holds no value gives NULL.
    fn to_value(&self) -> Value;

    /// Reads the stored form back; `None` if `value` is not of this type.
    fn from_value(value: Value) -> Option<Self>;

    /// Reads a field of a record; `None` if its value is of another type, or if it has no visible value and this type is no `Guarded`.
    fn from_field(field: Field) -> Option<Self> {
        match field {
            Field::Shown(value) | Field::Sensitive(value) => Self::from_value(value),
            Field::Hidden | Field::NotLoaded | Field::Failed(_) => None,
        }
    }

    /// The declaration of the enum, if it is one.
    fn enumeration() -> Option<Located<Enum>> {
        None
    }
}

/// A type of which a column holds one value: neither an `Option` nor a `Guarded`.
pub trait Scalar: AttributeType<Null = Required> {}

/// The value of a field of a record as a `T`.
///
/// # Errors
/// With the field's name: why it could not be worked out; `FORBIDDEN` if the actor may not see it and `T` is no [`Guarded`]; `INTERNAL` if
/// it was not read, or is not of this type.
pub(crate) fn typed_field<T: AttributeType>(field: Field, resource: &str, name: &str) -> Result<T, Error> {
    match field {
        Field::Failed(error) => Err(Error::from(error).of(name)),
        Field::Hidden if !T::GUARDED => Err(Error::at(Code::Forbidden, name, "forbidden")),
        field => match T::from_field(field) {
            Some(value) => Ok(value),
            None => Err(not_as_declared(resource, name)),
        },
    }
}

#[cold]
pub(crate) fn not_as_declared(owner: &str, name: &str) -> Error {
    Error::internal(format!("`{name}` of `{owner}` is not there, or not of its declared type"))
}
