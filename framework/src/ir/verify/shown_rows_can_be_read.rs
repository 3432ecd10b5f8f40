//! R1026: a resource whose rows a surface shows has a primary read, which reads them.

use super::Findings;
use crate::ir::{ActionKind, App, Resource, Subject};

pub(super) fn shown_rows_can_be_read(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        if !is_read(resource) {
            if resource.admin.is_some() {
                found.report(resource, "it has an admin screen, but no primary read that could fill it");
            }
            if resource.graphql.is_some() && answers_rows(resource) {
                found.report(resource, "it is in the GraphQL API with writes, but no primary read for their results");
            }
        }
        for relationship in resource.relationships.iter().filter(|it| it.public && resource.graphql.is_some()) {
            let target = app.find(&relationship.target).map(|it| app.resource(it));
            if let Some(target) = target.filter(|it| it.graphql.is_some() && !is_read(it)) {
                let message = format!("it leads to `{}` in the GraphQL API, which has no primary read", target.name);
                let place = Subject::field(resource, &relationship.name);
                found.report_both(place, message, target, "its reads are missing here");
            }
        }
    }
}

fn is_read(resource: &Resource) -> bool {
    resource.primary_read().is_some()
}

/// Whether a mutation answers one of its rows.
fn answers_rows(resource: &Resource) -> bool {
    let writes = |it: &ActionKind| matches!(it, ActionKind::Create | ActionKind::Update | ActionKind::Destroy);
    resource.actions.iter().any(|it| it.public && writes(&it.kind))
}
