//! Policies and calculations as data: what `#[policies]` and `#[calculations]` emit are calls of these.

use super::Located;
use crate::attribute::{AttributeType, Guarded};
use crate::ir::{Applies, Calculation, FieldPolicy, Name, Policy, Tree};

/// A policy or a bypass.
#[track_caller]
pub fn policy(
    name: &'static str,
    docs: &str,
    bypass: bool,
    anyone: bool,
    applies: Vec<Applies>,
    condition: Tree,
) -> Located<Policy> {
    Located::here(Policy { name: Name::new(name), docs: docs.into(), bypass, anyone, applies, condition })
}

/// A field policy.
#[track_caller]
pub fn field_policy(
    name: &'static str,
    docs: &str,
    attributes: &[&'static str],
    condition: Tree,
) -> Located<FieldPolicy> {
    let attributes = attributes.iter().map(|it| Name::new(it)).collect();
    Located::here(FieldPolicy { name: Name::new(name), docs: docs.into(), attributes, condition })
}

/// A calculation that promises a `T`.
#[track_caller]
pub fn calculation<T: AttributeType>(
    name: &'static str,
    docs: &str,
    public: bool,
    unrestricted: bool,
    tree: Tree,
) -> Located<Calculation> {
    let (ty, nullable) = (T::TYPE, T::NULLABLE);
    let name = Name::new(name);
    Located::here(Calculation { name, docs: docs.into(), ty, nullable, public, unrestricted, tree })
}

/// Demands that a field with a policy says so in its type.
pub fn guarded<T: MayBeHidden>(_: &T) {}

/// A [`Guarded`].
#[diagnostic::on_unimplemented(
    message = "a field with a policy may be hidden, so its type must say so",
    label = "write `Guarded<{Self}>`"
)]
pub trait MayBeHidden {}

#[diagnostic::do_not_recommend]
impl<T> MayBeHidden for Guarded<T> {}
