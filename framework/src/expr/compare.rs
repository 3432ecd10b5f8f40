//! `== != < <= > >=`.

use uuid::Uuid;

use super::operand::{Operand, Typed};
use super::{Expr, build, logic};
use crate::attribute::CiString;
use crate::ir::{Comparison, Node, NodeId};
use crate::value::{DateTimeUtc, Value};

/// A type whose values have an order in an expression. An enum has none: it is stored as text, and `ADMIN` comes before `MEMBER`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no order in an expression",
    label = "not larger or smaller than another",
    note = "of an enum, name the variants: `matches!(row.role, Role::Builder | Role::Admin)`"
)]
pub trait Ordered {}

#[diagnostic::do_not_recommend]
impl Ordered for i64 {}
#[diagnostic::do_not_recommend]
impl Ordered for String {}
#[diagnostic::do_not_recommend]
impl Ordered for CiString {}
#[diagnostic::do_not_recommend]
impl Ordered for DateTimeUtc {}
#[diagnostic::do_not_recommend]
impl Ordered for Uuid {}

/// The comparisons as methods of the left side, which macros call: of a side whose type is wrong itself, rustc says no more then, and not
/// that the other side is wrong too.
#[doc(hidden)]
pub trait Compare {
    /// `self == right`.
    fn equals<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed,
    {
        eq(self, right)
    }

    /// `self != right`.
    fn differs<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed,
    {
        ne(self, right)
    }

    /// `self < right`.
    fn is_below<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed<Base: Ordered>,
    {
        lt(self, right)
    }

    /// `self <= right`.
    fn is_at_most<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed<Base: Ordered>,
    {
        le(self, right)
    }

    /// `self > right`.
    fn is_above<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed<Base: Ordered>,
    {
        gt(self, right)
    }

    /// `self >= right`.
    fn is_at_least<R: Operand<Self::Base> + ?Sized>(&self, right: &R) -> Expr<bool>
    where
        Self: Typed<Base: Ordered>,
    {
        ge(self, right)
    }
}

impl<L: ?Sized> Compare for L {}

// Written out, so that what rustc says of a mistake points at one line.

/// `left == right`.
pub fn eq<L: Typed + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Eq, left.lift_typed(), right.lift())
}

/// `left != right`.
pub fn ne<L: Typed + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Ne, left.lift_typed(), right.lift())
}

/// `left < right`.
pub fn lt<L: Typed<Base: Ordered> + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Lt, left.lift_typed(), right.lift())
}

/// `left <= right`.
pub fn le<L: Typed<Base: Ordered> + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Le, left.lift_typed(), right.lift())
}

/// `left > right`.
pub fn gt<L: Typed<Base: Ordered> + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Gt, left.lift_typed(), right.lift())
}

/// `left >= right`.
pub fn ge<L: Typed<Base: Ordered> + ?Sized, R: Operand<L::Base> + ?Sized>(left: &L, right: &R) -> Expr<bool> {
    compare(Comparison::Ge, left.lift_typed(), right.lift())
}

#[inline(never)]
fn compare(op: Comparison, left: NodeId, right: NodeId) -> Expr<bool> {
    match build::known_pair(left, right).and_then(|(left, right)| settle(op, &left, &right)) {
        Some(known) => logic::literal(known),
        None => Expr::from_node(Node::Compare { op, left, right }),
    }
}

/// Compares two known values, so that `&&` and `||` stay lazy behind them. Only what is the same on every backend is settled.
fn settle(op: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Uuid(left), Value::Uuid(right)) => left.cmp(right),
        (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(right),
        _ => return None,
    };
    Some(match op {
        Comparison::Eq => order.is_eq(),
        Comparison::Ne => order.is_ne(),
        Comparison::Lt => order.is_lt(),
        Comparison::Le => order.is_le(),
        Comparison::Gt => order.is_gt(),
        Comparison::Ge => order.is_ge(),
    })
}
