//! Trees over the test app by name, written by hand.

use samara::ir::{Comparison, Many, Node, NodeId, PathId, Tree, Type};
use samara::value::Value;

use super::rows::APP;

/// A tree over a person's row and a person as the actor.
pub(crate) fn person(body: impl FnOnce(&mut Tree) -> NodeId) -> Tree {
    let mut tree = Tree::new(Some("Person".into()), Some("Person".into()));
    tree.root = body(&mut tree);
    tree
}

/// An attribute of the row at `path`.
pub(crate) fn column(tree: &mut Tree, path: PathId, name: &str) -> NodeId {
    let (attribute, _) = tree.resource_at(&APP, path).unwrap().attribute(name).unwrap();
    tree.push(Node::Column { path, attribute })
}

/// A calculation of the row at `path`.
pub(crate) fn calculated(tree: &mut Tree, path: PathId, name: &str) -> NodeId {
    let (calculation, _) = tree.resource_at(&APP, path).unwrap().calculation(name).unwrap();
    tree.push(Node::Calculation { path, calculation })
}

/// A to-one hop.
pub(crate) fn one(tree: &mut Tree, from: PathId, name: &str) -> PathId {
    let (relationship, _) = tree.resource_at(&APP, from).unwrap().relationship(name).unwrap();
    tree.one(from, relationship)
}

/// A to-many hop.
pub(crate) fn each(tree: &mut Tree, from: PathId, name: &str) -> PathId {
    let (relationship, _) = tree.resource_at(&APP, from).unwrap().relationship(name).unwrap();
    tree.each(from, relationship)
}

/// A literal; its type is that of the value, `Boolean` for NULL.
pub(crate) fn literal(tree: &mut Tree, value: impl Into<Lit>) -> NodeId {
    let Lit(value, ty) = value.into();
    tree.literal(value, ty)
}

/// `left == right`.
pub(crate) fn equal(tree: &mut Tree, left: NodeId, right: NodeId) -> NodeId {
    tree.push(Node::Compare { op: Comparison::Eq, left, right })
}

/// Whether the condition is true of one of the rows.
pub(crate) fn any_of(tree: &mut Tree, each: PathId, condition: NodeId) -> NodeId {
    tree.push(Node::Many { how: Many::Any, each, condition: Some(condition), value: None })
}

/// A value with its type.
pub(crate) struct Lit(pub(crate) Value, pub(crate) Type);

impl From<bool> for Lit {
    fn from(it: bool) -> Self {
        Self(Value::Bool(it), Type::Boolean)
    }
}

impl From<i64> for Lit {
    fn from(it: i64) -> Self {
        Self(Value::Int(it), Type::Integer)
    }
}

impl From<&str> for Lit {
    fn from(it: &str) -> Self {
        Self(Value::Text(it.into()), Type::String)
    }
}

impl From<Option<bool>> for Lit {
    fn from(it: Option<bool>) -> Self {
        Self(it.map_or(Value::Null, Value::Bool), Type::Boolean)
    }
}

impl From<Type> for Lit {
    /// NULL of that type.
    fn from(it: Type) -> Self {
        Self(Value::Null, it)
    }
}
