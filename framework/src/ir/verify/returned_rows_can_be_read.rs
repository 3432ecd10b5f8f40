//! R0427: the rows that an action answers can be read, and shown where the action is.

use super::Findings;
use crate::ir::{App, Resource, Role, Subject};

pub(super) fn returned_rows_can_be_read(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let Some(name) = action.returns().and_then(|it| it.rows_of()) else { continue };
            let here = Subject::action(resource, &action.name);
            let Some(target) = app.find(name).map(|it| app.resource(it)) else {
                found.report(here, format!("it answers a row of `{name}`, which is in no domain of the app"));
                continue;
            };
            if target.primary_read().is_none() {
                let message = format!("it answers a row of `{name}`, which has no primary read");
                found.report_both(here, message, target, "its reads are missing here");
            } else if action.public && in_graphql(resource) && !in_graphql(target) {
                let message = format!(
                    "it is in the GraphQL API and answers a row of `{name}`, which is not: give that `#[graphql]`, or make the action private"
                );
                found.report_both(here, message, target, "it is not in the GraphQL API");
            }
        }
    }
}

fn in_graphql(resource: &Resource) -> bool {
    let hidden = matches!(resource.role, Some(Role::MagicLink { .. } | Role::Session { .. }));
    resource.graphql.is_some() && !hidden
}
