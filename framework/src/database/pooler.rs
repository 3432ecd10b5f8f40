//! What is different where a pooler stands before PostgreSQL (pgbouncer in transaction mode): it lends each transaction another of its
//! connections to the server. So what is set for a session does not last, and a name that a statement was prepared under may be
//! unknown, or another client's.
//!
//! Each transaction is therefore given the settings, in the message that begins it; no statement is named; and a statement by itself is
//! put into a transaction, because the driver sends it in two messages.

use super::Options;
use super::open::session_settings;

/// How transactions begin through a pooler.
pub(super) struct Pooler {
    /// What follows a `BEGIN` in the same message.
    settings: String,
}

impl Pooler {
    pub(super) fn new(chosen: &Options) -> Self {
        // Values are numbers, words and units of ours, so they need no escapes.
        let settings =
            session_settings(chosen).into_iter().map(|(name, value)| format!("; SET LOCAL {name} = '{value}'"));
        Self { settings: settings.collect() }
    }

    /// Begins a transaction as `sql` says, with the settings of this server.
    pub(super) fn beginning(&self, sql: &str) -> String {
        format!("{sql}{}", self.settings)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use sea_orm::QueryResult;

    use crate::database::{Backend, Database, DatabaseErrorKind, Executor, Options, Purpose, Statement};
    use crate::testing::{Pooler, TestDatabase};

    fn text(rows: Vec<QueryResult>) -> String {
        rows[0].try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn the_time_limits_hold_for_each_transaction_and_for_no_other_client() {
        let place = TestDatabase::empty(Backend::Postgres).await;
        let pooler = Pooler::before(place.url(), 1);
        let short = Options { statement_timeout: Duration::from_millis(70), ..Options::default() };
        let database = Database::connect_through(pooler.url(), place.url(), &short).await.unwrap();
        let other = Database::connect_through(pooler.url(), place.url(), &Options::default()).await.unwrap();
        let (session, beside) = (Executor::new(database.clone()), Executor::new(other.clone()));
        let limit = || Statement::plain("SHOW statement_timeout");
        for _ in 0..2 {
            assert_eq!(text(session.rows(limit()).await.unwrap()), "70ms");
            assert_eq!(text(beside.rows(limit()).await.unwrap()), "5s");
        }
        let slept = session.rows(Statement::plain("SELECT pg_sleep(600)::text")).await.unwrap_err();
        assert_eq!(slept.kind, DatabaseErrorKind::Timeout);
        let inside = session.begin(Purpose::Snapshot).await.unwrap();
        assert_eq!(text(inside.rows(Statement::plain("SHOW TimeZone")).await.unwrap()), "UTC");
        assert_eq!(text(inside.rows(Statement::plain("SHOW transaction_isolation")).await.unwrap()), "repeatable read");
        inside.commit().await.unwrap();
        database.ping().await.unwrap();
        database.close().await;
        other.close().await;
        place.remove().await;
    }
}
