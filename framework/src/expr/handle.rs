//! `Expr<T>`: a small `Copy` handle on an expression under construction. Its type parameter exists for rustc alone.

use std::marker::PhantomData;

use super::build::{self, Raw};
use crate::ir::{Name, Node, NodeId, Tree, Type};
use crate::query::SortField;
use crate::value::Value;

/// An expression that gives a `T`: a column, or anything made of columns and values.
///
/// It belongs to the body that it was made in, and is refused in another. It does not implement `Display`, so that no text is made of a
/// handle by mistake.
pub struct Expr<T: ?Sized> {
    raw: Raw,
    // A handle holds no `T`: it is Copy, Send and Sync whatever `T` is.
    ty: PhantomData<fn() -> *const T>,
}

impl<T: ?Sized> Clone for Expr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Expr<T> {}

impl<T: ?Sized> Expr<T> {
    pub(crate) fn from_raw(raw: Raw) -> Self {
        Self { raw, ty: PhantomData }
    }

    /// Adds a node to the tree being built.
    pub(crate) fn from_node(node: Node) -> Self {
        Self::from_raw(build::push(node))
    }

    /// The node at `id` of the tree being built.
    pub(crate) fn from_id(id: NodeId) -> Self {
        Self::from_raw(build::handle(id))
    }

    /// A known value.
    pub(crate) fn literal(value: Value, ty: Type) -> Self {
        Self::from_node(Node::Literal { value, ty })
    }

    /// An argument of the action.
    pub(crate) fn argument(name: Name, ty: Type) -> Self {
        Self::from_node(Node::Argument { name, ty })
    }

    pub(crate) fn raw(self) -> Raw {
        self.raw
    }

    /// Its node in the tree being built.
    pub(crate) fn node(self) -> NodeId {
        build::node_of(self.raw)
    }

    /// The attribute or calculation that it is, if it is one of the row that the body being built is about.
    pub(crate) fn own_field(self) -> Option<SortField> {
        match build::peek(self.raw)? {
            Node::Column { path: Tree::ROW, attribute } => Some(SortField::Attribute(attribute)),
            Node::Calculation { path: Tree::ROW, calculation } => Some(SortField::Calculation(calculation)),
            _ => None,
        }
    }

    /// The same expression under another type.
    pub(crate) fn retyped<U: ?Sized>(self) -> Expr<U> {
        Expr::from_raw(self.raw)
    }
}
