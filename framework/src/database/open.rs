//! From an address to a pool whose connections are set up as the engine needs them.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::Connection;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::Capability;
use crate::error::{Code, Error};

/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a connection may have been idle and still be taken for alive.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
/// How long SQLite waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 10;
/// Connections to an SQLite file: one writes at a time, the others read beside it.
const SQLITE_CONNECTIONS: u32 = 4;

pub(super) async fn open(url: &str) -> Result<(DatabaseConnection, &'static Capability), Error> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => Ok((postgres(url).await?, &Capability::POSTGRES)),
        Some("sqlite") => Ok((sqlite(url).await?, &Capability::SQLITE)),
        _ => Err(Error::new(Code::Invalid, "the database's address must begin with `postgres://` or `sqlite:`")),
    }
}

async fn postgres(url: &str) -> Result<DatabaseConnection, Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not a PostgreSQL address"))?
        .application_name("samara")
        .options([("statement_timeout", "5s"), ("lock_timeout", "2s"), ("TimeZone", "UTC")]);
    let pool = PoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(ACQUIRE_TIMEOUT);
    // Asking a connection that has just been used whether it is alive would double the round trips of a busy server.
    let pool = pool.test_before_acquire(false).before_acquire(|connection: &mut PgConnection, about| {
        Box::pin(async move {
            let trusted = about.idle_for < TRUSTED_IDLE;
            Ok(trusted || connection.ping().await.is_ok())
        })
    });
    let pool = pool.connect_with(options).await.map_err(Error::unavailable)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn sqlite(url: &str) -> Result<DatabaseConnection, Error> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not an SQLite address"))?
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = PoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
    let pool = if in_memory(url) {
        // A database in memory lives and dies with its one connection.
        pool.max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options).await
    } else {
        make_parents(options.get_filename())?;
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
        pool.max_connections(SQLITE_CONNECTIONS).connect_with(options).await
    };
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.map_err(Error::unavailable)?))
}

fn in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn make_parents(file: &Path) -> Result<(), Error> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder).map_err(Error::unavailable),
        _ => Ok(()),
    }
}
