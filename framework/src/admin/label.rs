//! The labels of rows.

use super::model;
use crate::ir::{App, AttributeId, Name, Resource, ResourceId};
use crate::query::Query;
use crate::record::Record;
use crate::site::value::isolated;
use crate::value::RowKey;

/// Characters of a text that has one line.
const SHORT: usize = 80;

/// The attributes that a label needs, the primary key among them.
pub(super) fn attributes(resource: &Resource) -> Vec<AttributeId> {
    let named = model::label(resource);
    let named = named.iter().filter_map(|it| resource.attribute(it)).map(|(id, _)| id);
    named.chain(resource.primary_key()).collect()
}

/// A read of what labels need.
pub(super) fn query(app: &App, resource: ResourceId) -> Query {
    let attributes = Some(attributes(app.resource(resource)));
    Query { attributes, ..Query::restricted(resource) }
}

/// `Ada Lovelace`: the first text that the actor may see, or else the end of the id.
pub(super) fn of(app: &App, record: &Record) -> String {
    texts(app, record).into_iter().next().unwrap_or_else(|| {
        let name = app.resource(record.resource).name.label();
        record.id(app).map_or_else(|| name.clone(), |id| format!("{name} {}", short(&id)))
    })
}

/// `Ada Lovelace (ada@example.org)`: to tell rows of equal names apart. The texts are isolated, so that their writing directions do not
/// affect each other.
pub(super) fn full(app: &App, record: &Record) -> String {
    match &texts(app, record)[..] {
        [first, second, ..] => format!("{} ({})", isolated(first), isolated(second)),
        _ => of(app, record),
    }
}

fn texts(app: &App, record: &Record) -> Vec<String> {
    let resource = app.resource(record.resource);
    let shown = |name: &Name| {
        let (id, _) = resource.attribute(name)?;
        let text = record.attribute(id).shown()?.as_text()?;
        (!text.is_empty()).then(|| shortened(text))
    };
    model::label(resource).iter().filter_map(shown).collect()
}

/// The first line of a text, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let is_whole = line.len() == text.trim_end().len() && line.chars().count() <= SHORT;
    if is_whole { line.to_owned() } else { line.chars().take(SHORT).chain(['…']).collect() }
}

/// A key in few characters: the last eight digits of a UUID, those of a UUID v7 that differ most.
pub(super) fn short(id: &RowKey) -> String {
    match id {
        RowKey::Uuid(uuid) => uuid.simple().to_string().chars().skip(24).collect(),
        RowKey::Int(_) | RowKey::Text(_) => id.to_string(),
    }
}
