//! The attributes of a resource by name, each with its type: `World::NAME` in Rust, `name` in `accept = [name]`.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use crate::ir::Name;

/// An attribute of the resource `R` that holds a `T`: the constant that `#[resource]` makes of a field, `World::NAME` of `name` and
/// `World::OWNER_ID` of the `belongs_to` named `owner`.
///
/// `Kind` says who gives it a value: [`Given`], [`Generated`] or [`Key`].
pub struct Attribute<R, T, Kind = Given> {
    name: &'static str,
    types: Types<R, T, Kind>,
}

type Types<R, T, Kind> = PhantomData<fn() -> (R, T, Kind)>;

/// An action's input or the action itself gives it.
#[derive(Clone, Copy, Debug)]
pub struct Given;

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
impl<Target> Writable for Key<Target> {}

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
