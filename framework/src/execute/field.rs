//! Stored values as fields: one that is no value of its declared type has a fault in its place, and the log says what it is.

use sea_orm::QueryResult;
use uuid::Uuid;

use crate::database::{DatabaseError, DatabaseErrorKind};
use crate::expr::ValueError;
use crate::ir::{App, Name, Resource, ResourceId, Type};
use crate::record::{Field, Record};
use crate::sql::decode;
use crate::value::Value;

/// Reads the fields of one answered row of a resource.
pub(super) struct FieldReader<'a> {
    app: &'a App,
    id: ResourceId,
    answer: &'a QueryResult,
    unreadable: Vec<UnreadableField<'a>>,
}

/// What is stored and cannot be given out.
struct UnreadableField<'a> {
    field: &'a Name,
    /// What is wrong with it; `None` where that would tell of something that the log may not hold.
    cause: Option<String>,
}

impl<'a> FieldReader<'a> {
    pub(super) fn of(app: &'a App, id: ResourceId, answer: &'a QueryResult) -> Self {
        Self { app, id, answer, unreadable: Vec::new() }
    }

    fn resource(&self) -> &'a Resource {
        self.app.resource(self.id)
    }

    /// The attribute at that position, which stands in that column.
    pub(super) fn attribute(&mut self, index: u16, column: usize) -> Result<Field, DatabaseError> {
        let attribute = &self.resource().attributes[usize::from(index)];
        Ok(match self.field(&attribute.name, &attribute.ty, column, !attribute.sensitive)? {
            Field::Shown(value) => Field::of(attribute, value),
            field => field,
        })
    }

    /// The calculation at that position, which stands in that column. It may be made of what the log may not hold.
    pub(super) fn calculation(&mut self, index: u16, column: usize) -> Result<Field, DatabaseError> {
        let calculation = &self.resource().calculations[usize::from(index)];
        Ok(match self.field(&calculation.name, &calculation.ty, column, false)? {
            // What is never NULL by itself is NULL where it was made of something hidden.
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

    /// The row of that primary key is read: tells the log of what it holds that cannot be given out.
    pub(super) fn report(self, id: Option<Uuid>) {
        let (resource, row) = (&self.resource().name, id.map(tracing::field::display));
        for UnreadableField { field, cause } in &self.unreadable {
            let cause = cause.as_deref().unwrap_or("not told: it may be sensitive");
            tracing::error!(%resource, %field, row, cause, "a stored value is not of its declared type");
        }
    }

    /// The record of these fields, of which nothing is loaded.
    pub(super) fn record(self, attributes: Vec<Field>, calculations: Vec<Field>) -> Record {
        let record = Record { resource: self.id, attributes, calculations, related: Vec::new() };
        if !self.unreadable.is_empty() {
            let id = record.id(self.app);
            self.report(id);
        }
        record
    }
}

/// Why a value is none of its type's; `None` if it is. Only enums have fewer values than what is stored can hold.
fn undeclared(app: &App, ty: &Type, value: &Value) -> Option<String> {
    let (Type::Enum(name), Value::Text(text)) = (ty, value) else { return None };
    let declared = app.enums().iter().find(|it| it.name == *name)?;
    let known = declared.variants.iter().any(|it| it.stored == *text.as_str());
    (!known).then(|| format!("{name} has no variant that is stored as {text:?}"))
}
