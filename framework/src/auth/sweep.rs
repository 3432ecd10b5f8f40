//! Deletes rows that are no longer needed: counts and mails a day after they ended, links and sessions a month after.

use std::time::Duration;

use chrono::TimeDelta;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::ir::ResourceId;
use crate::query::{Cursors, PageEnd, Query, Slice};
use crate::record::Input;
use crate::value::Value;

use super::internal::{OUTBOX, RATE_LIMIT};
use super::{ConditionBuilder, Roles};

/// How long a count or a mail is kept after it ended, to find out what happened.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How long a link or a session is kept after it ended.
const SIGN_INS_KEPT: TimeDelta = TimeDelta::days(30);
/// The time between two rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// Rows of one read.
const BATCH: u32 = 200;

/// Sweeps every hour until it is dropped. Errors are logged, and the next round tries again.
pub(crate) async fn run(engine: Engine) {
    loop {
        if let Err(error) = sweep(&engine).await {
            tracing::warn!(%error, "rows that ended were not removed");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One round. Rows that cannot be deleted because rows of the app point at them stay, with a warning.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn sweep(engine: &Engine) -> Result<(), Error> {
    let cx = super::system(engine, "sweeping").await?;
    let (app, roles) = (engine.app(), Roles::of(engine.app()));
    let own = [OUTBOX, RATE_LIMIT].into_iter().filter_map(|it| Some((app.find(it)?, "expires_at", KEPT)));
    let link = roles.link.iter().map(|it| (it.resource, "expires_at", SIGN_INS_KEPT));
    let ends = ["expires_at", "revoked_at"];
    let session = roles.session.iter().flat_map(|it| ends.map(|end| (it.resource, end, SIGN_INS_KEPT)));
    for (resource, end, kept) in own.chain(link).chain(session) {
        sweep_resource(&cx, resource, end, kept).await?;
    }
    Ok(())
}

/// Reads page by page to the last one: rows that stay are not read again.
async fn sweep_resource(cx: &Context, resource: ResourceId, end: &str, kept: TimeDelta) -> Result<(), Error> {
    let app = cx.engine().app();
    let ended = ConditionBuilder::of(app, resource).below(end, Value::Timestamp(cx.now() - kept)).tree()?;
    let mut held = 0_u64;
    let mut after = None;
    loop {
        let slice = Slice::Keyset { rows: Some(BATCH), from: PageEnd::Start, after, before: None };
        let query = Query { filter: Some(ended.clone()), slice, cursors: Cursors::Ends, ..Query::new(resource) };
        let page = cx.read(query).await?;
        for id in page.records.iter().filter_map(|it| it.id(app)) {
            match cx.destroy(resource, "purge", id, Input::new()).await {
                // Another server has deleted it.
                Err(error) if error.code() == Code::NotFound => {}
                Err(error) if error.code() == Code::Conflict => held += 1,
                done => drop(done?),
            }
        }
        after = page.cursors.last().cloned();
        if !page.has_next || after.is_none() {
            break;
        }
    }
    if held > 0 {
        let resource = app.resource(resource).name.as_str();
        tracing::warn!(resource, rows = held, "rows that ended stay: a resource that refers to them keeps them");
    }
    Ok(())
}
