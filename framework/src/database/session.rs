//! Where statements are sent: the pool, or one transaction; and how many were.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::RwLock;

use super::{Database, Failure, Lock};

/// Where a context's statements are sent; cheap to clone.
#[derive(Clone)]
pub(crate) struct Session {
    database: Database,
    transaction: Option<Arc<RwLock<Option<DatabaseTransaction>>>>,
    tally: Arc<Tally>,
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
            Some(transaction) => match transaction.read().await.as_ref() {
                Some(open) => Ok(open.query_all_raw(statement).await?),
                None => Err(Failure::over()),
            },
        }
    }

    /// Opens a transaction, or a savepoint in the one that is open.
    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Self, Failure> {
        let transaction = match &self.transaction {
            None => self.database.connection().begin_with_options(self.options(purpose)).await?,
            Some(outer) => match outer.read().await.as_ref() {
                Some(open) => open.begin().await?,
                None => return Err(Failure::over()),
            },
        };
        Ok(Self { transaction: Some(Arc::new(RwLock::new(Some(transaction)))), ..self.clone() })
    }

    /// Keeps what was written since [`Session::begin`].
    pub(crate) async fn commit(&self) -> Result<(), Failure> {
        match self.take().await {
            Some(open) => Ok(open.commit().await?),
            None => Err(Failure::over()),
        }
    }

    /// Undoes what was written since [`Session::begin`].
    pub(crate) async fn rollback(&self) {
        if let Some(open) = self.take().await
            && let Err(error) = open.rollback().await
        {
            tracing::warn!(%error, "a transaction was not rolled back; its connection is given up");
        }
    }

    /// Takes a lock until this transaction ends; `false` if another transaction has it.
    pub(crate) async fn try_lock(&self, lock: Lock) -> Result<bool, Failure> {
        let Some(transaction) = &self.transaction else { return Err(Failure::over()) };
        match transaction.read().await.as_ref() {
            Some(open) => Ok(lock.try_take(open).await?),
            None => Err(Failure::over()),
        }
    }

    async fn take(&self) -> Option<DatabaseTransaction> {
        match &self.transaction {
            Some(transaction) => transaction.write().await.take(),
            None => None,
        }
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

impl Failure {
    fn over() -> Self {
        sea_orm::DbErr::Custom("the transaction of this context is over".into()).into()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("in_transaction", &self.in_transaction()).finish_non_exhaustive()
    }
}
