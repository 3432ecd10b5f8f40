//! Until when the statements of a request may run.
//!
//! PostgreSQL has a limit for each statement. SQLite has none, and its statements go on in a thread of their own when their caller is
//! gone; so a connection to SQLite looks up the limit of its next user here, and interrupts itself then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a statement may go on.
#[derive(Clone, Debug)]
pub(super) struct StatementTimeout {
    deadline: Instant,
    /// Set when the caller is gone.
    abandoned: Arc<AtomicBool>,
}

tokio::task_local! {
    static LIMIT: StatementTimeout;
}

/// Runs `work`, whose statements end at `deadline` at the latest, and at once if this future is dropped.
pub(crate) async fn until<T>(deadline: Instant, work: impl Future<Output = T>) -> T {
    let limit = StatementTimeout { deadline, abandoned: Arc::default() };
    let _abandon = CancelOnDrop(limit.abandoned.clone());
    LIMIT.scope(limit, work).await
}

/// Whether this runs inside of [`until`]: for a caller with a deadline.
pub(super) fn is_awaited() -> bool {
    LIMIT.try_with(|_| ()).is_ok()
}

impl StatementTimeout {
    /// The timeout of a statement that begins now and may take `timeout`; `None` outside of [`until`].
    pub(super) fn of_statement(timeout: Duration) -> Option<Self> {
        let limit = LIMIT.try_with(Self::clone).ok()?;
        Some(Self { deadline: limit.deadline.min(Instant::now() + timeout), ..limit })
    }

    /// Whether the statement may go on.
    pub(super) fn allows(&self) -> bool {
        !self.abandoned.load(Ordering::Relaxed) && Instant::now() < self.deadline
    }
}

/// Dropped, it tells the statement that its caller is gone.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::*;
    use crate::database::{self, Database, DatabaseError, DatabaseErrorKind, Executor, Purpose};

    const COUNT: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

    async fn fresh() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
        let database = Database::connect(&url).await.unwrap();
        database.execute_script("CREATE TABLE numbers (i INTEGER)").await.unwrap();
        (folder, database)
    }

    fn statement(sql: String) -> Statement {
        Statement::from_string(DbBackend::Sqlite, sql)
    }

    fn plain(sql: String) -> database::Statement {
        database::Statement::plain(sql)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    #[tokio::test]
    async fn a_read_without_end_ends_at_the_deadline() {
        let (_folder, database) = fresh().await;
        for _ in 0..6 {
            let read = database.connection().query_one_raw(statement(format!("{COUNT} SELECT max(i) FROM n")));
            let failure = DatabaseError::from(until(soon(), read).await.unwrap_err());
            assert_eq!(failure.kind, DatabaseErrorKind::Timeout);
        }
        let after = statement("SELECT count(*) FROM numbers".into());
        database.connection().query_one_raw(after).await.unwrap();
        database.close().await;
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_any_more_ends_at_once() {
        let (_folder, database) = fresh().await;
        // As many as there are connections: while they are busy, nobody gets one.
        for _ in 0..4 {
            let read = database.connection().query_one_raw(statement(format!("{COUNT} SELECT max(i) FROM n")));
            let long = Instant::now() + Duration::from_secs(3600);
            assert!(tokio::time::timeout(Duration::from_millis(20), until(long, read)).await.is_err());
        }
        let after = statement("SELECT count(*) FROM numbers".into());
        database.connection().query_one_raw(after).await.unwrap();
        database.close().await;
    }

    #[tokio::test]
    async fn a_write_without_end_leaves_nothing_and_no_connection_behind_that_cannot_begin() {
        let (_folder, database) = fresh().await;
        for _ in 0..6 {
            let endless = async {
                let session = Executor::new(database.clone()).begin(Purpose::Write).await.unwrap();
                let failed = session.rows(plain(format!("INSERT INTO numbers {COUNT} SELECT i FROM n"))).await;
                session.rollback().await;
                failed.unwrap_err()
            };
            assert_eq!(until(soon(), endless).await.kind, DatabaseErrorKind::Timeout);
            let session = Executor::new(database.clone()).begin(Purpose::Write).await.unwrap();
            let count = session.rows(plain("SELECT count(*) AS n FROM numbers".into())).await.unwrap();
            assert_eq!(count[0].try_get::<i64>("", "n").unwrap(), 0);
            session.commit().await.unwrap();
        }
        database.close().await;
    }
}
