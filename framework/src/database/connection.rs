//! One connection of the pool: what is sent on it, and how it goes back.
//!
//! A connection goes back only outside of any transaction and with every statement answered; else it is closed. The future
//! that uses it may be dropped at any `await`, so the connection itself keeps track of whether an answer is still to come.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::QueryResult;
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor, Postgres, Sqlite};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error::is_outdated;
use super::pool::Lent;
use super::{Statement, open};
use crate::future::BoxFuture;

/// How long a returned connection may go on with a statement whose caller is gone; then it is closed, and PostgreSQL, which checks
/// whether its client is there (`client_connection_check_interval`), stops the statement.
const WIND_DOWN: Duration = Duration::from_millis(200);
/// How long the server may take to answer a ping.
pub(super) const SIGN_OF_LIFE: Duration = Duration::from_secs(2);
/// How long a server may take to answer a statement of transaction control, or one whose caller is gone. A server that is silent for
/// longer counts as gone; no other limit applies to these.
const SILENCE: Duration = Duration::from_secs(30);

/// How often a statement that is its own transaction is sent in all, where a migration changes its tables each time.
const ATTEMPTS: u32 = 4;

/// Has SQLite look whether the schema was changed, and read it again if it was.
const READ_SCHEMA: &str = "SELECT 1 FROM sqlite_schema LIMIT 1";

/// A connection that is lent by the pool. Dropped, it goes back by itself.
pub(super) struct Connection(Option<LentConnection>);

/// The lent connection with its state.
struct LentConnection {
    pooled: Pooled,
    state: ConnectionState,
    /// Something failed since it was lent, so it is asked whether it is alive when it goes back.
    doubtful: bool,
    lent: Lent,
}

/// A connection of either database.
pub(super) enum Pooled {
    /// To PostgreSQL.
    Postgres(PoolConnection<Postgres>),
    /// To SQLite.
    Sqlite(PoolConnection<Sqlite>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ConnectionState {
    /// All that was sent has been answered.
    Idle,
    /// Something was sent, and its answer was not read yet.
    Busy,
    /// It cannot be used any more.
    Broken,
}

impl Connection {
    pub(super) fn new(pooled: Pooled, lent: Lent) -> Self {
        Self(Some(LentConnection { pooled, state: ConnectionState::Idle, doubtful: false, lent }))
    }

    /// Sends a statement and collects the rows that it answers. If the tables have changed since a statement of this connection was
    /// prepared, all of them are forgotten.
    pub(super) async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        self.lent()?.rows(statement).await
    }

    /// The same where no transaction is open: there a statement whose tables have changed is prepared and sent again.
    pub(super) async fn rows_alone(&mut self, statement: Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        let lent = self.lent()?;
        // SQLite prepares again by itself.
        if matches!(lent.pooled, Pooled::Sqlite(_)) {
            return lent.rows(statement).await;
        }
        for _ in 1..ATTEMPTS {
            match lent.rows(statement.clone()).await {
                Err(error) if is_outdated(&error) => {}
                answer => return answer,
            }
        }
        lent.rows(statement).await
    }

    /// Has each statement prepared anew when it is sent next.
    pub(super) async fn forget_statements(&mut self) -> Result<(), sqlx::Error> {
        self.lent()?.forget_statements().await
    }

    /// Sends a statement of transaction control.
    pub(super) async fn control(&mut self, sql: String) -> Result<(), sqlx::Error> {
        self.lent()?.control(sql).await
    }

    /// Whether something was sent, and nobody has heard the answer.
    pub(super) fn is_busy(&self) -> bool {
        self.0.as_ref().is_some_and(|it| it.state == ConnectionState::Busy)
    }

    /// Waits until all that was sent has been answered. Returns the error of the last statement, as far as the driver reports it.
    ///
    /// # Errors
    /// If the database is not there any more.
    pub(super) async fn drain(&mut self) -> Result<Option<sqlx::Error>, sqlx::Error> {
        self.lent()?.drain().await
    }

    /// Rolls back the transaction that the connection is in, or closes the connection.
    pub(super) async fn undo(mut self) {
        let Some(mut lent) = self.0.take() else { return };
        match lent.undo().await {
            Ok(()) => self.0 = Some(lent),
            Err(error) => {
                tracing::debug!(%error, "a connection is closed, for its transaction could not be rolled back in time");
                lent.pooled.close();
            }
        }
    }

    fn lent(&mut self) -> Result<&mut LentConnection, sqlx::Error> {
        self.0.as_mut().filter(|it| it.state != ConnectionState::Broken).ok_or(sqlx::Error::PoolClosed)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(lent) = self.0.take().and_then(LentConnection::stay_warm) else { return };
        match Handle::try_current() {
            Ok(runtime) if lent.state != ConnectionState::Broken => {
                runtime.spawn(lent.go_back());
            }
            _ => lent.pooled.close(),
        }
    }
}

fn parts(statement: Statement) -> (AssertSqlSafe<Arc<str>>, SqlxValues) {
    (AssertSqlSafe(statement.sql), SqlxValues(statement.values))
}

/// Whether SQLite knows no index for the columns of an `ON CONFLICT`. Unlike for a missing table, it does not look then whether another
/// connection has changed the schema since this one read it.
fn misses_index(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(it) if it.message().starts_with("ON CONFLICT clause does not match"))
}

