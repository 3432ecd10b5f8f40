//! The connections of one database, lent to one user at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::connection::{Connection, Pooled};
use super::pooler::Pooler;
use super::warm::WarmConnections;
use super::{DatabaseError, Options, deadline};

/// A pool of connections.
pub(super) struct Pool {
    connections: Connections,
    /// One turn for each connection: who has one finds a connection that is warm, or one of the driver's pool.
    turns: Arc<Semaphore>,
    /// `None`: there is one connection, which holds the data.
    warm: Option<Arc<WarmConnections>>,
    acquire_timeout: Duration,
    statement_timeout: Duration,
    /// What the connections lead to, if that is not the server itself.
    pooler: Option<Pooler>,
    /// How many are waiting for a connection, or being handed one.
    asking: AtomicU32,
    /// How many requests may wait at once.
    most_waiting: u32,
}

/// Where a connection goes back to.
pub(super) struct Lent {
    /// Where it is kept for the next user; `None`: it is the one connection of a database in memory and holds its data.
    pub(super) warm: Option<Arc<WarmConnections>>,
    /// Since when the driver's pool has not seen it.
    pub(super) away_since: Instant,
    /// Whether statements are prepared under names, which the database keeps as long as the connection.
    pub(super) names_statements: bool,
    _turn: OwnedSemaphorePermit,
}

/// A pool of either driver.
#[derive(Clone)]
pub(super) enum Connections {
    /// To PostgreSQL.
    Postgres(PgPool),
    /// To SQLite.
    Sqlite(SqlitePool),
}

impl Pool {
    /// A pool of at most so many connections.
    pub(super) fn new(connections: Connections, most: u32, chosen: &Options) -> Self {
        Self {
            connections,
            turns: Arc::new(Semaphore::new(most as usize)),
            warm: Some(Arc::default()),
            acquire_timeout: chosen.acquire_timeout,
            statement_timeout: chosen.statement_timeout,
            pooler: None,
            asking: AtomicU32::new(0),
            most_waiting: chosen.waiting(most),
        }
    }

    /// A pool of the one connection of a database in memory, which holds its data.
    pub(super) fn of_one(connections: Connections, chosen: &Options) -> Self {
        Self { warm: None, ..Self::new(connections, 1, chosen) }
    }

    /// The same, whose connections lead to a pooler.
    pub(super) fn through(self, pooler: Pooler) -> Self {
        Self { pooler: Some(pooler), ..self }
    }

    /// What the connections lead to, if that is not the server itself.
    pub(super) fn pooler(&self) -> Option<&Pooler> {
        self.pooler.as_ref()
    }

    /// A connection, once one is free.
    ///
    /// # Errors
    /// If this is a request and too many wait already, if none is free in time, or if the database cannot be reached: `UNAVAILABLE` in each case.
    pub(super) async fn acquire(&self) -> Result<Connection, DatabaseError> {
        let _asking = self.ask()?;
        let turn = match self.turns.clone().try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => self.turn().await.map_err(DatabaseError::unreachable)?,
        };
        let (pooled, away_since) = self.lend().await.map_err(DatabaseError::unreachable)?;
        let names_statements = self.pooler.is_none();
        Ok(Connection::new(pooled, Lent { warm: self.warm.clone(), away_since, names_statements, _turn: turn }))
    }

    /// Waits for a turn.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        let turn = timeout(self.acquire_timeout, self.turns.clone().acquire_owned()).await;
        turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)
    }

    /// A connection, for somebody whose turn it is, and since when the driver's pool has not seen it.
    async fn lend(&self) -> Result<(Pooled, Instant), sqlx::Error> {
        if let Some(mut warm) = self.warm.as_ref().and_then(|it| it.take()) {
            if warm.is_trusted() && warm.pooled.is_ready(self.statement_timeout).await? {
                return Ok((warm.pooled, warm.away_since));
            }
            warm.go_back().await;
        }
        let pooled = match &self.connections {
            Connections::Postgres(it) => it.acquire().await.map(Pooled::Postgres),
            Connections::Sqlite(it) => it.acquire().await.map(Pooled::Sqlite),
        };
        Ok((pooled?, Instant::now()))
    }

    /// Closes every connection, once the statements that run have ended.
    pub(super) async fn close(&self) {
        self.turns.close();
        for connection in self.warm.iter().flat_map(|it| it.close()) {
            connection.go_back().await;
        }
        match &self.connections {
            Connections::Postgres(it) => it.close().await,
            Connections::Sqlite(it) => it.close().await,
        }
    }

    /// How many connections could be lent now.
    fn free(&self) -> u32 {
        u32::try_from(self.turns.available_permits()).unwrap_or(u32::MAX)
    }

    /// Takes a place in the queue; a request gets one only if the queue is not full. The server's own background work is always let in:
    /// there is little of it, and to refuse it could repeat it (a mail that was sent, but could not be marked as sent).
    fn ask(&self) -> Result<QueueSlot<'_>, DatabaseError> {
        let before = self.asking.fetch_add(1, Ordering::Relaxed);
        let place = QueueSlot(&self.asking);
        // A request that finds a free connection does not wait.
        if deadline::is_awaited() && before >= self.most_waiting.saturating_add(self.free()) {
            return Err(DatabaseError::crowded(self.most_waiting));
        }
        Ok(place)
    }
}

