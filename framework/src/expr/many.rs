//! To-many relationships in bodies: `world.members().any(|m| m.user_id == actor.id)`.

use std::marker::PhantomData;

use super::handle::Expr;
use super::logic::{all_of, literal};
use super::operand::Typed;
use super::row::{ExprRow as _, Resource, Row, RowPath};
use crate::attribute::AttributeType;
use crate::ir::{Many, Node, NodeId, PathId, RelationshipId};
use crate::value::Duration;

/// The rows at the other end of a to-many relationship. Each `any`, `all`, `count` or `sum` of them is a scope of its own.
pub struct ManyRows<R> {
    from: RowPath,
    relationship: RelationshipId,
    resource: PhantomData<fn() -> R>,
}

/// What is summed up: whole numbers, and spans of time. Floats are not: their sum would depend on the order of the rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not summed up",
    label = "whole numbers and spans of time are",
    note = "a sum of floats would depend on the order of the rows: count in the smallest unit, as an `i64`"
)]
pub trait Summed: AttributeType {}

#[diagnostic::do_not_recommend]
impl Summed for i64 {}
#[diagnostic::do_not_recommend]
impl Summed for Duration {}

/// Some of the rows of a [`ManyRows`], for one `any`, `all`, `count` or `sum`.
#[must_use = "rows mean nothing until they are asked: `any`, `all`, `count` or `sum`"]
pub struct FilteredRows<R> {
    row: RowPath,
    each: PathId,
    condition: Option<Expr<bool>>,
    resource: PhantomData<fn() -> R>,
}

impl<R> Clone for ManyRows<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for ManyRows<R> {}

impl<R> std::fmt::Debug for ManyRows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManyRows").field("from", &self.from).field("relationship", &self.relationship).finish()
    }
}

impl<R> std::fmt::Debug for FilteredRows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilteredRows").field("each", &self.each).finish_non_exhaustive()
    }
}

impl<R: Resource> ManyRows<R> {
    pub(crate) fn new(from: RowPath, relationship: RelationshipId) -> Self {
        Self { from, relationship, resource: PhantomData }
    }

    fn scope(self) -> FilteredRows<R> {
        let (row, each) = self.from.each(self.relationship);
        FilteredRows { row, each, condition: None, resource: PhantomData }
    }

    /// Only the rows for which `condition` is true.
    pub fn filter(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> FilteredRows<R> {
        self.scope().filter(condition)
    }

    /// Whether `condition` is true of one of them.
    pub fn any(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Expr<bool> {
        self.scope().any(condition)
    }

    /// Whether `condition` is true of each of them; true if there are none.
    pub fn all(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Expr<bool> {
        self.scope().all(condition)
    }

    /// How many there are.
    pub fn count(self) -> Expr<i64> {
        self.scope().count()
    }

    /// The sum of `value` over them, NULLs left out; 0 if there are none.
    pub fn sum<V: Typed<Base: Summed>>(self, value: impl FnOnce(Row<R>) -> V) -> Expr<V::Base> {
        self.scope().sum(value)
    }
}

impl<R: Resource> FilteredRows<R> {
    fn row(&self) -> Row<R> {
        Row::<R>::at(self.row)
    }

    /// Only the rows for which `condition` is true too.
    pub fn filter(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Self {
        let condition = self.narrowed(condition(self.row()));
        Self { condition: Some(condition), ..self }
    }

    /// Whether `condition` is true of one of them.
    pub fn any(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Expr<bool> {
        let condition = self.narrowed(condition(self.row()));
        self.ask(Many::Any, Some(condition), None)
    }

    /// Whether `condition` is true of each of them; true if there are none.
    pub fn all(self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Expr<bool> {
        let condition = condition(self.row());
        let condition = match self.condition {
            None => condition,
            // A row for which the filter is false or NULL is left out, so it must count as fulfilling the condition.
            Some(filter) => {
                let arms = vec![(filter.node(), condition.node())];
                Expr::from_node(Node::Case { arms, otherwise: literal(true).node() })
            }
        };
        self.ask(Many::All, Some(condition), None)
    }

    /// How many there are.
    pub fn count(self) -> Expr<i64> {
        self.ask(Many::Count, self.condition, None)
    }

    /// The sum of `value` over them, NULLs left out; 0 if there are none.
    pub fn sum<V: Typed<Base: Summed>>(self, value: impl FnOnce(Row<R>) -> V) -> Expr<V::Base> {
        let value = value(self.row()).lift_typed();
        self.ask(Many::Sum, self.condition, Some(value))
    }

    fn narrowed(&self, condition: Expr<bool>) -> Expr<bool> {
        match self.condition {
            None => condition,
            Some(filter) => all_of(filter, condition),
        }
    }

    fn ask<T>(&self, how: Many, condition: Option<Expr<bool>>, value: Option<NodeId>) -> Expr<T> {
        let condition = condition.map(Expr::node);
        Expr::from_node(Node::Many { how, each: self.each, condition, value })
    }
}
