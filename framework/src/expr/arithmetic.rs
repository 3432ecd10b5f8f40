//! `+ - * /` of integers, and a time plus or minus a span. NULL if either side is.

use chrono::TimeDelta;

use super::Expr;
use super::operand::{Nullness, Operand, Typed};
use crate::attribute::{AttributeType as _, Nullability};
use crate::ir::{Arithmetic, Node, NodeId};
use crate::value::{DateTimeUtc, Value};

/// What two operands give: the left one's type, absent if either may be.
pub type Joined<L, R> = Expr<<NullOf<L, R> as Nullability>::Of<<L as Typed>::Base>>;
type NullOf<L, R> = <<L as Nullness>::Null as Nullability>::Join<<R as Nullness>::Null>;

macro_rules! operators {
    ($($name:ident = $op:ident: $bound:ident, $verb:literal;)*) => {$(
        #[doc = concat!("What `", stringify!($name), "` takes on the right of a `T`.")]
        #[diagnostic::on_unimplemented(
            message = $verb,
            label = "found `{Self}`",
            note = "integers take integers; a time takes spans: `now() - days(3)`"
        )]
        pub trait $bound<T: ?Sized> {
            /// Its node in the tree being built.
            #[doc(hidden)]
            fn lift_right(&self) -> NodeId;
        }

        #[diagnostic::do_not_recommend]
        impl<R: Operand<i64> + ?Sized> $bound<i64> for R {
            fn lift_right(&self) -> NodeId {
                self.lift()
            }
        }

        #[doc = concat!("`", stringify!($name), "` of two operands.")]
        pub fn $name<L, R>(left: &L, right: &R) -> Joined<L, R>
        where
            L: Typed + ?Sized,
            R: $bound<L::Base> + Nullness + ?Sized,
        {
            arithmetic(Arithmetic::$op, left.lift_typed(), right.lift_right()).retyped()
        }
    )*};
}

operators! {
    add = Add: Addend, "cannot add `{Self}` to an expression of `{T}`";
    sub = Sub: Subtrahend, "cannot subtract `{Self}` from an expression of `{T}`";
    mul = Mul: Factor, "cannot multiply an expression of `{T}` by `{Self}`";
    div = Div: Divisor, "cannot divide an expression of `{T}` by `{Self}`";
}

#[diagnostic::do_not_recommend]
impl<R: Operand<TimeDelta> + ?Sized> Addend<DateTimeUtc> for R {
    fn lift_right(&self) -> NodeId {
        self.lift()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Operand<TimeDelta> + ?Sized> Subtrahend<DateTimeUtc> for R {
    fn lift_right(&self) -> NodeId {
        self.lift()
    }
}

/// `-operand`.
pub fn neg<V>(operand: &V) -> Joined<i64, V>
where
    V: Subtrahend<i64> + Nullness + ?Sized,
{
    let zero = Expr::<i64>::literal(Value::Int(0), i64::TYPE);
    arithmetic(Arithmetic::Sub, zero.node(), operand.lift_right()).retyped()
}

#[inline(never)]
fn arithmetic(op: Arithmetic, left: NodeId, right: NodeId) -> Expr<()> {
    Expr::from_node(Node::Arithmetic { op, left, right })
}
