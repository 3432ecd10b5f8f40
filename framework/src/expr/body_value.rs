//! The edge of a body: what it promises, and what it may give for that.

use super::Expr;
use super::operand::{Nullness, Operand};
use crate::attribute::{AttributeType, Optional, Required};
use crate::ir::NodeId;
use crate::value::Value;

/// What a body that promises a `T` may end in, `Option` aside: a known value or an expression.
#[diagnostic::on_unimplemented(
    message = "this body promises `{T}` but gives `{Self}`",
    label = "expected `{T}` or an expression of it, found `{Self}`"
)]
pub trait BodyValue<T> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn answer(&self) -> NodeId;
}

/// What a body that promises a `T` may end in, as far as `Option` goes.
#[diagnostic::on_unimplemented(
    message = "this body promises `{T}` but gives `{Self}`",
    label = "this may be absent",
    note = "what may be absent needs `-> Option<…>`, or a value in its place: `.unwrap_or(…)`"
)]
pub trait BodyNullness<T> {}

/// Whether that nullability may stand where a `T` is promised.
#[doc(hidden)]
pub trait Within<T> {}

#[diagnostic::do_not_recommend]
impl<T> Within<T> for Required {}
#[diagnostic::do_not_recommend]
impl<T> Within<Option<T>> for Optional {}
// A condition may be unknown: that is given out as false.
#[diagnostic::do_not_recommend]
impl Within<bool> for Optional {}

#[diagnostic::do_not_recommend]
impl<T: AttributeType, V: Operand<T::Base>> BodyValue<T> for V {
    fn answer(&self) -> NodeId {
        self.lift()
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: Nullness<Null: Within<T>>> BodyNullness<T> for V {}

/// The answer of a body that promises a `T`.
pub fn ret<T: AttributeType>(answer: impl BodyValue<T> + BodyNullness<T>) -> Expr<T> {
    Expr::from_id(answer.answer())
}

/// `None`, where an `Option` is promised.
pub fn null<T: Absent>() -> Expr<T> {
    Expr::literal(Value::Null, T::TYPE)
}

/// A type that has a `None`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` column is never absent",
    label = "always there",
    note = "declare the attribute as `Option<{Self}>`, or drop the test"
)]
pub trait Absent: AttributeType {}

#[diagnostic::do_not_recommend]
impl<T> Absent for Option<T> where Self: AttributeType {}
