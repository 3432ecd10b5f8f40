//! A relationship: how rows point at each other.

use proc_macro2::Ident;
use syn::Type;

/// A relationship and its options.
#[derive(Clone, Debug)]
pub(crate) struct Relationship {
    pub(crate) public: bool,
    pub(crate) target: Type,
    pub(crate) kind: RelationshipKind,
}

/// Which rows are at the other end.
#[derive(Clone, Debug)]
pub(crate) enum RelationshipKind {
    BelongsTo {
        /// `world_id`.
        key: Ident,
        /// The type of the key.
        key_ty: Type,
        /// `Option<BelongsTo<…>>`.
        optional: bool,
        on_delete: OnDelete,
    },
    /// The `belongs_to` at the other end.
    HasMany { key: Option<Ident> },
    /// The `belongs_to` at the other end.
    HasOne { key: Option<Ident> },
    /// The join resource and its two `belongs_to`.
    ManyToMany { join: Option<Join> },
}

/// How a `many_to_many` is joined.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) through: Type,
    pub(crate) source: Ident,
    pub(crate) target: Ident,
}

/// What happens to a row when the one it points at is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    Nilify,
}

impl Relationship {
    pub(crate) fn is_many(&self) -> bool {
        matches!(self.kind, RelationshipKind::HasMany { .. } | RelationshipKind::ManyToMany { .. })
    }
}
