//! R1004: every resource has one primary key, a UUID that the framework generates and that no field policy hides.

use super::Findings;
use crate::ir::{App, Generated, Subject, Type};

pub(super) fn primary_keys_exist(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let keys: Vec<_> = resource.attributes.iter().filter(|it| it.primary_key).collect();
        match keys.as_slice() {
            [] => found.report(resource, "it has no primary key: mark a field with `#[id]`"),
            [key] if key.ty != Type::Uuid || key.nullable || key.guarded || key.generated != Some(Generated::Id) => {
                let place = Subject::field(resource, &key.name);
                found.report(place, "a primary key is a `Uuid` that is made by the framework, never NULL nor guarded");
            }
            [_] => {}
            _ => found.report(resource, "it has more than one primary key"),
        }
    }
}
