//! What generic actions answer: values, objects, and lists of them.

use super::Located;
use crate::attribute::AttributeType;
use crate::ir::{Enum, Name, Returns, ReturnsField};
use crate::record::Answer;
use crate::value::Value;

/// A type that a generic action can answer.
#[diagnostic::on_unimplemented(
    message = "an action cannot answer `{Self}`",
    label = "not an attribute type, an object or a list of them",
    note = "answer an attribute type, a struct with `#[derive(Object)]`, or a `Vec` of either"
)]
pub trait Answers: Sized + Send + 'static {
    /// Its shape.
    fn returns() -> Returns;
    /// The enums it holds.
    fn enums() -> Vec<Located<Enum>>;
    /// As the engine carries it.
    fn into_answer(self) -> Answer;
    /// Back from the engine; `None` if it is of another shape.
    fn from_answer(answer: Answer) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: AttributeType> Answers for T {
    fn returns() -> Returns {
        Returns::Value { ty: T::TYPE, nullable: T::NULLABLE }
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enumeration().into_iter().collect()
    }

    fn into_answer(self) -> Answer {
        Answer::Value(self.to_value())
    }

    fn from_answer(answer: Answer) -> Option<Self> {
        match answer {
            Answer::Value(value) => T::from_value(value),
            Answer::Object(_) | Answer::List(_) => None,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Answers> Answers for Vec<T> {
    fn returns() -> Returns {
        Returns::List(Box::new(T::returns()))
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enums()
    }

    fn into_answer(self) -> Answer {
        Answer::List(self.into_iter().map(T::into_answer).collect())
    }

    fn from_answer(answer: Answer) -> Option<Self> {
        match answer {
            Answer::List(items) => items.into_iter().map(T::from_answer).collect(),
            Answer::Value(_) | Answer::Object(_) => None,
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
pub fn object_values(answer: Answer) -> Option<std::vec::IntoIter<Value>> {
    match answer {
        Answer::Object(values) => Some(values.into_iter()),
        Answer::Value(_) | Answer::List(_) => None,
    }
}
