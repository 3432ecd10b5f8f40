//! R0415: what goes with a row that is deleted for the time being can come back with it.

use super::Findings;
use crate::ir::{App, OnDelete, RelationshipKind, Subject};

/// R0415: a row that goes with one which is deleted for the time being is itself deleted for the time being.
pub(super) fn what_goes_can_come_back(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources().iter().filter(|it| it.deleted_at().is_none()) {
        for relationship in &resource.relationships {
            let RelationshipKind::BelongsTo { on_delete: OnDelete::Cascade, .. } = &relationship.kind else { continue };
            let Some(target) = app.find(&relationship.target).map(|it| app.resource(it)) else { continue };
            if target.deleted_at().is_some() {
                let message = format!(
                    "a {} is deleted for the time being, and would take this row along for good: declare `soft_delete` here too, or \
                     `on_delete = restrict`, or `nilify`",
                    target.name
                );
                found.report(Subject::field(resource, &relationship.name), message);
            }
        }
    }
}
