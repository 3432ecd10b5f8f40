//! R1027: an order that surfaces show reveals no private attribute, unless it is marked so.

use super::Findings;
use crate::ir::{Action, App, Read, Resource, SortKey, Subject};

pub(super) fn orders_are_told(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for (action, read) in shown_orders(resource) {
            for key in &read.sort {
                if let Some(message) = problem(resource, key) {
                    found.report(Subject::action(resource, &action.name), message);
                }
            }
        }
    }
}

/// The reads whose order a surface shows. A primary one orders related rows too.
pub(super) fn shown_orders(resource: &Resource) -> impl Iterator<Item = (&Action, &Read)> {
    let is_shown = resource.graphql.is_some() || resource.admin.is_some();
    let shown = resource.actions.iter().filter(move |it| is_shown && (it.public || it.primary));
    shown.filter_map(|it| Some((it, it.read()?)))
}

fn problem(resource: &Resource, SortKey { field, private, .. }: &SortKey) -> Option<String> {
    let public = match (resource.attribute(field), resource.calculation(field)) {
        // Sensitive attributes are reported by R1028, and the primary key ends every order anyway.
        (Some((_, it)), _) if it.sensitive || it.primary_key => return None,
        (Some((_, it)), _) => it.public,
        (None, Some((_, it))) => it.public,
        // Reported by R1009.
        (None, None) => return None,
    };
    match (public, private) {
        (false, false) => Some(format!(
            "it sorts by `{field}`, which is not public, so its order tells of it; if it may, write `{field}(private)`"
        )),
        (true, true) => Some(format!("it says `{field}(private)`, but `{field}` is public")),
        (true, false) | (false, true) => None,
    }
}
