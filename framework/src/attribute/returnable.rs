//! The types that a generic action can return: values, objects, and lists of them.

use super::AttributeType;
use crate::ir::{Enum, Returns};
use crate::location::Located;
use crate::record::ReturnValue;

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
