//! R1018: where an expression uses an actor or somebody can sign in, exactly one resource is the actor.

use super::{Findings, declared_tree};
use crate::ir::{App, Change, Name, Resource, Role, Subject};

pub(super) fn actor_is_declared_once(app: &App, found: &mut Findings<'_>) {
    let actors: Vec<_> = app.resources().iter().filter(|it| matches!(it.role, Some(Role::Actor { .. }))).collect();
    for actor in actors.iter().skip(1) {
        let first = actors[0];
        found.report_both(*actor, format!("`{}` is the actor already", first.name), first, "it is declared here");
    }
    let mut check = |place: Subject, name: &Name| match actors.first() {
        None => found.report(place, "no resource is the actor: mark one with `#[actor(identity = …)]`"),
        Some(actor) if actor.name != *name => {
            found.report(place, format!("the actor is a `{}`, not a `{name}`", actor.name));
        }
        Some(_) => {}
    };
    for placed in declared_tree::trees(app) {
        if let Some(name) = &placed.tree.actor {
            check(placed.subject, name);
        }
    }
    for resource in app.resources() {
        if let Some(Role::MagicLink { user, .. } | Role::Session { user }) = &resource.role {
            check(resource.into(), user);
        }
        for (place, target) in related_actors(resource) {
            check(place, target);
        }
    }
}

/// The relationships that `relate_actor` sets, each with the action that does.
fn related_actors(resource: &Resource) -> Vec<(Subject, &Name)> {
    let mut related = Vec::new();
    for action in &resource.actions {
        for change in &action.changes {
            if let Change::RelateActor { relationship } = change
                && let Some((_, relationship)) = resource.relationship(relationship)
            {
                related.push((Subject::action(resource, &action.name), &relationship.target));
            }
        }
    }
    related
}
