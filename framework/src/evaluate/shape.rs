//! What trees have in common that differ only in the values of their literals: such trees become the same SQL.
//!
//! ```text
//! user_id == "7b…"   and   user_id == "c0…"     one shape
//! user_id == "7b…"   and   user_id.is_none()    two
//! ```

use std::hash::{Hash, Hasher};
use std::mem::{Discriminant, discriminant};

use crate::ir::{Node, Tree};
use crate::value::{Bytes, Date, Float, Time, Value};

/// Whether two trees differ in the values of their literals alone.
///
/// Part of the shape, and not a value, is of a literal: its type and its kind, whether it is NULL, whether a number is 0, and which of the two a
/// boolean is. Of a list not even the length is.
pub fn same_shape(one: &Tree, other: &Tree) -> bool {
    one.root == other.root
        && one.row == other.row
        && one.actor == other.actor
        && one.paths == other.paths
        && one.nodes.len() == other.nodes.len()
        && one.nodes.iter().zip(&other.nodes).all(|(one, other)| same_node(one, other))
}

/// The tree with a value of the same kind in place of each literal's: what is made of it holds nobody's values.
pub fn shape(tree: &Tree) -> Tree {
    let mut shape = tree.clone();
    for node in &mut shape.nodes {
        if let Node::Literal { value, .. } = node {
            *value = blank(value);
        }
    }
    shape
}

/// Adds the tree's shape to a hash: trees of the same shape add the same.
pub fn hash_shape(tree: &Tree, state: &mut impl Hasher) {
    (tree.root, &tree.row, &tree.actor, &tree.paths, tree.nodes.len()).hash(state);
    for node in &tree.nodes {
        match node {
            Node::Literal { value, ty } => (LiteralShape::of(value), ty).hash(state),
            node => node.hash(state),
        }
    }
}

fn same_node(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Literal { value: one, ty }, Node::Literal { value: other, ty: other_type }) => {
            ty == other_type && LiteralShape::of(one) == LiteralShape::of(other)
        }
        (one, other) => one == other,
    }
}

/// What of a literal belongs to the shape, besides its type.
#[derive(PartialEq, Eq, Hash)]
enum LiteralShape {
    Null,
    Bool(bool),
    Zero,
    /// Another value of that kind.
    Other(Discriminant<Value>),
}

impl LiteralShape {
    fn of(value: &Value) -> Self {
        match value {
            value if value.is_null() => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Int(0) => Self::Zero,
            Value::Float(it) if it.get() == 0.0 => Self::Zero,
            other => Self::Other(discriminant(other)),
        }
    }
}

fn blank(value: &Value) -> Value {
    match value {
        value if value.is_null() => Value::Null,
        Value::Null | Value::Bool(_) | Value::Int(0) => value.clone(),
        Value::Int(_) => Value::Int(1),
        Value::Float(it) => Value::Float(if it.get() == 0.0 { *it } else { Float::new(1.0) }),
        Value::Text(_) => Value::Text(String::new()),
        Value::Uuid(_) => Value::Uuid(uuid::Uuid::nil()),
        Value::Timestamp(_) => Value::Timestamp(chrono::DateTime::UNIX_EPOCH),
        Value::Date(_) => Value::Date(Date::default()),
        Value::Time(_) => Value::Time(Time::default()),
        Value::Bytes(_) => Value::Bytes(Bytes::new()),
        Value::Json(_) => Value::Json(serde_json::Value::Bool(true)),
        Value::Duration(_) => Value::Duration(1),
        Value::List(_) => Value::List(Vec::new()),
    }
}
