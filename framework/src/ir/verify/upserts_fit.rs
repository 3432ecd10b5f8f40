//! R0429: an upsert finds its row by an identity, and changes it by an update that can.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Change, Name, Resource, Subject, Upsert};

pub(super) fn upserts_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let Some(upsert) = &action.upsert else { continue };
            if let Some(message) = wrong(resource, action, upsert) {
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}

fn wrong(resource: &Resource, action: &Action, upsert: &Upsert) -> Option<String> {
    if action.kind != ActionKind::Create {
        return Some("it upserts, but is no create".into());
    }
    if resource.has_given_key() {
        return Some(format!(
            "it upserts, but a `{}` is known by a key that is given: whether a row is new, the statement could not tell",
            resource.name
        ));
    }
    let Some(identity) = resource.identity(&upsert.identity) else {
        return Some(format!("it upserts by `{}`, which is no identity", upsert.identity));
    };
    let guarded = |name: &&Name| resource.attribute(name).is_some_and(|(_, it)| it.guarded);
    // It would tell which row has what is hidden.
    if let Some(name) = identity.attributes.iter().find(guarded).filter(|_| action.public) {
        return Some(format!("it upserts by `{name}`, which a field policy may hide: make the action `private`"));
    }
    let Some(name) = &upsert.update else {
        // What nobody reads would be answered by a create that wrote nothing.
        return resource.primary_read().is_none().then(|| {
            "it leaves a stored row as it is and answers it, which nobody may read: declare a `#[read(primary)]`".into()
        });
    };
    let Some(update) = resource.action(name).filter(|it| it.kind == ActionKind::Update) else {
        return Some(format!("it upserts by `{name}`, which is no update of `{}`", resource.name));
    };
    let is_function = |it: &Change| matches!(it, Change::Function { .. } | Change::RowFunction { .. });
    if !update.before.is_empty() || update.changes.iter().any(is_function) {
        return Some(format!(
            "it upserts by `{name}`, which runs a `change` or `before` function: which rows are stored already, only the statement tells"
        ));
    }
    if let Some(argument) = update.arguments.iter().find(|it| !it.nullable) {
        return Some(format!(
            "it upserts by `{name}`, which must be given `{}`: an upsert gives it nothing",
            argument.name
        ));
    }
    let kept = |name: &&Name| resource.is_state(name) || resource.attribute(name).is_some_and(|(_, it)| it.immutable);
    if let Some(name) = upsert.fields.iter().flatten().find(kept) {
        return Some(format!(
            "it upserts `{name}`, which no stored row takes: it is immutable, or changes by transitions alone"
        ));
    }
    let taken = |name: &Name| upsert.fields.as_ref().unwrap_or(&action.accept).contains(name);
    let sometimes = update.changes.iter().find_map(|it| match it {
        Change::Set { attribute, when: Some(_), .. } if taken(attribute) => Some(attribute),
        _ => None,
    });
    if let Some(attribute) = sometimes {
        return Some(format!(
            "it upserts by `{name}`, which sets `{attribute}` only sometimes: else what the create accepts for it would be lost"
        ));
    }
    let is_set = |name: &Name| update.changes.iter().any(|it| it.attribute(resource) == Some(name));
    let set = identity.attributes.iter().find(|it| is_set(it))?;
    Some(format!("it upserts by `{name}`, which sets `{set}`, by which the row is found"))
}
