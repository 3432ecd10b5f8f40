//! Decodes the rows that the database returned, as their plan lays them out.

use sea_orm::QueryResult;

use super::field::FieldReader;
use crate::database::DatabaseError;
use crate::ir::{App, ResourceId, Type};
use crate::plan::{Planned, RowLayout};
use crate::record::{Field, Record};
use crate::sql::{decode, decode_key};
use crate::value::Value;

/// One row of a read.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) record: Record,
    /// The values of the keys of the order, if cursors are made.
    pub(super) keys: Vec<Value>,
    pub(super) total: Option<u64>,
    pub(super) parent: Option<Value>,
}

/// Decodes one row that the database returned.
pub(super) fn row(app: &App, planned: &Planned, answer: &QueryResult) -> Result<Row, DatabaseError> {
    let Planned { read, shape, .. } = planned;
    let mut keys = Vec::with_capacity(shape.keys.len());
    for (column, key) in shape.keys.iter().zip(&read.order) {
        keys.push(decode_key(answer, *column, &key.ty)?);
    }
    let total = match shape.total {
        None => None,
        Some(column) => Some(as_count(&decode(answer, column, &Type::Integer)?)),
    };
    let parent = shape.parent.map(|column| decode(answer, column, &Type::Uuid)).transpose()?;
    Ok(Row { record: record(app, read.resource, shape, answer)?, keys, total, parent })
}

/// The record in a row whose columns are laid out by `shape`.
pub(super) fn record(
    app: &App,
    id: ResourceId,
    shape: &RowLayout,
    answer: &QueryResult,
) -> Result<Record, DatabaseError> {
    let mut fields = FieldReader::of(app, id, answer);
    let mut attributes = vec![Field::NotLoaded; app.resource(id).attributes.len()];
    for selected in &shape.attributes {
        let shown = match (selected.column, selected.shown) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(_), Some(flag)) => decode(answer, flag, &Type::Boolean)? == Value::Bool(true),
        };
        attributes[usize::from(selected.attribute)] = match selected.column {
            Some(column) if shown => fields.attribute(selected.attribute, column)?,
            _ => Field::Hidden,
        };
    }
    let mut calculations = Vec::with_capacity(shape.calculations.len());
    for (index, column) in &shape.calculations {
        calculations.push(fields.calculation(*index, *column)?);
    }
    Ok(fields.record(attributes, calculations))
}

/// A count as SQL returns it.
pub(super) fn as_count(value: &Value) -> u64 {
    match value {
        Value::Int(count) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    }
}
