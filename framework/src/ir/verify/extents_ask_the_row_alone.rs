//! R0413: whether a row exists is decided by the row alone.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn extents_ask_the_row_alone(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let Some(filter) = &resource.base_filter else { continue };
        // A tree that is not well formed is reported by `trees_are_well_formed`.
        if filter.check(app, &[]).is_err() {
            continue;
        }
        if let Err(beyond) = filter.row_condition(resource) {
            let message = format!(
                "its base filter asks {beyond}: which rows exist is decided by columns of the row, compared with constants and each other"
            );
            found.report(Subject::setting(resource, "base_filter"), message);
        }
    }
}
