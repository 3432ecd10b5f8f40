//! Sends statements through the pool, or in one transaction, and counts them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::QueryResult;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::timeout;

use super::connection::Connection;
use super::transaction::Transaction;
use super::{Capability, Database, DatabaseError, Lock, Statement};
use crate::future::BoxFuture;

/// How long a savepoint waits until the savepoint that is open beside it has ended.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// What a context's statements are sent through; cheap to clone.
#[derive(Clone)]
pub(crate) struct Executor {
    database: Database,
    transaction: Option<Arc<OpenTransaction>>,
    /// Whether the connection of the next transaction forgets its statements first.
    forgets: bool,
    tally: Arc<StatementCounts>,
}

/// An open transaction, or a savepoint of one.
struct OpenTransaction {
    transaction: Transaction,
    /// Locked by the savepoint that is open inside of it. Savepoints are a stack: if two were open side by side, the end of one would
    /// keep or undo what belongs to the other.
    inner: Arc<AsyncMutex<()>>,
    /// The transaction around it, with the lock of its `inner`; released when this one has ended.
    outer: Mutex<Option<(OwnedMutexGuard<()>, Arc<Self>)>>,
}

/// The statements sent through one context and all contexts made from it.
#[derive(Default)]
struct StatementCounts {
    statements: AtomicU64,
    transactions: AtomicU64,
    texts: Mutex<Option<Vec<Arc<str>>>>,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Several reads of one snapshot.
    Snapshot,
    /// Writes, and the reads that decide about them.
    Write,
    /// One statement, which is a transaction by itself where none is open.
    Statement,
}

impl Executor {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, transaction: None, forgets: false, tally: Arc::default() }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    pub(crate) fn statements(&self) -> u64 {
        self.tally.statements.load(Ordering::Relaxed)
    }

    /// Keeps the text of every statement from now on.
    pub(crate) fn record(&self) {
        self.texts().get_or_insert_default();
    }

    /// The texts kept since [`Executor::record`].
    pub(crate) fn recorded(&self) -> Vec<String> {
        self.texts().iter().flatten().map(ToString::to_string).collect()
    }

    /// Sends a statement and collects the rows that it returns.
    ///
    /// The driver's futures are large. On the heap they are not moved each time that a caller's future is.
    pub(crate) fn rows(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<QueryResult>, DatabaseError>> {
        Box::pin(async move {
            self.count(&statement);
            match &self.transaction {
                None if self.database.needs_transactions() => self.rows_in_transaction(statement).await,
                None => Ok(self.database.acquire().await?.rows_alone(statement).await?),
                Some(opened) => opened.transaction.rows(statement).await,
            }
        })
    }

    /// How many transactions were begun; savepoints in one are not counted.
    pub(crate) fn transactions(&self) -> u64 {
        self.tally.transactions.load(Ordering::Relaxed)
    }

    /// Begins a transaction, or a savepoint in the one that is open, once no other savepoint is open in it.
    pub(crate) fn begin(&self, purpose: Purpose) -> BoxFuture<'_, Result<Self, DatabaseError>> {
        Box::pin(async move {
            let (transaction, outer) = match &self.transaction {
                None => {
                    self.tally.transactions.fetch_add(1, Ordering::Relaxed);
                    let mut connection = self.database.acquire().await?;
                    if self.forgets {
                        connection.forget_statements().await?;
                    }
                    (self.transaction(connection, purpose).await?, None)
                }
                Some(outer) => {
                    let turn = outer.turn().await?;
                    (outer.transaction.savepoint().await?, Some((turn, outer.clone())))
                }
            };
            let opened = OpenTransaction { transaction, inner: Arc::default(), outer: Mutex::new(outer) };
            Ok(Self { transaction: Some(Arc::new(opened)), forgets: false, ..self.clone() })
        })
    }

    /// The same, each of whose transactions has its statements prepared anew.
    pub(crate) fn forgetting(&self) -> Self {
        Self { forgets: true, ..self.clone() }
    }

    /// Keeps what was written since [`Executor::begin`].
    pub(crate) async fn commit(&self) -> Result<(), DatabaseError> {
        let Some(opened) = &self.transaction else { return Err(DatabaseError::over()) };
        let _turn = opened.turn().await?;
        let kept = opened.transaction.commit().await;
        opened.leave();
        kept
    }

    /// Undoes what was written since [`Executor::begin`].
    pub(crate) async fn rollback(&self) {
        let Some(opened) = &self.transaction else { return };
        let undone = match opened.turn().await {
            Ok(_turn) => {
                let undone = opened.transaction.rollback().await;
                opened.leave();
                undone
            }
            Err(failure) => Err(failure),
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "a transaction was not rolled back; its connection is given up");
        }
    }

    /// Takes a lock until this transaction ends; `false` if another transaction has it.
    pub(crate) async fn try_lock(&self, lock: Lock) -> Result<bool, DatabaseError> {
        let Some(opened) = &self.transaction else { return Err(DatabaseError::over()) };
        if !self.database.capability().row_locks {
            return Ok(true);
        }
        Ok(Lock::is_taken(opened.transaction.rows(lock.take()).await?.first())?)
    }

    /// Sends a statement in a transaction of its own: cut off, it is rolled back.
    async fn rows_in_transaction(&self, statement: Statement) -> Result<Vec<QueryResult>, DatabaseError> {
        let connection = self.database.acquire().await?;
        let transaction = self.transaction(connection, Purpose::Statement).await?;
        let answer = transaction.rows(statement).await;
        match &answer {
            Ok(_) => transaction.commit().await?,
            Err(_) => transaction.rollback().await?,
        }
        answer
    }

    async fn transaction(&self, connection: Connection, purpose: Purpose) -> Result<Transaction, DatabaseError> {
        let capability = self.database.capability();
        Transaction::begin(connection, capability, self.database.beginning(purpose.beginning(capability))).await
    }

    fn count(&self, statement: &Statement) {
        self.database.count_statement();
        self.tally.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(texts) = self.texts().as_mut() {
            texts.push(statement.sql.clone());
        }
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, Option<Vec<Arc<str>>>> {
        self.tally.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Purpose {
    /// The statement that begins its transaction. SQLite takes the write lock at the beginning: a transaction that has read first might
    /// not get it any more.
    fn beginning(self, capability: &Capability) -> &'static str {
        match (self, capability.isolation_levels) {
            (Self::Snapshot, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Self::Snapshot, false) => "BEGIN",
            (Self::Write | Self::Statement, true) => "BEGIN",
            (Self::Write | Self::Statement, false) => "BEGIN IMMEDIATE",
        }
    }
}

impl OpenTransaction {
    /// Waits until nothing is open inside of it: then a savepoint may begin, or it may end.
    async fn turn(&self) -> Result<OwnedMutexGuard<()>, DatabaseError> {
        timeout(TURN_TIMEOUT, self.inner.clone().lock_owned()).await.map_err(|_| DatabaseError::inside())
    }

    /// Releases the lock of the transaction around it.
    fn leave(&self) {
        self.outer.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("in_transaction", &self.in_transaction()).finish_non_exhaustive()
    }
}
