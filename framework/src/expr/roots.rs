//! Builds trees from the bodies of declarations and of ad-hoc filters.

use std::marker::PhantomData;

use super::build::{self, Body, BuildError, TreeNumber};
use super::row::{ExprRow, Resource, Row, RowKind, RowPath};
use super::{BodyNullness, BodyValue, Expr};
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
    /// The row that the expression is about.
    pub fn row(self) -> Row<R>
    where
        R: Resource,
    {
        build::set_row(self.tree, R::NAME);
        Row::<R>::at(RowPath::row(self.tree))
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
    let value = body(start.roots()).raw();
    start.end(value)
}

/// Builds the condition of an ad-hoc filter: `Activity::query().filter(expr!(|a| …))`.
///
/// # Errors
/// As [`tree`].
pub fn filter<R: Resource>(body: impl FnOnce(Row<R>) -> Expr<bool>) -> Result<Tree, BuildError> {
    let start = Body::start();
    let condition = body(start.roots::<R>().row()).raw();
    start.end(condition)
}

/// The body of a declaration, as macros emit it: `let body = Body::start(); body.tree("a policy", Policies::own(body.roots().row()))`.
/// No closure stands around it, since what takes one is compiled for each.
#[doc(hidden)]
impl Body {
    /// What the body may use.
    pub fn roots<R>(&self) -> Roots<R> {
        Roots { tree: self.number(), resource: PhantomData }
    }

    /// The row of that kind that the body is about.
    pub(crate) fn row<R: Resource, Kind: RowKind>(&self) -> R::Row<Kind> {
        R::Row::<Kind>::at(RowPath::row(self.number()))
    }

    /// The tree of the body; `what` names it in the panic's message.
    ///
    /// # Panics
    /// If the body uses a handle of another expression, or a closure's row outside of it: a mistake in the declaration, which
    /// must not become an access rule. It is found when the application starts, before anything is served.
    pub fn tree<T>(self, what: &'static str, value: Expr<T>) -> Tree {
        self.end_declared(what, value.raw())
    }

    /// The tree of the value of an attribute of type `T`.
    ///
    /// # Panics
    /// As [`Body::tree`].
    pub fn value<T: AttributeType, V>(self, what: &'static str, value: V) -> Tree
    where
        V: BodyValue<T::Plain> + BodyNullness<T::Plain>,
    {
        self.end_declared(what, build::handle(value.body_value()))
    }
}
