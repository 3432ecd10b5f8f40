//! What a statement is to do, as data: authorised, and before any SQL.
//!
//! ```text
//! Query activities, first 50, newest first   →   Read { wanted: [policy], order: [occurred_at desc, id desc], limit: 51, … }
//! ```
//! A plan may hold values of sensitive attributes, so it does not implement `Debug`. Only the constructors of this module make one, of what
//! was authorised.

mod bind;
mod cursor;
mod deletion;
mod read;
mod write;

use std::hash::{Hash, Hasher};
use std::ops::Deref;

use crate::authorize::PolicyFilter;
use crate::evaluate::{hash_shape, same_shape, shape};
use crate::ir::{
    self, App, AttributeId, CalculationId, Direction, RelationshipId, RelationshipKind, ResourceId, Tree, Type,
};
use crate::query::{Access, Deleted, MAX_ROWS, SortField};
use crate::value::Value;

pub(crate) use bind::{BoundRead, ReadPlan, Rows, bind};
pub(crate) use cursor::Cursor;
pub(crate) use deletion::{Deletion, Done, Reference, Referring, Restored};
pub(crate) use read::{
    Pair, RowLayout, Selected, plan_existing_keys, plan_keys, plan_matching, plan_named, plan_pair, plan_question,
    plan_rows, plan_stored, plan_stored_anywhere, plan_tenant, plan_told,
};
pub(crate) use write::{
    Assigned, Delete, Draft, DraftColumn, Insert, OnConflict, Returned, Update, clock, requirements,
};

/// What one of this module's constructors made. Every module can read it; no other module can make or change one.
#[derive(Clone)]
pub(crate) struct Plan<T>(T);

impl<T> Deref for Plan<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Which rows of a table a statement is about, before anything is asked of them. Rows that an expression reaches from them are always
/// existing ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those of the resource's extent.
    Existing,
    /// Those of it that are deleted for the time being.
    Deleted,
    /// Both.
    WithDeleted,
    /// Those that this very write has stored, also if it led them out of the extent.
    Written,
}

impl Reach {
    /// The rows that an action is about.
    pub(crate) fn of(action: &ir::Action) -> Self {
        if action.of_deleted { Self::Deleted } else { Self::Existing }
    }
}

impl From<Deleted> for Reach {
    fn from(deleted: Deleted) -> Self {
        match deleted {
            Deleted::LeftOut => Self::Existing,
            Deleted::Alone => Self::Deleted,
            Deleted::Included => Self::WithDeleted,
        }
    }
}

/// One `SELECT` of one resource's rows.
#[derive(Clone)]
pub(crate) struct Read {
    pub(crate) resource: ResourceId,
    /// Which rows of the table it is about.
    pub(crate) reach: Reach,
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
    /// How the rows are locked until the transaction ends.
    pub(crate) lock: Option<Lock>,
}

/// What a lock keeps everybody else from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Changing the row, and locking it.
    Update,
    /// Changing the row.
    Share,
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
    /// What policies say of its rows.
    pub(crate) fn policy(&self) -> Option<&PolicyFilter> {
        policy(&self.wanted)
    }

    /// A read of the rows for which `wanted` holds, as yet without columns and order.
    pub(crate) fn of(resource: ResourceId, wanted: Vec<Predicate>) -> Self {
        Self {
            resource,
            reach: Reach::Existing,
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
            lock: None,
        }
    }
}

/// What policies say of the rows for which all of `wanted` holds.
pub(crate) fn policy(wanted: &[Predicate]) -> Option<&PolicyFilter> {
    wanted.iter().find_map(|it| match it {
        Predicate::Policy(filter) => Some(filter),
        Predicate::Tree(..) | Predicate::OneOf(_) | Predicate::Is(_) => None,
    })
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
        Self::of_keys(keys.to_vec())
    }

    /// The same.
    pub(crate) fn of_keys(mut keys: Vec<Value>) -> Self {
        match keys.pop() {
            Some(key) if keys.is_empty() => Self::Is(key),
            last => {
                keys.extend(last);
                Self::OneOf(keys)
            }
        }
    }

    /// How many keys it names.
    pub(crate) fn keys(&self) -> u64 {
        match self {
            Self::OneOf(keys) => keys.len() as u64,
            Self::Is(_) => 1,
            Self::Policy(_) | Self::Tree(..) => 0,
        }
    }

    /// The same without values.
    pub(crate) fn shape(&self) -> Self {
        match self {
            Self::Policy(filter) => Self::Policy(filter.shape()),
            Self::Tree(tree, access) => Self::Tree(shape(tree), *access),
            Self::OneOf(_) => Self::OneOf(Vec::new()),
            Self::Is(_) => Self::Is(Value::Null),
        }
    }

    /// Whether both differ in values alone.
    pub(crate) fn has_shape_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Policy(one), Self::Policy(other)) => one.has_shape_of(other),
            (Self::Tree(one, access), Self::Tree(other, other_access)) => {
                access == other_access && same_shape(one, other)
            }
            (Self::OneOf(_), Self::OneOf(_)) | (Self::Is(_), Self::Is(_)) => true,
            (Self::Policy(_) | Self::Tree(..) | Self::OneOf(_) | Self::Is(_), _) => false,
        }
    }

    /// Adds its shape to a hash.
    pub(crate) fn hash_shape(&self, state: &mut impl Hasher) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Policy(filter) => filter.hash_shape(state),
            Self::Tree(tree, access) => {
                access.hash(state);
                hash_shape(tree, state);
            }
            Self::OneOf(_) | Self::Is(_) => {}
        }
    }

    /// How many bytes its trees take, roughly.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Policy(filter) => filter.bytes(),
            Self::Tree(tree, _) => tree.bytes(),
            Self::OneOf(_) | Self::Is(_) => size_of::<Self>(),
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
    /// Whether the field policies of the attribute show it.
    Shown(AttributeId),
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
    /// The type of the near key.
    pub(crate) ty: Type,
    /// The values of the near key: the primary key, or that of a `belongs_to`.
    pub(crate) keys: Vec<Value>,
}

impl Parents {
    /// Whether a parent may have several rows, so that each has a limit of its own.
    pub(crate) fn is_to_many(&self) -> bool {
        matches!(self.relationship, RelationshipKind::HasMany { .. } | RelationshipKind::ManyToMany { .. })
    }
}