/// A place in the queue.
struct QueueSlot<'a>(&'a AtomicU32);

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connections {
    /// The same for SeaORM.
    pub(super) fn to_sea_orm(&self) -> DatabaseConnection {
        match self {
            Self::Postgres(it) => SqlxPostgresConnector::from_sqlx_postgres_pool(it.clone()),
            Self::Sqlite(it) => SqlxSqliteConnector::from_sqlx_sqlite_pool(it.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::task::Poll;
    use std::time::{Duration, Instant};

    use futures_util::future::join_all;
    use futures_util::poll;

    use crate::database::{Backend, Database, DatabaseErrorKind, Executor, Options, Purpose, Statement, until};
    use crate::testing::TestDatabase;

    /// How long somebody waits before they hang up.
    const PATIENCE: Duration = Duration::from_millis(300);

    /// Fails if a statement that sleeps is running still after ten seconds.
    const NOBODY_SLEEPS: &str = "DO $$ BEGIN
        FOR attempt IN 1..1000 LOOP
            PERFORM pg_stat_clear_snapshot();
            IF NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(600)'
                AND state = 'active') THEN RETURN; END IF;
            PERFORM pg_sleep(0.01);
        END LOOP;
        RAISE EXCEPTION 'what nobody waits for goes on';
    END $$";

    fn statement(sql: &str) -> Statement {
        Statement::plain(sql)
    }

    async fn connect(place: &TestDatabase, options: Options) -> (Database, Executor) {
        let database = Database::connect_with(place.url(), &options).await.unwrap();
        (database.clone(), Executor::new(database))
    }

    #[tokio::test]
    async fn a_hundred_who_hang_up_hold_no_connection_and_leave_nothing_running() {
        let place = TestDatabase::empty(Backend::Postgres).await;
        // Nothing but its client's absence ends a statement.
        let options = Options { statement_timeout: Duration::from_secs(3600), ..Options::default() };
        let (database, session) = connect(&place, options).await;
        let asleep = || statement("SELECT pg_sleep(600)");
        join_all((0..50).map(|_| async {
            let _ = tokio::time::timeout(PATIENCE, session.rows(asleep())).await;
            let in_transaction = async {
                let inside = session.begin(Purpose::Write).await?;
                inside.rows(asleep()).await
            };
            let _ = tokio::time::timeout(PATIENCE, in_transaction).await;
        }))
        .await;
        // As many at once as there are connections.
        let all = join_all((0..10).map(|_| session.begin(Purpose::Write))).await;
        for one in all {
            one.unwrap().commit().await.unwrap();
        }
        database.execute_script(NOBODY_SLEEPS).await.unwrap();
        database.close().await;
        place.remove().await;
    }

    #[tokio::test]
    async fn the_queue_of_requests_for_connections_has_an_end() {
        for backend in [Backend::Postgres, Backend::Sqlite] {
            let place = TestDatabase::empty(backend).await;
            let one =
                Options { postgres_connections: 1, sqlite_connections: 1, waiting: Some(2), ..Options::default() };
            let (database, session) = connect(&place, one).await;
            let later = Instant::now() + Duration::from_secs(3600);
            let begin = || Box::pin(until(later, session.begin(Purpose::Write)));
            let holds = begin().await.unwrap();
            let (mut first, mut second) = (begin(), begin());
            assert!(poll!(first.as_mut()).is_pending() && poll!(second.as_mut()).is_pending());
            let Poll::Ready(third) = poll!(begin()) else { panic!("the third waits") };
            assert_eq!(third.err().map(|it| it.kind), Some(DatabaseErrorKind::Unavailable));
            // Who gives up makes room.
            drop(second);
            let mut third = begin();
            assert!(poll!(third.as_mut()).is_pending());
            // What is no request's waits, though the queue is full.
            let mut own = Box::pin(session.begin(Purpose::Write));
            assert!(poll!(own.as_mut()).is_pending());
            holds.commit().await.unwrap();
            first.await.unwrap().commit().await.unwrap();
            third.await.unwrap().commit().await.unwrap();
            own.await.unwrap().commit().await.unwrap();
            database.close().await;
            place.remove().await;
        }
    }

    #[tokio::test]
    async fn options_with_which_nothing_could_be_done_are_refused() {
        for options in [
            Options { postgres_connections: 0, ..Options::default() },
            Options { sqlite_connections: 0, ..Options::default() },
            Options { statement_timeout: Duration::ZERO, ..Options::default() },
        ] {
            let refused = Database::connect_with("sqlite::memory:", &options).await.unwrap_err();
            assert_eq!(refused.code(), crate::error::Code::Invalid);
        }
    }
}
