//! Connections that were used a moment ago, for whoever comes next.
//!
//! The driver's pool asks each connection that comes back whether it is alive, which costs a round trip for every statement. One that has
//! just answered well needs no such question: it is kept here for a second at most, and then goes back to the driver's pool, which closes what
//! has been idle or alive for long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::connection::{Pooled, SIGN_OF_LIFE};

/// How long a connection counts as alive after its last answer.
pub(super) const TRUSTED_IDLE: Duration = Duration::from_secs(1);
/// How long one is lent before the driver's pool sees it again.
const LONGEST_AWAY: Duration = Duration::from_secs(60);

/// Connections that are outside of any transaction, have answered everything, and are lent again before others.
#[derive(Default)]
pub(super) struct WarmConnections(Mutex<State>);

#[derive(Default)]
struct State {
    /// In the order in which they were returned.
    kept: Vec<WarmConnection>,
    /// Whether a task is looking for those that were kept too long.
    swept: bool,
    /// None is kept any more.
    closed: bool,
}

/// A connection with its history.
pub(super) struct WarmConnection {
    pub(super) pooled: Pooled,
    /// When the driver's pool lent it.
    pub(super) away_since: Instant,
    returned: Instant,
}

impl WarmConnections {
    /// The one that was used last.
    pub(super) fn take(&self) -> Option<WarmConnection> {
        self.state().kept.pop()
    }

    /// Keeps one that has been lent by the driver's pool since then; it is given back to the caller if that is too long ago or the pool is
    /// closed.
    pub(super) fn keep(self: &Arc<Self>, pooled: Pooled, away_since: Instant) -> Result<(), Pooled> {
        let returned = Instant::now();
        let Ok(runtime) = Handle::try_current() else { return Err(pooled) };
        let mut state = self.state();
        if state.closed || returned.duration_since(away_since) > LONGEST_AWAY {
            return Err(pooled);
        }
        state.kept.push(WarmConnection { pooled, away_since, returned });
        if !std::mem::replace(&mut state.swept, true) {
            runtime.spawn(sweep(Arc::downgrade(self)));
        }
        Ok(())
    }

    /// Keeps none any more, and gives back those that were kept.
    pub(super) fn close(&self) -> Vec<WarmConnection> {
        let mut state = self.state();
        state.closed = true;
        std::mem::take(&mut state.kept)
    }

    /// Takes those that were kept too long. The second value says whether others are left.
    fn stale(&self) -> (Vec<WarmConnection>, bool) {
        let mut state = self.state();
        let stale = state.kept.partition_point(|it| !it.is_trusted());
        let stale = state.kept.drain(..stale).collect();
        state.swept = !state.kept.is_empty();
        (stale, state.swept)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WarmConnections {
    fn drop(&mut self) {
        // The pool is gone, and with it whoever could be lent one.
        self.close().into_iter().for_each(|it| it.pooled.close());
    }
}

impl WarmConnection {
    /// Whether its last answer was a moment ago.
    pub(super) fn is_trusted(&self) -> bool {
        self.returned.elapsed() < TRUSTED_IDLE
    }

    /// Gives it back to the driver's pool, which asks whether it is alive.
    pub(super) async fn go_back(mut self) {
        if timeout(SIGN_OF_LIFE, self.pooled.go_back()).await.is_err() {
            tracing::warn!("a connection was closed, for the database did not answer on it");
        }
    }
}

/// Gives back what was kept too long, until nothing is kept.
async fn sweep(warm: Weak<WarmConnections>) {
    loop {
        sleep(TRUSTED_IDLE).await;
        let Some(warm) = warm.upgrade() else { return };
        let (stale, goes_on) = warm.stale();
        for connection in stale {
            connection.go_back().await;
        }
        if !goes_on {
            return;
        }
    }
}
