//! R1007: the keys of a relationship are UUIDs that point at the right resource.

use super::Findings;
use crate::ir::{App, Name, Relationship, RelationshipKind, Resource, Subject, Type};

pub(super) fn keys_fit(app: &App, found: &mut Findings<'_>) {
    let declared = |name: &Name| app.find(name).map(|it| app.resource(it));
    for resource in app.resources() {
        for relationship in &resource.relationships {
            let mut report = |problem: Result<(), String>| {
                if let Err(message) = problem {
                    found.report(Subject::field(resource, &relationship.name), message);
                }
            };
            // A resource that is missing is reported by `targets_exist`.
            match (&relationship.kind, declared(&relationship.target)) {
                (RelationshipKind::BelongsTo { attribute, .. }, _) => report(is_uuid(resource, attribute)),
                (RelationshipKind::HasMany { attribute }, Some(target)) => {
                    report(points_back(target, attribute, resource));
                }
                (RelationshipKind::HasOne { attribute }, Some(target)) => {
                    report(points_back(target, attribute, resource));
                    report(is_unique(target, attribute));
                }
                (RelationshipKind::ManyToMany { through, source_attribute, target_attribute }, Some(target)) => {
                    if let Some(through) = declared(through) {
                        report(points_back(through, source_attribute, resource));
                        report(points_back(through, target_attribute, target));
                    }
                }
                (_, None) => {}
            }
        }
    }
}

fn is_uuid(resource: &Resource, attribute: &Name) -> Result<(), String> {
    match resource.attribute(attribute) {
        Some((_, it)) if it.ty == Type::Uuid => Ok(()),
        Some(_) => Err(format!("its key `{}.{attribute}` is not a `Uuid`", resource.name)),
        None => Err(format!("`{}` has no attribute `{attribute}` to be its key", resource.name)),
    }
}

/// Whether the attribute is the key of a `belongs_to` of `target`.
fn points_back(resource: &Resource, attribute: &Name, target: &Resource) -> Result<(), String> {
    is_uuid(resource, attribute)?;
    let is_key = |it: &&Relationship| it.key() == Some(attribute) && it.target == target.name;
    match resource.relationships.iter().find(is_key) {
        Some(_) => Ok(()),
        None => Err(format!("`{}.{attribute}` is not the key of a `belongs_to` of `{}`", resource.name, target.name)),
    }
}

fn is_unique(resource: &Resource, attribute: &Name) -> Result<(), String> {
    let unique = resource.identities.iter().any(|it| it.is_of_all(attribute));
    let message =
        || format!("several rows of `{}` may have the same `{attribute}`: make it an identity", resource.name);
    if unique { Ok(()) } else { Err(message()) }
}
