//! A relationship: how rows point at each other.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Type, parse_quote_spanned};

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
        /// `Option<BelongsTo<…>>`.
        optional: bool,
        /// A create may give it, and no update changes it.
        immutable: bool,
        on_delete: OnDelete,
    },
    /// The `belongs_to` at the other end.
    HasMany { key: Option<Ident> },
    /// The `belongs_to` at the other end.
    HasOne { key: Option<Ident> },
    /// The join resource and its two `belongs_to`.
    ManyToMany { join: Option<Box<Join>> },
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
    /// The alias of the resource at the other end, where the relationship is a field of that name of `resource`: `__World__owner`. The
    /// resource is asked for there once, so that one which is none is one error.
    pub(crate) fn alias(&self, resource: &Ident, name: &Ident) -> Ident {
        let span = Span::call_site().located_at(self.target.span());
        format_ident!("__{resource}__{}", name.unraw(), span = span)
    }

    /// The type of the key, if it has one here.
    pub(crate) fn key_type(&self, resource: &Ident, name: &Ident) -> Option<Type> {
        let RelationshipKind::BelongsTo { optional, .. } = self.kind else { return None };
        let (there, span) = (self.alias(resource, name), name.span());
        let key: Type = parse_quote_spanned!(span=> ::samara::__private::KeyOf<#there>);
        Some(if optional { parse_quote_spanned!(span=> ::core::option::Option<#key>) } else { key })
    }

    pub(crate) fn is_many(&self) -> bool {
        matches!(self.kind, RelationshipKind::HasMany { .. } | RelationshipKind::ManyToMany { .. })
    }
}
