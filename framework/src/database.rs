//! One database: connections, transactions, and a count of statements.

use crate::error::Error;

/// A pool of connections to PostgreSQL or SQLite; cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {}

impl Database {
    /// Connects: `postgres://…`, `sqlite://path?mode=rwc` or `sqlite::memory:`.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let _ = url;
        unimplemented!()
    }

    /// How many statements were sent since the start, transaction control aside.
    pub fn statements(&self) -> u64 {
        unimplemented!()
    }
}
