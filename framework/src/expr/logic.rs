//! `&& || !` and conditions. They are lazy as in Rust: the right side is not even built if the left one decides.

use super::{Expr, build};
use crate::attribute::AttributeType;
use crate::ir::Node;
use crate::value::Value;

/// A `bool`, or an expression of one. NULL is unknown, and unknown is not true.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected `bool` or an expression of `bool`, found `{Self}`"
)]
pub trait BoolOperand {
    /// As an expression.
    #[doc(hidden)]
    fn condition(self) -> Expr<bool>;
}

/// `bool` or `Option<bool>`.
#[doc(hidden)]
pub trait BoolOrNullableBool {}

#[diagnostic::do_not_recommend]
impl BoolOrNullableBool for bool {}
#[diagnostic::do_not_recommend]
impl BoolOrNullableBool for Option<bool> {}

#[diagnostic::do_not_recommend]
impl<A: BoolOrNullableBool> BoolOperand for Expr<A> {
    fn condition(self) -> Expr<bool> {
        self.retyped()
    }
}

#[diagnostic::do_not_recommend]
impl BoolOperand for bool {
    fn condition(self) -> Expr<bool> {
        literal(self)
    }
}

#[diagnostic::do_not_recommend]
impl<C: BoolOperand + Copy> BoolOperand for &C {
    fn condition(self) -> Expr<bool> {
        C::condition(*self)
    }
}

/// A condition as an expression: around the bodies of closures and the operands of `&&` and `||`.
pub fn cond<C: BoolOperand>(condition: C) -> Expr<bool> {
    condition.condition()
}

/// `left && right`. The right side is built only if the left one is not known to be false.
pub fn and<C: BoolOperand>(left: C, right: impl FnOnce() -> Expr<bool>) -> Expr<bool> {
    let left = left.condition();
    match known_value(left) {
        Some(true) => right(),
        Some(false) => left,
        None => all_of(left, right()),
    }
}

/// `left || right`. The right side is built only if the left one is not known to be true.
pub fn or<C: BoolOperand>(left: C, right: impl FnOnce() -> Expr<bool>) -> Expr<bool> {
    let left = left.condition();
    match known_value(left) {
        Some(true) => left,
        Some(false) => right(),
        None => one_of(left, right()),
    }
}

/// `!operand`.
pub fn not<C: BoolOperand>(operand: C) -> Expr<bool> {
    let operand = operand.condition();
    match known_value(operand) {
        Some(known) => literal(!known),
        None => Expr::from_node(Node::Not(operand.node())),
    }
}

/// The value of the condition, if it is known while building.
pub(crate) fn known_value(condition: Expr<bool>) -> Option<bool> {
    match build::peek(condition.raw()) {
        Some(Node::Literal { value: Value::Bool(known), .. }) => Some(known),
        _ => None,
    }
}

#[inline(never)]
pub(crate) fn literal(known: bool) -> Expr<bool> {
    Expr::literal(Value::Bool(known), bool::TYPE)
}

/// `left AND right`; operands that are ANDs already are merged into one list.
#[inline(never)]
pub(crate) fn all_of(left: Expr<bool>, right: Expr<bool>) -> Expr<bool> {
    let flat = |node| match node {
        Node::And(all) => Some(all),
        _ => None,
    };
    Expr::from_node(Node::And(joined(left, right, flat)))
}

/// `left OR right`; operands that are ORs already are merged into one list.
#[inline(never)]
pub(crate) fn one_of(left: Expr<bool>, right: Expr<bool>) -> Expr<bool> {
    let flat = |node| match node {
        Node::Or(all) => Some(all),
        _ => None,
    };
    Expr::from_node(Node::Or(joined(left, right, flat)))
}

fn joined(left: Expr<bool>, right: Expr<bool>, flat: impl Fn(Node) -> Option<Vec<u32>>) -> Vec<u32> {
    let operands = |side: Expr<bool>| build::peek(side.raw()).and_then(&flat).unwrap_or_else(|| vec![side.node()]);
    let mut all = operands(left);
    all.extend(operands(right));
    all
}
