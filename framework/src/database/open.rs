//! From an address to a pool whose connections are set up as the engine needs them.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::Capability;
use super::deadline::{Limit, STATEMENT_TIMEOUT};
use super::pool::{Connections, Pool};
use crate::error::{Code, Error};

/// How long a server may take to answer whoever connects.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
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
/// How many of SQLite's instructions are run between two looks at the clock: well under a millisecond's worth.
const INSTRUCTIONS: i32 = 10_000;

pub(super) async fn open(url: &str) -> Result<(Pool, &'static Capability), Error> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => Ok((postgres(url).await?, &Capability::POSTGRES)),
        Some("sqlite") => Ok((sqlite(url).await?, &Capability::SQLITE)),
        _ => Err(Error::new(Code::Invalid, "the database's address must begin with `postgres://` or `sqlite:`")),
    }
}

async fn postgres(url: &str) -> Result<Pool, Error> {
    let statement_timeout = format!("{}s", STATEMENT_TIMEOUT.as_secs());
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not a PostgreSQL address"))?
        .application_name("samara")
        .options([("statement_timeout", statement_timeout.as_str()), ("lock_timeout", "2s"), ("TimeZone", "UTC")]);
    // A pool tries for as long as it may and then says no more than that; a server that is not there is told of at once.
    reach(&options).await.map_err(Error::unavailable)?.close().await.map_err(Error::unavailable)?;
    let pool = PoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(ACQUIRE_TIMEOUT);
    // Asking a connection that has just been used whether it is alive would double the round trips of a busy server.
    let pool = pool.test_before_acquire(false).before_acquire(|connection: &mut PgConnection, about| {
        Box::pin(async move {
            let trusted = about.idle_for < TRUSTED_IDLE;
            Ok(trusted || connection.ping().await.is_ok())
        })
    });
    let pool = pool.connect_with(options).await.map_err(Error::unavailable)?;
    Ok(Pool::new(Connections::Postgres(pool), false))
}

/// One connection of its own, from a server that answers soon or counts as unreachable.
pub(crate) async fn reach(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let silent = || {
        let message = format!("no answer within {} s", CONNECT_TIMEOUT.as_secs());
        sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, message))
    };
    tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await.unwrap_or_else(|_| Err(silent()))
}

async fn sqlite(url: &str) -> Result<Pool, Error> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not an SQLite address"))?
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = PoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
    let only = in_memory(url);
    let pool = if only {
        // A database in memory lives and dies with its one connection.
        pool.max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options).await
    } else {
        make_parents(options.get_filename())?;
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
        pool.max_connections(SQLITE_CONNECTIONS)
            // There is no server that could have gone away; what can be wrong is looked for before use.
            .test_before_acquire(false)
            .after_connect(|connection, _| limit(connection))
            .before_acquire(|connection, _| ready(connection))
            .connect_with(options)
            .await
    };
    Ok(Pool::new(Connections::Sqlite(pool.map_err(Error::unavailable)?), only))
}

type Prepared<'a, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'a>>;

/// Whether an idle connection can be used; one that cannot is closed, and another is taken.
///
/// SQLite itself rolls back a transaction whose statement it interrupts, or that fills the disk. Its driver goes on counting that
/// transaction, and would refuse to begin one ever again.
fn ready(connection: &mut SqliteConnection) -> Prepared<'_, bool> {
    Box::pin(async move {
        if connection.is_in_transaction() {
            return Ok(false);
        }
        limit(connection).await?;
        Ok(true)
    })
}

/// Lets the connection work for as long as who takes it may wait.
fn limit(connection: &mut SqliteConnection) -> Prepared<'_, ()> {
    Box::pin(async move {
        let limit = Limit::of_statement();
        let mut handle = connection.lock_handle().await?;
        match limit {
            Some(limit) => handle.set_progress_handler(INSTRUCTIONS, move || limit.allows()),
            None => handle.remove_progress_handler(),
        }
        Ok(())
    })
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
