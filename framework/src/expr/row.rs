//! Rows as bodies see them: the structs that `#[resource]` makes, and the path that each holds.

use super::build::{self, Raw, TreeNumber};
use super::{Expr, ManyRows, Nullability, Optional, Required};
use crate::ir::{AttributeId, CalculationId, Node, PathId, RelationshipId, Tree};

/// A struct under `#[resource]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "needs `#[resource]`",
    note = "a relationship, a `Row<…>` and an `Actor<…>` name a struct that stands under `#[resource(table = \"…\")]`"
)]
pub trait Resource: Sized + 'static {
    /// The Rust name: `Activity`.
    const NAME: &'static str;
    /// Macros ask for it, so that rustc reports a type that is no resource once, and not wherever it is used.
    #[doc(hidden)]
    const KNOWN: bool = true;
    /// Its columns and hops, as expressions use them. `N` says whether the row itself may be absent.
    type Row<N: Nullability>: ExprRow;
}

/// A row of `R` that is never absent: `activity.user_id`, `activity.user().role`.
pub type Row<R> = <R as Resource>::Row<Required>;

/// The actor, a row of `R`; when nobody is signed in, all its columns are NULL.
pub type Actor<R> = <R as Resource>::Row<Optional>;

/// Which row of which tree a row struct represents.
#[derive(Clone, Copy, Debug)]
pub struct RowPath {
    tree: TreeNumber,
    path: PathId,
}

/// What `#[resource]` makes of a resource for expressions: a field for each column, a method for each relationship.
pub trait ExprRow: Copy + 'static {
    /// The resource's name.
    const RESOURCE: &'static str;

    /// The row at `path`.
    #[doc(hidden)]
    fn at(path: RowPath) -> Self;

    /// The path of the row.
    #[doc(hidden)]
    fn path(self) -> RowPath;
}

#[doc(hidden)]
impl RowPath {
    pub(crate) fn row(tree: TreeNumber) -> Self {
        Self { tree, path: Tree::ROW }
    }

    pub(crate) fn actor(tree: TreeNumber) -> Self {
        Self { tree, path: Tree::ACTOR }
    }

    /// The attribute at that position.
    pub fn column<T>(self, attribute: u16) -> Expr<T> {
        Expr::from_raw(Raw::Column { tree: self.tree, path: self.path, attribute: AttributeId::at(attribute) })
    }

    /// The calculation at that position.
    pub fn calculation<T>(self, calculation: u16) -> Expr<T> {
        // A row of another tree must not become part of this one: a column of it is used instead, and will be refused.
        if build::is_current(self.tree) {
            Expr::from_node(Node::Calculation { path: self.path, calculation: CalculationId::at(calculation) })
        } else {
            self.column(calculation)
        }
    }

    /// The row at the other end of a to-one relationship.
    #[must_use]
    pub fn one(self, relationship: u16) -> Self {
        Self { tree: self.tree, path: build::one(self.tree, self.path, RelationshipId::at(relationship)) }
    }

    /// The rows at the other end of a to-many relationship.
    pub fn many<R: Resource>(self, relationship: u16) -> ManyRows<R> {
        ManyRows::new(self, RelationshipId::at(relationship))
    }

    /// Its number in its tree.
    pub(crate) fn number(self) -> PathId {
        self.path
    }

    /// A new scope over the rows of a to-many relationship, and its number.
    pub(crate) fn each(self, relationship: RelationshipId) -> (Self, PathId) {
        let path = build::each(self.tree, self.path, relationship);
        (Self { tree: self.tree, path }, path)
    }
}
