//! One database: connections, transactions, and a count of statements.

mod capability;
mod connection;
mod deadline;
mod error;
mod executor;
mod finish;
mod lock;
mod open;
mod options;
mod pool;
mod pooler;
mod statement;
mod transaction;
mod warm;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};

pub use sea_orm::DatabaseConnection;

pub use capability::{Backend, Capability};
pub(crate) use deadline::until;
pub(crate) use error::{DatabaseError, DatabaseErrorKind, Retry, TAKEN, Taken, retry};
pub(crate) use executor::{Executor, Purpose};
pub(crate) use finish::run_to_completion;
pub(crate) use lock::Lock;
pub(crate) use open::reach;
pub use options::Options;
pub(crate) use statement::Statement;

use crate::error::Error;
use connection::Connection;
use open::Opened;
use pool::Pool;

/// A pool of connections to PostgreSQL or SQLite; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    pool: Pool,
    /// SeaORM's connections, which lead straight to the database.
    connection: DatabaseConnection,
    capability: &'static Capability,
    statements: AtomicU64,
}

impl Database {
    /// Connects: `postgres://…`, `sqlite://path?mode=rwc` or `sqlite::memory:`.
    ///
    /// A relative SQLite path is relative to the working folder, and its parents are made. One connection is opened at once, so
    /// that an address that leads nowhere is noticed here.
    ///
    /// # Errors
    /// `INVALID` for an address that cannot be read, `UNAVAILABLE` if nothing answers there.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::connect_with(url, &Options::default()).await
    }

    /// As [`Database::connect`], with other numbers of connections and other time limits.
    ///
    /// # Errors
    /// As [`Database::connect`]; `INVALID` also for options with which nothing could be done.
    pub async fn connect_with(url: &str, options: &Options) -> Result<Self, Error> {
        open::open(url, options).await.map(Self::of)
    }

    /// As [`Database::connect_with`], where a pooler stands before PostgreSQL that lends its connections for one transaction each, as
    /// pgbouncer does with `pool_mode = transaction`. `direct` is the address of the server itself, for what such a pooler does not allow:
    /// what [`Context::unpoliced`](crate::context::Context::unpoliced) sends. No connection stays open there while nothing is sent.
    ///
    /// No statement is prepared under a name, each is sent inside of a transaction, and each transaction is given the time limits when it
    /// begins: four round trips for a statement by itself.
    ///
    /// # Errors
    /// As [`Database::connect_with`]; `INVALID` also if one of the addresses is not PostgreSQL's, if that of the pooler has `options`,
    /// and if the two lead to different databases.
    pub async fn connect_through(pooler: &str, direct: &str, options: &Options) -> Result<Self, Error> {
        open::open_through(pooler, direct, options).await.map(Self::of)
    }

    fn of(Opened { pool, sea_orm, capability }: Opened) -> Self {
        Self(Arc::new(Inner { pool, connection: sea_orm, capability, statements: AtomicU64::new(0) }))
    }

    /// What this database can do.
    pub fn capability(&self) -> &'static Capability {
        self.0.capability
    }

    /// How many statements were sent since the start, transaction control aside.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Connections for SeaORM, which lead straight to the database. The application's own statements have them by
    /// [`Context::unpoliced`](crate::context::Context::unpoliced). There may be as many as the engine has, beside those: who holds one of the
    /// engine's in a transaction can always get one of these.
    ///
    /// A transaction that is begun with it and dropped is undone, at whichever `await` that happens. Unlike actions and
    /// [`Context::transaction`](crate::context::Context::transaction) it knows nothing of errors that were swallowed, and on
    /// PostgreSQL each connection that it lends is asked for its state when it comes back: one round trip.
    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.0.connection
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `UNAVAILABLE` if it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        let mut connection = self.acquire().await?;
        connection.drain().await.map(drop).map_err(Error::unavailable)
    }

    /// The time of a PostgreSQL server.
    ///
    /// # Errors
    /// `UNAVAILABLE` if it does not answer.
    pub(crate) async fn clock(&self) -> Result<DateTime<Utc>, Error> {
        let ask = sea_orm::Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp()");
        let row = self.0.connection.query_one_raw(ask).await.map_err(Error::unavailable)?;
        let row = row.ok_or_else(|| Error::internal("a server answered without its time"))?;
        row.try_get_by_index(0).map_err(Error::unavailable)
    }

    /// Closes every connection, once the statements that run have ended.
    pub async fn close(&self) {
        self.0.pool.close().await;
        if let Err(error) = self.0.connection.close_by_ref().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }

    /// Runs several statements in SQL's own words, for tests and seeds of the framework.
    pub(crate) async fn execute_script(&self, sql: &str) -> Result<(), DatabaseError> {
        self.0.connection.execute_unprepared(sql).await.map(drop).map_err(DatabaseError::from)
    }

    /// A connection of one's own, once one is free.
    async fn acquire(&self) -> Result<Connection, DatabaseError> {
        self.0.pool.acquire().await
    }

    /// Whether a statement must be sent inside of a transaction.
    fn needs_transactions(&self) -> bool {
        self.0.pool.pooler().is_some()
    }

    /// The message that begins a transaction as `sql` says.
    fn beginning(&self, sql: &str) -> String {
        self.0.pool.pooler().map_or_else(|| sql.to_owned(), |it| it.beginning(sql))
    }

    pub(crate) fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("backend", &self.0.capability.backend).finish_non_exhaustive()
    }
}