impl LentConnection {
    async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        self.state = ConnectionState::Busy;
        let answer = match &mut self.pooled {
            Pooled::Postgres(it) => {
                let (sql, values) = parts(statement);
                let query = sqlx::query_with(sql, values).persistent(self.lent.names_statements);
                let rows = query.fetch_all(&mut **it).await;
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect::<Vec<_>>())
            }
            Pooled::Sqlite(it) => {
                let again = statement.sql.contains("ON CONFLICT").then(|| statement.clone());
                let (sql, values) = parts(statement);
                let mut rows = sqlx::query_with(sql, values).fetch_all(&mut **it).await;
                if let (Some(again), Err(error)) = (again, &rows)
                    && misses_index(error)
                {
                    rows = match sqlx::query(READ_SCHEMA).fetch_all(&mut **it).await {
                        Ok(_) => {
                            let (sql, values) = parts(again);
                            sqlx::query_with(sql, values).fetch_all(&mut **it).await
                        }
                        failed => failed,
                    };
                }
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect::<Vec<_>>())
            }
        };
        let answer = self.answered(answer);
        if answer.as_ref().is_err_and(is_outdated) {
            self.forget_statements().await?;
        }
        answer
    }

    async fn forget_statements(&mut self) -> Result<(), sqlx::Error> {
        self.state = ConnectionState::Busy;
        let forgotten = match &mut self.pooled {
            Pooled::Postgres(it) => it.clear_cached_statements().await,
            Pooled::Sqlite(_) => Ok(()),
        };
        self.answered(forgotten)
    }

    async fn control(&mut self, sql: String) -> Result<(), sqlx::Error> {
        // Without an answer it is unknown whether the connection is inside of the transaction or outside.
        self.state = ConnectionState::Broken;
        let sql = AssertSqlSafe(sql);
        let answer = match &mut self.pooled {
            Pooled::Postgres(it) => or_gone(SILENCE, (&mut **it).execute(sql)).await.map(drop),
            Pooled::Sqlite(it) => (&mut **it).execute(sql).await.map(drop),
        };
        if matches!(answer, Ok(()) | Err(sqlx::Error::Database(_))) {
            self.state = ConnectionState::Idle;
        }
        self.doubtful |= answer.is_err();
        answer
    }

    async fn drain(&mut self) -> Result<Option<sqlx::Error>, sqlx::Error> {
        let mut failed = None;
        loop {
            let answer = match &mut self.pooled {
                Pooled::Postgres(it) => or_gone(SILENCE, it.ping()).await,
                Pooled::Sqlite(it) => it.ping().await,
            };
            match self.answered(answer) {
                Ok(()) => return Ok(failed),
                // The answer to what was sent before. That to the ping is still to come.
                Err(error @ sqlx::Error::Database(_)) => failed = Some(error),
                Err(error) => return Err(error),
            }
        }
    }

    async fn undo(&mut self) -> Result<(), sqlx::Error> {
        let only = self.is_only();
        self.wind_down().await?;
        let rollback = self.control("ROLLBACK".into());
        let undone = if only { rollback.await } else { or_gone(SIGN_OF_LIFE, rollback).await };
        match undone {
            // SQLite has rolled back by itself: then it refuses the ROLLBACK.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("1") => Ok(()),
            undone => undone,
        }
    }

    /// Waits for statements whose caller is gone to end; fails after a moment.
    async fn wind_down(&mut self) -> Result<(), sqlx::Error> {
        if self.state != ConnectionState::Busy {
            return Ok(());
        }
        if self.is_only() {
            return self.drain().await.map(drop);
        }
        or_gone(WIND_DOWN, self.drain()).await.map(drop)
    }

    /// Whether it is the one connection of a database in memory and holds its data: its answer is awaited, and it is never closed.
    fn is_only(&self) -> bool {
        self.lent.warm.is_none()
    }

    /// Is kept for the next user, if all that was sent was answered well; else it is given back.
    fn stay_warm(self) -> Option<Self> {
        if self.state != ConnectionState::Idle || self.doubtful {
            return Some(self);
        }
        // Its turn ends when it can be taken, not before.
        let Self { pooled, state, doubtful, lent } = self;
        let kept = match &lent.warm {
            Some(warm) => warm.keep(pooled, lent.away_since),
            None => Err(pooled),
        };
        kept.err().map(|pooled| Self { pooled, state, doubtful, lent })
    }

    /// Returns to the driver's pool, which pings it first; or is closed, if the database is busy or silent.
    async fn go_back(mut self) {
        if let Err(error) = self.wind_down().await {
            tracing::debug!(%error, "a connection is closed, for it is still busy");
            return self.pooled.close();
        }
        let returned = self.pooled.go_back();
        if self.is_only() {
            returned.await;
        } else if timeout(SIGN_OF_LIFE, returned).await.is_err() {
            tracing::warn!("a connection was closed, for the database did not answer on it");
        }
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        self.doubtful |= answer.is_err();
        self.state = match &answer {
            Ok(_) | Err(sqlx::Error::Database(_)) => ConnectionState::Idle,
            Err(sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed) => ConnectionState::Broken,
            // An error of the driver: whether it sent anything is not known.
            Err(_) => ConnectionState::Busy,
        };
        answer
    }
}

