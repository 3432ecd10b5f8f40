//! R1009: the names that identities, indexes, actions, field policies and the admin use are declared.

use super::Findings;
use crate::ir::{App, Change, Name, Resource, Subject};

pub(super) fn names_exist(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for (user, name) in named_attributes(resource) {
            if resource.attribute(name).is_none() {
                found.report(user, format!("there is no attribute `{name}`"));
            }
        }
        for action in &resource.actions {
            let sort = action.read().map_or(&[] as &[_], |it| &it.sort);
            for key in sort {
                if resource.attribute(&key.field).is_none() && resource.calculation(&key.field).is_none() {
                    let message = format!("it sorts by `{}`, which is no attribute or calculation", key.field);
                    found.report(Subject::action(resource, &action.name), message);
                }
            }
        }
        for column in resource.admin.iter().flat_map(|it| &it.columns) {
            let to_one = resource.relationship(column).is_some_and(|(_, it)| it.is_to_one());
            if !to_one && resource.attribute(column).is_none() && resource.calculation(column).is_none() {
                let message = format!("its column `{column}` is no attribute, calculation or relationship to one");
                found.report(Subject::setting(resource, "admin"), message);
            }
        }
    }
}

/// Every use of an attribute's name, with who uses it.
fn named_attributes(resource: &Resource) -> Vec<(Subject, &Name)> {
    let mut named: Vec<(Subject, &Name)> = Vec::new();
    for identity in &resource.identities {
        named.extend(identity.attributes.iter().map(|it| (Subject::identity(resource, &identity.name), it)));
    }
    for index in &resource.indexes {
        named.extend(index.attributes.iter().map(|(it, _)| (Subject::setting(resource, "index"), it)));
    }
    for action in &resource.actions {
        let place = || Subject::action(resource, &action.name);
        named.extend(action.accept.iter().map(|it| (place(), it)));
        let is_argument = |it: &&Name| action.arguments.iter().any(|argument| argument.name == **it);
        let reported = action.requirements.iter().flat_map(|it| it.fields.iter().chain(&it.reported_at));
        let reported = reported.filter(|it| !is_argument(it));
        named.extend(reported.map(|it| (place(), it)));
        named.extend(action.changes.iter().filter_map(|it| match it {
            Change::Set { attribute, .. } => Some((place(), attribute)),
            Change::RelateActor { .. } | Change::Function { .. } | Change::RowFunction { .. } => None,
        }));
    }
    for policy in &resource.field_policies {
        named.extend(policy.attributes.iter().map(|it| (Subject::policy(resource, &policy.name), it)));
    }
    named
}
