//! The columns of a resource as other attributes name them: `accept = [title, world]`, `has_many(key = user)`.
//!
//! `#[resource]` makes a struct with one field for each, so that rustc finds a misspelt name and an editor renames it. The type
//! of a field says what may be done with it.

use std::fmt::{self, Debug};

use super::Asked;
use crate::attribute::{Attribute, AttributeType, Key, Writable};
use crate::expr::{Body, BodyNullness, BodyValue};
use crate::ir::{Name, Tree};
use crate::resource::{ActorResource, Declaration};

// A method, and no function that takes the field: of a call on a field whose type is wrong itself rustc says no more.
#[doc(hidden)]
impl<Of, T: AttributeType, Kind> Attribute<Of, T, Kind> {
    /// The column and its new value, in an action that sets it.
    pub fn assigned<V>(&self, body: Body, what: &'static str, value: V) -> (Name, Tree)
    where
        Kind: Writable,
        V: BodyValue<T::Plain> + BodyNullness<T::Plain>,
    {
        (self.name(), body.value::<T, V>(what, value))
    }
}

/// The key of a `belongs_to`.
#[diagnostic::on_unimplemented(
    message = "only a `#[belongs_to]` can be related to the actor",
    label = "this is an attribute, not a `#[belongs_to]`"
)]
pub trait Relatable: Writable {}

#[diagnostic::do_not_recommend]
impl<Target> Relatable for Key<Target> {}

/// An attribute that may say which tenant a row is of: the key of a `belongs_to`.
#[diagnostic::on_unimplemented(
    message = "a tenant is a row: `tenant` names a `#[belongs_to]`",
    label = "this is an attribute, not a `#[belongs_to]`"
)]
pub trait NamesTenant {}

#[diagnostic::do_not_recommend]
impl<Target> NamesTenant for Key<Target> {}

/// The key of a `belongs_to` that points at `R`.
#[diagnostic::on_unimplemented(
    message = "this key does not point at `{R}`",
    label = "not a `#[belongs_to]` with type `BelongsTo<{R}>`"
)]
pub trait PointsAt<R> {}

#[diagnostic::do_not_recommend]
impl<R> PointsAt<R> for Key<R> {}

/// The column of the key that points at `Target`.
pub fn key_to<Target, R, T: AttributeType, Kind: PointsAt<Target>>(field: &Attribute<R, T, Kind>) -> Name {
    field.name()
}

/// The types of columns as they were written: of the first four, of the next four, and so on. What there is no column for is `()`.
#[expect(missing_docs, reason = "the names say it")]
pub trait ColumnTypes<const GROUP: u16> {
    type First;
    type Second;
    type Third;
    type Fourth;
}

/// An [`Asked`] type that an attribute can have.
pub trait KnownType {
    /// The type.
    type Type: AttributeType;
}

impl<T: AttributeType> KnownType for Asked<T, true> {
    type Type = T;
}

/// The resource at the other end of a relationship, by its position.
pub trait RelatedTo<const RELATIONSHIP: u16> {
    /// As it was written.
    type Resource: Declaration;
}

/// An [`Asked`] type that is a resource.
pub trait KnownResource {
    /// The type.
    type Resource: Declaration;
}

impl<R: Declaration> KnownResource for Asked<R, true> {
    type Resource = R;
}

/// A column or a relationship of a record again.
pub fn cloned<T: Clone>(value: &T) -> T {
    value.clone()
}

/// A column of a record, to be printed.
pub fn shown<T: Debug>(value: &T) -> &dyn Debug {
    value
}

/// Prints a record: its fields by their names, one value for each.
///
/// # Errors
/// Those of the formatter.
pub fn debug(f: &mut fmt::Formatter<'_>, record: &str, names: &[&str], values: &[&dyn Debug]) -> fmt::Result {
    let mut printed = f.debug_struct(record);
    for (name, value) in names.iter().zip(values) {
        printed.field(name, value);
    }
    printed.finish()
}

/// Text, whose length counts.
#[diagnostic::on_unimplemented(message = "`{Self}` is no text", label = "`email`, `slug` and `multiline` are for text")]
pub trait Textual {}

#[diagnostic::do_not_recommend]
impl Textual for String {}
#[diagnostic::do_not_recommend]
impl Textual for crate::attribute::CiString {}

/// Demands text.
pub fn textual<T: AttributeType<Base: Textual>>() {}

/// Text or bytes, which have a length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length",
    label = "`min_length` and `max_length` are for text and `Bytes`"
)]
pub trait Measured {}

#[diagnostic::do_not_recommend]
impl Measured for String {}
#[diagnostic::do_not_recommend]
impl Measured for crate::attribute::CiString {}
#[diagnostic::do_not_recommend]
impl Measured for crate::value::Bytes {}

/// Demands what has a length.
pub fn measured<T: AttributeType<Base: Measured>>() {}

/// A whole number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no whole number",
    label = "`min` and `max` are for whole numbers"
)]
pub trait Integral {}

#[diagnostic::do_not_recommend]
impl Integral for i64 {}

/// Demands a whole number.
pub fn integral<T: AttributeType<Base: Integral>>() {}

/// A whole number of 64 bits.
#[diagnostic::on_unimplemented(message = "`{Self}` does not have 64 bits", label = "`big` is for `i64`")]
pub trait Wide {}

#[diagnostic::do_not_recommend]
impl Wide for i64 {}
#[diagnostic::do_not_recommend]
impl Wide for Option<i64> {}

/// Demands a whole number of 64 bits.
pub fn wide<T: AttributeType<Written: Wide>>() {}

/// What an actor is known by: an address, whose case does not count.
#[diagnostic::on_unimplemented(
    message = "an actor's identity is a `CiString`, so that one address means one person however it is written",
    label = "write `CiString` or `Guarded<CiString>`"
)]
pub trait Address {}

#[diagnostic::do_not_recommend]
impl Address for crate::attribute::CiString {}

/// Demands an address.
pub fn address<T: AttributeType<Base: Address>>() {}

/// Demands a resource whose records act.
pub fn actor_resource<R: ActorResource>() {}
