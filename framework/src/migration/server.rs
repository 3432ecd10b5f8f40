//! Whole databases: their addresses, and creating, opening and dropping them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use super::statement::quoted;
use super::{Error, MigrationCode};
use crate::database::reach;

/// What [`create`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The database was created, empty.
    New,
    /// It existed, and was left as it is.
    Stood,
}

/// What [`drop`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// The database was dropped, with everything in it.
    Gone,
    /// There was no such database.
    Absent,
}

/// A parsed address.
pub(super) enum ServerUrl {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// The name of the database at `url`, for messages: the path of a file, or the name and the server. Never the password.
///
/// # Errors
/// `R0720`.
pub fn name(url: &str) -> Result<String, Error> {
    Ok(match ServerUrl::parse(url)? {
        ServerUrl::Sqlite(options) => format!("`{}`", options.get_filename().display()),
        ServerUrl::Postgres(options) => {
            let name = database_name(&options)?;
            match options.get_socket() {
                Some(socket) => format!("`{name}` at {}", socket.display()),
                None => format!("`{name}` at {}:{}", options.get_host(), options.get_port()),
            }
        }
    })
}

/// Whether the database at `url` is on this machine: `None` if it is not; else whether it exists. Of a server on this machine the latter is
/// not asked: connecting to it tells.
///
/// # Errors
/// `R0720`.
pub fn exists_here(url: &str) -> Result<Option<bool>, Error> {
    Ok(match ServerUrl::parse(url)? {
        ServerUrl::Sqlite(options) => Some(options.get_filename().exists()),
        ServerUrl::Postgres(options) => {
            let host = options.get_host();
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            // A host that begins with a slash is the folder of a socket.
            let is_here = options.get_socket().is_some() || host.starts_with('/') || host == "localhost";
            (is_here || address.is_ok_and(|it| it.is_loopback())).then_some(true)
        }
    })
}

/// Creates the database at `url` unless it exists: an SQLite file with the folders above it, or a PostgreSQL database, for which the user
/// must be allowed to connect to `postgres` and to create databases.
///
/// # Errors
/// `R0720`, `R0721`, `R0727`.
pub async fn create(url: &str) -> Result<Created, Error> {
    match ServerUrl::parse(url)? {
        ServerUrl::Sqlite(options) => create_file(*options).await,
        ServerUrl::Postgres(options) => {
            let name = database_name(&options)?;
            let sql = format!("CREATE DATABASE {}", quoted(&name));
            match on_maintenance(&options, sql).await? {
                Ok(()) => Ok(Created::New),
                // 42P04: it exists; 23505: another one made it in the same moment.
                Err(error) if has_code(&error, &["42P04", "23505"]) => Ok(Created::Stood),
                Err(error) => {
                    let help = "the user needs the right CREATEDB; or create it as another user";
                    Err(Error::new(MigrationCode::Server, format!("the database `{name}` could not be created"), help)
                        .because(error))
                }
            }
        }
    }
}

/// Creates the database at `url` if it is missing, as [`create`] does. If it exists, only that database is connected to: the user then
/// needs neither access to `postgres` nor the right to create databases.
///
/// # Errors
/// As [`create`].
pub async fn create_missing(url: &str) -> Result<(), Error> {
    if let ServerUrl::Postgres(options) = ServerUrl::parse(url)? {
        match reach(&options).await {
            Ok(connection) => return connection.close().await.map_err(unreachable),
            Err(error) if has_code(&error, &["3D000"]) => {}
            Err(error) => return Err(unreachable(error)),
        }
    }
    create(url).await.map(|_| ())
}

/// Drops the database at `url` with everything in it, if it exists.
///
/// # Errors
/// `R0720`, `R0721`, `R0727`; the last also when others are connected to it.
pub async fn drop(url: &str) -> Result<Dropped, Error> {
    match ServerUrl::parse(url)? {
        ServerUrl::Sqlite(options) => drop_file(&options),
        ServerUrl::Postgres(options) => {
            let name = database_name(&options)?;
            let sql = format!("DROP DATABASE {}", quoted(&name));
            match on_maintenance(&options, sql).await? {
                Ok(()) => Ok(Dropped::Gone),
                Err(error) if has_code(&error, &["3D000"]) => Ok(Dropped::Absent),
                Err(error) => {
                    let help = "stop what is connected to it; the user must own it";
                    Err(Error::new(MigrationCode::Server, format!("the database `{name}` could not be dropped"), help)
                        .because(error))
                }
            }
        }
    }
}

impl ServerUrl {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let help = "DATABASE_URL is `sqlite://path/to/file.db?mode=rwc` or `postgres://user:password@host:5432/name`";
        // The address may hold a password, so neither it nor the parser's message is shown.
        if url.starts_with("sqlite:") {
            if url.contains(":memory:") || url.contains("mode=memory") {
                let help =
                    "name a file; what is in memory is seen by one connection, and migrations have one of their own";
                return Err(Error::new(MigrationCode::BadUrl, "an SQLite database in memory cannot be migrated", help));
            }
            let options = SqliteConnectOptions::from_str(url).map_err(|_| {
                Error::new(MigrationCode::BadUrl, "the address of the SQLite file is not understood", help)
            })?;
            let options = options.busy_timeout(Duration::from_secs(30)).foreign_keys(false);
            return Ok(Self::Sqlite(Box::new(options)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(|_| {
                Error::new(MigrationCode::BadUrl, "the address of the PostgreSQL database is not understood", help)
            })?;
            return Ok(Self::Postgres(Box::new(options.application_name("samara migrate"))));
        }
        Err(Error::new(
            MigrationCode::BadUrl,
            "the address of the database starts with neither `sqlite:` nor `postgres:`",
            help,
        ))
    }

    /// One connection, made for migrations: on SQLite foreign keys are off, for dropping a table must not delete what points at
    /// it; the migrator checks them before it commits.
    pub(super) async fn connect(self) -> Result<DatabaseConnection, Error> {
        match self {
            Self::Sqlite(options) => {
                let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(TIMEOUT);
                let pool = pool.connect_with(*options).await.map_err(unreachable)?;
                Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
            }
            Self::Postgres(options) => {
                // A pool retries until its timeout; a connection of its own fails at once if no server is there.
                reach(&options).await.map_err(unreachable)?.close().await.map_err(unreachable)?;
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(TIMEOUT);
                let pool = pool.connect_with(*options).await.map_err(unreachable)?;
                Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
            }
        }
    }
}

const TIMEOUT: Duration = Duration::from_secs(30);

fn unreachable(error: sqlx::Error) -> Error {
    let help = match has_code(&error, &["08P01"]) {
        // What pgbouncer says of a parameter that it does not know.
        true => {
            "if DATABASE_URL leads to a pooler (pgbouncer), set DATABASE_DIRECT_URL to the address of the server itself"
        }
        false => {
            "check that it runs and that DATABASE_URL is right; `samara db create` (or this program with `db create`) makes one that \
             is missing"
        }
    };
    Error::new(MigrationCode::Unreachable, "the database cannot be opened", help).because(error)
}

async fn create_file(options: SqliteConnectOptions) -> Result<Created, Error> {
    let path = options.get_filename().to_owned();
    let help = "choose a path that this user may write to";
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(MigrationCode::Server, format!("the file `{}` could not be created", path.display()), help)
            .because(cause)
    };
    if path.exists() {
        return Ok(Created::Stood);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| failed(error.into()))?;
    }
    let connection = options.create_if_missing(true).connect().await.map_err(|error| failed(error.into()))?;
    connection.close().await.map_err(|error| failed(error.into()))?;
    Ok(Created::New)
}

