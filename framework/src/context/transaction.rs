//! Transactions around calls: begun, joined, committed or rolled back.

use super::Context;
use super::hook::Hooks;
use crate::database::{Executor, Purpose, Retry, retry, run_to_completion};
use crate::error::Error;

/// How often a transaction of ours is tried in all, where another one or a migration was in the way.
const ATTEMPTS: u32 = 4;

/// How often a unit of work may be tried in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tries {
    /// As often as any transaction.
    Several,
    /// Once: what it does beside the database must not be done again unasked.
    One,
}

impl Context {
    /// Runs `work` in one transaction: it commits if `work` succeeds, and else nothing was written. Nested calls join it, each
    /// with a savepoint, so that one that fails and is handled undoes what it wrote and nothing else.
    ///
    /// Where another transaction was in the way (a serialization failure, a deadlock), or a migration that changed a table, the outermost one is tried again as a whole, up to
    /// four times in all: what `work` does beside the database it does again then. What follows the commit is for
    /// [`Context::after_commit`].
    ///
    /// # Errors
    /// What `work` fails with, `UNAVAILABLE` if the database is too busy to commit.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&Self) -> Result<T, Error> + Clone,
    {
        self.unit(Purpose::Write, work).await
    }

    /// A unit of work, which alone owns what is around its statements: begin, try again, commit or roll back, and what follows the commit.
    /// Of units in one another only the outermost tries again, also where it is a single statement that no transaction surrounds.
    ///
    /// # Errors
    /// As for [`Context::transaction`].
    pub(crate) async fn unit<T, E, F>(&self, purpose: Purpose, work: F) -> Result<T, E>
    where
        E: Undone,
        F: AsyncFnOnce(&Self) -> Result<T, E> + Clone,
    {
        self.unit_within(Tries::Several, purpose, work).await
    }

    /// As [`Context::unit`], tried no more often than that.
    ///
    /// # Errors
    /// As for [`Context::transaction`].
    pub(crate) async fn unit_within<T, E, F>(&self, tries: Tries, purpose: Purpose, work: F) -> Result<T, E>
    where
        E: Undone,
        F: AsyncFnOnce(&Self) -> Result<T, E> + Clone,
    {
        let attempts = match tries {
            Tries::Several => ATTEMPTS,
            Tries::One => 1,
        };
        let mut attempt = 1;
        let mut afresh = None;
        loop {
            let is_plain = match self.session.in_transaction() {
                true => self.joins,
                false => purpose == Purpose::Statement,
            };
            let done = if is_plain {
                work.clone()(&Self { in_unit: true, joins: false, ..self.clone() }).await
            } else {
                let inside = self.begin(afresh.as_ref().unwrap_or(&self.session), purpose).await?;
                let result = work.clone()(&inside).await;
                inside.finish(result, self).await
            };
            let again = done.as_ref().err().and_then(Undone::retry).filter(|_| !self.in_unit && attempt < attempts);
            match again {
                Some(Retry::Contended) => {}
                // Any connection of the pool may know the tables as they were.
                Some(Retry::Outdated) => afresh = Some(self.session.forgetting()),
                None => return done,
            }
            attempt += 1;
        }
    }

    /// A context whose statements belong to a new transaction of `session`, or to a savepoint of the one that is open there.
    async fn begin(&self, session: &Executor, purpose: Purpose) -> Result<Self, Error> {
        let session = session.begin(purpose).await?;
        Ok(Self { session, hooks: Some(Hooks::default()), in_unit: true, joins: false, ..self.clone() })
    }

    /// The same, whose next unit of work has no savepoint where a transaction is open: for what must fail the whole transaction if it fails.
    pub(crate) fn joining(&self) -> Self {
        Self { joins: true, ..self.clone() }
    }

    /// Ends what [`Context::begin`] of `outer` began: keeps what was written if `result` is `Ok`, and else undoes it.
    async fn finish<T, E: From<Error>>(self, result: Result<T, E>, outer: &Self) -> Result<T, E> {
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
                None => hook(Self { in_unit: false, ..outer.clone() }).await,
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
        let inside = self.begin(&self.session, Purpose::Snapshot).await?;
        let result = read(&inside).await;
        inside.finish(result, self).await
    }
}

/// Why a unit of work was undone.
pub(crate) trait Undone: From<Error> {
    /// Why the whole may be tried again; `None`: it may not.
    fn retry(&self) -> Option<Retry>;
}

impl Undone for Error {
    fn retry(&self) -> Option<Retry> {
        retry(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::application::Application;
    use crate::database::DatabaseError;
    use crate::ir::App;
    use crate::own::{self, RateLimit};

    #[tokio::test]
    async fn of_units_in_one_another_only_the_outermost_tries_again() {
        let app = App::new(Vec::new(), Vec::new(), Vec::new());
        crate::testing::on_both(&Application::new(app, Vec::new()), async |engine| {
            let cx = engine.system("a test");
            for outer in [Purpose::Statement, Purpose::Write] {
                for inner in [Purpose::Statement, Purpose::Write] {
                    let tries = AtomicU32::new(0);
                    let contended = async |_: &Context| {
                        tries.fetch_add(1, Ordering::Relaxed);
                        Err::<(), _>(Error::from(DatabaseError::overtaken()))
                    };
                    let failed = cx.unit(outer, async |cx| cx.unit(inner, contended).await).await;
                    assert_eq!(retry(&failed.unwrap_err()), Some(Retry::Contended));
                    assert_eq!(tries.load(Ordering::Relaxed), ATTEMPTS, "{outer:?} around {inner:?}");

                    tries.store(0, Ordering::Relaxed);
                    let once = cx.unit_within(Tries::One, outer, async |cx| cx.unit(inner, contended).await).await;
                    assert_eq!(retry(&once.unwrap_err()), Some(Retry::Contended));
                    assert_eq!(tries.load(Ordering::Relaxed), 1, "{outer:?} around {inner:?}");
                }
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_unit_that_joins_undoes_nothing_by_itself() {
        crate::testing::on_both(&own::application(), async |engine| {
            let cx = engine.system("a test");
            let fail = async |cx: &Context, key: &str| {
                let stored = cx.transaction(async |cx| {
                    RateLimit::open().key(key).hits(1).expires_at(cx.now()).run(cx).await?;
                    Err::<(), _>(Error::not_found())
                });
                assert!(stored.await.is_err());
            };
            let keys = async || -> Vec<String> {
                RateLimit::query().all(&cx).await.unwrap().into_iter().map(|it| it.key).collect()
            };
            let inside = cx.transaction(async |cx| {
                fail(cx, "a part").await;
                fail(&cx.joining(), "joined").await;
                Ok(())
            });
            inside.await.unwrap();
            assert_eq!(keys().await, ["joined"]);
            // Where none is open it is a transaction as any other.
            fail(&cx.joining(), "alone").await;
            assert_eq!(keys().await, ["joined"]);
        })
        .await;
    }
}
