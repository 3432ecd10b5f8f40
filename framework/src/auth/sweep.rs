//! Removes what the framework's own tables need no more: counts and mails that ended a day ago.

use std::time::Duration;

use chrono::TimeDelta;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::query::{End, Query, Slice};
use crate::record::Input;
use crate::value::Value;

use super::Condition;
use super::internal::{OUTBOX, RATE_LIMIT};

/// How long a row stays after it ended, for whoever wants to know what happened.
const KEPT: TimeDelta = TimeDelta::days(1);
/// The time between two rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// Rows of one read.
const BATCH: u32 = 200;

/// Sweeps every hour until it is dropped. What fails is logged and tried again.
pub(crate) async fn run(engine: Engine) {
    loop {
        if let Err(error) = sweep(&engine).await {
            tracing::warn!(%error, "rows that ended were not removed");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn sweep(engine: &Engine) -> Result<(), Error> {
    let cx = super::system(engine, "sweeping").await?;
    for resource in [OUTBOX, RATE_LIMIT] {
        while sweep_batch(&cx, resource).await? {}
    }
    Ok(())
}

/// Whether there may be more.
async fn sweep_batch(cx: &Context, resource: &str) -> Result<bool, Error> {
    let app = cx.engine().app();
    let Some(resource) = app.find(resource) else { return Ok(false) };
    let ended = Condition::of(app, resource).below("expires_at", Value::Timestamp(cx.now() - KEPT)).tree()?;
    let slice = Slice::Keyset { rows: Some(BATCH), from: End::Start, after: None, before: None };
    let page = cx.read(Query { filter: Some(ended), slice, ..Query::new(resource) }).await?;
    for id in page.records.iter().filter_map(|it| it.id(app)) {
        match cx.destroy(resource, "purge", id, Input::new()).await {
            // Another server was faster.
            Err(error) if error.code() == crate::error::Code::NotFound => {}
            done => drop(done?),
        }
    }
    Ok(page.has_next)
}
