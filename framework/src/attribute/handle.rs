//! The attributes and identities of a resource by name, each with its type: `World::NAME` in Rust, `name` in `accept = [name]`.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use crate::ir::Name;

/// An attribute of the resource `R` that holds a `T`: the constant that `#[resource]` makes of a field, `World::NAME` of `name` and
/// `World::OWNER_ID` of the `belongs_to` named `owner`.
///
/// `Kind` says who gives it a value, and whether it is unique: [`Given`], [`Unique`], [`Generated`] or [`Key`].
pub struct Attribute<R, T, Kind = Given> {
    name: &'static str,
    types: Types<R, T, Kind>,
}

type Types<R, T, Kind> = PhantomData<fn() -> (R, T, Kind)>;

/// An action's input or the action itself gives it.
#[derive(Clone, Copy, Debug)]
pub struct Given;

/// As [`Given`], and no two rows have the same value: the attribute is an identity.
#[derive(Clone, Copy, Debug)]
pub struct Unique;

/// The framework fills it in.
#[derive(Clone, Copy, Debug)]
pub struct Generated;

/// It is the key of a `belongs_to` that points at `Target`; an input or the action gives it.
#[derive(Debug)]
pub struct Key<Target>(PhantomData<fn() -> Target>);

/// A kind of attribute that an action may accept or set.
#[diagnostic::on_unimplemented(
    message = "the framework fills this attribute in, so no action can",
    label = "filled in by the framework"
)]
pub trait Writable {}

#[diagnostic::do_not_recommend]
impl Writable for Given {}

#[diagnostic::do_not_recommend]
impl Writable for Unique {}

#[diagnostic::do_not_recommend]
impl<Target> Writable for Key<Target> {}

/// A declared identity of the resource `R`: the constant that `#[resource(identity(world_and_user = [world, user]))]` makes,
/// `Membership::WORLD_AND_USER`.
pub struct Identity<R> {
    name: &'static str,
    resource: PhantomData<fn() -> R>,
}

/// What names an identity of `R`: the constant of a `unique` attribute or of a declared identity.
#[diagnostic::on_unimplemented(
    message = "this names no identity of `{R}`",
    label = "expected the constant of a `unique` attribute or of a declared identity of `{R}`",
    note = "declare it: `#[attribute(unique)]` on the attribute, or `identity(name = [a, b])` in the options of `#[resource]`"
)]
pub trait Identifies<R> {
    /// The identity's name.
    fn identity(&self) -> Name;
}

#[diagnostic::do_not_recommend]
impl<R, T> Identifies<R> for Attribute<R, T, Unique> {
    fn identity(&self) -> Name {
        self.name()
    }
}

#[diagnostic::do_not_recommend]
impl<R> Identifies<R> for Identity<R> {
    fn identity(&self) -> Name {
        Name::new(self.name)
    }
}

impl<R> Identity<R> {
    /// The identity of that name.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, resource: PhantomData }
    }
}

impl<R> Clone for Identity<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Identity<R> {}

impl<R> Debug for Identity<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.name).finish()
    }
}

impl<R, T, Kind> Attribute<R, T, Kind> {
    /// The column of that name.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, types: PhantomData }
    }

    /// Its name.
    pub fn name(&self) -> Name {
        Name::new(self.name)
    }
}

impl<R, T, Kind> Clone for Attribute<R, T, Kind> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T, Kind> Copy for Attribute<R, T, Kind> {}

impl<R, T, Kind> Debug for Attribute<R, T, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attribute").field(&self.name).finish()
    }
}
