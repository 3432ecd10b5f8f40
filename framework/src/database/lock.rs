//! Locks that belong to a transaction, for what only one server may do at a time.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

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

    /// Takes it until the transaction ends; `false` if another transaction has it. Never waits.
    ///
    /// On SQLite it is the right to write, which a transaction that means to write has from its beginning.
    pub(crate) async fn try_take<C: ConnectionTrait>(self, transaction: &C) -> Result<bool, DbErr> {
        if transaction.get_database_backend() == DbBackend::Sqlite {
            return Ok(true);
        }
        let sql = "SELECT pg_try_advisory_xact_lock($1) AS taken";
        let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.key().into()]);
        match transaction.query_one_raw(ask).await? {
            Some(row) => row.try_get("", "taken"),
            None => Ok(false),
        }
    }
}
