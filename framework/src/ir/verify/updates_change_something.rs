//! R1049: an update accepts, sets or runs something.

use super::Findings;
use crate::ir::{ActionKind, App, Subject};

pub(super) fn updates_change_something(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| matches!(it.kind, ActionKind::Update)) {
            let restores = action.of_deleted;
            if !restores && action.accept.is_empty() && action.changes.is_empty() && !action.runs_hooks() {
                let message = "it changes nothing: let it `accept` or `set` something, or run a function";
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
