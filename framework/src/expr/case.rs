//! `if` and `match`: SQL's CASE, lazy as in Rust where a condition is known while building.

use std::marker::PhantomData;

use super::body_value::BodyNullness;
use super::operand::{Nullness, Operand, Typed};
use super::{Expr, logic};
use crate::attribute::{AttributeType, Nullability};
use crate::ir::{Node, NodeId, Type};
use crate::value::Value;

/// A CASE whose type is known before its arms: at the end of a body.
#[derive(Debug)]
pub struct Case<T> {
    arms: Arms,
    ty: PhantomData<fn() -> T>,
}

/// A CASE whose type is that of its first arm, and which may be absent if one of its arms may.
#[derive(Debug)]
pub struct Choice<B, N> {
    arms: Arms,
    ty: PhantomData<fn() -> (B, N)>,
}

/// Starts a CASE of type `T`.
pub fn case<T: AttributeType>() -> Case<T> {
    Case { arms: Arms::default(), ty: PhantomData }
}

/// Starts a CASE with its first arm.
pub fn choice<V: Typed>(condition: impl FnOnce() -> Expr<bool>, value: impl FnOnce() -> V) -> Choice<V::Base, V::Null> {
    let mut arms = Arms::default();
    arms.when(condition, || value().lift_typed());
    Choice { arms, ty: PhantomData }
}

impl<T: AttributeType> Case<T> {
    /// Adds an arm.
    #[must_use]
    pub fn when(mut self, condition: impl FnOnce() -> Expr<bool>, value: impl FnOnce() -> Expr<T>) -> Self {
        self.arms.when(condition, || value().node());
        self
    }

    /// Ends with `else` or `_`.
    pub fn otherwise(self, value: impl FnOnce() -> Expr<T>) -> Expr<T> {
        self.arms.otherwise(|| value().node())
    }

    /// Ends a `match` whose arms cover every variant of `subject`.
    pub fn exhausted<S: Nullness + Covered<T>>(self, subject: &S) -> Expr<T> {
        let _ = subject;
        self.arms.exhausted(S::Null::MAYBE, T::TYPE)
    }
}

impl<B: AttributeType<Base = B>, N: Nullability> Choice<B, N> {
    /// Adds an arm.
    #[must_use]
    pub fn when<V>(
        mut self,
        condition: impl FnOnce() -> Expr<bool>,
        value: impl FnOnce() -> V,
    ) -> Choice<B, N::Join<V::Null>>
    where
        V: Operand<B> + Nullness,
    {
        self.arms.when(condition, || value().lift());
        Choice { arms: self.arms, ty: PhantomData }
    }

    /// Ends with `else` or `_`.
    pub fn otherwise<V>(self, value: impl FnOnce() -> V) -> Expr<<N::Join<V::Null> as Nullability>::Of<B>>
    where
        V: Operand<B> + Nullness,
    {
        self.arms.otherwise(|| value().lift())
    }

    /// Ends a `match` whose arms cover every variant of `subject`; NULL where `subject` is NULL.
    pub fn exhausted<S: Nullness>(self, subject: &S) -> Expr<<N::Join<S::Null> as Nullability>::Of<B>> {
        let _ = subject;
        self.arms.exhausted(S::Null::MAYBE, B::TYPE)
    }
}

/// A subject of a `match` without `_`: it is never NULL, or the value of the `match` may be NULL too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may be absent, and no arm of this `match` says what holds then",
    label = "this may be absent",
    note = "add an arm `_ => …`"
)]
pub trait Covered<T> {}

#[diagnostic::do_not_recommend]
impl<T, S: BodyNullness<T>> Covered<T> for S {}

/// Lets rustc check the patterns of a `match`: that the variants exist, and that none is missing. `check` is never run.
pub fn exhaustive<S: Typed + ?Sized>(subject: &S, check: impl FnOnce(S::Base)) {
    let _ = (subject, check);
}

/// The arms so far, without their Rust type.
#[derive(Debug, Default)]
struct Arms {
    arms: Vec<(NodeId, NodeId)>,
    /// The value of an arm whose condition is known to be true: later arms are not even built.
    settled: Option<NodeId>,
}

impl Arms {
    fn when(&mut self, condition: impl FnOnce() -> Expr<bool>, value: impl FnOnce() -> NodeId) {
        if self.settled.is_some() {
            return;
        }
        let condition = condition();
        match logic::known_value(condition) {
            Some(true) => self.settled = Some(value()),
            Some(false) => {}
            None => {
                let condition = condition.node();
                self.arms.push((condition, value()));
            }
        }
    }

    fn otherwise<T>(self, value: impl FnOnce() -> NodeId) -> Expr<T> {
        let otherwise = self.settled.unwrap_or_else(value);
        if self.arms.is_empty() {
            return Expr::from_id(otherwise);
        }
        Expr::from_node(Node::Case { arms: self.arms, otherwise })
    }

    fn exhausted<T>(mut self, absent: bool, ty: Type) -> Expr<T> {
        // If the subject is never NULL, the last arm is the ELSE.
        if self.settled.is_none() && !absent {
            self.settled = self.arms.pop().map(|(_, value)| value);
        }
        self.otherwise(|| Expr::<T>::literal(Value::Null, ty).node())
    }
}
