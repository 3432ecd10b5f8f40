//! The lists of related rows under a row.

use std::collections::HashSet;

use super::{ROOT, RelatedBy, RelatedList, field};
use crate::ir::strategy::REVOKE;
use crate::ir::{self, Name, RelationshipKind, Resource, ResourceId, Role, Type};

/// First the declared to-many relationships, then keys of other resources that point here without one, then an actor's started sign-ins.
pub(super) fn lists(app: &ir::App, id: ResourceId, resource: &Resource) -> Vec<RelatedList> {
    let mut keys: HashSet<(ResourceId, Name)> = HashSet::new();
    let mut lists: Vec<RelatedList> = declared(app, resource).collect();
    for list in &lists {
        if let RelatedBy::Key { attribute } = &list.link {
            keys.insert((list.id, attribute.clone()));
        }
    }
    for (other_id, other) in with_screens(app) {
        for relationship in other.relationships.iter().filter(|it| it.public && it.target == resource.name) {
            if let RelationshipKind::BelongsTo { attribute, .. } = &relationship.kind
                && keys.insert((other_id, attribute.clone()))
            {
                lists.push(pointing_here(resource, other, other_id, relationship, attribute));
            }
        }
        lists.extend(sign_ins(app, id, other, other_id));
    }
    for list in &mut lists {
        list.revoke_all = revoke_all(app, id, resource, list);
    }
    lists
}

/// The form that revokes all sessions of an actor, or all sign-ins of their address; `None` if an action of the actor has that address.
fn revoke_all(app: &ir::App, id: ResourceId, here: &Resource, list: &RelatedList) -> Option<String> {
    let other = app.resource(list.id);
    let user = match (&other.role, &list.link) {
        (Some(Role::Session { user }), RelatedBy::Key { .. }) => user,
        (Some(Role::MagicLink { user, .. }), RelatedBy::Identity { .. }) => user,
        _ => return None,
    };
    let segment = format!("{}-{}", REVOKE.name, other.table.kebab());
    let is_taken = here.actions.iter().any(|it| it.public && it.name.kebab() == segment);
    let is_offered = REVOKE.find(other).is_some_and(|it| it.public);
    let fits = app.find(user) == Some(id) && is_offered && !is_taken;
    fits.then(|| format!("{ROOT}/{}/{{id}}/{segment}", here.table.kebab()))
}

fn with_screens(app: &ir::App) -> impl Iterator<Item = (ResourceId, &Resource)> {
    app.resources_by_id().filter(|(_, it)| it.admin.is_some())
}

fn declared<'a>(app: &'a ir::App, resource: &'a Resource) -> impl Iterator<Item = RelatedList> + 'a {
    resource.relationships_by_id().filter(|(_, it)| it.public).filter_map(|(relationship_id, relationship)| {
        let id = app.find(&relationship.target).filter(|it| app.resource(*it).admin.is_some())?;
        let link = match &relationship.kind {
            RelationshipKind::HasMany { attribute } => RelatedBy::Key { attribute: attribute.clone() },
            RelationshipKind::ManyToMany { .. } => RelatedBy::Through { relationship: relationship_id },
            RelationshipKind::BelongsTo { .. } | RelationshipKind::HasOne { .. } => return None,
        };
        Some(RelatedList {
            name: relationship.name.clone(),
            title: relationship.name.label(),
            resource: relationship.target.clone(),
            id,
            link,
            revoke_all: None,
        })
    })
}

/// `Sessions`; with the relationship's name where it is not the usual one: `Modifications (approver)`.
fn pointing_here(
    here: &Resource,
    other: &Resource,
    id: ResourceId,
    relationship: &ir::Relationship,
    key: &Name,
) -> RelatedList {
    let plural = other.table.label();
    let title = if relationship.name == here.name.snake().as_str() {
        plural
    } else {
        format!("{plural} ({})", relationship.name.label().to_lowercase())
    };
    RelatedList {
        name: Name::from(format!("{}_{}", other.table, relationship.name)),
        title,
        resource: other.name.clone(),
        id,
        link: RelatedBy::Key { attribute: key.clone() },
        revoke_all: None,
    }
}

/// Started sign-ins have no key of the actor: they are found by the actor's address.
fn sign_ins(app: &ir::App, id: ResourceId, other: &Resource, other_id: ResourceId) -> Option<RelatedList> {
    let (Some(Role::Actor { identity, .. }), Some(Role::MagicLink { user, .. })) =
        (&app.resource(id).role, &other.role)
    else {
        return None;
    };
    if app.find(user) != Some(id) {
        return None;
    }
    let attribute = &other.attributes.iter().find(|it| field::is_shown(it) && it.ty == Type::CiString)?.name;
    Some(RelatedList {
        name: other.table.clone(),
        title: other.table.label(),
        resource: other.name.clone(),
        id: other_id,
        link: RelatedBy::Identity { attribute: attribute.clone(), identity: identity.clone() },
        revoke_all: None,
    })
}
