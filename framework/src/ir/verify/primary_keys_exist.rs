//! R1004: every resource has one primary key, which is never NULL, and which no field policy hides.

use super::Findings;
use crate::ir::{App, Attribute, Generated, KeyType, Resource, Role, Subject, Type};

pub(super) fn primary_keys_exist(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let keys: Vec<_> = resource.attributes.iter().filter(|it| it.primary_key).collect();
        match keys.as_slice() {
            [] => found.report(resource, "it has no primary key: mark a field with `#[id]`"),
            [key] => {
                if let Some(message) = wrong(resource, key) {
                    found.report(Subject::field(resource, &key.name), message);
                }
            }
            _ => found.report(resource, "it has more than one primary key"),
        }
    }
}

fn wrong(resource: &Resource, key: &Attribute) -> Option<&'static str> {
    if key.nullable || key.guarded {
        return Some("a primary key is never NULL nor guarded");
    }
    if resource.role.is_some() && key.ty != Type::Uuid {
        return Some(match resource.role {
            Some(Role::Actor { .. }) => "the rows of `#[actor]` are known by a `Uuid`: sessions and links name them",
            _ => "what sign-in keeps is known by a `Uuid`",
        });
    }
    let fits = match (&key.ty, key.generated) {
        (Type::Uuid, Some(Generated::Id | Generated::RandomId)) => true,
        (Type::Key(KeyType::Integer), made) => made == Some(Generated::Number),
        // It is known for good: other rows hold it.
        (Type::Key(KeyType::String | KeyType::CiString), made) => made.is_none() && key.immutable,
        _ => false,
    };
    (!fits).then_some("a primary key is a `Uuid` that the framework makes, an `i64` that the database counts, or a given `String` or `CiString`")
}
