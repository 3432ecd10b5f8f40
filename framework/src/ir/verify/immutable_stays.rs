//! R0424: no update changes what is immutable.

use super::Findings;
use crate::ir::{ActionKind, App, OnDelete, RelationshipKind, Subject};

/// R0424: no update accepts an immutable attribute, sets it, or relates it to the actor; and no key that is immutable is cleared because the row
/// that it points at goes.
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
        for relationship in &resource.relationships {
            let RelationshipKind::BelongsTo { attribute, on_delete: OnDelete::Nilify } = &relationship.kind else {
                continue;
            };
            if resource.attribute(attribute).is_some_and(|(_, it)| it.immutable) {
                let message = format!(
                    "its key `{attribute}` is immutable, and would be cleared: declare `on_delete = restrict`, or `cascade`"
                );
                found.report(Subject::field(resource, &relationship.name), message);
            }
        }
    }
}
