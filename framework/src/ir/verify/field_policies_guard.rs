//! R1010: an attribute is `Guarded<T>` if and only if a field policy names it.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn field_policies_guard(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for attribute in &resource.attributes {
            let place = || Subject::field(resource, &attribute.name);
            let named = resource.field_policies.iter().any(|it| it.attributes.contains(&attribute.name));
            match (attribute.guarded, named) {
                (true, false) => found.report(place(), "it is `Guarded`, but no field policy says who may see it"),
                (false, true) => found.report(place(), "a field policy names it, so its type must be `Guarded<…>`"),
                _ => {}
            }
        }
    }
}
