//! Deletes rows that are no longer needed, a batch in one statement: counts and mails a day after they ended, links and sessions a month
//! after, and what requests under a key were answered once it is kept no longer.

use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::attribute::Attribute;
use crate::call::{Complete, Destroy, called};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::ir::{Name, ResourceId};
use crate::own::{IdempotencyKey, OutboxMail, RateLimit};
use crate::query::{Cursors, PageEnd, Query, Slice};
use crate::record::Input;
use crate::resource::Declaration;
use crate::value::DateTimeUtc;

use super::column::Column;
use super::{ConditionBuilder, Roles};

/// How long a count or a mail is kept after it ended, to find out what happened.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How long a link or a session is kept after it ended.
const SIGN_INS_KEPT: TimeDelta = TimeDelta::days(30);
/// The time between two rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// Rows of one read, and of one statement that deletes.
const BATCH: u32 = 200;

/// Sweeps every hour until it is dropped. What fails is logged, and the next round tries again.
pub(crate) async fn run(engine: Engine) {
    loop {
        drop(sweep(&engine).await);
        tokio::time::sleep(PAUSE).await;
    }
}

/// One round. Rows that cannot be deleted because rows of the app point at them stay, with a warning. A table that fails holds up no other.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached; the error of the first table that fails. Each is logged.
pub async fn sweep(engine: &Engine) -> Result<(), Error> {
    let cx = engine.system("sweeping").at_database_time().await.inspect_err(|error| {
        tracing::warn!(%error, "rows that ended were not removed");
    })?;
    let mut swept = Ok(());
    for ended in ended(&cx) {
        if let Err(error) = sweep_rows(&cx, &ended).await {
            let resource = cx.engine().app().resource(ended.resource).name.as_str();
            tracing::warn!(resource, %error, "rows that ended were not removed");
            swept = swept.and(Err(error));
        }
    }
    swept
}

/// Rows that ended, and how they are forgotten.
struct Ended {
    resource: ResourceId,
    id: Column<Uuid>,
    condition: ConditionBuilder,
    purge: Name,
}

impl Ended {
    /// Those of a resource of the framework's own whose time in `end` is so long ago; `None` where the app has no use for the resource.
    fn own<R: Declaration, C: Complete<Call = Destroy<R>>>(
        cx: &Context,
        end: Attribute<R, DateTimeUtc>,
        kept: TimeDelta,
        purge: impl FnOnce(R::Id) -> C,
    ) -> Option<Self> {
        let app = cx.engine().app();
        let resource = app.find(R::NAME)?;
        let end = Column::<DateTimeUtc>::of(app, resource, &end.name())?;
        let condition = ConditionBuilder::of(app, resource).below(&end, cx.now() - kept);
        Some(Self { resource, id: Column::key(app, resource)?, condition, purge: Name::new(called(purge)) })
    }
}

/// What is swept, table by table.
fn ended(cx: &Context) -> Vec<Ended> {
    let roles = Roles::of(cx.engine().app());
    let own = [
        Ended::own(cx, OutboxMail::EXPIRES_AT, KEPT, OutboxMail::purge),
        Ended::own(cx, RateLimit::EXPIRES_AT, KEPT, RateLimit::purge),
        Ended::own(cx, IdempotencyKey::EXPIRES_AT, TimeDelta::zero(), IdempotencyKey::purge),
    ];
    let then = cx.now() - SIGN_INS_KEPT;
    let condition = |resource| ConditionBuilder::of(cx.engine().app(), resource);
    let link = roles.link.map(|it| Ended {
        condition: condition(it.resource).below(&it.expires_at, then),
        resource: it.resource,
        id: it.id,
        purge: it.purge,
    });
    let session = roles.session.into_iter().flat_map(|it| {
        let expired = condition(it.resource).below(&it.expires_at, then);
        let revoked = condition(it.resource).below(&it.revoked_at, Some(then));
        [expired, revoked].map(|condition| Ended {
            condition,
            resource: it.resource,
            id: it.id.clone(),
            purge: it.purge.clone(),
        })
    });
    own.into_iter().flatten().chain(link).chain(session).collect()
}

/// Page by page to the last one: rows that stay are not read again.
async fn sweep_rows(cx: &Context, ended: &Ended) -> Result<(), Error> {
    let mut held = 0_u64;
    let mut after = None;
    loop {
        let slice = Slice::Keyset { rows: Some(BATCH), from: PageEnd::Start, after, before: None };
        let query = Query {
            filter: Some(ended.condition.clone().tree()),
            attributes: Some(Vec::new()),
            slice,
            cursors: Cursors::Ends,
            ..Query::unrestricted(ended.resource)
        };
        let page = cx.read(query).await?;
        let keys = page.records.iter().map(|it| ended.id.read(it)).collect::<Result<_, _>>()?;
        held += purge(cx, ended, keys).await?;
        after = page.cursors.last().cloned();
        if !page.has_next || after.is_none() {
            break;
        }
    }
    if held > 0 {
        let resource = cx.engine().app().resource(ended.resource).name.as_str();
        tracing::warn!(resource, rows = held, "rows that ended stay: a resource that refers to them keeps them");
    }
    Ok(())
}

/// Deletes the rows of those keys that have ended still, in one statement; where the app holds on to one of them, one by one. Returns how
/// many stay. A row that another server has deleted is passed over.
async fn purge(cx: &Context, ended: &Ended, keys: Vec<Uuid>) -> Result<u64, Error> {
    let purge = async |keys: Vec<Uuid>| {
        let condition = ended.condition.clone().one_of(&ended.id, keys).tree();
        match cx.destroy_all(ended.resource, &ended.purge, condition, Input::new()).await {
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
