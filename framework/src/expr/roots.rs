//! Builds trees from the bodies of declarations and of ad-hoc filters.

use std::marker::PhantomData;

use super::build::{self, Body, BuildError, TreeNumber};
use super::row::{ExprRow, Resource, Row, RowKind, RowPath};
use super::{BodyNullness, BodyValue, Expr, Required};
use crate::attribute::AttributeType;
use crate::ir::{Name, Tree};

/// What a body may use: the row of an `R`, the actor, the action's arguments.
#[derive(Debug)]
pub struct Roots<R> {
    tree: TreeNumber,
    resource: PhantomData<fn() -> R>,
}

impl<R> Clone for Roots<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Roots<R> {}

impl<R> Roots<R> {
    fn of(body: &Body) -> Self {
        Self { tree: body.number(), resource: PhantomData }
    }

    /// The row that the expression is about.
    pub fn row(self) -> Row<R>
    where
        R: Resource,
    {
        self.row_of_kind::<Required>()
    }

    fn row_of_kind<Kind: RowKind>(self) -> R::Row<Kind>
    where
        R: Resource,
    {
        build::set_row(self.tree, R::NAME);
        R::Row::<Kind>::at(RowPath::row(self.tree))
    }

    /// The actor.
    pub fn actor<A: ExprRow>(self) -> A {
        build::set_actor(self.tree, A::Of::NAME);
        A::at(RowPath::actor(self.tree))
    }

    /// The argument of that name.
    pub fn argument<T: AttributeType>(self, name: &'static str) -> Expr<T::Plain> {
        Expr::argument(Name::new(name), T::TYPE)
    }
}

/// Builds the tree of a body that a caller wrote: an ad-hoc filter.
///
/// # Errors
/// If the body uses a handle of another expression, or a closure's row outside of it.
pub fn tree<R, T>(body: impl FnOnce(Roots<R>) -> Expr<T>) -> Result<Tree, BuildError> {
    let start = Body::start();
    let value = body(Roots::of(&start)).raw();
    start.end(value)
}

/// Builds the condition of an ad-hoc filter: `Activity::query().filter(expr!(|a| …))`.
///
/// # Errors
/// As [`tree`].
pub fn filter<R: Resource>(body: impl FnOnce(Row<R>) -> Expr<bool>) -> Result<Tree, BuildError> {
    let start = Body::start();
    let condition = body(Roots::<R>::of(&start).row()).raw();
    start.end(condition)
}

/// What `body` makes of a row of that kind, of which it names what a read is to give or to compare.
///
/// # Errors
/// As [`tree`].
pub(crate) fn named<R: Resource, Kind: RowKind, T>(body: impl FnOnce(R::Row<Kind>) -> T) -> Result<T, BuildError> {
    let start = Body::start();
    let named = body(Roots::<R>::of(&start).row_of_kind::<Kind>());
    start.end_without_value()?;
    Ok(named)
}

/// Builds the tree of a declaration; `what` names it in the panic's message.
///
/// # Panics
/// If the body uses a handle of another expression, or a closure's row outside of it: a mistake in the declaration, which
/// must not become an access rule. It is found when the application starts, before anything is served.
pub fn declared_tree<R, T>(what: &'static str, body: impl FnOnce(Roots<R>) -> Expr<T>) -> Tree {
    let start = Body::start();
    let value = body(Roots::of(&start)).raw();
    start.end_declared(what, value)
}

/// Builds the tree of the new value of an attribute of type `T`.
///
/// # Panics
/// As [`declared_tree`].
pub(crate) fn assigned_tree<R, T: AttributeType, V>(what: &'static str, value: impl FnOnce(Roots<R>) -> V) -> Tree
where
    V: BodyValue<T::Plain> + BodyNullness<T::Plain>,
{
    let start = Body::start();
    let value = value(Roots::of(&start)).body_value();
    start.end_declared(what, build::handle(value))
}

/// Builds the tree of an attribute's default; `T` is the field's type.
///
/// # Panics
/// As [`declared_tree`].
pub fn default_tree<T: AttributeType, V>(what: &'static str, value: impl FnOnce() -> V) -> Tree
where
    V: BodyValue<T::Plain> + BodyNullness<T::Plain>,
{
    let start = Body::start();
    let value = value().body_value();
    start.end_declared(what, build::handle(value))
}
