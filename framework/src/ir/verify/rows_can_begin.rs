//! R1047: a first row can be made: no resource requires a row of itself, directly or through others.

use super::Findings;
use crate::ir::{App, Relationship, Resource, Subject};

pub(super) fn rows_can_begin(app: &App, found: &mut Findings<'_>) {
    // One cycle is one finding, at the first of its relationships.
    let mut told = Vec::new();
    for resource in app.resources() {
        for relationship in required(resource) {
            let own = format!("`{}.{}`", resource.name, relationship.name);
            let Some(way) = way_back(app, resource, relationship).filter(|_| !told.contains(&own)) else { continue };
            let message = match way.as_slice() {
                [] => "a row would need another row of its own resource first: make it an `Option`".to_owned(),
                others => format!(
                    "a row would need one that needs it first, by way of {}: make one an `Option`",
                    others.join(", ")
                ),
            };
            found.report(Subject::field(resource, &relationship.name), message);
            told.extend(way);
        }
    }
}

/// The relationships that a row must have.
fn required(resource: &Resource) -> impl Iterator<Item = &Relationship> {
    let never_null = |it: &&Relationship| {
        it.key().and_then(|key| resource.attribute(key)).is_some_and(|(_, attribute)| !attribute.nullable)
    };
    resource.relationships.iter().filter(never_null)
}

/// The relationships that lead back from the other end of `first` to `resource`, if there are any.
fn way_back(app: &App, resource: &Resource, first: &Relationship) -> Option<Vec<String>> {
    let mut ways = vec![(&first.target, Vec::new())];
    let mut seen = Vec::new();
    while let Some((at, way)) = ways.pop() {
        if *at == resource.name {
            return Some(way);
        }
        if seen.contains(&at) {
            continue;
        }
        seen.push(at);
        let Some(next) = app.find(at).map(|it| app.resource(it)) else { continue };
        for relationship in required(next) {
            let step = format!("`{}.{}`", next.name, relationship.name);
            ways.push((&relationship.target, [way.clone(), vec![step]].concat()));
        }
    }
    None
}
