//! R0414: among which rows an identity is unique is decided by each row alone.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn identities_ask_the_row_alone(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for identity in &resource.identities {
            let Some(condition) = &identity.only else { continue };
            // A tree that is not well formed is reported by `trees_are_well_formed`.
            if condition.check(app, &[]).is_err() {
                continue;
            }
            if let Err(beyond) = condition.row_condition(resource) {
                let message = format!(
                    "its `where` asks {beyond}: an index holds rows by their columns, compared with constants and each other"
                );
                found.report(Subject::identity(resource, &identity.name), message);
            }
        }
    }
}
