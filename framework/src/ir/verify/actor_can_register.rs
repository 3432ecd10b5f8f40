//! R1019: the actor is known by an address that is unique, and can be registered by it alone.

use super::Findings;
use crate::ir::strategy::actor;
use crate::ir::{Action, ActionKind, App, Name, Resource, Role, Subject, Type};

pub(super) fn actor_can_register(app: &App, found: &mut Findings<'_>) {
    let actors = app.resources().iter().filter_map(|it| match &it.role {
        Some(Role::Actor { identity, register, name }) => Some((it, identity, register, name)),
        _ => None,
    });
    // A second actor is reported by `actor_is_declared_once`.
    for (resource, identity, register, name) in actors.take(1) {
        match resource.attribute(identity) {
            Some((_, it)) if it.ty == Type::CiString && !it.nullable => {}
            _ => found.report(resource, format!("its identity `{identity}` is not a `CiString` that is always there")),
        }
        if !resource.identities.iter().any(|it| it.is_of_all(identity)) {
            found.report(resource, format!("its identity `{identity}` is not unique"));
        }
        if let Some(name) = name
            && !resource.attribute(name).is_some_and(|(_, it)| is_text(&it.ty))
        {
            found.report(resource, format!("its name `{name}` is not an attribute that holds a text"));
        }
        if name.as_ref() == Some(identity) {
            found.report(resource, format!("its name is its identity `{identity}`, which holds the address"));
        }
        match resource.action(register) {
            Some(action) if matches!(action.kind, ActionKind::Create) => {
                for message in problems(resource, action, identity, name.as_ref()) {
                    found.report(Subject::action(resource, register), message);
                }
            }
            _ => found
                .report(resource, format!("people are registered by its create action `{register}`, which is missing")),
        }
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::CiString)
}

fn problems(resource: &Resource, register: &Action, identity: &Name, name: Option<&Name>) -> Vec<String> {
    let mut problems = Vec::new();
    if register.public {
        problems.push("it is public, so anybody could register anybody: make it `private`".into());
    }
    if !register.accept.contains(identity) {
        problems.push(format!("it does not accept the identity `{identity}`"));
    }
    if let Some(name) = name.filter(|it| !register.accept.contains(it)) {
        problems.push(format!("it does not accept the name `{name}`"));
    }
    let named = |it: &Name| name.map_or(*it == actor::NAME, |name| it == name);
    for name in register.accept.iter().filter(|it| *it != identity && !named(it)) {
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
