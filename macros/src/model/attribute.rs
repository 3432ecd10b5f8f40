//! An attribute: one column.

use proc_macro2::{Ident, Span};
use syn::{Expr, Type};

/// A column and what is said of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attribute {
    pub(crate) primary_key: bool,
    pub(crate) public: bool,
    pub(crate) sensitive: bool,
    /// `i64` as GraphQL's `BigInt`.
    pub(crate) big: Option<Span>,
    /// An identity of its own, named after it.
    pub(crate) unique: bool,
    /// An index of its own, with whether it descends.
    pub(crate) index: Option<bool>,
    pub(crate) default: Option<Expr>,
    pub(crate) generated: Option<Generated>,
    pub(crate) constraints: Constraints,
}

/// Who fills it in, if no input does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generated {
    Id,
    InsertedAt,
    UpdatedAt,
}

/// Bounds of a written value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constraints {
    pub(crate) min_length: Option<u32>,
    pub(crate) max_length: Option<u32>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) email: bool,
    pub(crate) slug: bool,
    pub(crate) multiline: bool,
}

impl Constraints {
    pub(crate) fn of_text(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.email || self.slug || self.multiline
    }

    pub(crate) fn of_integer(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
}

/// One column of the resource, whether it was written as an attribute or stands for the key of a `belongs_to`.
#[derive(Clone, Debug)]
pub(crate) struct Column<'m> {
    /// The column's name: `world_id`.
    pub(crate) name: Ident,
    /// How other attributes name it: `world`.
    pub(crate) written: &'m Ident,
    pub(crate) ty: Type,
    pub(crate) docs: String,
    pub(crate) kind: ColumnKind<'m>,
}

/// Where a column comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ColumnKind<'m> {
    Attribute(&'m Attribute),
    /// The key of a `belongs_to`, with the target's type.
    Key {
        target: &'m Type,
        optional: bool,
        public: bool,
    },
}
