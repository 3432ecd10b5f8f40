//! R1019: the actor is known by an address that is unique, and can be registered by it alone.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Name, Resource, Role, Subject, Type};

/// The create by which sign-in registers a new user.
const REGISTER: &str = "register";
/// An attribute that sign-in gives besides the identity, if the create accepts it.
const DISPLAY_NAME: &str = "display_name";

pub(super) fn actor_can_register(app: &App, found: &mut Findings<'_>) {
    let actors = app.resources().iter().filter_map(|it| match &it.role {
        Some(Role::Actor { identity }) => Some((it, identity)),
        _ => None,
    });
    // A second actor is reported by `actor_is_declared_once`.
    for (resource, identity) in actors.take(1) {
        match resource.attribute(identity) {
            Some((_, it)) if it.ty == Type::CiString && !it.nullable => {}
            _ => found.report(resource, format!("its identity `{identity}` is not a `CiString` that is always there")),
        }
        if !resource.identities.iter().any(|it| it.attributes.as_slice() == std::slice::from_ref(identity)) {
            found.report(resource, format!("its identity `{identity}` is not unique"));
        }
        match resource.action(REGISTER) {
            Some(action) if matches!(action.kind, ActionKind::Create) => {
                for message in problems(resource, action, identity) {
                    found.report(Subject::action(resource, REGISTER), message);
                }
            }
            _ => found.report(resource, "people are registered by its create action `register`, which is missing"),
        }
    }
}

fn problems(resource: &Resource, register: &Action, identity: &Name) -> Vec<String> {
    let mut problems = Vec::new();
    if register.public {
        problems.push("it is public, so anybody could register anybody: make it `private`".into());
    }
    if !register.accept.contains(identity) {
        problems.push(format!("it does not accept the identity `{identity}`"));
    }
    let given = |name: &Name| name == identity || *name == DISPLAY_NAME;
    for name in register.accept.iter().filter(|it| !given(it)) {
        let optional = resource.attribute(name).is_none_or(|(_, it)| it.nullable || it.default.is_some());
        if !optional || register.required.contains(name) {
            problems.push(format!("it needs `{name}`, which is not known of someone who signs in for the first time"));
        }
    }
    for argument in register.arguments.iter().filter(|it| !it.nullable) {
        problems.push(format!("it needs the argument `{}`", argument.name));
    }
    problems
}
