//! Rows as what a generic action answers: by their keys.

use super::Declaration;
use crate::attribute::{OptionalForm, PrimaryKey as _, ReturnForm, Returnable, of_another_shape};
use crate::error::Error;
use crate::ir::{Name, Returns};
use crate::record::{ReturnValue, ReturnedRows};

/// As a row.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsRow;

#[diagnostic::do_not_recommend]
impl<R: Declaration + Send> Returnable for R {
    type Form = AsRow;
}

impl<R: Declaration + Send> ReturnForm<R> for AsRow {
    fn returns() -> Returns {
        Returns::Row { resource: Name::new(R::NAME), nullable: false }
    }

    fn into_return_value(answer: R) -> ReturnValue {
        ReturnValue::Row(Some(answer.key().into_key()))
    }

    fn from_return_value(answer: ReturnValue, rows: &ReturnedRows) -> Result<Option<R>, Error> {
        let ReturnValue::Row(key) = answer else { return Err(of_another_shape()) };
        key.and_then(|it| rows.get(&it)).cloned().map(R::from_record).transpose()
    }
}

impl OptionalForm for AsRow {
    fn optional(returns: Returns) -> Returns {
        match returns {
            Returns::Row { resource, .. } => Returns::Row { resource, nullable: true },
            returns => returns,
        }
    }

    fn absent() -> ReturnValue {
        ReturnValue::Row(None)
    }
}
