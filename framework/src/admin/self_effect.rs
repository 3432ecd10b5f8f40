//! Whether an action affects its own actor's session or rights: then it needs a confirmation.
//!
//! It does if it runs on the session that they use, or if it runs on their own row and destroys it, changes an attribute that a policy or
//! the admin rule reads of the actor, or runs a function, which may change any attribute.

use std::sync::Arc;

use super::gate::{AdminVisitor, admits};
use super::model::{Action, AdminActionKind, Screen};
use super::stamp::Stamps;
use crate::ir::{self, AttributeId, Change, Node, Path, RelationshipId, Role, Tree};
use crate::record::{Field, Input, Record};
use crate::value::RowKey;

/// The hidden field that says what was confirmed.
pub(super) const CONFIRMED: &str = "_confirmed";

/// How an action affects its own actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SelfEffect {
    /// It ends the session that they use.
    Session,
    /// It changes what they may do.
    Rights {
        /// Whether they can no longer enter the admin.
        locks_out: bool,
    },
}

/// The confirmation that is asked for before it is done.
#[derive(Clone, Debug)]
pub(super) struct Confirmation {
    pub(super) own: SelfEffect,
    /// What the confirmation is for: other input needs a new one.
    pub(super) stamp: String,
}

/// The confirmation that an action with `input` on a row needs; `None` if it needs none.
pub(super) fn question(
    admin: &AdminVisitor,
    screen: &Screen,
    action: &Action,
    row: Option<&RowKey>,
    input: &Input,
) -> Option<Confirmation> {
    let own = own(admin, screen, action, row?, input)?;
    let input: Vec<String> = input.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    Some(Confirmation { own, stamp: Stamps::one(&format!("{} {}", action.name, input.join(" "))) })
}

fn own(admin: &AdminVisitor, screen: &Screen, action: &Action, row: &RowKey, input: &Input) -> Option<SelfEffect> {
    let (app, resource) = (admin.app(), admin.app().resource(screen.id));
    if matches!(resource.role, Some(Role::Session { .. })) && admin.visitor.session() == row.as_uuid() {
        return Some(SelfEffect::Session);
    }
    let user = admin.visitor.user().filter(|it| it.resource == screen.id && it.id(app).as_ref() == Some(row))?;
    if action.kind == AdminActionKind::Destroy {
        return Some(SelfEffect::Rights { locks_out: true });
    }
    let declared = resource.action(&action.name)?;
    let changes = |it: &Change| matches!(it, Change::Function { .. } | Change::RowFunction { .. });
    let runs = declared.changes.iter().any(changes) || !declared.before.is_empty();
    let changed = changed(resource, declared, user, input);
    let mut touched = changed.iter().filter(|it| reads_of_actor(app, resource, **it)).peekable();
    let touches = touched.peek().is_some();
    let locks_out = !admits(app, admin.cx().now(), &after(user, resource, input));
    (runs || touches).then_some(SelfEffect::Rights { locks_out })
}

/// The attributes that the action would give another value.
fn changed(resource: &ir::Resource, action: &ir::Action, user: &Record, input: &Input) -> Vec<AttributeId> {
    let is_other = |id: AttributeId, value| user.attribute(id).shown() != Some(value);
    let given = input.iter().filter_map(|(name, value)| Some((resource.attribute(name)?.0, value)));
    let given = given.filter(|(id, value)| is_other(*id, *value)).map(|(id, _)| id);
    let set = action.changes.iter().filter_map(|it| match it {
        Change::Set { attribute, .. } => Some(resource.attribute(attribute)?.0),
        Change::RelateActor { relationship } => {
            let key = resource.relationships.iter().find(|it| it.name == *relationship)?.key()?;
            Some(resource.attribute(key)?.0)
        }
        Change::Function { .. } | Change::RowFunction { .. } => None,
    });
    given.chain(set).collect()
}

/// The row as it would be with the input.
fn after(user: &Arc<Record>, resource: &ir::Resource, input: &Input) -> Record {
    let mut after = Record::clone(user);
    for (name, value) in input.iter() {
        let index = resource.attribute(name).map(|(index, _)| usize::from(index));
        if let Some(field) = index.and_then(|it| after.attributes.get_mut(it)) {
            *field = Field::Shown(value.clone());
        }
    }
    after
}

/// Whether the admin rule, a policy or a field policy reads this attribute of the actor.
fn reads_of_actor(app: &ir::App, actor: &ir::Resource, attribute: AttributeId) -> bool {
    conditions(app).any(|tree| reads(tree, actor, attribute))
}

fn conditions(app: &ir::App) -> impl Iterator<Item = &Tree> {
    app.admin().into_iter().chain(app.resources().iter().flat_map(conditions_of))
}

fn conditions_of(resource: &ir::Resource) -> impl Iterator<Item = &Tree> {
    let policies = resource.policies.iter().map(|it| &it.condition);
    let fields = resource.field_policies.iter().map(|it| &it.condition);
    let calculations = resource.calculations.iter().map(|it| &it.tree);
    let actions = resource.actions.iter().flat_map(|it| {
        let filter = it.read().and_then(|it| it.filter.as_ref());
        filter.into_iter().chain(it.requirements.iter().flat_map(|it| it.conditions()))
    });
    policies.chain(fields).chain(calculations).chain(actions)
}

fn reads(tree: &Tree, actor: &ir::Resource, attribute: AttributeId) -> bool {
    let is_key = |relationship: RelationshipId| actor[relationship].key() == Some(&actor[attribute].name);
    let column = |it: &Node| matches!(it, Node::Column { path: Tree::ACTOR, attribute: read } if *read == attribute);
    let hop = |it: &Path| matches!(it, Path::One { from: Tree::ACTOR, relationship } if is_key(*relationship));
    tree.nodes.iter().any(column) || tree.paths.iter().any(hop)
}
