//! Objects that generic actions return.

use crate::attribute::{AttributeType, of_another_shape};
use crate::error::Error;
use crate::ir::{Name, Returns, ReturnsField};
use crate::record::ReturnValue;
use crate::value::Value;

/// The shape of an object.
pub fn object(name: &'static str, docs: &str, fields: Vec<ReturnsField>) -> Returns {
    Returns::Object { name: Name::new(name), docs: docs.into(), fields }
}

/// A field of an object.
pub fn object_field<T: AttributeType>(name: &'static str, docs: &str) -> ReturnsField {
    ReturnsField { name: Name::new(name), docs: docs.into(), ty: T::TYPE, nullable: T::NULLABLE }
}

/// The next field's value of an object.
///
/// # Errors
/// `INTERNAL` if it is of another type.
pub fn field_value<T: AttributeType>(values: &mut std::vec::IntoIter<Value>) -> Result<T, Error> {
    values.next().and_then(T::from_value).ok_or_else(of_another_shape)
}

/// The values of an object's fields, in order.
///
/// # Errors
/// `INTERNAL` if it is no object.
pub fn object_values(answer: ReturnValue) -> Result<std::vec::IntoIter<Value>, Error> {
    match answer {
        ReturnValue::Object(values) => Ok(values.into_iter()),
        ReturnValue::Value(_) | ReturnValue::Row(_) | ReturnValue::List(_) => Err(of_another_shape()),
    }
}
