//! One migrator at a time: each migration's transaction takes a lock of the database when it begins.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::time::Instant;

use super::{Error, MigrationCode};
use crate::database::{Lock, run_to_completion};

/// How long a migrator waits for another one.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// How long SQLite's commit waits for readers at most.
const READERS: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(100);

/// Begins a transaction that holds the migrators' lock until it is committed or rolled back.
///
/// The lock is polled, never waited for in the database. SQLite: `BEGIN IMMEDIATE`. PostgreSQL: an advisory lock; a transaction that
/// waited for it in the database would deadlock with `CREATE INDEX CONCURRENTLY`.
pub(super) async fn begin(connection: &DatabaseConnection, patience: Duration) -> Result<DatabaseTransaction, Error> {
    let give_up = Instant::now() + patience;
    let mut waits = false;
    loop {
        match try_begin(connection, patience).await {
            Ok(Some(transaction)) => return Ok(transaction),
            Ok(None) => {}
            Err(error) if is_busy(&error) => {}
            Err(error) => {
                let help = "check that the database runs and that its address and password are right";
                return Err(
                    Error::new(MigrationCode::Unreachable, "no transaction could be begun", help).because(error)
                );
            }
        }
        if Instant::now() >= give_up {
            let help = "see what the other one does, then run this again; nothing was changed here";
            let message = format!("another migrator holds the lock for more than {} s", patience.as_secs());
            return Err(Error::new(MigrationCode::Locked, message, help));
        }
        if !waits {
            tracing::warn!("another connection migrates or writes; waiting for it");
            waits = true;
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn try_begin(connection: &DatabaseConnection, patience: Duration) -> Result<Option<DatabaseTransaction>, DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        // `BEGIN` must not wait, because the lock is polled here; later statements have the write lock and wait for readers only.
        connection.execute_unprepared("PRAGMA busy_timeout = 0").await?;
        // A migration that was cut off, or one by hand, may have left them otherwise; in a transaction the first cannot be set.
        connection.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
        connection.execute_unprepared("PRAGMA legacy_alter_table = OFF").await?;
        let transaction = begin_with(connection, Some(SqliteTransactionMode::Immediate)).await?;
        let wait = format!("PRAGMA busy_timeout = {}", patience.min(READERS).as_millis());
        transaction.execute_unprepared(&wait).await?;
        return Ok(Some(transaction));
    }
    let transaction = begin_with(connection, None).await?;
    let take = Lock::Migrations.take().for_sea_orm(DbBackend::Postgres);
    if Lock::is_taken(transaction.query_one_raw(take).await?.as_ref())? {
        return Ok(Some(transaction));
    }
    run_to_completion(transaction.rollback()).await?;
    Ok(None)
}

/// Begins a transaction. The statement is not cut off: the driver would not know of the transaction.
async fn begin_with(
    connection: &DatabaseConnection,
    sqlite_transaction_mode: Option<SqliteTransactionMode>,
) -> Result<DatabaseTransaction, DbErr> {
    let connection = connection.clone();
    let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
    run_to_completion(async move { connection.begin_with_options(options).await }).await
}

/// SQLite's "another connection writes".
fn is_busy(error: &DbErr) -> bool {
    use sea_orm::RuntimeErr::SqlxError;
    let (DbErr::Exec(SqlxError(cause)) | DbErr::Query(SqlxError(cause)) | DbErr::Conn(SqlxError(cause))) = error else {
        return false;
    };
    let code = cause.as_database_error().and_then(|it| it.code());
    code.and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it & 0xFF == 5)
}
