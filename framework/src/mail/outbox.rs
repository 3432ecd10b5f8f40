//! The rows of queued mail.

use chrono::TimeDelta;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::auth::internal::OUTBOX;
use crate::auth::{Caller, ConditionBuilder, Nonce, oldest_first, text, value};
use crate::context::Context;
use crate::error::Error;
use crate::ir::ResourceId;
use crate::query::{PageEnd, Query, Slice};
use crate::record::{Input, Record};
use crate::value::{DateTimeUtc, Value};

use super::Template;

/// A mail to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// Which one.
    pub(crate) template: Template,
    /// What the token or code in it is made from.
    pub(crate) nonce: Nonce,
    /// What else the template needs: a JSON object.
    pub(crate) detail: Json,
}

/// A mail that waits, or that the mailbox keeps.
#[derive(Clone, Debug)]
pub(super) struct QueuedMail {
    pub(super) id: Uuid,
    pub(super) recipient: String,
    pub(super) template: Template,
    /// `None` once it has been sent.
    pub(super) nonce: Option<Nonce>,
    pub(super) detail: Json,
    pub(super) attempts: i64,
    pub(super) expires_at: DateTimeUtc,
    pub(super) settled_at: Option<DateTimeUtc>,
}

/// How the delivery of a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It left by SMTP.
    Sent,
    /// The mailbox page shows it.
    Kept,
    /// Not sent: registration is closed and the address is unknown.
    Suppressed,
    /// Its link or code expired before it could be sent.
    Expired,
}

/// The most mails of one round, and on the mailbox page.
pub(super) const BATCH: u32 = 50;
/// How long a claimed mail belongs to its sender: longer than an attempt may take.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// The time before the second attempt; it doubles with each one.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(5);

impl Mail {
    /// Writes the row. Once the transaction of `cx` has been committed the courier of this process is woken, and sends it.
    pub(crate) async fn enqueue(
        mut self,
        cx: &Context,
        recipient: &str,
        caller: &Caller,
        expires_at: DateTimeUtc,
    ) -> Result<(), Error> {
        for (key, value) in [("agent", caller.agent_value()), ("ip", caller.ip_value())] {
            self.detail[key] = value.as_text().map_or(Json::Null, Json::from);
        }
        let input = Input::new()
            .with("recipient", Value::Text(recipient.into()))
            .with("template", Value::Text(self.template.stored().into()))
            .with("secret", Value::Text(self.nonce.as_str().into()))
            .with("detail", Value::Json(self.detail))
            .with("due_at", Value::Timestamp(cx.now()))
            .with("expires_at", Value::Timestamp(expires_at));
        cx.create(resource(cx)?, "enqueue", input).await?;
        cx.after_commit(async |cx| cx.engine().new_mail().notify_one()).await;
        Ok(())
    }
}

impl Delivery {
    fn stored(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Kept => "KEPT",
            Self::Suppressed => "SUPPRESSED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// Mails whose time has come, the oldest first: a batch of them.
pub(super) async fn due(cx: &Context) -> Result<Vec<QueuedMail>, Error> {
    let app = cx.engine().app();
    let resource = resource(cx)?;
    let filter = ConditionBuilder::of(app, resource).null("settled_at").has_come("due_at").tree()?;
    let sort = oldest_first(app, resource);
    read(cx, Query { filter: Some(filter), sort, ..Query::unrestricted(resource) }).await
}

/// What the mailbox keeps, newest first.
pub(super) async fn kept(cx: &Context) -> Result<Vec<QueuedMail>, Error> {
    let app = cx.engine().app();
    let resource = resource(cx)?;
    let filter =
        ConditionBuilder::of(app, resource).is("outcome", Value::Text(Delivery::Kept.stored().into())).tree()?;
    read(cx, Query { filter: Some(filter), ..Query::unrestricted(resource) }).await
}

/// Claims a mail for one attempt; `false` if another server has.
///
/// It becomes due again after a while, so that a mail whose sender dies is not lost. `cx` is of this moment.
pub(super) async fn claim(cx: &Context, mail: &QueuedMail) -> Result<bool, Error> {
    let resource = resource(cx)?;
    let free = ConditionBuilder::of(cx.engine().app(), resource)
        .is("id", Value::Uuid(mail.id))
        .is("attempts", Value::Int(mail.attempts))
        .null("settled_at")
        .tree()?;
    let input =
        Input::new().with("attempts", Value::Int(mail.attempts + 1)).with("due_at", Value::Timestamp(cx.now() + LEASE));
    Ok(!cx.update_where(resource, "claim", free, input).await?.is_empty())
}

/// Puts back a mail that could not be sent, for a later attempt.
pub(super) async fn postpone(cx: &Context, mail: &QueuedMail) -> Result<(), Error> {
    let doublings = u32::try_from(mail.attempts).unwrap_or(u32::MAX).min(8);
    let due = cx.now() + FIRST_DELAY * 2_i32.pow(doublings);
    cx.update(resource(cx)?, "claim", mail.id, Input::new().with("due_at", Value::Timestamp(due))).await.map(drop)
}

/// Ends the delivery of a mail; its secret is kept only where the mailbox page will show it.
pub(super) async fn finish(cx: &Context, mail: &QueuedMail, outcome: Delivery) -> Result<(), Error> {
    let mut input = Input::new()
        .with("settled_at", Value::Timestamp(cx.now()))
        .with("outcome", Value::Text(outcome.stored().into()));
    if outcome != Delivery::Kept {
        input.set("secret", Value::Null);
    }
    cx.update(resource(cx)?, "settle", mail.id, input).await.map(drop)
}

async fn read(cx: &Context, query: Query) -> Result<Vec<QueuedMail>, Error> {
    let slice = Slice::Keyset { rows: Some(BATCH), from: PageEnd::Start, after: None, before: None };
    let page = cx.read(Query { slice, ..query }).await?;
    Ok(page.records.iter().filter_map(|it| waiting(cx, it)).collect())
}

fn waiting(cx: &Context, record: &Record) -> Option<QueuedMail> {
    let app = cx.engine().app();
    let time = |name| match value(app, record, name) {
        Some(Value::Timestamp(it)) => Some(*it),
        _ => None,
    };
    Some(QueuedMail {
        id: record.id(app)?,
        recipient: text(app, record, "recipient")?.to_owned(),
        template: Template::of(text(app, record, "template")?)?,
        nonce: text(app, record, "secret").map(Nonce::of),
        detail: match value(app, record, "detail")? {
            Value::Json(it) => it.clone(),
            _ => Json::Null,
        },
        attempts: match value(app, record, "attempts")? {
            Value::Int(it) => *it,
            _ => 0,
        },
        expires_at: time("expires_at")?,
        settled_at: time("settled_at"),
    })
}

fn resource(cx: &Context) -> Result<ResourceId, Error> {
    let found = cx.engine().app().find(OUTBOX);
    found.ok_or_else(|| Error::internal("the app lacks the framework's own domain"))
}
