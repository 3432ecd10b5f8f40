//! R1006: the resources that a relationship names exist.

use super::Findings;
use crate::ir::{App, RelationshipKind, Subject};

pub(super) fn targets_exist(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for relationship in &resource.relationships {
            let through = match &relationship.kind {
                RelationshipKind::ManyToMany { through, .. } => Some(through),
                _ => None,
            };
            for name in [Some(&relationship.target), through].into_iter().flatten() {
                if app.find(name).is_none() {
                    let place = Subject::field(resource, &relationship.name);
                    found.report(place, format!("there is no resource `{name}` in the app"));
                }
            }
        }
    }
}
