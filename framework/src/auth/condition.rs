//! Conditions over the columns of sign-in.

use uuid::Uuid;

use super::column::Column;
use crate::attribute::AttributeType;
use crate::ir::{App, Comparison, Node, NodeId, ResourceId, Tree, Type};
use crate::value::{DateTimeUtc, Value};

/// Several comparisons of one resource's columns, all of which must hold.
#[derive(Clone, Debug)]
pub(crate) struct ConditionBuilder {
    tree: Tree,
    parts: Vec<NodeId>,
}

impl ConditionBuilder {
    /// No comparisons yet.
    pub(crate) fn of(app: &App, resource: ResourceId) -> Self {
        Self { tree: Tree::new(Some(app.resource(resource).name.clone()), None), parts: Vec::new() }
    }

    /// `column = value`.
    pub(crate) fn is<T: AttributeType>(self, column: &Column<T>, value: impl Into<T>) -> Self {
        self.compare(column, Comparison::Eq, &value.into())
    }

    /// `column <> value`.
    pub(crate) fn differs<T: AttributeType>(self, column: &Column<T>, value: impl Into<T>) -> Self {
        self.compare(column, Comparison::Ne, &value.into())
    }

    /// `column < value`.
    pub(crate) fn below<T: AttributeType>(self, column: &Column<T>, value: impl Into<T>) -> Self {
        self.compare(column, Comparison::Lt, &value.into())
    }

    /// It is one of these.
    pub(crate) fn one_of(mut self, column: &Column<Uuid>, keys: Vec<Uuid>) -> Self {
        let item = self.column(column);
        let list = self.tree.literal(Value::List(keys.into_iter().map(Value::Uuid).collect()), Type::Uuid);
        self.with(Node::In { item, list })
    }

    /// `column IS NULL`.
    pub(crate) fn null<T>(mut self, column: &Column<Option<T>>) -> Self
    where
        Option<T>: AttributeType,
    {
        let column = self.column(column);
        self.with(Node::IsNull(column))
    }

    /// `column > now()`.
    pub(crate) fn in_future(mut self, column: &Column<DateTimeUtc>) -> Self {
        let left = self.column(column);
        let right = self.tree.push(Node::Now);
        self.with(Node::Compare { op: Comparison::Gt, left, right })
    }

    /// The condition as a filter.
    pub(crate) fn tree(mut self) -> Tree {
        self.tree.root = self.tree.push(Node::And(self.parts));
        self.tree
    }

    fn compare<T: AttributeType>(mut self, column: &Column<T>, op: Comparison, value: &T) -> Self {
        let left = self.column(column);
        let right = self.tree.literal(value.to_value(), T::TYPE);
        self.with(Node::Compare { op, left, right })
    }

    fn column<T: AttributeType>(&mut self, column: &Column<T>) -> NodeId {
        self.tree.push(Node::Column { path: Tree::ROW, attribute: column.attribute() })
    }

    fn with(mut self, part: Node) -> Self {
        let part = self.tree.push(part);
        self.parts.push(part);
        self
    }
}
