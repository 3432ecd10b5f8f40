//! Where statements are sent: the pool, or one transaction; and how many were.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, RwLock};
use tokio::time::timeout;

use super::{Database, Failure, Lock};

/// How long a transaction inside another one waits for the one that is open there.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a context's statements are sent; cheap to clone.
#[derive(Clone)]
pub(crate) struct Session {
    database: Database,
    transaction: Option<Arc<Opened>>,
    tally: Arc<Tally>,
}

/// A transaction that was opened, or a savepoint of one.
struct Opened {
    /// `None` once it is over.
    open: RwLock<Option<Open>>,
    /// Held by the one that is open inside of it. Savepoints are a stack: were two open side by side, the end of one would keep or
    /// undo what belongs to the other.
    inner: Arc<AsyncMutex<()>>,
}

struct Open {
    transaction: DatabaseTransaction,
    /// What it is inside of, and its turn there; given back after the transaction has ended.
    _outer: Option<(OwnedMutexGuard<()>, Arc<Opened>)>,
}

/// What was sent through one context and all that were made from it.
#[derive(Default)]
struct Tally {
    statements: AtomicU64,
    texts: Mutex<Option<Vec<String>>>,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Several reads of one snapshot.
    Snapshot,
    /// Writes, and the reads that decide about them.
    Write,
}

impl Session {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, transaction: None, tally: Arc::default() }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    pub(crate) fn statements(&self) -> u64 {
        self.tally.statements.load(Ordering::Relaxed)
    }

    /// From now on keeps the text of every statement.
    pub(crate) fn record(&self) {
        self.texts().get_or_insert_default();
    }

    /// The texts kept since [`Session::record`].
    pub(crate) fn recorded(&self) -> Vec<String> {
        self.texts().clone().unwrap_or_default()
    }

    /// Sends a statement and collects the rows it answers.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, Failure> {
        self.count(&statement);
        match &self.transaction {
            None => Ok(self.database.connection().query_all_raw(statement).await?),
            Some(opened) => match opened.open.read().await.as_ref() {
                Some(open) => Ok(open.transaction.query_all_raw(statement).await?),
                None => Err(Failure::over()),
            },
        }
    }

    /// Opens a transaction, or a savepoint in the one that is open, once nothing else is open in that.
    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Self, Failure> {
        let open = match &self.transaction {
            None => {
                let transaction = self.database.connection().begin_with_options(self.options(purpose)).await?;
                Open { transaction, _outer: None }
            }
            Some(outer) => {
                let turn = outer.turn().await?;
                let transaction = match outer.open.read().await.as_ref() {
                    Some(open) => open.transaction.begin().await?,
                    None => return Err(Failure::over()),
                };
                Open { transaction, _outer: Some((turn, outer.clone())) }
            }
        };
        let opened = Opened { open: RwLock::new(Some(open)), inner: Arc::default() };
        Ok(Self { transaction: Some(Arc::new(opened)), ..self.clone() })
    }

    /// Keeps what was written since [`Session::begin`].
    pub(crate) async fn commit(&self) -> Result<(), Failure> {
        match self.take().await? {
            Some(Open { transaction, _outer }) => Ok(transaction.commit().await?),
            None => Err(Failure::over()),
        }
    }

    /// Undoes what was written since [`Session::begin`].
    pub(crate) async fn rollback(&self) {
        let undone = match self.take().await {
            Ok(Some(Open { transaction, _outer })) => transaction.rollback().await.map_err(Failure::from),
            Ok(None) => Ok(()),
            Err(failure) => Err(failure),
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "a transaction was not rolled back; its connection is given up");
        }
    }

    /// Takes a lock until this transaction ends; `false` if another transaction has it.
    pub(crate) async fn try_lock(&self, lock: Lock) -> Result<bool, Failure> {
        let Some(opened) = &self.transaction else { return Err(Failure::over()) };
        match opened.open.read().await.as_ref() {
            Some(open) => Ok(lock.try_take(&open.transaction).await?),
            None => Err(Failure::over()),
        }
    }

    /// The transaction of this session, once nothing is open inside of it.
    async fn take(&self) -> Result<Option<Open>, Failure> {
        let Some(opened) = &self.transaction else { return Ok(None) };
        let _turn = opened.turn().await?;
        Ok(opened.open.write().await.take())
    }

    /// SQLite gives the right to write at the beginning, so that a transaction that read first cannot come too late to write.
    fn options(&self, purpose: Purpose) -> TransactionOptions {
        let snapshot = purpose == Purpose::Snapshot;
        let isolated = snapshot && self.database.capability().isolation_levels;
        TransactionOptions {
            isolation_level: isolated.then_some(IsolationLevel::RepeatableRead),
            access_mode: isolated.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(match purpose {
                Purpose::Snapshot => SqliteTransactionMode::Deferred,
                Purpose::Write => SqliteTransactionMode::Immediate,
            }),
        }
    }

    fn count(&self, statement: &Statement) {
        self.database.count_statement();
        self.tally.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(texts) = self.texts().as_mut() {
            texts.push(statement.sql.clone());
        }
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, Option<Vec<String>>> {
        self.tally.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    /// The turn of what is opened inside of it, or of its end.
    async fn turn(&self) -> Result<OwnedMutexGuard<()>, Failure> {
        timeout(TURN_TIMEOUT, self.inner.clone().lock_owned()).await.map_err(|_| Failure::inside())
    }
}

impl Failure {
    fn over() -> Self {
        sea_orm::DbErr::Custom("the transaction of this context is over".into()).into()
    }

    fn inside() -> Self {
        let message = "another transaction is open inside this one: use the context that its closure is given";
        sea_orm::DbErr::Custom(message.into()).into()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("in_transaction", &self.in_transaction()).finish_non_exhaustive()
    }
}
