//! Builds trees from the bodies of declarations and of ad-hoc filters.

use std::marker::PhantomData;

use super::build::{self, BuildError, TreeNumber};
use super::logic::literal;
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
        build::set_row(self.tree, Name::new(R::NAME));
        R::Row::<Kind>::at(RowPath::row(self.tree))
    }

    /// The actor.
    pub fn actor<A: ExprRow>(self) -> A {
        build::set_actor(self.tree, Name::new(A::Of::NAME));
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
    build::build(|tree| body(Roots { tree, resource: PhantomData }).raw())
}

/// Builds the condition of an ad-hoc filter: `Activity::query().filter(expr!(|a| …))`.
///
/// # Errors
/// As [`tree`].
pub fn filter<R: Resource>(body: impl FnOnce(Row<R>) -> Expr<bool>) -> Result<Tree, BuildError> {
    tree::<R, bool>(|it| body(it.row()))
}

/// What `body` makes of a row of that kind, of which it names what a read is to give or to compare.
///
/// # Errors
/// As [`tree`].
pub(crate) fn named<R: Resource, Kind: RowKind, T>(body: impl FnOnce(R::Row<Kind>) -> T) -> Result<T, BuildError> {
    let mut named = None;
    tree::<R, bool>(|it| {
        named = Some(body(it.row_of_kind::<Kind>()));
        literal(true)
    })?;
    named.ok_or(BuildError::ForeignHandle)
}

/// Builds the tree of a declaration; `what` names it in the panic's message.
///
/// # Panics
/// If the body uses a handle of another expression, or a closure's row outside of it: a mistake in the declaration, which
/// must not become an access rule. It is found when the application starts, before anything is served.
pub fn declared_tree<R, T>(what: &'static str, body: impl FnOnce(Roots<R>) -> Expr<T>) -> Tree {
    match tree(body) {
        Ok(tree) => tree,
        Err(misuse) => panic!("{what}: {misuse}"),
    }
}

/// Builds the tree of an attribute's new value; the attribute says what type that must have.
///
/// # Panics
/// As [`declared_tree`].
pub fn assigned_tree<R: Resource, T, V>(
    what: &'static str,
    attribute: impl FnOnce(Row<R>) -> Expr<T>,
    value: impl FnOnce(Roots<R>) -> V,
) -> Tree
where
    T: AttributeType,
    V: BodyValue<T> + BodyNullness<T>,
{
    let _ = attribute;
    declared_tree(what, |it: Roots<R>| Expr::<T>::from_id(value(it).body_value()))
}

/// Builds the tree of an attribute's default; `T` is the field's type.
///
/// # Panics
/// As [`declared_tree`].
pub fn default_tree<T: AttributeType, V>(what: &'static str, value: impl FnOnce() -> V) -> Tree
where
    V: BodyValue<T::Plain> + BodyNullness<T::Plain>,
{
    declared_tree(what, |_: Roots<()>| Expr::<T>::from_id(value().body_value()))
}
