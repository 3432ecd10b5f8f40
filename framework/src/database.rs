//! One database: connections, transactions, and a count of statements.

mod capability;
mod deadline;
mod failure;
mod lock;
mod open;
mod session;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, DatabaseConnection};

pub use capability::{Backend, Capability};
pub(crate) use deadline::until;
pub(crate) use failure::{Failure, FailureKind, is_contended};
pub(crate) use lock::Lock;
pub(crate) use open::reach;
pub(crate) use session::{Purpose, Session};

use crate::error::Error;

/// A pool of connections to PostgreSQL or SQLite; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
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
        let (connection, capability) = open::open(url).await?;
        Ok(Self(Arc::new(Inner { connection, capability, statements: AtomicU64::new(0) })))
    }

    /// What this database can do.
    pub fn capability(&self) -> &'static Capability {
        self.0.capability
    }

    /// How many statements were sent since the start, transaction control aside.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// SeaORM's connection, for migrations.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.0.connection
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `UNAVAILABLE` if it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.0.connection.ping().await.map_err(Error::unavailable)
    }

    /// Closes every connection, once the statements that run have ended.
    pub async fn close(&self) {
        if let Err(error) = self.0.connection.close_by_ref().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }

    /// Runs several statements in SQL's own words, for tests and seeds of the framework.
    pub(crate) async fn execute_script(&self, sql: &str) -> Result<(), Failure> {
        self.0.connection.execute_unprepared(sql).await.map(drop).map_err(Failure::from)
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
