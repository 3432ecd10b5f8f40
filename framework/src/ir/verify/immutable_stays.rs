//! R0424: no update changes what is immutable.

use super::Findings;
use crate::ir::{ActionKind, App, Subject};

/// R0424: no update accepts an immutable attribute, sets it, or relates it to the actor.
pub(super) fn immutable_stays(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| it.kind == ActionKind::Update) {
            let changed = action.changes.iter().filter_map(|it| it.attribute(resource));
            let is_immutable = |name: &str| resource.attribute(name).is_some_and(|(_, it)| it.immutable);
            for name in action.accept.iter().chain(changed).filter(|it| is_immutable(it)) {
                let message = format!("it changes `{name}`, which is immutable");
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
