//! Deletes rows that are no longer needed, a batch in one statement: counts and mails a day after they ended, links and sessions a month
//! after.

use std::time::Duration;

use chrono::TimeDelta;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::expr::Resource as _;
use crate::ir::{Name, ResourceId};
use crate::own::{OutboxMail, RateLimit};
use crate::query::{Cursors, PageEnd, Query, Slice};
use crate::record::Input;
use crate::value::Value;

use super::{ConditionBuilder, Roles};

/// How long a count or a mail is kept after it ended, to find out what happened.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How long a link or a session is kept after it ended.
const SIGN_INS_KEPT: TimeDelta = TimeDelta::days(30);
/// The time between two rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// Rows of one read, and of one statement that deletes.
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
    let cx = engine.system("sweeping").at_database_time().await?;
    let (app, roles) = (engine.app(), Roles::of(engine.app()));
    let (mails, counts) = (app.find(OutboxMail::NAME), app.find(RateLimit::NAME));
    let own = mails.map(|it| (it, OutboxMail::EXPIRES_AT.name(), KEPT)).into_iter();
    let own = own.chain(counts.map(|it| (it, RateLimit::EXPIRES_AT.name(), KEPT)));
    let link = roles.link.iter().map(|it| (it.resource, Name::new("expires_at"), SIGN_INS_KEPT));
    let ends = ["expires_at", "revoked_at"];
    let session = roles.session.iter().flat_map(|it| ends.map(|end| (it.resource, Name::new(end), SIGN_INS_KEPT)));
    for (resource, end, kept) in own.chain(link).chain(session) {
        sweep_resource(&cx, resource, &end, kept).await?;
    }
    Ok(())
}

/// Page by page to the last one: rows that stay are not read again.
async fn sweep_resource(cx: &Context, resource: ResourceId, end: &str, kept: TimeDelta) -> Result<(), Error> {
    let app = cx.engine().app();
    let ended = || ConditionBuilder::of(app, resource).below(end, Value::Timestamp(cx.now() - kept));
    let mut held = 0_u64;
    let mut after = None;
    loop {
        let slice = Slice::Keyset { rows: Some(BATCH), from: PageEnd::Start, after, before: None };
        let attributes = Some(Vec::new());
        let query = Query {
            filter: Some(ended().tree()?),
            attributes,
            slice,
            cursors: Cursors::Ends,
            ..Query::unrestricted(resource)
        };
        let page = cx.read(query).await?;
        let keys: Vec<_> = page.records.iter().filter_map(|it| it.id(app)).map(Value::Uuid).collect();
        held += purge(cx, resource, ended, keys).await?;
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

/// Deletes the rows of those keys for which `ended` holds still, in one statement; where the app holds on to one of them, one by one. Returns
/// how many stay. A row that another server has deleted is passed over.
async fn purge<'a>(
    cx: &Context,
    resource: ResourceId,
    ended: impl Fn() -> ConditionBuilder<'a>,
    keys: Vec<Value>,
) -> Result<u64, Error> {
    let purge = async |keys: Vec<Value>| {
        let condition = ended().one_of(keys).tree()?;
        match cx.destroy_all(resource, "purge", condition, Input::new()).await {
            Err(error) if error.code() == Code::Conflict => Ok(false),
            done => done.map(|_| true),
        }
    };
    if keys.is_empty() || purge(keys.clone()).await? {
        return Ok(0);
    }
    let mut held = 0;
    for key in keys {
        if !purge(vec![key]).await? {
            held += 1;
        }
    }
    Ok(held)
}
