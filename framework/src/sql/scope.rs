//! Where an expression's rows stand in a statement.

use std::rc::Rc;

use crate::ir::{Relationship, ResourceId};

/// One row in a statement.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    /// Its resource.
    pub(crate) resource: ResourceId,
    /// How it is reached.
    pub(crate) source: Source<'a>,
}

/// How a row is reached.
#[derive(Clone, Debug)]
pub(crate) enum Source<'a> {
    /// It is the row of a table in FROM, by that alias.
    Table(String),
    /// It is the actor's: its values are bound.
    Actor,
    /// It is the one row at the other end of a relationship: each column is a subquery of its own, NULL if there is none.
    Hop(Rc<Scope<'a>>, &'a Relationship),
}

impl<'a> Scope<'a> {
    /// The row of a table in FROM.
    pub(crate) fn table(resource: ResourceId, alias: impl Into<String>) -> Self {
        Self { resource, source: Source::Table(alias.into()) }
    }

    /// The one row at the other end of `relationship`.
    pub(crate) fn hop(self: &Rc<Self>, relationship: &'a Relationship, target: ResourceId) -> Self {
        Self { resource: target, source: Source::Hop(self.clone(), relationship) }
    }
}
