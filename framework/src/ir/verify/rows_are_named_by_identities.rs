//! R0428: the attributes by which an action names its row are an identity, may be told, and are the actor where that is said.

use super::Findings;
use crate::ir::{Action, App, Name, NamedBy, RelationshipKind, Resource, Role, Subject};

pub(super) fn rows_are_named_by_identities(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| !it.named_by.is_empty()) {
            for message in wrong(app, resource, action) {
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}

fn wrong(app: &App, resource: &Resource, action: &Action) -> Vec<String> {
    if !(action.has_row() || action.read().is_some_and(|it| it.get)) {
        return vec!["it names a row, but is no update, destroy or read of one".into()];
    }
    let names: Vec<&Name> = action.named_by.iter().map(|it| &it.attribute).collect();
    if !is_identity(resource, &names) {
        let names: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
        return vec![format!("it names its row by {}, which is no identity", names.join(" and "))];
    }
    let mut identities = action.identities_of_row(resource);
    if let Some(first) = identities.next()
        && let Some(other) = identities.find(|it| it.only != first.only)
    {
        return vec![format!(
            "it names its row by what two identities are of among different rows, `{}` and `{}`: name one of them",
            first.name, other.name
        )];
    }
    action.named_by.iter().filter_map(|it| part(app, resource, action, it)).collect()
}

fn part(app: &App, resource: &Resource, action: &Action, part: &NamedBy) -> Option<String> {
    let (_, attribute) = resource.attribute(&part.attribute)?;
    let name = &attribute.name;
    if part.actor {
        return (!is_actor(app, resource, name)).then(|| format!("`{name}` is no key of the resource whose rows act"));
    }
    let why = match () {
        () if !action.public => return None,
        () if !attribute.public || attribute.sensitive => "which no surface may be told: mark it `public`, or",
        // Who names a row by what is hidden from them learns that it has it.
        () if attribute.guarded => "which a field policy may hide:",
        () => return None,
    };
    Some(format!("it names its row by `{name}`, {why} make the action `private`"))
}

fn is_identity(resource: &Resource, names: &[&Name]) -> bool {
    let is_same =
        |attributes: &[Name]| attributes.len() == names.len() && attributes.iter().all(|it| names.contains(&it));
    let key = resource.primary_key().map(|it| &resource[it].name);
    matches!(names, [one] if key == Some(one)) || resource.identities.iter().any(|it| is_same(&it.attributes))
}

/// Whether an attribute holds the primary key of a row that acts.
fn is_actor(app: &App, resource: &Resource, name: &Name) -> bool {
    let acts = |it: &Resource| matches!(it.role, Some(Role::Actor { .. }));
    let key = resource.primary_key().map(|it| &resource[it].name);
    if key == Some(name) {
        return acts(resource);
    }
    resource.relationships.iter().any(|it| {
        let is_key = matches!(&it.kind, RelationshipKind::BelongsTo { attribute, .. } if attribute == name);
        is_key && app.find(&it.target).is_some_and(|it| acts(app.resource(it)))
    })
}
