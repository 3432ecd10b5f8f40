//! R0422, R0423: state machines.

use super::Findings;
use crate::ir::{ActionKind, App, Change, Subject, Type};

/// R0422: the attribute of a transition is an enum, each of whose values some row can have: it begins as it, or a transition leads there.
pub(super) fn states_are_reached(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            let Some(transition) = &action.transition else { continue };
            let declared = resource.attribute(&transition.attribute).map(|(_, it)| &it.ty);
            if !matches!(declared, Some(Type::Enum(_))) {
                let message = format!("it moves `{}`, which is no attribute of an enum", transition.attribute);
                found.report(Subject::action(resource, &action.name), message);
            }
            if action.kind != ActionKind::Update {
                found.report(Subject::action(resource, &action.name), "only an update moves a state");
            }
        }
        for machine in resource.state_machines(app) {
            for state in machine.unreachable() {
                let message = format!("no row can become {state}: none begins so, and no transition leads there");
                found.report(Subject::field(resource, &machine.attribute.name), message);
            }
        }
    }
}

/// R0423: an update changes the state of a machine by a transition, and not otherwise.
pub(super) fn states_move_by_transitions(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in resource.actions.iter().filter(|it| it.kind == ActionKind::Update) {
            let own = action.transition.as_ref().map(|it| &it.attribute);
            let set = action.changes.iter().filter_map(|it| match it {
                Change::Set { attribute, .. } if Some(attribute) != own => Some(attribute),
                _ => None,
            });
            let sets_again = action
                .changes
                .iter()
                .filter(|it| matches!(it, Change::Set { attribute, .. } if Some(attribute) == own));
            let again = own.filter(|_| sets_again.count() > 1);
            for state in action.accept.iter().chain(set).filter(|it| resource.is_state(it)).chain(again) {
                let message = format!("it changes the state `{state}` beside its transitions");
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}
