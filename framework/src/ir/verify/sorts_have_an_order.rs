//! R1045: what a read sorts by has an order.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn sorts_have_an_order(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            for key in action.read().map_or(&[] as &[_], |it| &it.sort) {
                let attribute = resource.attribute(&key.field).map(|(_, it)| &it.ty);
                let ty = attribute.or_else(|| resource.calculation(&key.field).map(|(_, it)| &it.ty));
                if let Some(ty) = ty.filter(|it| !it.has_order()) {
                    let message = format!("it sorts by `{}`, a `{ty}`, which has no order", key.field);
                    found.report(Subject::action(resource, &action.name), message);
                }
            }
        }
    }
}
