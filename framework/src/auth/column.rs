//! The attributes of resources that have a part in sign-in, each with the Rust type of what it holds.

use std::marker::PhantomData;

use uuid::Uuid;

use crate::attribute::AttributeType;
use crate::error::Error;
use crate::ir::{App, AttributeId, Name, ResourceId};
use crate::record::{Input, Record};

/// An attribute that holds a `T`.
#[derive(Debug)]
pub(crate) struct Column<T> {
    resource: ResourceId,
    attribute: AttributeId,
    name: Name,
    holds: PhantomData<fn() -> T>,
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self { resource: self.resource, attribute: self.attribute, name: self.name.clone(), holds: PhantomData }
    }
}

impl Column<Uuid> {
    /// The primary key; `None` if the resource has none.
    pub(super) fn key(app: &App, resource: ResourceId) -> Option<Self> {
        let declared = app.resource(resource);
        let key = declared.primary_key()?;
        Self::of(app, resource, &declared[key].name)
    }
}

impl<T: AttributeType> Column<T> {
    /// The attribute of that name; `None` if the resource has none that holds a `T`.
    pub(super) fn of(app: &App, resource: ResourceId, name: &str) -> Option<Self> {
        let (attribute, declared) = app.resource(resource).attribute(name)?;
        let fits = declared.ty == T::TYPE && declared.nullable == T::NULLABLE;
        fits.then(|| Self { resource, attribute, name: declared.name.clone(), holds: PhantomData })
    }

    /// Its id.
    pub(super) fn attribute(&self) -> AttributeId {
        self.attribute
    }

    /// What it holds in `record`.
    ///
    /// # Errors
    /// `INTERNAL` if it is of another resource, or was not read, or is hidden.
    pub(crate) fn read(&self, record: &Record) -> Result<T, Error> {
        let field = (record.resource == self.resource).then(|| record.attribute(self.attribute));
        let value = field.and_then(|it| it.value()).cloned();
        value.and_then(T::from_value).ok_or_else(|| Error::internal(format!("`{}` was not read", self.name)))
    }
}

impl Input {
    /// The same with that value of a column.
    #[must_use]
    pub(crate) fn giving<T: AttributeType>(self, column: &Column<T>, value: impl Into<T>) -> Self {
        self.with(column.name.clone(), value.into().to_value())
    }
}