fn drop_file(options: &SqliteConnectOptions) -> Result<Dropped, Error> {
    let path = options.get_filename();
    if !path.exists() {
        return Ok(Dropped::Absent);
    }
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm"), beside(path, "-journal")] {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let message = format!("the file `{}` could not be removed", file.display());
                return Err(Error::new(MigrationCode::Server, message, "check who owns it").because(error));
            }
            _ => {}
        }
    }
    Ok(Dropped::Gone)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn database_name(options: &PgConnectOptions) -> Result<String, Error> {
    options.get_database().map(str::to_owned).ok_or_else(|| {
        let help = "DATABASE_URL ends with it: `postgres://user:password@host:5432/name`";
        Error::new(MigrationCode::BadUrl, "the address names no database", help)
    })
}

/// Runs one statement on the server's own database. The outer error says that it cannot be reached.
async fn on_maintenance(options: &PgConnectOptions, sql: String) -> Result<Result<(), sqlx::Error>, Error> {
    let connection = reach(&options.clone().database("postgres")).await;
    let mut connection = connection.map_err(|error| {
        let help = "check that the server runs, and host, user and password of DATABASE_URL";
        Error::new(MigrationCode::Unreachable, "the server cannot be reached", help).because(error)
    })?;
    let answer = connection.execute(AssertSqlSafe(sql)).await.map(|_| ());
    // Only the statement's result matters, not how the connection ends.
    let _ = connection.close().await;
    Ok(answer)
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error.as_database_error().and_then(|it| it.code()).is_some_and(|it| codes.contains(&it.as_ref()))
}
