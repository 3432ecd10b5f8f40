//! R1025: a create gives a value to every attribute that is never NULL.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Attribute, Change, Resource, Subject};

pub(super) fn accepted_rows_can_be_made(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| matches!(it.kind, ActionKind::Create)) {
            // A function may set anything.
            if action.changes.iter().any(|it| matches!(it, Change::Function { .. })) {
                continue;
            }
            for attribute in
                resource.attributes.iter().filter(|it| !has_value(resource, it) && !is_given(resource, action, it))
            {
                let message =
                    format!("nothing gives `{}` a value: accept it, set it or give it a default", attribute.name);
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}

fn has_value(resource: &Resource, attribute: &Attribute) -> bool {
    resource.tenant.as_ref() == Some(&attribute.name)
        || attribute.nullable
        || attribute.default.is_some()
        || attribute.generated.is_some()
}

fn is_given(resource: &Resource, action: &Action, attribute: &Attribute) -> bool {
    // Where it is not set something else has to give the value.
    let is_sure = |it: &&Change| !matches!(it, Change::Set { when: Some(_), .. });
    let mut set = action.changes.iter().filter(is_sure).filter_map(|it| it.attribute(resource));
    action.accept.contains(&attribute.name) || set.any(|it| *it == attribute.name)
}
