//! R1012: every expression is well formed, and uses only a row, an actor and arguments that it has.

use super::{Findings, declared_tree};
use crate::ir::App;

pub(super) fn trees_are_well_formed(app: &App, found: &mut Findings<'_>) {
    for placed in declared_tree::trees(app) {
        if let Err(error) = placed.tree.check(app, placed.arguments) {
            found.report(placed.subject.clone(), format!("its expression is not well formed: {error}"));
        }
        if let Some(row) = &placed.tree.row
            && placed.row != Some(row)
        {
            found
                .report(placed.subject.clone(), format!("its expression asks a row of `{row}`, which it is not given"));
        }
        if placed.tree.actor.is_some() && !placed.actor {
            found.report(placed.subject.clone(), "its expression asks the actor, which it is not given");
        }
    }
}
