//! R0416: actions of deleted rows are of a resource that has some, and name theirs by id.

use super::Findings;
use crate::ir::{App, Subject};

/// R0416: `restore` and `purge` are of a resource whose rows are deleted for the time being, and name their row by its id: its identities are
/// unique among the existing ones alone.
pub(super) fn deleted_rows_are_named_by_id(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| it.of_deleted) {
            let word = if action.is_destroy() { "purge" } else { "restore" };
            let subject = || Subject::action(resource, &action.name);
            if resource.deleted_at().is_none() {
                let message =
                    format!("`{word}` is of deleted rows, and none stays here: write `#[resource(soft_delete, …)]`");
                found.report(subject(), message);
            } else if !action.named_by.is_empty() {
                let message =
                    "several deleted rows may have what only existing ones have once: let it name its row by id";
                found.report(subject(), message);
            }
        }
    }
}
