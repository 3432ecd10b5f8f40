//! Stored values as fields: a value that is not of its declared type is replaced by an error, and the log says what is stored.

use sea_orm::QueryResult;

use super::FieldView;
use crate::database::{DatabaseError, DatabaseErrorKind};
use crate::ir::{App, AttributeId, CalculationId, Name, Resource, ResourceId, Type};
use crate::plan::RowLayout;
use crate::record::{Field, Record, StoredRow};
use crate::sql::{Cell, cell, decode};
use crate::value::{RowKey, Value, ValueError};

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
        let read = decode(self.answer, column, &attribute.ty);
        let read = self.checked(&attribute.name, &attribute.ty, read, |it| Cell::of(it), !attribute.sensitive)?;
        Ok(read.map_or(Field::Failed(ValueError::Unreadable), |it| Field::of(attribute, it)))
    }

    /// Reads a calculation from a column of the row. It may be made of values that must not be logged.
    pub(super) fn calculation(&mut self, id: CalculationId, column: usize) -> Result<Field, DatabaseError> {
        let calculation = &self.resource()[id];
        let read = decode(self.answer, column, &calculation.ty);
        let read = self.checked(&calculation.name, &calculation.ty, read, |it| Cell::of(it), false)?;
        Ok(match read {
            None => Field::Failed(ValueError::Unreadable),
            // A calculation that is never NULL by itself is NULL because it was made of something hidden.
            Some(Value::Null) if !calculation.nullable => Field::Hidden,
            Some(value) => Field::Shown(value),
        })
    }

    /// As [`FieldReader::attribute`], as it was sent.
    pub(super) fn attribute_view(&mut self, id: AttributeId, column: usize) -> FieldView<'a> {
        let attribute = &self.resource()[id];
        if attribute.sensitive {
            return FieldView::Hidden;
        }
        match self.view(&attribute.name, &attribute.ty, column, true) {
            None => FieldView::Failed(ValueError::Unreadable),
            Some(cell) => FieldView::Shown(cell),
        }
    }

    /// As [`FieldReader::calculation`], as it was sent.
    pub(super) fn calculation_view(&mut self, id: CalculationId, column: usize) -> FieldView<'a> {
        let calculation = &self.resource()[id];
        match self.view(&calculation.name, &calculation.ty, column, false) {
            None => FieldView::Failed(ValueError::Unreadable),
            Some(Cell::Null) if !calculation.nullable => FieldView::Hidden,
            Some(cell) => FieldView::Shown(cell),
        }
    }

    fn view(&mut self, field: &'a Name, ty: &Type, column: usize, told: bool) -> Option<Cell<'a>> {
        match self.checked(field, ty, cell(self.answer, column, ty), |it| *it, told) {
            Ok(cell) => cell,
            Err(failure) => {
                let cause = Some(failure.to_string());
                self.unreadable.push(UnreadableField { field, cause });
                None
            }
        }
    }

    /// What was read, if it is a value of its type; else that is noted.
    fn checked<T>(
        &mut self,
        field: &'a Name,
        ty: &Type,
        read: Result<T, DatabaseError>,
        seen: fn(&T) -> Cell<'_>,
        told: bool,
    ) -> Result<Option<T>, DatabaseError> {
        let cause = match read {
            Ok(value) => match undeclared(self.app, ty, seen(&value)) {
                None => return Ok(Some(value)),
                Some(cause) => cause,
            },
            Err(failure) if failure.kind == DatabaseErrorKind::Unreadable => failure.to_string(),
            Err(failure) => return Err(failure),
        };
        self.unreadable.push(UnreadableField { field, cause: told.then_some(cause) });
        Ok(None)
    }

    /// Logs the unreadable values of a row whose columns are laid out by `layout`.
    pub(super) fn report_row(self, layout: &RowLayout) {
        if self.unreadable.is_empty() {
            return;
        }
        let id = row_key(self.resource(), layout, self.answer);
        self.report(id.as_ref());
    }

    /// Logs the unreadable values of the row, which has that primary key.
    pub(super) fn report(self, id: Option<&RowKey>) {
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
            self.report(id.as_ref());
        }
        row
    }

    /// The record of these fields, without related rows.
    pub(super) fn record(self, attributes: Vec<Field>, calculations: Vec<Field>) -> Record {
        let record = Record { resource: self.id, attributes, calculations, related: Vec::new() };
        if !self.unreadable.is_empty() {
            let id = record.id(self.app);
            self.report(id.as_ref());
        }
        record
    }
}

/// The primary key of a row whose columns are laid out by `layout`; `None`: it was not asked for, or cannot be read.
pub(super) fn row_key(resource: &Resource, layout: &RowLayout, answer: &QueryResult) -> Option<RowKey> {
    let key = resource.primary_key()?;
    let column = layout.attribute(key)?.column?;
    RowKey::of(&decode(answer, column, &resource[key].ty).ok()?)
}

/// Why a value is not of its type; `None` if it is. An enum and a narrow integer have fewer values than their columns can hold.
fn undeclared(app: &App, ty: &Type, value: Cell<'_>) -> Option<String> {
    match (ty, value) {
        (Type::Enum(name), Cell::Text(text)) => {
            let declared = app.find_enum(name)?;
            let known = declared.variants.iter().any(|it| it.stored == *text);
            (!known).then(|| format!("{name} has no variant that is stored as {text:?}"))
        }
        (_, Cell::Int(number)) => {
            let is_wide = ty.integers().is_some_and(|it| !it.contains(&number));
            is_wide.then(|| format!("{number} is no `{ty}`"))
        }
        _ => None,
    }
}
