//! Reads: a page, the one row that a query finds, and the row with a primary key.

use crate::context::Context;
use crate::error::Error;
use crate::execute;
use crate::query::{PreparedCounts, Query};
use crate::record::{Record, RecordPage};
use crate::value::RowKey;

impl Context {
    /// Reads a page of rows. A read that no policy allows is an empty page, never an error.
    ///
    /// The rows and their total come from one statement, so from one snapshot. What is loaded with them comes from one
    /// statement for each relationship of each level, and how many rows precede the page from one of its own, so they may be newer.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for a page that is larger than the action allows, and for a list without pages, of rows or of related rows, that has
    /// more of them than [`Query::at_most`]; `INVALID_CURSOR`; `INVALID` for arguments that are wrong; `TIMEOUT`, `UNAVAILABLE`.
    pub async fn read(&self, query: Query) -> Result<RecordPage, Error> {
        execute::read(self, &query).await
    }

    /// Reads the one row that `query` finds, `None` if it finds none that the actor may read. The size of the query's slice is ignored.
    ///
    /// # Errors
    /// `CONFLICT` if there is more than one that the actor may read; else as for [`Context::read`].
    pub async fn one(&self, query: Query) -> Result<Option<Record>, Error> {
        execute::only(self, &query).await
    }

    /// Reads the row with that primary key, `None` if there is none that the actor may read. `query`'s slice is ignored.
    ///
    /// # Errors
    /// As for [`Context::read`].
    pub async fn get(&self, query: Query, id: impl Into<RowKey>) -> Result<Option<Record>, Error> {
        execute::get(self, &query, id.into().into()).await
    }

    /// How the statements of reads were used that this engine prepared: those of one form are made once, whoever reads.
    pub fn prepared_reads(&self) -> PreparedCounts {
        execute::prepared(self)
    }
}
