//! One hop from a row, by which a read says what to load: `load(|world| world.owner())`.

use super::build;
use super::logic::literal;
use super::many::ManyRows;
use super::roots::tree;
use super::row::{ExprRow, Resource, Row};
use crate::ir::{Path, RelationshipId, Tree};

/// What a hop gives: a row, or rows.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be loaded", label = "not a hop: `load(|it| it.owner())`")]
pub trait Loadable {
    /// The relationship, if the hop is one from the row itself.
    #[doc(hidden)]
    fn relationship(&self) -> Option<RelationshipId>;
}

#[diagnostic::do_not_recommend]
impl<E: ExprRow> Loadable for E {
    fn relationship(&self) -> Option<RelationshipId> {
        match build::path_of(self.path().number())? {
            Path::One { from: Tree::ROW, relationship } => Some(relationship),
            _ => None,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<R: Resource> Loadable for ManyRows<R> {
    fn relationship(&self) -> Option<RelationshipId> {
        self.relationship_of_row()
    }
}

/// The relationship that `hop` follows; `None` if it follows none, or more than one.
pub(crate) fn hop<R: Resource, H: Loadable>(hop: impl FnOnce(Row<R>) -> H) -> Option<RelationshipId> {
    let mut relationship = None;
    let built = tree::<R, bool>(|it| {
        relationship = hop(it.row()).relationship();
        literal(true)
    });
    built.ok().and(relationship)
}
