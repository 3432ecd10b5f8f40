//! Plans of what becomes of the rows that point at one which is deleted for the time being, or comes back: the database sees no delete, so
//! `on_delete` is not its business.

use uuid::Uuid;

use super::Plan;
use crate::authorize::Authorized;
use crate::context::Context;
use crate::ir::{App, AttributeId, OnDelete, RelationshipKind, ResourceId};
use crate::request::WriteRequest;
use crate::value::Value;

/// One deletion for the time being. All rows that go with it are marked with it, so that they come back together.
#[derive(Clone)]
pub(crate) struct Deletion {
    pub(crate) at: Value,
    pub(crate) id: Value,
}

impl Deletion {
    /// One of now.
    pub(crate) fn new(cx: &Context) -> Self {
        Self { at: Value::Timestamp(cx.now()), id: Value::Uuid(Uuid::now_v7()) }
    }
}

/// A key by which rows of one resource point at rows of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The resource that has the key.
    pub(crate) from: ResourceId,
    pub(crate) key: AttributeId,
    /// The resource whose rows it points at.
    pub(crate) to: ResourceId,
    pub(crate) on_delete: OnDelete,
}

impl Reference {
    /// Every key that points at rows of `resource`.
    pub(crate) fn all_to(app: &App, resource: ResourceId) -> Vec<Self> {
        let references = app.resources_by_id().flat_map(|(from, _)| Self::all_from(app, from));
        references.filter(|it| it.to == resource).collect()
    }

    /// Every key of `resource`.
    pub(crate) fn all_from(app: &App, resource: ResourceId) -> Vec<Self> {
        let declared = app.resource(resource);
        let reference = |it: &crate::ir::Relationship| match &it.kind {
            RelationshipKind::BelongsTo { attribute, on_delete } => {
                Some(Self { from: resource, key: declared.named(attribute), to: app.target(it), on_delete: *on_delete })
            }
            _ => None,
        };
        declared.relationships.iter().filter_map(reference).collect()
    }

    /// Whether a row cannot exist without the row that it points at, which is deleted for the time being.
    pub(crate) fn holds_on(&self, app: &App) -> bool {
        self.on_delete != OnDelete::Nilify && app.resource(self.to).deleted_at().is_some()
    }
}

/// Rows that point at any of `rows`, by one key.
pub(crate) struct Referring {
    pub(crate) reference: Reference,
    pub(crate) rows: Vec<Value>,
    /// What is done with them.
    pub(crate) done: Done,
}

/// What is done with rows that point at others.
pub(crate) enum Done {
    /// Those that exist are deleted too.
    Delete(Deletion),
    /// They point at nothing any more, whether they exist or not.
    Clear,
    /// Those that went with one of these deletions come back. One that also holds on to a row which is still deleted belongs to the deletion of
    /// that row from now on.
    Restore {
        deletions: Vec<Value>,
        /// The keys by which they hold on to others.
        holds_on: Vec<Reference>,
    },
    /// Nothing: those that exist are found.
    Nothing,
}

impl Plan<Referring> {
    /// What a write that deletes or restores `rows` does with what points at them.
    pub(crate) fn referring(
        _: &Authorized<WriteRequest<'_>>,
        reference: Reference,
        rows: Vec<Value>,
        done: Done,
    ) -> Self {
        Self(Referring { reference, rows, done })
    }
}

/// Rows that came back, of which is asked whether what they hold on to by one key is deleted still.
pub(crate) struct Restored {
    pub(crate) reference: Reference,
    pub(crate) rows: Vec<Value>,
}
