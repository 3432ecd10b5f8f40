//! The methods of a handle: `column.is_none()`, `column.contains("…")`, `column.is_in(list)`.

use super::body_value::Absent;
use super::operand::{Known, Nullness, Operand};
use super::{Expr, logic};
use crate::attribute::{AttributeType, CiString, Nullability};
use crate::ir::{Node, NodeId, TextTest, TrimmedEnds};
use crate::value::Value;

impl<A: AttributeType> Expr<A> {
    /// Whether there is no value.
    pub fn is_none(self) -> Expr<bool>
    where
        A: Absent,
    {
        Expr::from_node(Node::IsNull(self.node()))
    }

    /// Whether there is a value.
    pub fn is_some(self) -> Expr<bool>
    where
        A: Absent,
    {
        logic::not(self.is_none())
    }

    /// Whether the value is one of `items`, which are Rust values.
    pub fn is_in<I>(self, items: I) -> Expr<bool>
    where
        I: IntoIterator<Item: Known<A::Base>>,
    {
        let items = items.into_iter().map(|it| it.known()).collect();
        let list = Expr::<A>::literal(Value::List(items), A::TYPE);
        Expr::from_node(Node::In { item: self.node(), list: list.node() })
    }

    /// Whether the text starts with `pattern`, taken literally.
    pub fn starts_with<P: Pattern<A::Base>>(self, pattern: P) -> Expr<bool> {
        text(TextTest::StartsWith, self.node(), pattern.lift_pattern())
    }

    /// Whether the text ends with `pattern`, taken literally.
    pub fn ends_with<P: Pattern<A::Base>>(self, pattern: P) -> Expr<bool> {
        text(TextTest::EndsWith, self.node(), pattern.lift_pattern())
    }

    /// Whether the text contains `pattern`, taken literally.
    pub fn contains<P: Pattern<A::Base>>(self, pattern: P) -> Expr<bool> {
        text(TextTest::Contains, self.node(), pattern.lift_pattern())
    }

    /// The text with the letters A to Z in lower case; others stay, so that every database agrees.
    #[must_use]
    pub fn to_lowercase(self) -> Self
    where
        A::Base: Text,
    {
        Self::from_node(Node::Lower(self.node()))
    }

    /// The number of Unicode code points.
    pub fn len(self) -> Expr<<A::Null as Nullability>::Of<i64>>
    where
        A::Base: Text,
    {
        Expr::from_node(Node::Length(self.node()))
    }

    /// The number of bytes in UTF-8.
    pub fn byte_len(self) -> Expr<<A::Null as Nullability>::Of<i64>>
    where
        A::Base: Text,
    {
        Expr::from_node(Node::ByteLength(self.node()))
    }

    /// The text without the white space at its ends (Unicode's `White_Space`).
    #[must_use]
    pub fn trim(self) -> Self
    where
        A::Base: Text,
    {
        trim(TrimmedEnds::Both, self)
    }

    /// The text without the white space at its start.
    #[must_use]
    pub fn trim_start(self) -> Self
    where
        A::Base: Text,
    {
        trim(TrimmedEnds::Start, self)
    }

    /// The text without the white space at its end.
    #[must_use]
    pub fn trim_end(self) -> Self
    where
        A::Base: Text,
    {
        trim(TrimmedEnds::End, self)
    }

    /// Whether there is a value and `condition` is true of it.
    pub fn is_some_and(self, condition: impl FnOnce(Expr<A::Base>) -> Expr<bool>) -> Expr<bool>
    where
        A: Absent,
    {
        logic::all_of(self.is_some(), condition(self.retyped()))
    }

    /// Whether there is no value, or `condition` is true of it.
    pub fn is_none_or(self, condition: impl FnOnce(Expr<A::Base>) -> Expr<bool>) -> Expr<bool>
    where
        A: Absent,
    {
        logic::one_of(self.is_none(), condition(self.retyped()))
    }

    /// The value, or `other` where there is none.
    pub fn unwrap_or<V: Operand<A::Base> + Nullness>(self, other: V) -> Expr<<V::Null as Nullability>::Of<A::Base>>
    where
        A: Absent,
    {
        Expr::from_node(Node::Coalesce(self.node(), other.lift()))
    }
}

/// What may be searched for in a `T`: text in text.
#[diagnostic::on_unimplemented(
    message = "cannot search for `{Self}` in an expression of `{T}`",
    label = "found `{Self}`",
    note = "text is searched for in text"
)]
pub trait Pattern<T: ?Sized> {
    /// Its node in the tree being built.
    #[doc(hidden)]
    fn lift_pattern(&self) -> NodeId;
}

#[diagnostic::do_not_recommend]
impl<P: Operand<String> + ?Sized> Pattern<String> for P {
    fn lift_pattern(&self) -> NodeId {
        self.lift()
    }
}

#[diagnostic::do_not_recommend]
impl<P: Operand<CiString> + ?Sized> Pattern<CiString> for P {
    fn lift_pattern(&self) -> NodeId {
        self.lift()
    }
}

/// Text, whether its case counts or not.
#[diagnostic::on_unimplemented(message = "`{Self}` is not text", label = "only text has this method")]
pub trait Text {}

#[diagnostic::do_not_recommend]
impl Text for String {}
#[diagnostic::do_not_recommend]
impl Text for CiString {}

#[inline(never)]
fn text(op: TextTest, subject: NodeId, pattern: NodeId) -> Expr<bool> {
    Expr::from_node(Node::Text { op, subject, pattern })
}

fn trim<T>(ends: TrimmedEnds, text: Expr<T>) -> Expr<T> {
    Expr::from_node(Node::Trim { ends, text: text.node() })
}
