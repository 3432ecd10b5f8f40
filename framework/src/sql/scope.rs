//! The rows of an expression, as they are reached in a statement.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use sea_query::{Alias, Expr, JoinType, SelectStatement};

use crate::authorize::CheckedPolicy;
use crate::ir::{Name, Relationship, ResourceId};
use crate::query::Access;

/// One row in a statement.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    /// Its resource.
    pub(crate) resource: ResourceId,
    /// How it is reached.
    pub(crate) source: ScopeSource<'a>,
}

/// How a row is reached.
#[derive(Clone, Debug)]
pub(crate) enum ScopeSource<'a> {
    /// It is the row of a table in FROM.
    Table(Table<'a>),
    /// It is the actor's row: its values are bound.
    Actor,
    /// It is the one row at the other end of a relationship: NULL if there is none. Where it can be joined to the row before it, it
    /// is; else each column is a subquery of its own.
    Hop(Rc<Scope<'a>>, &'a Relationship),
}

/// The row of a table in FROM.
#[derive(Clone, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) alias: String,
    /// The rows joined to its FROM. `None` where nothing may be joined: for a table that is written; and for selected columns, which are
    /// better looked up for the rows of a page than joined to all rows before the page is cut.
    joins: Option<Rc<Joins<'a>>>,
    /// The policy that the statement itself checks of this row.
    checked_policy: Option<CheckedPolicy>,
    /// Whether the statement itself asks that the row exists, or every row of the table does. Only then does a row that points at it
    /// lead to it.
    exists: bool,
    /// Attributes that are known to hold the primary key of another row of this statement, and that row.
    links: Vec<(&'a Name, Rc<Scope<'a>>)>,
}

/// The rows that conditions reach from the rows of one FROM, each joined once.
#[derive(Debug, Default)]
pub(crate) struct Joins<'a> {
    list: RefCell<Vec<Join<'a>>>,
    /// Whether a column of any row of this FROM was used since [`Joins::asked_by`] began.
    asked: Cell<bool>,
}

/// A row that is joined: all NULL if there is none.
#[derive(Debug)]
struct Join<'a> {
    from: String,
    relationship: &'a Relationship,
    access: Access,
    row: Rc<Scope<'a>>,
    table: Alias,
    on: Expr,
}

impl<'a> Scope<'a> {
    /// The row of a table in FROM, to which nothing is joined.
    pub(crate) fn table(resource: ResourceId, alias: impl Into<String>) -> Self {
        let table = Table { alias: alias.into(), joins: None, checked_policy: None, exists: false, links: Vec::new() };
        Self { resource, source: ScopeSource::Table(table) }
    }

    /// The one row at the other end of `relationship`.
    pub(crate) fn hop(self: &Rc<Self>, relationship: &'a Relationship, target: ResourceId) -> Self {
        Self { resource: target, source: ScopeSource::Hop(self.clone(), relationship) }
    }

    /// The row with joins: rows that are reached from it are collected in `joins`, and put into its FROM by [`Joins::put`].
    pub(crate) fn joining(&self, joins: &Rc<Joins<'a>>) -> Self {
        let mut scope = self.clone();
        if let ScopeSource::Table(table) = &mut scope.source {
            table.joins = Some(joins.clone());
        }
        scope
    }

    /// The row, with whether the statement itself asks that it exists, or every row of its table does.
    pub(super) fn known_to_exist(mut self, exists: bool) -> Self {
        if let ScopeSource::Table(table) = &mut self.source {
            table.exists = exists;
        }
        self
    }

    /// The row, whose `attribute` is known to be the primary key of `row`. It leads nowhere where that row may not exist.
    pub(crate) fn linked(mut self, attribute: &'a Name, row: &Rc<Self>) -> Self {
        if let (ScopeSource::Table(table), ScopeSource::Table(Table { exists: true, .. })) =
            (&mut self.source, &row.source)
        {
            table.links.push((attribute, row.clone()));
        }
        self
    }

    /// The row, for which the statement itself checks `policy`.
    pub(crate) fn checked_policy(mut self, policy: CheckedPolicy) -> Self {
        if let ScopeSource::Table(table) = &mut self.source {
            table.checked_policy = Some(policy);
        }
        self
    }

    /// Whether both are the same row of the statement.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            (ScopeSource::Table(this), ScopeSource::Table(other)) => this.alias == other.alias,
            (ScopeSource::Actor, ScopeSource::Actor) => true,
            (ScopeSource::Hop(this, by), ScopeSource::Hop(other, hop)) => std::ptr::eq(*by, *hop) && this.is(other),
            _ => false,
        }
    }
}

impl<'a> Table<'a> {
    /// The joins of its FROM, if anything may be joined.
    pub(crate) fn joins(&self) -> Option<&Rc<Joins<'a>>> {
        self.joins.as_ref()
    }

    /// The policy that the statement itself checks of this row.
    pub(crate) fn checked_policy(&self) -> Option<CheckedPolicy> {
        self.checked_policy
    }

    /// The row of the statement whose primary key `attribute` is known to hold.
    pub(crate) fn linked(&self, attribute: &Name) -> Option<&Rc<Scope<'a>>> {
        self.links.iter().find(|(it, _)| *it == attribute).map(|(_, row)| row)
    }

    /// Notes that a column of it was used.
    pub(crate) fn ask(&self) {
        if let Some(joins) = &self.joins {
            joins.asked.set(true);
        }
    }
}

impl<'a> Joins<'a> {
    /// The row that is joined already, by `relationship`, to the row under the alias `from`.
    pub(crate) fn find(&self, from: &str, relationship: &Relationship, access: Access) -> Option<Rc<Scope<'a>>> {
        let list = self.list.borrow();
        let same =
            |it: &&Join<'a>| it.from == from && std::ptr::eq(it.relationship, relationship) && it.access == access;
        list.iter().find(same).map(|it| it.row.clone())
    }

    /// Joins the row at the other end of `relationship` to the row under the alias `from`.
    pub(crate) fn push(
        &self,
        from: &str,
        (relationship, access): (&'a Relationship, Access),
        row: Rc<Scope<'a>>,
        (table, on): (Alias, Expr),
    ) {
        self.list.borrow_mut().push(Join { from: from.to_owned(), relationship, access, row, table, on });
    }

    /// The result of `make`, and whether it uses a column of a row of this FROM.
    pub(crate) fn asked_by<T>(&self, make: impl FnOnce() -> T) -> (T, bool) {
        let before = self.asked.replace(false);
        let made = make();
        (made, self.asked.replace(before || self.asked.get()))
    }

    /// Adds all joins to the statement's FROM, in the order in which they were made.
    pub(crate) fn put(&self, select: &mut SelectStatement) {
        for join in self.list.borrow_mut().drain(..) {
            if let ScopeSource::Table(row) = &join.row.source {
                select.join_as(JoinType::LeftJoin, join.table, Alias::new(&row.alias), join.on);
            }
        }
    }
}
