//! Decodes records and inputs of the engine, field by field, into typed values.

use std::sync::Arc;

use crate::attribute::AttributeType;
use crate::error::Error;
use crate::record::{Field, Input, Record, Related};
use crate::resource::Declaration;
use crate::value::Value;

/// The attributes of a record that are still to be read, in their order.
#[derive(Debug)]
pub struct Decode {
    resource: &'static str,
    fields: std::vec::IntoIter<Field>,
}

/// Starts to read a record.
pub fn decode(resource: &'static str, record: Record) -> Decode {
    Decode { resource, fields: record.attributes.into_iter() }
}

impl Decode {
    /// Reads the next attribute.
    ///
    /// # Errors
    /// `INTERNAL` if the stored value is not of its type, with the attribute's name; or if there is no visible value and the type is not
    /// `Guarded`.
    pub fn next<T: AttributeType>(&mut self, name: &'static str) -> Result<T, Error> {
        match self.fields.next().unwrap_or(Field::NotLoaded) {
            Field::Failed(error) => Err(Error::from(error).of(name)),
            field => T::from_field(field).ok_or_else(|| unreadable(self.resource, name)),
        }
    }
}

#[cold]
fn unreadable(owner: &str, name: &str) -> Error {
    Error::internal(format!("`{name}` of `{owner}` is not there, or not of its declared type"))
}

/// Reads an argument of an action.
///
/// # Errors
/// `INTERNAL` if it is absent or of another type: the engine has checked the input.
pub fn argument<T: AttributeType>(action: &'static str, input: &Input, name: &'static str) -> Result<T, Error> {
    let value = input.get(name).cloned().unwrap_or(Value::Null);
    T::from_value(value).ok_or_else(|| unreadable(action, name))
}

/// The row that a to-one relationship loaded.
///
/// # Errors
/// `INTERNAL` if it loaded rows, or one that cannot be read.
pub fn related_one<R: Declaration>(related: Related) -> Result<Option<R>, Error> {
    match related {
        Related::One(row) => row.map(|it| R::from_record(Arc::unwrap_or_clone(it))).transpose(),
        Related::Many(_) => Err(unreadable(R::NAME, "one related row")),
    }
}

/// The rows that a to-many relationship loaded.
///
/// # Errors
/// `INTERNAL` if it loaded one, or some that cannot be read.
pub fn related_many<R: Declaration>(related: Related) -> Result<Vec<R>, Error> {
    match related {
        Related::Many(page) => Arc::unwrap_or_clone(page).records.into_iter().map(R::from_record).collect(),
        Related::One(_) => Err(unreadable(R::NAME, "related rows")),
    }
}
