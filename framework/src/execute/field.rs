//! Stored values as fields: a value that is not of its declared type is replaced by an error, and the log says what is stored.

use sea_orm::QueryResult;
use uuid::Uuid;

use crate::database::{DatabaseError, DatabaseErrorKind};
use crate::ir::{App, AttributeId, CalculationId, Name, Resource, ResourceId, Type};
use crate::record::{Field, Record, StoredRow};
use crate::sql::decode;
use crate::value::{Value, ValueError};

/// Reads the fields of one row that the database returned.
pub(super) struct FieldReader<'a> {
    app: &'a App,
    id: ResourceId,
    answer: &'a QueryResult,
    unreadable: Vec<UnreadableField<'a>>,
}

/// A stored value that is not of its declared type.
struct UnreadableField<'a> {
    field: &'a Name,
    /// What is wrong with it; `None` where that would reveal a value that must not be logged.
    cause: Option<String>,
}

impl<'a> FieldReader<'a> {
    pub(super) fn of(app: &'a App, id: ResourceId, answer: &'a QueryResult) -> Self {
        Self { app, id, answer, unreadable: Vec::new() }
    }

    fn resource(&self) -> &'a Resource {
        self.app.resource(self.id)
    }

    /// Reads an attribute from a column of the row.
    pub(super) fn attribute(&mut self, id: AttributeId, column: usize) -> Result<Field, DatabaseError> {
        let attribute = &self.resource()[id];
        Ok(match self.field(&attribute.name, &attribute.ty, column, !attribute.sensitive)? {
            Field::Shown(value) => Field::of(attribute, value),
            field => field,
        })
    }

    /// Reads a calculation from a column of the row. It may be made of values that must not be logged.
    pub(super) fn calculation(&mut self, id: CalculationId, column: usize) -> Result<Field, DatabaseError> {
        let calculation = &self.resource()[id];
        Ok(match self.field(&calculation.name, &calculation.ty, column, false)? {
            // A calculation that is never NULL by itself is NULL because it was made of something hidden.
            Field::Shown(Value::Null) if !calculation.nullable => Field::Hidden,
            field => field,
        })
    }

    fn field(&mut self, field: &'a Name, ty: &Type, column: usize, told: bool) -> Result<Field, DatabaseError> {
        let cause = match decode(self.answer, column, ty) {
            Ok(value) => match undeclared(self.app, ty, &value) {
                None => return Ok(Field::Shown(value)),
                Some(cause) => cause,
            },
            Err(failure) if failure.kind == DatabaseErrorKind::Unreadable => failure.to_string(),
            Err(failure) => return Err(failure),
        };
        self.unreadable.push(UnreadableField { field, cause: told.then_some(cause) });
        Ok(Field::Failed(ValueError::Unreadable))
    }

    /// Logs the unreadable values of the row, which has that primary key.
    pub(super) fn report(self, id: Option<Uuid>) {
        let (resource, row) = (&self.resource().name, id.map(tracing::field::display));
        for UnreadableField { field, cause } in &self.unreadable {
            let cause = cause.as_deref().unwrap_or("not told: it may be sensitive");
            tracing::error!(%resource, %field, row, cause, "a stored value is not of its declared type");
        }
    }

    /// The stored row of these fields.
    pub(super) fn stored(self, attributes: Vec<Field>) -> StoredRow {
        let row = StoredRow::new(self.id, attributes);
        if !self.unreadable.is_empty() {
            let id = row.id(self.app);
            self.report(id);
        }
        row
    }

    /// The record of these fields, without related rows.
    pub(super) fn record(self, attributes: Vec<Field>, calculations: Vec<Field>) -> Record {
        let record = Record { resource: self.id, attributes, calculations, related: Vec::new() };
        if !self.unreadable.is_empty() {
            let id = record.id(self.app);
            self.report(id);
        }
        record
    }
}

/// Why a value is not of its type; `None` if it is. Only an enum has fewer values than its column can hold.
fn undeclared(app: &App, ty: &Type, value: &Value) -> Option<String> {
    let (Type::Enum(name), Value::Text(text)) = (ty, value) else { return None };
    let declared = app.enums().iter().find(|it| it.name == *name)?;
    let known = declared.variants.iter().any(|it| it.stored == *text.as_str());
    (!known).then(|| format!("{name} has no variant that is stored as {text:?}"))
}
