//! What is done once a transaction has been committed: mail, notifications.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Context;
use crate::future::BoxFuture;

type Hook = Box<dyn FnOnce(Context) -> BoxFuture<'static, ()> + Send>;

/// The hooks of one transaction, in order.
#[derive(Clone, Default)]
pub(super) struct Hooks(Arc<Mutex<Vec<Hook>>>);

impl Hooks {
    pub(super) fn push(&self, hook: Hook) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(hook);
    }

    pub(super) fn take(&self) -> Vec<Hook> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks")
    }
}

impl Context {
    /// Does something once what is written now is certain: after the outermost transaction has been committed, or at once where
    /// there is none. It is given a context outside of any transaction, in which the same actor acts. What is rolled back is forgotten.
    ///
    /// ```
    /// # async fn done(cx: &samara::context::Context) {
    /// cx.after_commit(async |cx| tracing::info!(statements = cx.statements(), "committed")).await;
    /// # }
    /// ```
    pub async fn after_commit<F>(&self, hook: impl FnOnce(Self) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let actor = self.actor.clone();
        match &self.hooks {
            Some(hooks) => hooks.push(Box::new(|cx| Box::pin(hook(cx.with_actor(actor))))),
            None => hook(self.clone()).await,
        }
    }
}
