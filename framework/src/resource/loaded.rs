//! Related rows on their way into the fields of a record.

use std::sync::Arc;

use super::Declaration;
use crate::error::Error;
use crate::ir::RelationshipId;
use crate::record::{Record, Related};

/// What a read loaded of one relationship, with what it loaded of the rows at its other end.
#[derive(Debug)]
pub struct Loaded<'a> {
    related: Related,
    loads: &'a [LoadLayout],
}

/// Which relationship one of the loads of a record is of, and the same of the related rows.
#[derive(Clone, Debug)]
pub(crate) struct LoadLayout {
    pub(crate) relationship: RelationshipId,
    pub(crate) loads: Vec<LoadLayout>,
}

impl Loaded<'_> {
    /// The row of a to-one relationship; `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `INTERNAL` if it is a to-many relationship; else as [`Declaration::from_record`].
    pub(crate) fn one<R: Declaration>(self) -> Result<Option<R>, Error> {
        match self.related {
            Related::One(Some(row)) => loaded_row(Arc::unwrap_or_clone(row), self.loads).map(Some),
            Related::One(None) => Ok(None),
            Related::Many(_) => Err(otherwise_related(R::NAME)),
        }
    }

    /// The rows of a to-many relationship, in order.
    ///
    /// # Errors
    /// `INTERNAL` if it is a to-one relationship; else as [`Declaration::from_record`].
    pub(crate) fn many<R: Declaration>(self) -> Result<Vec<R>, Error> {
        match self.related {
            Related::Many(page) => {
                let records = Arc::unwrap_or_clone(page).records;
                let mut rows = Vec::with_capacity(records.len());
                for record in records {
                    rows.push(loaded_row(record, self.loads)?);
                }
                Ok(rows)
            }
            Related::One(_) => Err(otherwise_related(R::NAME)),
        }
    }
}

/// The typed form of a record, with the related rows in the fields of their relationships. `loads` are those of the record, in order.
///
/// # Errors
/// As [`Declaration::from_record`].
pub(crate) fn loaded_row<R: Declaration>(mut record: Record, loads: &[LoadLayout]) -> Result<R, Error> {
    let related = std::mem::take(&mut record.related);
    let mut row = R::from_record(record)?;
    for (LoadLayout { relationship, loads }, related) in loads.iter().zip(related) {
        row.relate(relationship.number(), Loaded { related, loads })?;
    }
    Ok(row)
}

#[cold]
pub(crate) fn otherwise_related(resource: &str) -> Error {
    Error::internal(format!("a relationship to `{resource}` leads to one row where several are read, or the reverse"))
}
