//! From an address to a pool whose connections are set up as the engine needs them.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Postgres, Row};

use super::connection::{SIGN_OF_LIFE, or_gone};
use super::deadline::StatementTimeout;
use super::pool::{Connections, Pool};
use super::pooler::Pooler;
use super::warm::TRUSTED_IDLE;
use super::{Capability, Options};
use crate::error::{Code, Error};

/// How long a server may take to answer when a connection is opened.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often PostgreSQL checks, during a statement, whether its client is still there.
const CLIENT_CHECK: Duration = Duration::from_millis(100);
/// How many of SQLite's instructions run between two looks at the clock: well under a millisecond.
const INSTRUCTIONS: i32 = 10_000;

/// The connections to one database.
pub(super) struct Opened {
    /// Those that the engine uses.
    pub(super) pool: Pool,
    /// Those that lead straight to the database, for SeaORM; of its own, but for a database in memory. None is opened until one is needed.
    pub(super) sea_orm: DatabaseConnection,
    pub(super) capability: &'static Capability,
}

pub(super) async fn open(url: &str, options: &Options) -> Result<Opened, Error> {
    options.check()?;
    match url.split_once(':').map(|(scheme, _)| scheme) {
        _ if is_postgres(url) => postgres(url, options).await,
        Some("sqlite") => sqlite(url, options).await,
        _ => Err(Error::new(Code::Invalid, "the database's address must begin with `postgres://` or `sqlite:`")),
    }
}

/// Opens connections to PostgreSQL of which the engine's lead to a pooler.
pub(super) async fn open_through(pooler: &str, direct: &str, options: &Options) -> Result<Opened, Error> {
    options.check()?;
    let through = address(pooler)?;
    if through.get_options().is_some_and(|it| !it.is_empty()) {
        let message = "the address of a pooler may not have `options`: no session of its own would keep them";
        return Err(Error::new(Code::Invalid, message));
    }
    // A pooler knows no startup parameter but the common ones.
    let through = through.extra_float_digits(None);
    let direct = with_settings(address(direct)?, options);
    if which(&through).await? != which(&direct).await? {
        let message = "the pooler leads to another database than the address that leads straight to the server";
        return Err(Error::new(Code::Invalid, message));
    }
    let opened = postgres_pools(through, direct, options).await?;
    Ok(Opened { pool: opened.pool.through(Pooler::new(options)), ..opened })
}

/// The database that an address leads to: its name, and when its server was started.
async fn which(options: &PgConnectOptions) -> Result<String, Error> {
    let mut connection = reach(options).await.map_err(Error::unavailable)?;
    let asked = sqlx::raw_sql("SELECT current_database() || ' ' || pg_postmaster_start_time()");
    let row = or_gone(CONNECT_TIMEOUT, asked.fetch_one(&mut connection)).await.map_err(Error::unavailable)?;
    connection.close().await.map_err(Error::unavailable)?;
    row.try_get(0).map_err(Error::unavailable)
}

async fn postgres(url: &str, chosen: &Options) -> Result<Opened, Error> {
    let options = with_settings(address(url)?, chosen);
    // A pool retries until its timeout and reports only that; a connection of its own reports at once that no server is there.
    reach(&options).await.map_err(Error::unavailable)?.close().await.map_err(Error::unavailable)?;
    postgres_pools(options.clone(), options, chosen).await
}

async fn postgres_pools(own: PgConnectOptions, sea_orm: PgConnectOptions, chosen: &Options) -> Result<Opened, Error> {
    let own = pool(chosen).connect_with(own).await.map_err(Error::unavailable)?;
    let sea_orm =
        pool(chosen).after_release(|connection, _| Box::pin(is_outside(connection))).connect_lazy_with(sea_orm);
    Ok(Opened {
        pool: Pool::new(Connections::Postgres(own), chosen.postgres_connections, chosen),
        sea_orm: Connections::Postgres(sea_orm).to_sea_orm(),
        capability: &Capability::POSTGRES,
    })
}

fn is_postgres(url: &str) -> bool {
    ["postgres:", "postgresql:"].iter().any(|it| url.starts_with(it))
}

