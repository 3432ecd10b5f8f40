//! R1048: a public relationship leads to a resource that some surface shows.

use super::Findings;
use crate::ir::{App, Resource, Subject};

pub(super) fn public_targets_are_shown(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources().iter().filter(|it| has_surface(it)) {
        for relationship in resource.relationships.iter().filter(|it| it.public) {
            // A resource that is missing is reported by `targets_exist`.
            let Some(target) = app.find(&relationship.target).map(|it| app.resource(it)) else { continue };
            if !has_surface(target) {
                let message = format!(
                    "it is public, but `{}` is on no surface: give that `#[graphql]` or `#[admin]`, or leave this private",
                    target.name
                );
                found.report_both(
                    Subject::field(resource, &relationship.name),
                    message,
                    target,
                    "it has neither `#[graphql]` nor `#[admin]`",
                );
            }
        }
    }
}

fn has_surface(resource: &Resource) -> bool {
    resource.graphql.is_some() || resource.admin.is_some()
}
