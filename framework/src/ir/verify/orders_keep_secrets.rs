//! R1028: no order that surfaces show tells of what is sensitive. What calculations may give of it is R1031.

use super::Findings;
use super::orders_are_told::shown_orders;
use crate::ir::{App, Subject};

pub(super) fn orders_keep_secrets(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for (action, read) in shown_orders(resource) {
            for key in &read.sort {
                if resource.attribute(&key.field).is_some_and(|(_, it)| it.sensitive) {
                    let message = format!("it sorts by `{}`, which is sensitive", key.field);
                    found.report(Subject::action(resource, &action.name), message);
                }
            }
        }
    }
}
