//! What generic actions answer: values, objects, and lists of them.

use super::Located;
use crate::attribute::AttributeType;
use crate::ir::{Enum, Name, Returns, ReturnsField};
use crate::record::ReturnValue;
use crate::value::Value;

/// A type that a generic action can answer.
#[diagnostic::on_unimplemented(
    message = "an action cannot answer `{Self}`",
    label = "not an attribute type, an object or a list of them",
    note = "answer an attribute type, a struct with `#[derive(Object)]`, or a `Vec` of either"
)]
pub trait Returnable: Sized + Send + 'static {
    /// Its shape.
    fn returns() -> Returns;
    /// The enums it holds.
    fn enums() -> Vec<Located<Enum>>;
    /// As the engine carries it.
    fn into_return_value(self) -> ReturnValue;
    /// Back from the engine; `None` if it is of another shape.
    fn from_return_value(answer: ReturnValue) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: AttributeType> Returnable for T {
    fn returns() -> Returns {
        Returns::Value { ty: T::TYPE, nullable: T::NULLABLE }
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enumeration().into_iter().collect()
    }

    fn into_return_value(self) -> ReturnValue {
        ReturnValue::Value(self.to_value())
    }

    fn from_return_value(answer: ReturnValue) -> Option<Self> {
        match answer {
            ReturnValue::Value(value) => T::from_value(value),
            ReturnValue::Object(_) | ReturnValue::List(_) => None,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Returnable> Returnable for Vec<T> {
    fn returns() -> Returns {
        Returns::List(Box::new(T::returns()))
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enums()
    }

    fn into_return_value(self) -> ReturnValue {
        ReturnValue::List(self.into_iter().map(T::into_return_value).collect())
    }

    fn from_return_value(answer: ReturnValue) -> Option<Self> {
        match answer {
            ReturnValue::List(items) => items.into_iter().map(T::from_return_value).collect(),
            ReturnValue::Value(_) | ReturnValue::Object(_) => None,
        }
    }
}

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
