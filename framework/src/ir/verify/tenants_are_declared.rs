//! R0431, R0432: whose rows are whose is said once, and by nobody's input.

use super::Findings;
use crate::ir::{App, RelationshipKind, Resource, Subject};

/// R0431: a resource whose rows are those of tenants belongs to the resource of which the app's `tenants` says who may work within which; not that
/// resource itself, nor one of sign-in, which comes before any tenant.
pub(super) fn tenants_are_declared(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let Some(key) = &resource.tenant else { continue };
        if let Some(message) = wrong(app, resource, key) {
            found.report(resource, message);
        }
    }
}

fn wrong(app: &App, resource: &Resource, key: &str) -> Option<String> {
    let Some(tenants) = app.tenant_resource() else {
        return Some(
            "its rows are those of tenants, and nothing says who may work within which: write `tenants = |tenant: Row<…>, actor: Actor<…>| …` in `app!`"
                .into(),
        );
    };
    if resource.role.is_some() {
        return Some("it is part of signing in, which comes before any tenant".into());
    }
    if app.find(&resource.name) == Some(tenants) {
        return Some("it is the resource of the tenants, which are nobody's rows".into());
    }
    let belongs = resource
        .relationships
        .iter()
        .find(|it| matches!(&it.kind, RelationshipKind::BelongsTo { attribute, .. } if attribute == key));
    let tenant = &app.resource(tenants).name;
    match belongs {
        None => Some(format!("`{key}` is the key of no `belongs_to`")),
        Some(it) if it.target != *tenant => {
            Some(format!("its `{}` is a {}, and tenants are {tenant}s", it.name, it.target))
        }
        Some(_) if resource.attribute(key).is_some_and(|(_, it)| it.nullable) => {
            Some(format!("`{key}` may be NULL, and then a row would be nobody's"))
        }
        Some(_) => None,
    }
}

/// R0432: no action accepts, sets or relates the tenant of a row: it is that of the request, and stays.
pub(super) fn tenants_are_not_given(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let Some(key) = &resource.tenant else { continue };
        for action in &resource.actions {
            let changed = action.changes.iter().filter_map(|it| it.attribute(resource));
            if action.accept.iter().chain(changed).any(|it| it == key) {
                let message = format!("it gives `{key}`, which is the tenant's within which it runs");
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
