//! How a row is named to people.

use uuid::Uuid;

use super::model;
use crate::ir::{App, Resource, ResourceId};
use crate::query::{Query, Trust};
use crate::record::Record;

/// The positions of the attributes that a label needs, the primary key among them.
pub(super) fn attributes(resource: &Resource) -> Vec<u16> {
    let named = model::label(resource);
    let named = named.iter().filter_map(|it| resource.attribute(it)).map(|(index, _)| index);
    named.chain(resource.primary_key()).collect()
}

/// A read of what labels need.
pub(super) fn query(app: &App, resource: ResourceId) -> Query {
    let attributes = Some(attributes(app.resource(resource)));
    Query { trust: Trust::Client, attributes, ..Query::new(resource) }
}

/// `Ada Lovelace (ada@example.org)`; of what the actor may see, and the end of the id where that is nothing.
pub(super) fn of(app: &App, record: &Record) -> String {
    let resource = app.resource(record.resource);
    let named = model::label(resource);
    let texts: Vec<&str> = named
        .iter()
        .filter_map(|it| resource.attribute(it))
        .filter_map(|(index, _)| record.attributes.get(usize::from(index))?.shown()?.as_text())
        .filter(|it| !it.is_empty())
        .collect();
    match texts[..] {
        [] => record
            .id(app)
            .map_or_else(|| resource.name.label(), |id| format!("{} {}", resource.name.label(), short(id))),
        [only] => only.to_owned(),
        [first, second, ..] => format!("{first} ({second})"),
    }
}

/// The last eight digits: those of a UUID v7 that differ most.
pub(super) fn short(id: Uuid) -> String {
    let text = id.simple().to_string();
    text.chars().skip(24).collect()
}
