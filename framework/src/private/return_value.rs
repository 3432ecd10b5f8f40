//! Objects that generic actions return.

use crate::attribute::AttributeType;
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
pub fn field_value<T: AttributeType>(values: &mut std::vec::IntoIter<Value>) -> Option<T> {
    values.next().and_then(T::from_value)
}

/// The values of an object's fields, in order; `None` if it is none.
pub fn object_values(answer: ReturnValue) -> Option<std::vec::IntoIter<Value>> {
    match answer {
        ReturnValue::Object(values) => Some(values.into_iter()),
        ReturnValue::Value(_) | ReturnValue::List(_) => None,
    }
}
