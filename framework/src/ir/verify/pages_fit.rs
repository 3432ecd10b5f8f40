//! R1017: the default page has at least one row, and no more than the largest page.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn pages_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let Some(pages) = action.read().and_then(|it| it.pagination) else { continue };
            if pages.default == 0 || pages.default > pages.max {
                let message = format!("pages of {} rows do not fit between 1 and {}", pages.default, pages.max);
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
