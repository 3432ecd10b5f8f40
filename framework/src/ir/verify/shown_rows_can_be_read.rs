//! R1026: a resource whose rows a surface shows has a primary read.

use super::Findings;
use crate::ir::{ActionKind, App, Resource, Subject};

pub(super) fn shown_rows_can_be_read(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        if let Some(message) = unread(resource) {
            found.report(resource, message);
        }
        for relationship in resource.relationships.iter().filter(|it| it.public && resource.graphql.is_some()) {
            let target = app.find(&relationship.target).map(|it| app.resource(it));
            if let Some(target) = target.filter(|it| it.graphql.is_some() && !is_read(it) && unread(it).is_none()) {
                let message = format!("it leads to `{}` in the GraphQL API, which has no primary read", target.name);
                let place = Subject::field(resource, &relationship.name);
                found.report_both(place, message, target, "its reads are missing here");
            }
        }
    }
}

/// What the surfaces cannot show of the resource itself without a primary read. Relationships that lead to it are then not reported
/// again.
fn unread(resource: &Resource) -> Option<&'static str> {
    let mutations = resource.graphql.is_some() && answers_rows(resource);
    match (is_read(resource), resource.admin.is_some(), mutations) {
        (true, ..) | (false, false, false) => None,
        (false, true, false) => Some("it has an admin screen, but no primary read that could fill it"),
        (false, false, true) => Some("it is in the GraphQL API with writes, but no primary read for their results"),
        (false, true, true) => {
            Some("it has an admin screen and is in the GraphQL API with writes, but no primary read for either")
        }
    }
}

fn is_read(resource: &Resource) -> bool {
    resource.primary_read().is_some()
}

/// Whether a mutation returns one of its rows.
fn answers_rows(resource: &Resource) -> bool {
    let writes = |it: &ActionKind| matches!(it, ActionKind::Create | ActionKind::Update | ActionKind::Destroy);
    resource.actions.iter().any(|it| it.public && writes(&it.kind))
}
