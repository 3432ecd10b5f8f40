//! Locks that belong to a transaction, for what only one server may do at a time.

use sea_orm::{DbBackend, DbErr, QueryResult, Statement};

/// What is done by one server at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Running a migration.
    Migrations,
    /// Writing the demo data.
    Seeds,
}

impl Lock {
    /// Advisory locks are per database, so any two numbers will do that nobody else takes: "samara" and "seeds", as bytes.
    fn key(self) -> i64 {
        match self {
            Self::Migrations => 0x7361_6D61_7261,
            Self::Seeds => 0x73_6565_6473,
        }
    }

    /// The statement that takes it until the transaction ends, and answers `false` if another transaction has it; it never waits.
    ///
    /// For PostgreSQL. On SQLite the lock is the right to write, which a transaction that means to write has from its beginning.
    pub(crate) fn take(self) -> Statement {
        let sql = "SELECT pg_try_advisory_xact_lock($1)";
        Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.key().into()])
    }

    /// What that statement answered.
    pub(crate) fn is_taken(answer: Option<&QueryResult>) -> Result<bool, DbErr> {
        answer.map_or(Ok(false), |it| it.try_get_by_index(0))
    }
}
