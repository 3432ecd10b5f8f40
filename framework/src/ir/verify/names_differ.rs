//! R1003: a name means one thing in its resource.

use super::{Findings, repeated};
use crate::ir::{App, Name, Resource};

pub(super) fn names_differ(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let mut differ = |names: Vec<&Name>, what: &str| {
            for name in repeated(names) {
                found.report(format_args!("{}.{name}", resource.name), format!("two {what} have this name"));
            }
        };
        differ(members(resource), "attributes, relationships or calculations");
        differ(resource.actions.iter().map(|it| &it.name).collect(), "actions");
        differ(resource.identities.iter().map(|it| &it.name).collect(), "identities");
        for action in &resource.actions {
            let inputs = action.accept.iter().chain(action.arguments.iter().map(|it| &it.name));
            for name in repeated(inputs) {
                let place = format!("{}.{}", resource.name, action.name);
                found.report(place, format!("two of its inputs are named `{name}`"));
            }
        }
    }
}

fn members(resource: &Resource) -> Vec<&Name> {
    let attributes = resource.attributes.iter().map(|it| &it.name);
    let relationships = resource.relationships.iter().map(|it| &it.name);
    attributes.chain(relationships).chain(resource.calculations.iter().map(|it| &it.name)).collect()
}
