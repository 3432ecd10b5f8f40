//! From an address to a pool whose connections are set up as the engine needs them.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};

use super::connection::{SIGN_OF_LIFE, is_known_clean, or_gone};
use super::deadline::StatementTimeout;
use super::pool::{Connections, Pool};
use super::{Capability, Options};
use crate::error::{Code, Error};

/// How long a server may take to answer when a connection is opened.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection may have been idle and still count as alive.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
/// How often PostgreSQL checks, during a statement, whether its client is still there.
const CLIENT_CHECK: Duration = Duration::from_millis(100);
/// How many of SQLite's instructions run between two looks at the clock: well under a millisecond.
const INSTRUCTIONS: i32 = 10_000;

pub(super) async fn open(url: &str, options: &Options) -> Result<(Pool, &'static Capability), Error> {
    options.check()?;
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => Ok((postgres(url, options).await?, &Capability::POSTGRES)),
        Some("sqlite") => Ok((sqlite(url, options).await?, &Capability::SQLITE)),
        _ => Err(Error::new(Code::Invalid, "the database's address must begin with `postgres://` or `sqlite:`")),
    }
}

async fn postgres(url: &str, chosen: &Options) -> Result<Pool, Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not a PostgreSQL address"))?
        .application_name("samara");
    let given = options.get_options().unwrap_or_default().to_owned();
    let options = options.options(session_settings(chosen).into_iter().filter(|(name, _)| !sets(&given, name)));
    // A pool retries until its timeout and reports only that; a connection of its own reports at once that no server is there.
    reach(&options).await.map_err(Error::unavailable)?.close().await.map_err(Error::unavailable)?;
    let connections = chosen.postgres_connections;
    let pool = PoolOptions::new().max_connections(connections).acquire_timeout(chosen.acquire_timeout);
    // Asking a connection that has just been used whether it is alive would double the round trips of a busy server.
    let pool = pool.test_before_acquire(false).before_acquire(|connection: &mut PgConnection, about| {
        Box::pin(async move {
            let trusted = about.idle_for < TRUSTED_IDLE;
            Ok(trusted || connection.ping().await.is_ok())
        })
    });
    let pool = pool.after_release(|connection, _| Box::pin(is_outside(connection)));
    let pool = pool.connect_with(options).await.map_err(Error::unavailable)?;
    Ok(Pool::new(Connections::Postgres(pool), chosen.waiting(connections)))
}

/// Whether a connection that comes back is outside of any transaction; if not, it is closed. The engine's own are. Those that were lent
/// through SeaORM are asked: its driver does not know of a transaction whose `BEGIN` was cut off.
async fn is_outside(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    if is_known_clean() {
        return Ok(true);
    }
    // Inside of a transaction, `now()` is the time of the statement that began it. Both are read in one message, because each message has
    // a time of its own.
    let asked = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection);
    or_gone(SIGN_OF_LIFE, asked).await?.try_get(0)
}

/// The parameters that every PostgreSQL connection is given. Those that the address sets itself (`?options=-c name=value`) are left as
/// they are.
fn session_settings(chosen: &Options) -> Vec<(&'static str, String)> {
    let milliseconds = |it: Duration| format!("{}ms", it.as_millis());
    vec![
        ("TimeZone", "UTC".into()),
        ("statement_timeout", milliseconds(chosen.statement_timeout)),
        ("lock_timeout", milliseconds(chosen.lock_timeout)),
        ("client_connection_check_interval", milliseconds(CLIENT_CHECK)),
        // Compiling a statement takes longer than a request's statements do, and the planner overestimates their cost.
        ("jit", "off".into()),
    ]
}

/// Whether command-line options of a PostgreSQL server (`-c name=value --other-name=value`) set the one of that name.
fn sets(options: &str, name: &str) -> bool {
    let keys = options.split_whitespace().filter_map(|word| word.split_once('=')).map(|(key, _)| key);
    let mut keys =
        keys.map(|it| it.strip_prefix("--").or_else(|| it.strip_prefix("-c")).unwrap_or(it).replace('-', "_"));
    keys.any(|it| it.eq_ignore_ascii_case(name))
}

/// Opens one connection outside of the pool. A server that does not answer soon counts as unreachable.
pub(crate) async fn reach(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let silent = || {
        let message = format!("no answer within {} s", CONNECT_TIMEOUT.as_secs());
        sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, message))
    };
    tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await.unwrap_or_else(|_| Err(silent()))
}

async fn sqlite(url: &str, chosen: &Options) -> Result<Pool, Error> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not an SQLite address"))?
        .foreign_keys(true)
        .busy_timeout(chosen.busy_timeout);
    let pool = PoolOptions::new().acquire_timeout(chosen.acquire_timeout);
    let timeout = chosen.statement_timeout;
    let only = in_memory(url);
    let pool = if only {
        // A database in memory lives and dies with its one connection.
        pool.max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options).await
    } else {
        make_parents(options.get_filename())?;
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
        pool.max_connections(chosen.sqlite_connections)
            // There is no server that could have gone away; what else can be wrong is checked by `before_acquire`.
            .test_before_acquire(false)
            .after_connect(move |connection, _| limit(connection, timeout))
            .before_acquire(move |connection, _| ready(connection, timeout))
            .connect_with(options)
            .await
    };
    let pool = Connections::Sqlite(pool.map_err(Error::unavailable)?);
    Ok(match only {
        true => Pool::of_one(pool, chosen.waiting(1)),
        false => Pool::new(pool, chosen.waiting(chosen.sqlite_connections)),
    })
}

type Prepared<'a, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'a>>;

/// Whether an idle connection can be used; one that cannot is closed, and another is taken.
///
/// SQLite itself rolls back a transaction whose statement it interrupts, or that fills the disk. Its driver goes on counting that
/// transaction, and would refuse to begin one ever again.
fn ready(connection: &mut SqliteConnection, timeout: Duration) -> Prepared<'_, bool> {
    Box::pin(async move {
        if connection.is_in_transaction() {
            return Ok(false);
        }
        limit(connection, timeout).await?;
        Ok(true)
    })
}

/// Limits the connection's statements to the deadline of the caller that takes it.
fn limit(connection: &mut SqliteConnection, timeout: Duration) -> Prepared<'_, ()> {
    Box::pin(async move {
        let limit = StatementTimeout::of_statement(timeout);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::*;
    use crate::database::{Backend, Database};
    use crate::testing::TestDatabase;

    #[test]
    fn what_the_address_sets_is_not_set_again() {
        for options in ["-c lock_timeout=1s", "-clock_timeout=1s", "-c x=1 -c Lock_Timeout=0", "--lock-timeout=1s"] {
            assert!(sets(options, "lock_timeout"), "{options}");
        }
        for options in ["", "-c statement_timeout=1s", "-c x=lock_timeout"] {
            assert!(!sets(options, "lock_timeout"), "{options}");
        }
    }
    #[tokio::test]
    async fn statements_are_not_compiled_unless_the_address_says_so() {
        let test = TestDatabase::empty(Backend::Postgres).await;
        let more = if test.url().contains('?') { '&' } else { '?' };
        for (options, jit) in [("", "off"), ("options=-c%20jit%3Don", "on")] {
            let database = Database::connect(&format!("{}{more}{options}", test.url())).await.unwrap();
            let show = Statement::from_string(DbBackend::Postgres, "SHOW jit");
            let shown = database.connection().query_one_raw(show).await.unwrap().unwrap();
            assert_eq!(shown.try_get_by_index::<String>(0).unwrap(), jit, "with {options:?}");
            database.close().await;
        }
        test.remove().await;
    }
}
