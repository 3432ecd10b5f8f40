//! Locks that belong to a transaction, for what only one server may do at a time.

use sea_orm::{DbErr, QueryResult, Values};

use super::Statement;

/// What is done by one server at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Running a migration.
    Migrations,
    /// Writing the demo data.
    Seeds,
}

impl Lock {
    /// Advisory locks are per database, so any two numbers do that nothing else uses: "samara" and "seeds", as bytes.
    fn key(self) -> i64 {
        match self {
            Self::Migrations => 0x7361_6D61_7261,
            Self::Seeds => 0x73_6565_6473,
        }
    }

    /// The statement that takes the lock until the transaction ends. It returns `false` if another transaction has it, and never waits.
    ///
    /// For PostgreSQL. On SQLite it is the write lock, which a writing transaction has from its beginning.
    pub(crate) fn take(self) -> Statement {
        Statement::new("SELECT pg_try_advisory_xact_lock($1)", Values(vec![self.key().into()]))
    }

    /// Whether that statement took the lock.
    pub(crate) fn is_taken(answer: Option<&QueryResult>) -> Result<bool, DbErr> {
        answer.map_or(Ok(false), |it| it.try_get_by_index(0))
    }
}