fn address(url: &str) -> Result<PgConnectOptions, Error> {
    let wrong = || Error::new(Code::Invalid, "the database's address is not a PostgreSQL address");
    if !is_postgres(url) {
        return Err(wrong());
    }
    Ok(PgConnectOptions::from_str(url).map_err(|_| wrong())?.application_name("samara"))
}

/// Sets a session's settings when it begins, but for those that the address sets itself.
fn with_settings(options: PgConnectOptions, chosen: &Options) -> PgConnectOptions {
    let given = options.get_options().unwrap_or_default().to_owned();
    options.options(session_settings(chosen).into_iter().filter(|(name, _)| !sets(&given, name)))
}

/// The rules by which connections to PostgreSQL are lent and come back.
fn pool(chosen: &Options) -> PoolOptions<Postgres> {
    let pool = PoolOptions::new().max_connections(chosen.postgres_connections).acquire_timeout(chosen.acquire_timeout);
    // Asking a connection that has just been used whether it is alive would double the round trips of a busy server.
    pool.test_before_acquire(false).before_acquire(|connection: &mut PgConnection, about| {
        Box::pin(async move {
            let trusted = about.idle_for < TRUSTED_IDLE;
            Ok(trusted || connection.ping().await.is_ok())
        })
    })
}

/// Whether a connection that was lent through SeaORM is outside of any transaction; if not, it is closed. The driver does not know of a
/// transaction whose `BEGIN` was cut off.
async fn is_outside(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // Inside of a transaction, `now()` is the time of the statement that began it. Both are read in one message, because each message has
    // a time of its own.
    let asked = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection);
    or_gone(SIGN_OF_LIFE, asked).await?.try_get(0)
}

/// The parameters that every PostgreSQL session is given, or every transaction where a pooler stands before the server. Those that the address
/// sets itself (`?options=-c name=value`) are left as they are.
pub(super) fn session_settings(chosen: &Options) -> Vec<(&'static str, String)> {
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

async fn sqlite(url: &str, chosen: &Options) -> Result<Opened, Error> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::new(Code::Invalid, "the database's address is not an SQLite address"))?
        .foreign_keys(true)
        .row_buffer_size(ROWS_AHEAD)
        .busy_timeout(chosen.busy_timeout);
    let pool = || PoolOptions::new().acquire_timeout(chosen.acquire_timeout);
    let capability = &Capability::SQLITE;
    if in_memory(url) {
        // A database in memory lives and dies with its one connection.
        let only = pool().max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options).await;
        let only = Connections::Sqlite(only.map_err(Error::unavailable)?);
        return Ok(Opened { sea_orm: only.to_sea_orm(), pool: Pool::of_one(only, chosen), capability });
    }
    make_parents(options.get_filename())?;
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
    let timeout = chosen.statement_timeout;
    let pool = || {
        pool()
            .max_connections(chosen.sqlite_connections)
            // There is no server that could have gone away; what else can be wrong is checked by `before_acquire`.
            .test_before_acquire(false)
            .after_connect(move |connection, _| limit(connection, timeout))
            .before_acquire(move |connection, _| ready(connection, timeout))
    };
    let own = pool().connect_with(options.clone()).await.map_err(Error::unavailable)?;
    let sea_orm = Connections::Sqlite(pool().connect_lazy_with(options)).to_sea_orm();
    Ok(Opened { pool: Pool::new(Connections::Sqlite(own), chosen.sqlite_connections, chosen), sea_orm, capability })
}

/// How many rows SQLite's thread reads before it waits for whoever takes them: more than most pages have, for each wait is a change of threads.
const ROWS_AHEAD: usize = 1_000;

type Prepared<'a, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'a>>;

/// Whether an idle connection can be used; one that cannot is closed, and another is taken.
///
/// SQLite itself rolls back a transaction whose statement it interrupts, or that fills the disk. Its driver goes on counting that
/// transaction, and would refuse to begin one ever again.
pub(super) fn ready(connection: &mut SqliteConnection, timeout: Duration) -> Prepared<'_, bool> {
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
