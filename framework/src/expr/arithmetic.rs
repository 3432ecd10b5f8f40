//! `+ - * /` of integers and of floats, spans of time, and a time plus or minus a span. NULL if either side is, and where a divisor is 0.

use super::Expr;
use super::operand::{Nullness, Operand, Typed};
use crate::attribute::{AttributeType, Nullability, Optional};
use crate::ir::{Arithmetic, Node, NodeId};
use crate::value::{DateTimeUtc, Duration, Float, Value};

/// The result of an operator: the left operand's type, nullable if either operand is.
pub type Joined<L, R> = Expr<<NullOf<L, R> as Nullability>::Of<<L as Typed>::Base>>;
/// The result of a division: the left operand's type, nullable because a divisor of 0 gives NULL.
pub type Quotient<L> = Expr<<Optional as Nullability>::Of<<L as Typed>::Base>>;
type NullOf<L, R> = <<L as Nullness>::Null as Nullability>::Join<<R as Nullness>::Null>;

/// What may be added to a `T`: an integer to an integer, a span to a span or to a time.
#[diagnostic::on_unimplemented(
    message = "cannot add `{Self}` to an expression of `{T}`",
    label = "found `{Self}`",
    note = "integers take integers, floats take floats, a time takes spans: `now() - days(3)`"
)]
pub trait Addend<T: ?Sized> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift_right(&self) -> NodeId;
}

/// What may be subtracted from a `T`: an integer from an integer, a span from a span or from a time.
#[diagnostic::on_unimplemented(
    message = "cannot subtract `{Self}` from an expression of `{T}`",
    label = "found `{Self}`",
    note = "integers take integers, floats take floats, a time takes spans: `now() - days(3)`"
)]
pub trait Subtrahend<T: ?Sized> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift_right(&self) -> NodeId;
}

/// What a `T` may be multiplied with or divided by: a float by a float, all else by an integer.
#[diagnostic::on_unimplemented(
    message = "cannot multiply or divide an expression of `{T}` by `{Self}`",
    label = "found `{Self}`",
    note = "integers and spans take integers, floats take floats; a share of an integer is two of them: `row.price * 3 / 2`"
)]
pub trait Factor<T: ?Sized> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift_right(&self) -> NodeId;
}

macro_rules! operands {
    ($($bound:ident<$left:ty> takes $right:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<R: Operand<$right> + ?Sized> $bound<$left> for R {
            fn lift_right(&self) -> NodeId {
                self.lift()
            }
        }
    )*};
}

operands! {
    Addend<i64> takes i64;
    Addend<f64> takes f64;
    Addend<Duration> takes Duration;
    Addend<DateTimeUtc> takes Duration;
    Subtrahend<i64> takes i64;
    Subtrahend<f64> takes f64;
    Subtrahend<Duration> takes Duration;
    Subtrahend<DateTimeUtc> takes Duration;
    Factor<i64> takes i64;
    Factor<f64> takes f64;
    Factor<Duration> takes i64;
}

/// `left + right`.
pub fn add<L, R>(left: &L, right: &R) -> Joined<L, R>
where
    L: Typed + ?Sized,
    R: Addend<L::Base> + Nullness + ?Sized,
{
    arithmetic(Arithmetic::Add, left.lift_typed(), right.lift_right()).retyped()
}

/// `left - right`.
pub fn sub<L, R>(left: &L, right: &R) -> Joined<L, R>
where
    L: Typed + ?Sized,
    R: Subtrahend<L::Base> + Nullness + ?Sized,
{
    arithmetic(Arithmetic::Sub, left.lift_typed(), right.lift_right()).retyped()
}

/// `left * right`.
pub fn mul<L, R>(left: &L, right: &R) -> Joined<L, R>
where
    L: Typed + ?Sized,
    R: Factor<L::Base> + Nullness + ?Sized,
{
    arithmetic(Arithmetic::Mul, left.lift_typed(), right.lift_right()).retyped()
}

/// `left / right`, which is absent where `right` is 0.
pub fn div<L, R>(left: &L, right: &R) -> Quotient<L>
where
    L: Typed + ?Sized,
    R: Factor<L::Base> + ?Sized,
{
    arithmetic(Arithmetic::Div, left.lift_typed(), right.lift_right()).retyped()
}

/// `left / right` where `right` was written as a literal other than 0: there is always a quotient.
#[doc(hidden)]
pub fn div_by_literal<L, R>(left: &L, right: &R) -> Joined<L, R>
where
    L: Typed + ?Sized,
    R: Factor<L::Base> + Nullness + ?Sized,
{
    arithmetic(Arithmetic::Div, left.lift_typed(), right.lift_right()).retyped()
}

/// What has an opposite: a number, and a span of time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no opposite",
    label = "only numbers and spans of time are negated"
)]
pub trait Negated: AttributeType<Base = Self> {
    /// What it is subtracted from.
    #[doc(hidden)]
    const ZERO: Value;
}

#[diagnostic::do_not_recommend]
impl Negated for i64 {
    const ZERO: Value = Value::Int(0);
}

#[diagnostic::do_not_recommend]
impl Negated for f64 {
    const ZERO: Value = Value::Float(Float::ZERO);
}

#[diagnostic::do_not_recommend]
impl Negated for Duration {
    const ZERO: Value = Value::Duration(0);
}

/// `-operand`.
pub fn neg<V: Typed<Base: Negated> + ?Sized>(operand: &V) -> Expr<<V::Null as Nullability>::Of<V::Base>> {
    let zero = Expr::<V::Base>::literal(V::Base::ZERO, V::Base::TYPE);
    arithmetic(Arithmetic::Sub, zero.node(), operand.lift_typed()).retyped()
}

#[inline(never)]
fn arithmetic(op: Arithmetic, left: NodeId, right: NodeId) -> Expr<()> {
    Expr::from_node(Node::Arithmetic { op, left, right })
}
