//! An attribute: one column.

use proc_macro2::{Ident, Span};
use syn::{Expr, Type};

/// A column and its options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attribute {
    pub(crate) primary_key: bool,
    pub(crate) public: bool,
    pub(crate) sensitive: bool,
    /// `i64` as GraphQL's `BigInt`.
    pub(crate) big: Option<Span>,
    /// A create may give it, and no update changes it.
    pub(crate) immutable: bool,
    /// Whether surfaces filter by it, where that is said: if it is public, they do.
    pub(crate) filter: Option<(Span, bool)>,
    /// Whether surfaces sort by it, where that is said: if it is public, they do.
    pub(crate) sort: Option<(Span, bool)>,
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
    /// What its type says: a UUID v7, or a number that the database counts.
    Id,
    /// A UUID v4.
    RandomId,
    InsertedAt,
    UpdatedAt,
    DeletedAt,
    DeletionId,
}

/// Bounds of a written value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constraints {
    pub(crate) min_length: Option<Bound<u32>>,
    pub(crate) max_length: Option<Bound<u32>>,
    pub(crate) min: Option<Bound<i64>>,
    pub(crate) max: Option<Bound<i64>>,
    pub(crate) email: Option<Span>,
    pub(crate) slug: Option<Span>,
    pub(crate) multiline: Option<Span>,
}

/// One bound with its spans: of its name, and of its value.
#[derive(Clone, Debug)]
pub(crate) struct Bound<T> {
    pub(crate) value: T,
    pub(crate) name: Span,
    pub(crate) written: Expr,
}

impl Constraints {
    /// The span of a bound that is for text alone, if there is one.
    pub(crate) fn of_text(&self) -> Option<Span> {
        self.email.or(self.slug).or(self.multiline)
    }

    /// The span of a bound of a length, if there is one.
    pub(crate) fn of_length(&self) -> Option<Span> {
        self.min_length.as_ref().or(self.max_length.as_ref()).map(|it| it.name)
    }

    /// The span of a bound that is for integers alone, if there is one.
    pub(crate) fn of_integer(&self) -> Option<Span> {
        self.min.as_ref().or(self.max.as_ref()).map(|it| it.name)
    }
}

/// One column of the resource, written as an attribute, or the key of a `belongs_to`.
#[derive(Clone, Debug)]
pub(crate) struct Column<'m> {
    /// The column's name: `world_id`.
    pub(crate) name: Ident,
    /// How other attributes name it: `world`.
    pub(crate) written: &'m Ident,
    pub(crate) ty: Type,
    pub(crate) docs: String,
    pub(crate) kind: ColumnKind<'m>,
    /// Whether all of its options could be parsed.
    pub(crate) sound: bool,
}

/// Where a column comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ColumnKind<'m> {
    Attribute(&'m Attribute),
    /// The key of a `belongs_to`.
    Key {
        optional: bool,
        public: bool,
        immutable: bool,
    },
}
