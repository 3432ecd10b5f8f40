//! Policies and calculations as data: what `#[policies]` and `#[calculations]` emit are calls of these.

use super::Located;
use crate::attribute::{AttributeType, Guarded};
use crate::expr::{Expr, ExprRow, ManyRows};
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

/// A calculation of type `T`.
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

/// What a method of a row that was asked for by a name gives.
pub trait Named {
    /// Whether it is a calculation's.
    const IS_CALCULATION: bool;
}

impl<T> Named for Expr<T> {
    const IS_CALCULATION: bool = true;
}

impl Named for Missing {
    const IS_CALCULATION: bool = false;
}

impl<R: ExprRow> Named for R {
    const IS_CALCULATION: bool = false;
}

impl<R> Named for ManyRows<R> {
    const IS_CALCULATION: bool = false;
}

/// What stands where a row has no method of a name.
#[derive(Debug)]
pub struct Missing;

/// Whether a method of a row is a calculation.
pub const fn is_calculation<R, A: Named>(_: fn(R) -> A) -> bool {
    A::IS_CALCULATION
}

/// Demands what only a constant can tell: that a name is there. The message says what to write.
///
/// # Panics
/// If it does not hold; so the program does not compile.
#[track_caller]
pub const fn named(holds: bool, message: &str) {
    assert!(holds, "{}", message);
}

/// Requires that a field with a field policy has the type `Guarded`.
pub fn guarded<T: MayBeHidden>(_: &T) {}

/// A [`Guarded`].
#[diagnostic::on_unimplemented(
    message = "a field with a policy may be hidden, so its type must say so",
    label = "write `Guarded<{Self}>`"
)]
pub trait MayBeHidden {}

#[diagnostic::do_not_recommend]
impl<T> MayBeHidden for Guarded<T> {}
