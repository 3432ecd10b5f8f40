//! R1003: a name means one thing in its resource.

use super::{Findings, repeated};
use crate::ir::{App, Name, Resource, Subject};

pub(super) fn names_differ(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let mut differ = |names: Vec<&Name>, place: fn(&Resource, &str) -> Subject, what: &str| {
            for name in repeated(names) {
                let (message, place) = (format!("two {what} have this name"), place(resource, name));
                found.report_both(place.clone(), message, place, "the first is here");
            }
        };
        differ(members(resource), Subject::field, "attributes, relationships or calculations");
        differ(resource.actions.iter().map(|it| &it.name).collect(), Subject::action, "actions");
        differ(resource.identities.iter().map(|it| &it.name).collect(), Subject::identity, "identities");
        for action in &resource.actions {
            let inputs = action.accept.iter().chain(action.arguments.iter().map(|it| &it.name));
            for name in repeated(inputs) {
                let place = Subject::action(resource, &action.name);
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