impl Pooled {
    /// Whether it can be lent to this caller, whose statements may take that long on SQLite.
    pub(super) async fn is_ready(&mut self, timeout: Duration) -> Result<bool, sqlx::Error> {
        match self {
            Self::Postgres(_) => Ok(true),
            Self::Sqlite(it) => open::ready(it, timeout).await,
        }
    }

    /// Hands it to the pool at once. The future that is returned pings it and then makes it available; dropped before its end, it closes
    /// the connection.
    pub(super) fn go_back(&mut self) -> BoxFuture<'static, ()> {
        match self {
            Self::Postgres(it) => Box::pin(it.return_to_pool()),
            Self::Sqlite(it) => Box::pin(it.return_to_pool()),
        }
    }

    /// Takes it out of the pool and closes it, without telling the database.
    pub(super) fn close(self) {
        match self {
            Self::Postgres(it) => drop(it.detach()),
            Self::Sqlite(it) => drop(it.detach()),
        }
    }
}

/// The result of `work`; an error if it takes longer than `most`.
pub(super) async fn or_gone<T>(
    most: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(most, work).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::pin::pin;

    use futures_util::poll;

    use super::*;
    use crate::database::{Backend, Database, Options};
    use crate::testing::TestDatabase;

    #[tokio::test]
    async fn an_upsert_finds_an_index_that_another_connection_made() {
        let place = TestDatabase::empty(Backend::Sqlite).await;
        let database = Database::connect(place.url()).await.unwrap();
        let said = |sql: &str| Statement::plain(sql);
        let upsert = |key: &str| {
            said(&format!("INSERT INTO counts (key) VALUES ('a') ON CONFLICT ({key}) DO UPDATE SET key = excluded.key"))
        };
        let (mut first, mut second) = (database.acquire().await.unwrap(), database.acquire().await.unwrap());
        first.rows(said("CREATE TABLE counts (key TEXT, other TEXT)")).await.unwrap();
        second.rows(said("SELECT key FROM counts")).await.unwrap();
        first.rows(said("CREATE UNIQUE INDEX one_key ON counts (key)")).await.unwrap();
        second.control("BEGIN IMMEDIATE".into()).await.unwrap();
        for _ in 0..2 {
            second.rows(upsert("key")).await.unwrap();
        }
        assert!(misses_index(&second.rows(upsert("other")).await.unwrap_err()), "that one nobody made");
        second.control("COMMIT".into()).await.unwrap();
        assert_eq!(first.rows(said("SELECT key FROM counts")).await.unwrap().len(), 1);
        drop((first, second));
        database.close().await;
        place.remove().await;
    }

    #[tokio::test]
    async fn one_that_is_cut_off_in_a_word_of_control_is_of_no_more_use() {
        let place = TestDatabase::empty(Backend::Postgres).await;
        let one = Options { postgres_connections: 1, ..Options::default() };
        let database = Database::connect_with(place.url(), &one).await.unwrap();
        let process = || Statement::plain("SELECT pg_backend_pid()");
        let mut connection = database.acquire().await.unwrap();
        let before: i32 = connection.rows(process()).await.unwrap()[0].try_get_by_index(0).unwrap();
        // The server may have answered before anybody looked.
        while poll!(pin!(connection.control("BEGIN".into()))).is_ready() {
            connection.control("ROLLBACK".into()).await.unwrap();
        }
        assert!(connection.rows(process()).await.is_err());
        drop(connection);
        let mut next = database.acquire().await.unwrap();
        let after: i32 = next.rows(process()).await.unwrap()[0].try_get_by_index(0).unwrap();
        assert_ne!(before, after);
        drop(next);
        database.close().await;
        place.remove().await;
    }
}
