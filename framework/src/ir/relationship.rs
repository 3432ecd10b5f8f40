//! How resources point at each other.

use serde::{Deserialize, Serialize};

use super::Name;

/// A declared relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relationship {
    /// The field's name: `world`.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// The resource at the other end.
    pub target: Name,
    /// Whether surfaces may show and filter through it.
    pub public: bool,
    /// Which rows are at the other end.
    pub kind: RelationshipKind,
}

/// Which rows are at the other end of a relationship.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationshipKind {
    /// The target's row whose primary key is in `attribute` here.
    BelongsTo {
        /// The key's attribute in this resource: `world_id`.
        attribute: Name,
        /// What happens to this row when the target's row is destroyed.
        on_delete: OnDelete,
    },
    /// The target's rows whose `attribute` holds this row's primary key.
    HasMany {
        /// The key's attribute in the target.
        attribute: Name,
    },
    /// As [`RelationshipKind::HasMany`], at most one.
    HasOne {
        /// The key's attribute in the target, which an identity makes unique.
        attribute: Name,
    },
    /// The target's rows that a row of `through` joins with this one.
    ManyToMany {
        /// The join resource.
        through: Name,
        /// The attribute of `through` that holds this row's primary key.
        source_attribute: Name,
        /// The attribute of `through` that holds the target's primary key.
        target_attribute: Name,
    },
}

/// What the database does with rows that point at a row that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The row cannot be deleted.
    Restrict,
    /// They are deleted too.
    Cascade,
    /// Their key becomes NULL.
    Nilify,
}

impl Relationship {
    /// Whether at most one row is at the other end.
    pub fn is_to_one(&self) -> bool {
        matches!(self.kind, RelationshipKind::BelongsTo { .. } | RelationshipKind::HasOne { .. })
    }

    /// The key's attribute in the declaring resource, of a `belongs_to`.
    pub fn key(&self) -> Option<&Name> {
        match &self.kind {
            RelationshipKind::BelongsTo { attribute, .. } => Some(attribute),
            _ => None,
        }
    }
}
