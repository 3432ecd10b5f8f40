//! What a strategy's resource must hold: shared by the rules of magic links and of sessions.

use super::Findings;
use crate::ir::{ActionKind, Change, Resource, Subject, Type};

/// An attribute that a strategy needs.
pub(super) struct StrategyAttribute {
    pub(super) name: &'static str,
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) secret: bool,
}

/// A public attribute that is never NULL.
pub(super) const fn column(name: &'static str, ty: Type) -> StrategyAttribute {
    StrategyAttribute { name, ty, nullable: false, secret: false }
}

/// An action that a strategy needs.
pub(super) struct StrategyAction {
    pub(super) name: &'static str,
    pub(super) kind: StrategyActionKind,
    /// What it must accept.
    pub(super) accepts: &'static [&'static str],
    /// What it must set by itself.
    pub(super) sets: &'static [&'static str],
}

/// The kinds of actions that strategies have.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum StrategyActionKind {
    Read,
    Create,
    Update,
    Destroy,
    Generic,
}

/// Reports what `resource` lacks.
pub(super) fn holds(
    resource: &Resource,
    columns: &[StrategyAttribute],
    steps: &[StrategyAction],
    found: &mut Findings<'_>,
) {
    for column in columns {
        let place = || Subject::field(resource, column.name);
        match resource.attribute(column.name) {
            None => found.report(place(), "the strategy needs this attribute"),
            Some((_, it)) if it.ty != column.ty || it.nullable != column.nullable => {
                found.report(place(), format!("the strategy needs it as a `{}`", spelled(column)));
            }
            Some((_, it)) if column.secret && !it.sensitive => {
                found.report(place(), "it holds what gives access, so it must be sensitive");
            }
            Some(_) => {}
        }
    }
    for step in steps {
        let place = || Subject::action(resource, step.name);
        let Some(action) = resource.action(step.name).filter(|it| kind(&it.kind) == step.kind) else {
            found.report(place(), "the strategy needs this action");
            continue;
        };
        for name in step.accepts.iter().filter(|name| !action.accept.iter().any(|it| it == *name)) {
            found.report(place(), format!("the strategy needs it to accept `{name}`"));
        }
        for name in step.sets {
            let sets = |it: &Change| matches!(it, Change::Set { attribute, .. } if attribute == name);
            if !action.changes.iter().any(sets) {
                found.report(place(), format!("the strategy needs it to set `{name}`"));
            }
        }
        if action.public
            && matches!(
                step.kind,
                StrategyActionKind::Create | StrategyActionKind::Update | StrategyActionKind::Destroy
            )
            && step.sets.is_empty()
        {
            found.report(place(), "only the framework may do this: make it `private`");
        }
    }
}

fn spelled(column: &StrategyAttribute) -> String {
    if column.nullable { format!("Option<{}>", column.ty) } else { column.ty.to_string() }
}

fn kind(kind: &ActionKind) -> StrategyActionKind {
    match kind {
        ActionKind::Read(_) => StrategyActionKind::Read,
        ActionKind::Create => StrategyActionKind::Create,
        ActionKind::Update => StrategyActionKind::Update,
        ActionKind::Destroy => StrategyActionKind::Destroy,
        ActionKind::Generic { .. } => StrategyActionKind::Generic,
    }
}
