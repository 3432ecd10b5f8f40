//! R1028: no order that surfaces show reveals a sensitive attribute. R1031 is about calculations of one.

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
