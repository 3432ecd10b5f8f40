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
mod statement;
mod transaction;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;

pub use sea_orm::DatabaseConnection;

pub use capability::{Backend, Capability};
pub(crate) use deadline::until;
pub(crate) use error::{DatabaseError, DatabaseErrorKind, Retry, retry};
pub(crate) use executor::{Executor, Purpose};
pub(crate) use finish::run_to_completion;
pub(crate) use lock::Lock;
pub(crate) use open::reach;
pub use options::Options;
pub(crate) use statement::Statement;

use crate::error::Error;
use connection::Connection;
use pool::Pool;

/// A pool of connections to PostgreSQL or SQLite; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    pool: Pool,
    /// SeaORM's view of the same connections.
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
        let (pool, capability) = open::open(url, options).await?;
        Ok(Self(Arc::new(Inner { connection: pool.to_sea_orm(), pool, capability, statements: AtomicU64::new(0) })))
    }

    /// What this database can do.
    pub fn capability(&self) -> &'static Capability {
        self.0.capability
    }

    /// How many statements were sent since the start, transaction control aside.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// The same connections for SeaORM. The application's own statements have them by
    /// [`Context::unpoliced`](crate::context::Context::unpoliced).
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

    /// Closes every connection, once the statements that run have ended.
    pub async fn close(&self) {
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

    pub(crate) fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("backend", &self.0.capability.backend).finish_non_exhaustive()
    }
}
