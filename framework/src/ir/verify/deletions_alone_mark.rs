//! R0417: only a deletion says that a row is deleted.

use super::Findings;
use crate::ir::{App, Change, Subject};

/// R0417: no action accepts or sets what says that a row is deleted.
pub(super) fn deletions_alone_mark(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let set = action.changes.iter().filter_map(|it| match it {
                Change::Set { attribute, .. } => Some(attribute),
                Change::RelateActor { .. } | Change::Function { .. } | Change::RowFunction { .. } => None,
            });
            let marks = |name: &str| resource.attribute(name).is_some_and(|(_, it)| it.is_of_deletions());
            for name in action.accept.iter().chain(set).filter(|it| marks(it)) {
                let message = format!(
                    "it writes `{name}`, which says that a row is deleted: what goes with the row would stay. Write `#[destroy]`, or \
                     `#[update(restore)]`"
                );
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
