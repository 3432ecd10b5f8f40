//! What to read for a set of columns, and what a row shows in each.

use super::label;
use super::model::{Column, ValueSource};
use crate::ir::{App, ResourceId, Type};
use crate::query::{Load, Query, Slice};
use crate::record::{Field, Record, Related};
use crate::value::{RowKey, Value, ValueError};

/// What a row shows in one column.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// A value; may be NULL.
    Value(&'a Value, &'a Type),
    /// Another row, by its label.
    Row(ResourceId, RowKey, String),
    /// No row, or no value.
    Nothing,
    /// Something that the actor may not see.
    Hidden,
    /// A value that could not be worked out.
    Failed(ValueError),
}

/// A query for everything that `columns` show and that labels need. The caller adds order, filter and slice.
pub(super) fn query(app: &App, resource: ResourceId, columns: &[Column]) -> Query {
    let declared = app.resource(resource);
    let mut query = Query { slice: Slice::All, ..Query::restricted(resource) };
    let mut attributes = label::attributes(declared);
    for column in columns {
        match &column.source {
            ValueSource::Attribute { id } => attributes.push(*id),
            ValueSource::Calculation { id } => query.calculations.push(*id),
            ValueSource::Relationship { id, .. } => {
                let relationship = &declared[*id];
                attributes.extend(relationship.key().and_then(|it| declared.attribute(it)).map(|(key, _)| key));
                query.loads.push(Load { relationship: *id, query: label::query(app, app.target(relationship)) });
            }
        }
    }
    attributes.sort_unstable();
    attributes.dedup();
    query.attributes = Some(attributes);
    query
}

/// What `record`, read by [`query`] for the same columns, shows in each.
pub(super) fn cells<'a>(app: &'a App, record: &'a Record, columns: &'a [Column]) -> Vec<Cell<'a>> {
    let resource = app.resource(record.resource);
    let mut calculations = record.calculations.iter();
    let mut related = record.related.iter();
    let one = |column: &'a Column| match &column.source {
        ValueSource::Attribute { id } => field(Some(record.attribute(*id)), &resource[*id].ty),
        ValueSource::Calculation { id } => field(calculations.next(), &resource[*id].ty),
        ValueSource::Relationship { id, .. } => {
            let key = resource[*id].key().and_then(|it| resource.attribute(it));
            row(app, related.next(), key.map(|(key, _)| record.attribute(key)))
        }
    };
    columns.iter().map(one).collect()
}

fn field<'a>(field: Option<&'a Field>, ty: &'a Type) -> Cell<'a> {
    match field {
        None | Some(Field::Shown(Value::Null) | Field::NotLoaded) => Cell::Nothing,
        Some(Field::Shown(value)) => Cell::Value(value, ty),
        Some(Field::Sensitive(_) | Field::Hidden) => Cell::Hidden,
        Some(Field::Failed(error)) => Cell::Failed(*error),
    }
}

/// The row that a key points at; hidden if the actor may not read it.
fn row<'a>(app: &App, related: Option<&Related>, key: Option<&Field>) -> Cell<'a> {
    if let Some(Related::One(Some(row))) = related
        && let Some(id) = row.id(app)
    {
        return Cell::Row(row.resource, id, label::of(app, row));
    }
    match key {
        None | Some(Field::Shown(Value::Null) | Field::NotLoaded) => Cell::Nothing,
        Some(Field::Shown(_) | Field::Sensitive(_) | Field::Hidden) => Cell::Hidden,
        Some(Field::Failed(error)) => Cell::Failed(*error),
    }
}
