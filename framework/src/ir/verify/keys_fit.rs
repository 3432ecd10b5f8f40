//! R1007: the keys of a relationship hold what names a row of the right resource.

use super::Findings;
use crate::ir::{App, Name, Relationship, RelationshipKind, Resource, Subject};

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
                (RelationshipKind::BelongsTo { attribute, .. }, Some(target)) => {
                    report(names_rows(resource, attribute, target));
                }
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

/// Whether the attribute holds primary keys of `target`.
fn names_rows(resource: &Resource, attribute: &Name, target: &Resource) -> Result<(), String> {
    match (resource.attribute(attribute), target.key_type()) {
        // What has no primary key is reported by `primary_keys_exist`.
        (Some(_), None) => Ok(()),
        (Some((_, it)), Some(key)) if it.ty == *key => Ok(()),
        (Some((_, it)), Some(key)) => {
            let (owner, other) = (&resource.name, &target.name);
            Err(format!(
                "its key `{owner}.{attribute}` is of type `{}`, and the rows of `{other}` are known by a `{key}`",
                it.ty
            ))
        }
        (None, _) => Err(format!("`{}` has no attribute `{attribute}` to be its key", resource.name)),
    }
}

/// Whether the attribute is the key of a `belongs_to` of `target`.
fn points_back(resource: &Resource, attribute: &Name, target: &Resource) -> Result<(), String> {
    names_rows(resource, attribute, target)?;
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
