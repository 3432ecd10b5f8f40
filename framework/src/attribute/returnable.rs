//! The types that a generic action can return: values, objects, rows, and lists of them.
//!
//! ```text
//! String  Option<i64>  #[derive(Enum)]     a value
//! #[derive(Object)]                        an object
//! World  Option<World>                     a row, answered by its key: whoever asks reads it under their own policies
//! Vec<…>                                   a list of any of these
//! ```

use super::{AttributeType, Guarded};
use crate::error::Error;
use crate::ir::{Enum, Returns};
use crate::location::Located;
use crate::record::{ReturnValue, ReturnedRows};
use crate::value::Value;

/// A type that a generic action can answer.
#[diagnostic::on_unimplemented(
    message = "an action cannot answer `{Self}`",
    label = "not an attribute type, an object, a resource or a list of them",
    note = "answer an attribute type, a struct with `#[derive(Object)]`, a resource, an `Option` of one of its rows, or a `Vec` of these"
)]
pub trait Returnable: Sized + Send + 'static {
    /// As what it is answered.
    #[doc(hidden)]
    type Form: ReturnForm<Self>;

    /// Its shape.
    fn returns() -> Returns {
        Self::Form::returns()
    }

    /// The enums it holds.
    fn enums() -> Vec<Located<Enum>> {
        Self::Form::enums()
    }

    /// As the engine carries it.
    fn into_return_value(self) -> ReturnValue {
        Self::Form::into_return_value(self)
    }

    /// Back from the engine, with the rows that it names, as far as the actor may read them. `None`: it is a row that they may not read.
    ///
    /// # Errors
    /// `INTERNAL` if it is of another shape.
    fn from_return_value(answer: ReturnValue, rows: &ReturnedRows) -> Result<Option<Self>, Error> {
        Self::Form::from_return_value(answer, rows)
    }
}

/// How a `T` is answered: [`Returnable`] says it for each type, so that values, rows and lists are told apart.
#[doc(hidden)]
pub trait ReturnForm<T> {
    fn returns() -> Returns;

    fn enums() -> Vec<Located<Enum>> {
        Vec::new()
    }

    fn into_return_value(answer: T) -> ReturnValue;

    fn from_return_value(answer: ReturnValue, rows: &ReturnedRows) -> Result<Option<T>, Error>;
}

/// A form whose value may be absent.
#[doc(hidden)]
pub trait OptionalForm {
    /// The shape of a value that may be absent.
    fn optional(returns: Returns) -> Returns;

    /// What is answered if it is.
    fn absent() -> ReturnValue;
}

/// As a value.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsValue;

/// As what it holds, or as nothing.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsOption;

/// As a list.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsList;

#[diagnostic::do_not_recommend]
impl<T: Returnable<Form: OptionalForm>> Returnable for Option<T> {
    type Form = AsOption;
}

#[diagnostic::do_not_recommend]
impl<T: Returnable> Returnable for Vec<T> {
    type Form = AsList;
}

#[diagnostic::do_not_recommend]
impl<T: AttributeType> Returnable for Guarded<T> {
    type Form = AsValue;
}

impl<T: AttributeType> ReturnForm<T> for AsValue {
    fn returns() -> Returns {
        Returns::Value { ty: T::TYPE, nullable: T::NULLABLE }
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enumeration().into_iter().collect()
    }

    fn into_return_value(answer: T) -> ReturnValue {
        ReturnValue::Value(answer.to_value())
    }

    fn from_return_value(answer: ReturnValue, _: &ReturnedRows) -> Result<Option<T>, Error> {
        let ReturnValue::Value(value) = answer else { return Err(of_another_shape()) };
        T::from_value(value).map(Some).ok_or_else(of_another_shape)
    }
}

impl OptionalForm for AsValue {
    fn optional(returns: Returns) -> Returns {
        match returns {
            Returns::Value { ty, .. } => Returns::Value { ty, nullable: true },
            returns => returns,
        }
    }

    fn absent() -> ReturnValue {
        ReturnValue::Value(Value::Null)
    }
}

impl<T: Returnable<Form: OptionalForm>> ReturnForm<Option<T>> for AsOption {
    fn returns() -> Returns {
        T::Form::optional(T::returns())
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enums()
    }

    fn into_return_value(answer: Option<T>) -> ReturnValue {
        answer.map_or_else(T::Form::absent, T::into_return_value)
    }

    fn from_return_value(answer: ReturnValue, rows: &ReturnedRows) -> Result<Option<Option<T>>, Error> {
        if answer == T::Form::absent() {
            return Ok(Some(None));
        }
        // A row that may not be read is as one that is not there.
        T::from_return_value(answer, rows).map(Some)
    }
}

impl<T: Returnable> ReturnForm<Vec<T>> for AsList {
    fn returns() -> Returns {
        Returns::List(Box::new(T::returns()))
    }

    fn enums() -> Vec<Located<Enum>> {
        T::enums()
    }

    fn into_return_value(answer: Vec<T>) -> ReturnValue {
        ReturnValue::List(answer.into_iter().map(T::into_return_value).collect())
    }

    fn from_return_value(answer: ReturnValue, rows: &ReturnedRows) -> Result<Option<Vec<T>>, Error> {
        let ReturnValue::List(items) = answer else { return Err(of_another_shape()) };
        // Rows that may not be read are left out.
        let items = items.into_iter().filter_map(|it| T::from_return_value(it, rows).transpose());
        items.collect::<Result<_, _>>().map(Some)
    }
}

pub(crate) fn of_another_shape() -> Error {
    Error::internal("an answer is not of the shape that its action declares")
}
