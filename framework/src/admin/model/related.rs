//! Which lists of related rows stand under a row.

use std::collections::HashSet;

use super::{Link, RelatedList, field};
use crate::ir::{self, Name, RelationshipKind, Resource, ResourceId, Role, Type};

/// Declared relationships to many first, then whatever points here without one, then started sign-ins of an actor.
pub(super) fn lists(app: &ir::App, id: ResourceId, resource: &Resource) -> Vec<RelatedList> {
    let mut keys: HashSet<(ResourceId, Name)> = HashSet::new();
    let mut lists: Vec<RelatedList> = declared(app, resource).collect();
    for list in &lists {
        if let Link::Key { attribute } = &list.link {
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
    lists
}

fn with_screens(app: &ir::App) -> impl Iterator<Item = (ResourceId, &Resource)> {
    app.resources().iter().enumerate().filter(|(_, it)| it.admin.is_some())
}

fn declared<'a>(app: &'a ir::App, resource: &'a Resource) -> impl Iterator<Item = RelatedList> + 'a {
    resource.relationships.iter().zip(0..).filter(|(it, _)| it.public).filter_map(|(relationship, index)| {
        let id = app.find(&relationship.target).filter(|it| app.resource(*it).admin.is_some())?;
        let link = match &relationship.kind {
            RelationshipKind::HasMany { attribute } => Link::Key { attribute: attribute.clone() },
            RelationshipKind::ManyToMany { .. } => Link::Through { relationship: index },
            RelationshipKind::BelongsTo { .. } | RelationshipKind::HasOne { .. } => return None,
        };
        Some(RelatedList {
            name: relationship.name.clone(),
            title: relationship.name.label(),
            resource: relationship.target.clone(),
            id,
            link,
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
        link: Link::Key { attribute: key.clone() },
    }
}

/// Sign-ins by mail know an address, not a row: the actor's own address finds them.
fn sign_ins(app: &ir::App, id: ResourceId, other: &Resource, other_id: ResourceId) -> Option<RelatedList> {
    let (Some(Role::Actor { identity }), Some(Role::MagicLink { user, .. })) = (&app.resource(id).role, &other.role)
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
        link: Link::Identity { attribute: attribute.clone(), identity: identity.clone() },
    })
}
