//! A transaction on one connection, and the savepoints in it.
//!
//! A level is the transaction itself, or a savepoint. The future that holds it may be dropped at any `await`. Nothing is sent at that
//! moment, because nothing could await the answer: the level is only marked as abandoned. Abandoned savepoints are rolled back before the
//! next statement on the connection, an abandoned transaction in a task of its own. Statements of transaction control are never cut off,
//! see [`run_to_completion`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use sea_orm::QueryResult;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::connection::Connection;
use super::finish::run_to_completion;
use super::{Capability, DatabaseError, Statement};

/// One level: the transaction, or a savepoint of it. Dropped while it is open, it is rolled back.
pub(super) struct Transaction {
    held: Arc<Mutex<HeldConnection>>,
    level: Arc<LevelState>,
    is_outermost: bool,
}

/// The transaction's connection, locked for one statement at a time.
struct HeldConnection {
    /// `None` once the transaction has ended.
    connection: Option<Connection>,
    /// What is open on the connection: the transaction first, then the savepoints in it.
    open: Vec<Arc<LevelState>>,
    health: Health,
    capability: &'static Capability,
}

/// The state of the transaction in the database.
enum Health {
    Sound,
    /// A statement failed with this, and the database must be asked whether the transaction still exists.
    Doubtful(DatabaseError),
    /// A statement failed with this, and nothing can be done until that is undone by going back to a savepoint.
    Failed(DatabaseError),
    /// A statement failed with this, and the database undid the whole transaction.
    Lost(DatabaseError),
}

/// The state of one level: one of the constants.
#[derive(Default)]
struct LevelState(AtomicU8);

impl LevelState {
    const OPEN: u8 = 0;
    /// Its end has begun: dropping it has no effect any more.
    const ENDING: u8 = 1;
    /// It was dropped, and must be rolled back.
    const ABANDONED: u8 = 2;

    fn is(&self, state: u8) -> bool {
        self.0.load(Ordering::Acquire) == state
    }

    fn set(&self, state: u8) {
        self.0.store(state, Ordering::Release);
    }

