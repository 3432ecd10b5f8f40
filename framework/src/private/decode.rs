//! Decodes records and inputs of the engine, field by field, into typed values.

use crate::attribute::{AttributeType, not_as_declared, typed_field};
use crate::error::Error;
use crate::record::{Field, Input, Record};
use crate::resource::{Declaration, Loaded};
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
    /// `INTERNAL` if the stored value is not of its type, with the attribute's name; or if it was not read and the type is not `Guarded`.
    pub fn next<T: AttributeType>(&mut self, name: &'static str) -> Result<T, Error> {
        typed_field(self.fields.next().unwrap_or(Field::NotLoaded), self.resource, name)
    }

    /// Reads two attributes. rustc takes longer for each `?` than for the types of one more.
    ///
    /// # Errors
    /// As [`Decode::next`], of the first that fails.
    pub fn two<A: AttributeType, B: AttributeType>(
        &mut self,
        a: &'static str,
        b: &'static str,
    ) -> Result<(A, B), Error> {
        Ok((self.next(a)?, self.next(b)?))
    }

    /// Reads three attributes.
    ///
    /// # Errors
    /// As [`Decode::next`], of the first that fails.
    pub fn three<A: AttributeType, B: AttributeType, C: AttributeType>(
        &mut self,
        a: &'static str,
        b: &'static str,
        c: &'static str,
    ) -> Result<(A, B, C), Error> {
        Ok((self.next(a)?, self.next(b)?, self.next(c)?))
    }

    /// Reads four attributes.
    ///
    /// # Errors
    /// As [`Decode::next`], of the first that fails.
    pub fn four<A: AttributeType, B: AttributeType, C: AttributeType, D: AttributeType>(
        &mut self,
        a: &'static str,
        b: &'static str,
        c: &'static str,
        d: &'static str,
    ) -> Result<(A, B, C, D), Error> {
        Ok((self.next(a)?, self.next(b)?, self.next(c)?, self.next(d)?))
    }
}

/// Reads an argument of an action.
///
/// # Errors
/// `INTERNAL` if it is absent or of another type: the engine has checked the input.
pub fn argument<T: AttributeType>(action: &'static str, input: &Input, name: &'static str) -> Result<T, Error> {
    let value = input.get(name).cloned().unwrap_or(Value::Null);
    T::from_value(value).ok_or_else(|| not_as_declared(action, name))
}

/// The row that a to-one relationship loaded.
///
/// # Errors
/// `INTERNAL` if it loaded rows, or one that cannot be read.
pub fn related_one<R: Declaration>(related: Loaded<'_>) -> Result<Option<R>, Error> {
    related.one()
}

/// The rows that a to-many relationship loaded.
///
/// # Errors
/// `INTERNAL` if it loaded one, or some that cannot be read.
pub fn related_many<R: Declaration>(related: Loaded<'_>) -> Result<Vec<R>, Error> {
    related.many()
}
