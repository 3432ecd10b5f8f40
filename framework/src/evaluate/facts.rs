//! What an expression is evaluated with: the request's facts, and rows as far as they are loaded.

use crate::ir::{App, AttributeId, RelationshipId, RelationshipKind, Resource};
use crate::record::{Field, Input, Record, StoredRow};
use crate::value::{DateTimeUtc, Value};

/// What is known before any row is read.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The declaration.
    pub app: &'a App,
    /// The request's time.
    pub now: DateTimeUtc,
    /// The primary key of the tenant that everything is done within; `None`: none was named.
    pub tenant: Option<&'a Value>,
    /// The actor's row; `None`: nobody is signed in, and all its attributes are NULL.
    pub actor: Option<&'a dyn RowSource>,
    /// The action's arguments. One that is not given is NULL.
    pub arguments: &'a Input,
}

/// A row as far as it is loaded. What is not loaded is not NULL: only the database knows it.
pub trait RowSource {
    /// The value of an attribute; `None`: not loaded.
    fn attribute(&self, id: AttributeId) -> Option<&Value>;

    /// The row at the other end of a to-one relationship.
    fn one(&self, relationship: RelationshipId) -> Hop<'_>;

    /// All rows at the other end of a to-many relationship; `None`: not loaded.
    fn many(&self, relationship: RelationshipId) -> Option<Vec<&dyn RowSource>>;
}

/// Where a hop leads.
#[derive(Clone, Copy)]
pub enum Hop<'a> {
    /// To this row.
    Row(&'a dyn RowSource),
    /// To none: all its attributes and calculations are NULL, and it has no related rows.
    Absent,
    /// Not loaded: only the database knows.
    Unloaded,
}

impl<'a> Hop<'a> {
    /// Follows a further to-one relationship.
    pub fn one(self, relationship: RelationshipId) -> Self {
        match self {
            Self::Row(row) => row.one(relationship),
            Self::Absent | Self::Unloaded => self,
        }
    }
}

impl<'a> From<Option<&'a dyn RowSource>> for Hop<'a> {
    fn from(row: Option<&'a dyn RowSource>) -> Self {
        row.map_or(Self::Absent, Self::Row)
    }
}

/// The fields of a [`Record`] or a [`StoredRow`] as a row.
///
/// The related records of a record are never used: a load holds what the actor may read, in pages, while an expression means all
/// rows. A hop is known only where the key is NULL.
#[derive(Clone, Copy, Debug)]
pub struct RecordRow<'a> {
    resource: &'a Resource,
    attributes: &'a [Field],
}

impl<'a> RecordRow<'a> {
    /// The record of a resource of `app`.
    pub fn new(app: &'a App, record: &'a Record) -> Self {
        Self { resource: app.resource(record.resource), attributes: &record.attributes }
    }

    /// The stored row of a resource of `app`.
    pub fn stored(app: &'a App, row: &'a StoredRow) -> Self {
        Self { resource: app.resource(row.resource()), attributes: row.attributes() }
    }
}

impl RowSource for RecordRow<'_> {
    fn attribute(&self, id: AttributeId) -> Option<&Value> {
        self.attributes.get(usize::from(id)).and_then(Field::value)
    }

    fn one(&self, relationship: RelationshipId) -> Hop<'_> {
        let key = match self.resource.relationships.get(usize::from(relationship)).map(|it| &it.kind) {
            Some(RelationshipKind::BelongsTo { attribute, .. }) => self.resource.attribute(attribute),
            _ => None,
        };
        match key.and_then(|(id, _)| self.attribute(id)) {
            Some(Value::Null) => Hop::Absent,
            _ => Hop::Unloaded,
        }
    }

    fn many(&self, _: RelationshipId) -> Option<Vec<&dyn RowSource>> {
        None
    }
}
