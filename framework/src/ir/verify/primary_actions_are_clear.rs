//! R1016: at most one action of a kind is primary, and a primary read needs no arguments.

use super::Findings;
use crate::ir::{ActionKind, App, Subject};

pub(super) fn primary_actions_are_clear(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let kinds = resource.actions.iter().filter(|it| it.primary).map(|it| std::mem::discriminant(&it.kind));
        for _ in super::repeated(kinds) {
            found.report(resource, "two of its actions are the primary one of their kind");
        }
        for action in resource.actions.iter().filter(|it| it.primary) {
            let place = || Subject::action(resource, &action.name);
            match &action.kind {
                ActionKind::Read(read) if read.get => {
                    found.report(place(), "it answers one row, so it cannot be the primary read");
                }
                ActionKind::Read(_) if action.arguments.iter().any(|it| !it.nullable) => {
                    found.report(place(), "it needs an argument, so it cannot be the primary read");
                }
                ActionKind::Generic { .. } => found.report(place(), "an `#[action]` cannot be primary"),
                _ => {}
            }
        }
    }
}
