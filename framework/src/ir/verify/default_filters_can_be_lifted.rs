//! R0430: a default filter reads its row alone, so that a caller's filter can take its place.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn default_filters_can_be_lifted(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let Some((read, filter)) = action.read().and_then(|it| Some((it, it.default_filter.as_ref()?))) else {
                continue;
            };
            let message = if read.get {
                "it reads one row, which is there or not: a default filter is of a list"
            } else if filter.asks_other_rows() || filter.asks_arguments() {
                "its default filter asks more than the row, so no filter of a caller takes its place: write a `filter`"
            } else if filter.reads_of_row().next().is_none() {
                "its default filter reads nothing of the row, so no filter of a caller takes its place: write a `filter`"
            } else {
                continue;
            };
            found.report(Subject::action(resource, &action.name), message);
        }
    }
}
