//! Rows as bodies and reads see them: the structs that `#[resource]` makes, their kinds, and the path that each holds.

use std::fmt::Debug;

use super::build::{self, Raw, TreeNumber};
use super::{Expr, ManyRows, Optional, Required};
use crate::attribute::{AttributeType, PrimaryKey};
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
    /// The type of its primary key.
    type Id: PrimaryKey;
    /// Its columns and hops, as expressions and reads use them.
    type Row<Kind: RowKind>: ExprRow;
}

/// The type of the keys of `R`.
pub type KeyOf<R> = <R as Resource>::Id;

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

/// What the fields and methods of a row are: in an expression, of a row that is always there ([`Required`]) or may be absent
/// ([`Optional`]); or what a read may name of its rows ([`crate::call::Selecting`]).
pub trait RowKind: Copy + Debug + Send + Sync + 'static {
    /// The type of the expression that is a column or a calculation of type `T`.
    type Of<T: AttributeType>;
    /// What a `belongs_to` that must be there leads to.
    type One<R: Resource>: FromHop;
    /// What another to-one relationship leads to: there may be no row.
    type OneOrNone<R: Resource>: FromHop;
    /// What a to-many relationship leads to.
    type Many<R: Resource>: FromHop;
}

impl RowKind for Required {
    type Of<T: AttributeType> = T::Plain;
    type One<R: Resource> = R::Row<Self>;
    type OneOrNone<R: Resource> = R::Row<Optional>;
    type Many<R: Resource> = ManyRows<R>;
}

impl RowKind for Optional {
    type Of<T: AttributeType> = T::Nullable;
    type One<R: Resource> = R::Row<Self>;
    type OneOrNone<R: Resource> = R::Row<Self>;
    type Many<R: Resource> = ManyRows<R>;
}

/// What a hop leads to: a row, or rows.
pub trait FromHop {
    /// What that relationship leads to from the row at `from`.
    #[doc(hidden)]
    fn from_hop(from: RowPath, relationship: RelationshipId) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: ExprRow> FromHop for E {
    fn from_hop(from: RowPath, relationship: RelationshipId) -> Self {
        Self::at(from.one(relationship))
    }
}

#[diagnostic::do_not_recommend]
impl<R: Resource> FromHop for ManyRows<R> {
    fn from_hop(from: RowPath, relationship: RelationshipId) -> Self {
        Self::new(from, relationship)
    }
}

/// What `#[resource]` makes of a resource for expressions: a field for each column, a method for each relationship.
pub trait ExprRow: Copy + 'static {
    /// The resource.
    type Of: Resource;

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

    /// What the relationship at that position leads to.
    pub fn hop<H: FromHop>(self, relationship: u16) -> H {
        H::from_hop(self, RelationshipId::at(relationship))
    }

    /// The row at the other end of a to-one relationship.
    fn one(self, relationship: RelationshipId) -> Self {
        Self { tree: self.tree, path: build::one(self.tree, self.path, relationship) }
    }

    /// Whether it is the row that the body being built is about, and not one of another body.
    pub(crate) fn is_own(self) -> bool {
        self.path == Tree::ROW && build::is_current(self.tree)
    }

    /// A new scope over the rows of a to-many relationship, and its number.
    pub(crate) fn each(self, relationship: RelationshipId) -> (Self, PathId) {
        let path = build::each(self.tree, self.path, relationship);
        (Self { tree: self.tree, path }, path)
    }
}
