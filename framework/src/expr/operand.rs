//! What an expression may be made of: handles, and Rust values of attribute types.
//!
//! Each trait bound is put on the operand that would be wrong, so that rustc underlines that operand and prints the trait's message.

use std::borrow::Cow;

use uuid::Uuid;

use super::{Expr, FilteredRows, ManyRows};
use crate::attribute::{AttributeType, CiString, Json, Nullability, Optional, Required};
use crate::ir::{NodeId, Type};
use crate::value::{Bytes, Date, DateTimeUtc, Duration, Time, Value};

/// An operand whose attribute type is known from itself: the left one of an operator.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of an expression",
    label = "not a column, nor a value that a column can have",
    note = "compare columns: `row.id == other.id`; plain Rust goes into `value!(…)`"
)]
pub trait Typed: Nullness {
    /// Its type without `Option`.
    type Base: AttributeType<Base = Self::Base>;

    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift_typed(&self) -> NodeId;
}

/// Whether an operand may be NULL. Types that are no operands implement it too, where they can, so that rustc reports a wrong operand once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of an expression",
    label = "not a column, nor a value that a column can have",
    note = "compare columns: `row.id == other.id`; plain Rust goes into `value!(…)`"
)]
pub trait Nullness {
    /// [`Required`] or [`Optional`].
    type Null: Nullability;
}

/// A Rust value of type `T`, or an expression of a `T` or an `Option<T>`: the right operand of an operator.
#[diagnostic::on_unimplemented(
    message = "expected `{T}` in this expression, found `{Self}`",
    label = "expected `{T}`, found `{Self}`"
)]
pub trait Operand<T: ?Sized> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift(&self) -> NodeId;
}

/// A Rust value of type `T`: what `is_in` takes a list of.
#[diagnostic::on_unimplemented(
    message = "expected `{T}` in this expression, found `{Self}`",
    label = "expected known values of `{T}`, found `{Self}`"
)]
pub trait Known<T: ?Sized> {
    /// Its stored form.
    #[doc(hidden)]
    fn known(&self) -> Value;
}

/// `T` and `Option<T>` implement it, and nothing else does. So where a `T` is expected, an expression of either is an operand.
#[doc(hidden)]
pub trait Holds<T> {}

#[diagnostic::do_not_recommend]
impl<T> Holds<T> for T {}
#[diagnostic::do_not_recommend]
impl<T> Holds<T> for Option<T> {}

#[diagnostic::do_not_recommend]
impl<A: AttributeType> Nullness for Expr<A> {
    type Null = A::Null;
}

#[diagnostic::do_not_recommend]
impl<A: AttributeType> Typed for Expr<A> {
    type Base = A::Base;

