//! The type of a body, and the values that it may end in.

use super::Expr;
use super::operand::{Nullness, Operand};
use crate::attribute::{AttributeType, Optional, Required};
use crate::ir::NodeId;
use crate::value::Value;

/// A Rust value or an expression that a body of type `T` may end in. Whether it may be an `Option` is left to [`BodyNullness`].
#[diagnostic::on_unimplemented(
    message = "this body promises `{T}` but gives `{Self}`",
    label = "expected `{T}` or an expression of it, found `{Self}`"
)]
pub trait BodyValue<T> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn body_value(&self) -> NodeId;
}

/// A value or an expression that a body of type `T` may end in, as far as `Option` is concerned: only a `T` that is an `Option` takes one
/// that may be absent. The rest of the type is left to [`BodyValue`].
#[diagnostic::on_unimplemented(
    message = "this body promises `{T}` but gives `{Self}`",
    label = "this may be absent",
    note = "what may be absent needs `-> Option<…>`, or a value in its place: `.unwrap_or(…)`"
)]
pub trait BodyNullness<T> {}

/// A nullability that the end of a body of type `T` may have.
#[doc(hidden)]
pub trait Within<T> {}

#[diagnostic::do_not_recommend]
impl<T> Within<T> for Required {}
#[diagnostic::do_not_recommend]
impl<T> Within<Option<T>> for Optional {}
// A condition may be unknown: its value is then false.
#[diagnostic::do_not_recommend]
impl Within<bool> for Optional {}

#[diagnostic::do_not_recommend]
impl<T: AttributeType, V: Operand<T::Base>> BodyValue<T> for V {
    fn body_value(&self) -> NodeId {
        self.lift()
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: Nullness<Null: Within<T>>> BodyNullness<T> for V {}

/// Ends a body of type `T`.
pub fn ret<T: AttributeType>(answer: impl BodyValue<T> + BodyNullness<T>) -> Expr<T> {
    Expr::from_id(answer.body_value())
}

/// `None`, as the value of a body whose type is an `Option`.
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
