//! What a server may choose about its database.

use std::time::Duration;

use crate::error::{Code, Error};

/// How a server uses its database. [`Options::default`] is what stands in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Connections to PostgreSQL, at most (10). [`Context::unpoliced`](crate::context::Context::unpoliced) may open as many of its own.
    pub postgres_connections: u32,
    /// Connections to an SQLite file, at most (4): one writes at a time, the others read beside it. Again, as many beside them.
    pub sqlite_connections: u32,
    /// How many requests may wait for a connection at once (ten times the connections, and at least 100); the next is `UNAVAILABLE`
    /// without waiting.
    pub waiting: Option<u32>,
    /// How long one may wait for a connection (3 s); then it is `UNAVAILABLE`.
    pub acquire_timeout: Duration,
    /// How long a statement may run (5 s), on SQLite a request's whole transaction; then it is `TIMEOUT`.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock that another transaction holds, on PostgreSQL (2 s); then it is `TIMEOUT`.
    pub lock_timeout: Duration,
    /// How long a transaction waits for another one that writes, on SQLite (5 s); then it is `UNAVAILABLE`.
    pub busy_timeout: Duration,
}

/// The least number that may wait: few connections, as to SQLite, are shared by short statements.
const LEAST_WAITING: u32 = 100;

impl Default for Options {
    fn default() -> Self {
        Self {
            postgres_connections: 10,
            sqlite_connections: 4,
            waiting: None,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(2),
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl Options {
    /// How many may wait for one of that many connections.
    pub(super) fn waiting(&self, connections: u32) -> u32 {
        self.waiting.unwrap_or_else(|| connections.saturating_mul(10).max(LEAST_WAITING))
    }

    /// Checks that a server can run with them.
    pub(super) fn check(&self) -> Result<(), Error> {
        let connections = self.postgres_connections.min(self.sqlite_connections);
        let timeouts = [self.acquire_timeout, self.statement_timeout, self.lock_timeout, self.busy_timeout];
        if connections == 0 || timeouts.iter().any(|it| it.as_millis() == 0) {
            let message = "a database needs a connection, and each of its time limits at least a millisecond";
            return Err(Error::new(Code::Invalid, message));
        }
        Ok(())
    }
}
