//! What a statement is to do, as data: authorised, and before any SQL.
//!
//! ```text
//! Query activities, first 50, newest first   →   Read { wanted: [policy], order: [occurred_at desc, id desc], limit: 51, … }
//! ```
//! A plan may hold values of sensitive attributes, so it does not implement `Debug`. Only the constructors of this module make one, of what
//! was authorised.

mod cursor;
mod read;
mod write;

use std::ops::Deref;

use crate::authorize::PolicyFilter;
use crate::ir::{
    self, App, AttributeId, CalculationId, Direction, RelationshipId, RelationshipKind, ResourceId, Tree, Type,
};
use crate::query::{Access, MAX_ROWS, SortField};
use crate::value::Value;

pub(crate) use cursor::Cursor;
pub(crate) use read::{
    Planned, RowLayout, plan_keys, plan_load, plan_matching, plan_pair, plan_question, plan_read, plan_rows,
    plan_stored,
};
pub(crate) use write::{Assigned, Delete, Draft, DraftColumn, Insert, OnConflict, Update, clock, requirements};

/// What one of this module's constructors made. Every module can read it; no other module can make or change one.
#[derive(Clone)]
pub(crate) struct Plan<T>(T);

impl<T> Deref for Plan<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// One `SELECT` of one resource's rows.
#[derive(Clone)]
pub(crate) struct Read {
    pub(crate) resource: ResourceId,
    /// What must hold of each row.
    pub(crate) wanted: Vec<Predicate>,
    /// The primary key comes last.
    pub(crate) order: Vec<OrderKey>,
    /// Only rows after this one, given by the values of its keys.
    pub(crate) after: Option<Vec<Value>>,
    /// Only rows before this one.
    pub(crate) before: Option<Vec<Value>>,
    /// Whether the rows are read from the end.
    pub(crate) backwards: bool,
    /// The most rows: of the read, or of each parent where a parent may have several.
    pub(crate) limit: u64,
    /// The total is counted up to one more than this, and no further.
    pub(crate) count_at_most: Option<u64>,
    /// What is selected, in this order.
    pub(crate) columns: Vec<Column>,
    /// Rows whose related rows these are.
    pub(crate) parents: Option<Parents>,
    /// A row that is read in the same statement as the row it is related to; a row without one is left out.
    pub(crate) beside: Option<Box<JoinedRead>>,
    /// Whether the rows are locked until the transaction ends, so that nobody else can change them.
    pub(crate) lock: bool,
}

/// The row at the other end of a to-one relationship.
#[derive(Clone)]
pub(crate) struct JoinedRead {
    /// The relationship.
    pub(crate) relationship: RelationshipId,
    /// Its predicates and its columns, which come after the columns of the first row. The other fields are not used.
    pub(crate) read: Read,
}

impl Read {
    /// A read of the rows for which `wanted` holds, as yet without columns and order.
    pub(crate) fn of(resource: ResourceId, wanted: Vec<Predicate>) -> Self {
        Self {
            resource,
            wanted,
            order: Vec::new(),
            after: None,
            before: None,
            backwards: false,
            limit: MAX_ROWS.into(),
            count_at_most: None,
            columns: Vec::new(),
            parents: None,
            beside: None,
            lock: false,
        }
    }
}

/// What must hold of a row.
#[derive(Clone)]
pub(crate) enum Predicate {
    /// What policies leave.
    Policy(PolicyFilter),
    /// An expression, and what it sees.
    Tree(Tree, Access),
    /// It is one of the rows with these primary keys.
    OneOf(Vec<Value>),
    /// It is the row with this primary key.
    Is(Value),
}

impl Predicate {
    /// It is one of the rows with these primary keys.
    pub(crate) fn one_of(keys: &[Value]) -> Self {
        match keys {
            [key] => Self::Is(key.clone()),
            keys => Self::OneOf(keys.to_vec()),
        }
    }

    /// Whether working it out can fail, because a number in it may be out of range.
    pub(crate) fn may_fail(&self, app: &App) -> bool {
        match self {
            Self::Policy(filter) => filter.may_fail(app),
            Self::Tree(tree, _) => tree.may_fail(app, tree.root),
            Self::OneOf(_) | Self::Is(_) => false,
        }
    }
}

/// One selected value of a row.
#[derive(Clone)]
pub(crate) enum Column {
    /// An attribute.
    Attribute(AttributeId),
    /// A calculation.
    Calculation(CalculationId),
    /// Whether these conditions of field policies hold.
    Shown(Vec<Tree>),
    /// Whether a condition holds.
    Holds(Predicate),
    /// The key of the order at this position, for cursors.
    Key(usize),
    /// How many rows are wanted in all, whatever the page.
    Total,
    /// The key of the parent.
    Parent,
    /// The time, by the statement's clock.
    Now,
    /// NULL, in place of a calculation that a further statement reads.
    Nothing,
}

/// One key of an order.
#[derive(Clone, Debug)]
pub(crate) struct OrderKey {
    pub(crate) field: SortField,
    pub(crate) direction: Direction,
    pub(crate) access: Access,
    /// Whether it may be NULL, also because it is hidden.
    pub(crate) nullable: bool,
    pub(crate) ty: Type,
    /// Whether whoever reads the rows may read its values too, so that a cursor may hold one.
    pub(crate) told: bool,
}

impl OrderKey {
    /// The primary key, ascending: it decides every order.
    pub(crate) fn unique(attribute: AttributeId, resource: &ir::Resource) -> Self {
        let ty = resource[attribute].ty.clone();
        let (field, direction) = (SortField::Attribute(attribute), Direction::Asc);
        Self { field, direction, access: Access::Unrestricted, nullable: false, ty, told: true }
    }

    /// Whether working it out for a row of `resource` can fail.
    pub(crate) fn may_fail(&self, app: &App, resource: ResourceId) -> bool {
        match self.field {
            SortField::Attribute(_) => false,
            SortField::Calculation(calculation) => app.resource(resource)[calculation].may_fail(app),
        }
    }
}

/// Rows whose related rows are read, all in one statement.
#[derive(Clone)]
pub(crate) struct Parents {
    pub(crate) relationship: RelationshipKind,
    /// The values of the near key: the primary key, or that of a `belongs_to`.
    pub(crate) keys: Vec<Value>,
}

impl Parents {
    /// Whether a parent may have several rows, so that each has a limit of its own.
    pub(crate) fn is_to_many(&self) -> bool {
        matches!(self.relationship, RelationshipKind::HasMany { .. } | RelationshipKind::ManyToMany { .. })
    }
}