    fn lift_typed(&self) -> NodeId {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<T, A: Holds<T>> Operand<T> for Expr<A> {
    fn lift(&self) -> NodeId {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<V: Nullness + ?Sized> Nullness for &V {
    type Null = V::Null;
}

#[diagnostic::do_not_recommend]
impl<V: Typed + ?Sized> Typed for &V {
    type Base = V::Base;

    fn lift_typed(&self) -> NodeId {
        V::lift_typed(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: Operand<T> + ?Sized> Operand<T> for &V {
    fn lift(&self) -> NodeId {
        V::lift(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: Known<T> + ?Sized> Known<T> for &V {
    fn known(&self) -> Value {
        V::known(self)
    }
}

/// Never implemented: it carries the message of `column == option`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an `Option` value cannot be compared in an expression: NULL equals nothing",
    label = "this may be `None`",
    note = "decide first: `match` on it outside and build two expressions, or unwrap it where it is known to be there"
)]
pub trait NoOption {}

/// Nothing is compared with it. Rows have it as the operand's type (macros emit that of each), so that of `post == actor` rustc reports the left one alone: it does
/// not know what the right one should be then, and would say of each that nothing is right.
#[doc(hidden)]
#[derive(Debug)]
pub enum NoOperand {}

#[diagnostic::do_not_recommend]
impl<R> Operand<NoOperand> for ManyRows<R> {
    fn lift(&self) -> NodeId {
        no_operand()
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<NoOperand> for FilteredRows<R> {
    fn lift(&self) -> NodeId {
        no_operand()
    }
}

/// The node of what is no operand, in a body that does not compile.
#[doc(hidden)]
pub fn no_operand() -> NodeId {
    lift_known(Value::Null, Type::Boolean)
}

// No `do_not_recommend` here: this impl is what leads rustc to the message above.
impl<T: ?Sized, V: NoOption> Operand<T> for Option<V> {
    fn lift(&self) -> NodeId {
        lift_known(Value::Null, Type::Boolean)
    }
}

/// Never implemented: it carries the message of `row.kind == "BUILD"`.
#[diagnostic::on_unimplemented(
    message = "expected `{Self}` in this expression, found a text",
    label = "expected `{Self}`, found a text",
    note = "of an enum, write the variant: `Kind::Build`"
)]
pub trait TextLiteral {}

// No `do_not_recommend` here either.
impl<T: TextLiteral> Operand<T> for str {
    fn lift(&self) -> NodeId {
        lift_known(Value::Null, Type::String)
    }
}

#[diagnostic::do_not_recommend]
impl<V> Nullness for Option<V> {
    type Null = Optional;
}

impl<V: NoOption> Typed for Option<V> {
    type Base = bool;

    fn lift_typed(&self) -> NodeId {
        lift_known(Value::Null, Type::Boolean)
    }
}

#[inline(never)]
fn lift_known(value: Value, ty: Type) -> NodeId {
    Expr::<()>::literal(value, ty).node()
}

/// The node of a known value of an attribute type: for `#[derive(Enum)]`.
#[doc(hidden)]
pub fn lift_value<T: AttributeType>(value: &T) -> NodeId {
    lift_known(value.to_value(), T::TYPE)
}

macro_rules! known_values {
    ($($rust:ty => $base:ty, |$this:ident| $value:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Nullness for $rust {
            type Null = Required;
        }

        #[diagnostic::do_not_recommend]
        impl Typed for $rust {
            type Base = $base;

            fn lift_typed(&self) -> NodeId {
                <Self as Operand<$base>>::lift(self)
            }
        }

        known_values!(@operand $rust, $base, <$base as AttributeType>::TYPE, |$this| $value);
    )*};
    (@operand $rust:ty, $base:ty, $ty:expr, |$this:ident| $value:expr) => {
        #[diagnostic::do_not_recommend]
        impl Operand<$base> for $rust {
            fn lift(&self) -> NodeId {
                lift_known(Known::<$base>::known(self), $ty)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Known<$base> for $rust {
            fn known(&self) -> Value {
                let $this = self;
                $value
            }
        }
    };
}

// Written out instead of generated by a macro: rustc names this impl wherever a number is a wrong operand.
#[diagnostic::do_not_recommend]
impl Nullness for i64 {
    type Null = Required;
}

#[diagnostic::do_not_recommend]
impl Typed for i64 {
    type Base = Self;

    fn lift_typed(&self) -> NodeId {
        self.lift()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<Self> for i64 {
    fn lift(&self) -> NodeId {
        lift_known(self.known(), Self::TYPE)
    }
}

#[diagnostic::do_not_recommend]
impl Known<Self> for i64 {
    fn known(&self) -> Value {
        Value::Int(*self)
    }
}

// Exactly one integer type has these impls: with a second one, `row.count == 0` would no longer know what `0` is.
known_values! {
    String => String, |text| Value::Text(text.clone());
    str => String, |text| Value::Text(text.to_owned());
    Cow<'_, str> => String, |text| Value::Text(text.to_string());
    CiString => CiString, |text| text.to_value();
    bool => bool, |flag| Value::Bool(*flag);
    Uuid => Uuid, |uuid| Value::Uuid(*uuid);
    DateTimeUtc => DateTimeUtc, |time| time.to_value();
    f64 => f64, |number| number.to_value();
    Date => Date, |date| Value::Date(*date);
    Time => Time, |time| time.to_value();
    Duration => Duration, |span| span.to_value();
    Bytes => Bytes, |bytes| Value::Bytes(bytes.clone());
    Json => Json, |json| json.to_value();
    serde_json::Value => Json, |json| Json::new(json.clone()).to_value();
}

// Text that is compared with a case-insensitive column is normalised here, once.
known_values!(@operand str, CiString, Type::CiString, |text| CiString::new(text).to_value());
known_values!(@operand String, CiString, Type::CiString, |text| CiString::new(text).to_value());
known_values!(@operand Cow<'_, str>, CiString, Type::CiString, |text| CiString::new(text).to_value());

macro_rules! null_answered {
    ($($rust:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Nullness for $rust {
            type Null = Required;
        }
    )*};
}

// It is no operand. It has a nullness all the same, so that rustc reports only the operator's own bound.
null_answered!(f32);
