//! What a strategy's resource must hold: shared by the rules of magic links and of sessions.

use super::Findings;
use crate::ir::strategy::{StrategyAction, StrategyAttribute, TOKEN_HASH};
use crate::ir::{Change, Resource, Subject};

/// Reports what `resource` lacks.
pub(super) fn holds(
    resource: &Resource,
    attributes: &[&StrategyAttribute],
    actions: &[&StrategyAction],
    found: &mut Findings<'_>,
) {
    for needed in attributes {
        let place = || Subject::field(resource, needed.name);
        match (resource.attribute(needed.name), needed.find(resource)) {
            (None, _) => found.report(place(), "the strategy needs this attribute"),
            (Some(_), None) => found.report(place(), format!("the strategy needs it as a `{}`", spelled(needed))),
            (_, Some((_, it))) if needed.secret && !it.sensitive => {
                found.report(place(), "it holds what gives access, so it must be sensitive");
            }
            (_, Some(_)) => {}
        }
    }
    for needed in actions {
        let place = || Subject::action(resource, needed.name);
        let Some(action) = needed.find(resource) else {
            found.report(place(), "the strategy needs this action");
            continue;
        };
        for name in needed.accepts.iter().map(|it| it.name).filter(|name| !action.accept.iter().any(|it| it == name)) {
            found.report(place(), format!("the strategy needs it to accept `{name}`"));
        }
        for name in needed.sets.iter().map(|it| it.name) {
            let sets = |it: &Change| matches!(it, Change::Set { attribute, .. } if *attribute == name);
            if !action.changes.iter().any(sets) {
                found.report(place(), format!("the strategy needs it to set `{name}`"));
            }
        }
        if action.public && needed.kind.writes() && needed.sets.is_empty() {
            found.report(place(), "only the framework may do this: make it `private`");
        }
    }
    if !resource.identities.iter().any(|it| it.is_of_all(TOKEN_HASH.name)) {
        found.report(Subject::field(resource, TOKEN_HASH.name), "the strategy needs it to be unique");
    }
}

fn spelled(needed: &StrategyAttribute) -> String {
    if needed.nullable { format!("Option<{}>", needed.ty) } else { needed.ty.to_string() }
}
