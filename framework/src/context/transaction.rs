//! Transactions around calls: begun, joined, committed or rolled back.

use super::Context;
use super::hook::Hooks;
use crate::database::{Purpose, is_contended, run_to_completion};
use crate::error::Error;

/// How often a transaction of ours is tried in all, where another one was in the way.
const ATTEMPTS: u32 = 4;

impl Context {
    /// Runs `work` in one transaction: it commits if `work` succeeds, and else nothing was written. Nested calls join it, each
    /// with a savepoint, so that one that fails and is handled undoes what it wrote and nothing else.
    ///
    /// # Errors
    /// What `work` fails with, `UNAVAILABLE` if the database is too busy to commit.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&Self) -> Result<T, Error>,
    {
        let inside = self.begin(Purpose::Write).await?;
        let result = work(&inside).await;
        inside.finish(result, self).await
    }

    /// A context whose statements belong to a new transaction, or to a savepoint of the one that is open.
    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Self, Error> {
        let session = self.session.begin(purpose).await?;
        Ok(Self { session, hooks: Some(Hooks::default()), ..self.clone() })
    }

    /// Ends what [`Context::begin`] of `outer` began: keeps what was written if `result` is `Ok`, and else undoes it.
    pub(crate) async fn finish<T, E: From<Error>>(self, result: Result<T, E>, outer: &Self) -> Result<T, E> {
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                self.session.rollback().await;
                return Err(error);
            }
        };
        // What is committed is followed by its hooks, though whoever asked for it be gone.
        run_to_completion(self.keep(outer.clone())).await?;
        Ok(value)
    }

    async fn keep(self, outer: Self) -> Result<(), Error> {
        self.session.commit().await?;
        let hooks = self.hooks.as_ref().map(Hooks::take).unwrap_or_default();
        for hook in hooks {
            match &outer.hooks {
                Some(waiting) => waiting.push(hook),
                None => hook(outer.clone()).await,
            }
        }
        Ok(())
    }

    /// Reads in such a way that a failure undoes nothing of the transaction that is open, if one is: behind a savepoint of it.
    pub(crate) async fn in_savepoint<T, F>(&self, read: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&Self) -> Result<T, Error>,
    {
        if !self.session.in_transaction() {
            return read(self).await;
        }
        let inside = self.begin(Purpose::Snapshot).await?;
        let result = read(&inside).await;
        inside.finish(result, self).await
    }

    /// Whether a transaction of ours that failed is to be tried again as a whole; never inside a caller's.
    pub(crate) fn may_retry(&self, error: &Error, attempt: u32) -> bool {
        is_contended(error) && !self.session.in_transaction() && attempt < ATTEMPTS
    }
}