    /// From open to `state`; `false` if it was not open.
    fn leave(&self, state: u8) -> bool {
        self.0.compare_exchange(Self::OPEN, state, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Transaction {
    /// Begins a transaction with `sql`.
    pub(super) async fn begin(
        connection: Connection,
        capability: &'static Capability,
        sql: String,
    ) -> Result<Self, DatabaseError> {
        let held = HeldConnection { connection: Some(connection), open: Vec::new(), health: Health::Sound, capability };
        let begun = Self { held: Arc::new(Mutex::new(held)), level: Arc::default(), is_outermost: true };
        let (mut held, level) = (begun.held.clone().lock_owned().await, begun.level.clone());
        run_to_completion(async move { held.open(level, sql).await }).await?;
        Ok(begun)
    }

    /// Opens a savepoint in it. The caller makes sure that no other savepoint is open in it.
    pub(super) async fn savepoint(&self) -> Result<Self, DatabaseError> {
        let inner = Self { held: self.held.clone(), level: Arc::default(), is_outermost: false };
        let (mut held, level) = (self.ready().await?, inner.level.clone());
        run_to_completion(async move {
            let sql = format!("SAVEPOINT {}", savepoint(held.open.len()));
            held.open(level, sql).await
        })
        .await?;
        Ok(inner)
    }

    /// Sends a statement in it and collects the rows that it answers.
    pub(super) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DatabaseError> {
        let mut held = self.ready().await?;
        let answer = held.connection()?.rows(statement).await;
        held.answered(answer)
    }

    /// Keeps what was written in it.
    ///
    /// # Errors
    /// The error of a failed statement that was not rolled back, or of the commit itself. Then everything is rolled back.
    pub(super) async fn commit(&self) -> Result<(), DatabaseError> {
        let mut held = self.held.clone().lock_owned().await;
        if !self.level.leave(LevelState::ENDING) {
            return Err(DatabaseError::over());
        }
        let (level, is_outermost) = (self.level.clone(), self.is_outermost);
        run_to_completion(async move { if is_outermost { held.commit().await } else { held.release(&level).await } })
            .await
    }

    /// Undoes what was written in it.
    ///
    /// # Errors
    /// If the database did not do it; then the whole transaction is lost.
    pub(super) async fn rollback(&self) -> Result<(), DatabaseError> {
        let mut held = self.held.clone().lock_owned().await;
        if !self.level.leave(LevelState::ABANDONED) {
            return Ok(());
        }
        let is_outermost = self.is_outermost;
        run_to_completion(async move {
            if is_outermost {
                held.end().await;
                return Ok(());
            }
            match held.tidy().await {
                // There is nothing left to be undone.
                Err(_) if matches!(held.health, Health::Lost(_)) => Ok(()),
                tidied => tidied,
            }
        })
        .await
    }

    /// The connection, once everything that was abandoned on it is rolled back.
    async fn ready(&self) -> Result<OwnedMutexGuard<HeldConnection>, DatabaseError> {
        let held = self.held.clone().lock_owned().await;
        if !self.level.is(LevelState::OPEN) || held.depth(&self.level).is_none() {
            return Err(DatabaseError::over());
        }
        if held.is_tidy() {
            return Ok(held);
        }
        let mut held = held;
        run_to_completion(async move {
            held.tidy().await?;
            Ok(held)
        })
        .await
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.level.leave(LevelState::ABANDONED) || !self.is_outermost {
            return;
        }
        // Without a runtime the process is ending, and its connections with it.
        if let Ok(runtime) = Handle::try_current() {
            let held = self.held.clone();
            runtime.spawn(async move { held.lock_owned().await.end().await });
        }
    }
}

impl HeldConnection {
    fn connection(&mut self) -> Result<&mut Connection, DatabaseError> {
        self.connection.as_mut().ok_or_else(DatabaseError::over)
    }

    /// Whether no rollback is due before the next statement.
    fn is_tidy(&self) -> bool {
        let idle = self.connection.as_ref().is_some_and(|it| !it.is_busy());
        idle && matches!(self.health, Health::Sound) && !self.open.iter().any(|it| it.is(LevelState::ABANDONED))
    }

    fn depth(&self, level: &Arc<LevelState>) -> Option<usize> {
        self.open.iter().position(|it| Arc::ptr_eq(it, level))
    }

    async fn open(&mut self, level: Arc<LevelState>, sql: String) -> Result<(), DatabaseError> {
        let answer = self.connection()?.control(sql).await;
        self.answered(answer)?;
        self.open.push(level);
        Ok(())
    }

    /// Rolls back the abandoned levels, so that the next statement sees only what the open levels wrote.
    async fn tidy(&mut self) -> Result<(), DatabaseError> {
        if self.connection()?.is_busy() {
            match self.connection()?.drain().await? {
                Some(error) => self.note(error.into()),
                // SQLite's driver does not report how the statement ended.
                None if !self.capability.errors_abort => self.note(DatabaseError::unheard()),
                None => {}
            }
        }
        if let Health::Doubtful(failure) = &self.health {
            let failure = failure.clone();
            self.health = if self.is_alive().await? { Health::Sound } else { Health::Lost(failure) };
        }
        if let Health::Lost(failure) = &self.health {
            return Err(failure.clone());
        }
        match self.open.iter().position(|it| it.is(LevelState::ABANDONED)) {
            None => {}
            Some(0) => return Err(DatabaseError::over()),
            Some(depth) => self.go_back_to(depth).await?,
        }
        match &self.health {
            Health::Failed(failure) => Err(failure.clone()),
            _ => Ok(()),
        }
    }

    /// Undoes what was written since the savepoint at `depth`, and what failed since then is forgotten.
    async fn go_back_to(&mut self, depth: usize) -> Result<(), DatabaseError> {
        let name = savepoint(depth);
        let answer =
            self.connection()?.control(format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")).await;
        self.answered(answer)?;
        self.open.truncate(depth);
        self.health = Health::Sound;
        Ok(())
    }

    /// Whether the transaction is still open: then `BEGIN` is refused.
    async fn is_alive(&mut self) -> Result<bool, DatabaseError> {
        match self.connection()?.control("BEGIN".into()).await {
            Ok(()) => Ok(false),
            Err(sqlx::Error::Database(_)) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps what was written since the savepoint.
    async fn release(&mut self, level: &Arc<LevelState>) -> Result<(), DatabaseError> {
        let released = self.try_release(level).await;
        if released.is_err() {
            level.set(LevelState::ABANDONED);
        }
        released
    }

    async fn try_release(&mut self, level: &Arc<LevelState>) -> Result<(), DatabaseError> {
        self.tidy().await?;
        let depth = self.depth(level).ok_or_else(DatabaseError::over)?;
        let answer = self.connection()?.control(format!("RELEASE SAVEPOINT {}", savepoint(depth))).await;
        self.answered(answer)?;
        self.open.truncate(depth);
        Ok(())
    }

    /// Keeps what was written in the transaction, and gives the connection back.
    async fn commit(&mut self) -> Result<(), DatabaseError> {
        if let Err(failure) = self.tidy().await {
            self.end().await;
            return Err(failure);
        }
        let kept = self.connection()?.control("COMMIT".into()).await;
        if kept.is_err() && !self.capability.errors_abort {
            // SQLite goes on with a transaction that it could not commit.
            self.end().await;
        }
        self.connection = None;
        Ok(kept?)
    }

    /// Undoes what was written in the transaction, if it has begun and not ended, and gives the connection back.
    async fn end(&mut self) {
        match self.connection.take() {
            Some(connection) if !self.open.is_empty() => connection.undo().await,
            _ => {}
        }
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T, DatabaseError> {
        answer.map_err(|error| {
            let failure = DatabaseError::from(error);
            self.note(failure.clone());
            failure
        })
    }

    fn note(&mut self, failure: DatabaseError) {
        self.health = match self.capability.errors_abort {
            true => Health::Failed(failure),
            false => Health::Doubtful(failure),
        };
    }
}

/// The name of the savepoint at `depth`; the transaction itself is at 0.
fn savepoint(depth: usize) -> String {
    format!("samara_{depth}")
}
