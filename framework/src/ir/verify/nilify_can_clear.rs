//! R1008: a key that is set to NULL when its row is deleted is nullable.

use super::Findings;
use crate::ir::{App, OnDelete, RelationshipKind, Subject};

pub(super) fn nilify_can_clear(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for relationship in &resource.relationships {
            let RelationshipKind::BelongsTo { attribute, on_delete: OnDelete::Nilify } = &relationship.kind else {
                continue;
            };
            if resource.attribute(attribute).is_some_and(|(_, it)| !it.nullable) {
                let place = Subject::field(resource, &relationship.name);
                found.report(place, format!("its key `{attribute}` is never NULL, so it cannot be cleared"));
            }
        }
    }
}
