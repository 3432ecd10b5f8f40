//! What generated code calls. Not for use by hand: it may change in any release.

mod absent;
mod names;

pub use crate::attribute::{AttributeType, Maybe, Nullability, Req};
pub use crate::expr::{
    Actor, Expr, ExprRow, Known, ManyRows, Nullness, Operand, Row, RowPath, Typed, add, and, assigned_tree, case,
    choice, cond, declared_tree, default_tree, div, eq, exhaustive, ge, gt, le, lift_value, lt, mul, ne, neg, not,
    null, or, ret, sub,
};
pub use crate::ir;
pub use crate::resource::Resource;
pub use crate::value::Value;
pub use absent::{HasPolicies, InDomain, NoActions, NoCalculations, NoFieldPolicies, NoPolicies, in_domain};
pub use names::ActionNames;

/// Stands where the code that was written could not be used; the mistake is reported beside it.
///
/// # Panics
/// Always. No program that compiles calls it.
#[track_caller]
pub fn broken<T>() -> T {
    unreachable!("generated from a declaration that did not compile")
}
