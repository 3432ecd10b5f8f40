//! The rows of queued mail.

use chrono::TimeDelta;
use samara_macros::expr;

use crate::attribute::Json;
use crate::context::Context;
use crate::error::Error;
use crate::expr::now;
use crate::own::OutboxMail;
use crate::value::DateTimeUtc;

use super::Address;

/// A mail to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail<'a> {
    /// The name of its template.
    pub(crate) template: &'static str,
    /// Whom it goes to.
    pub(crate) recipient: &'a Address,
    /// What the secret in it is made from. It is cleared once the mail has been sent.
    pub(crate) secret: &'a str,
    /// What else the template needs: a JSON object.
    pub(crate) detail: Json,
    /// Until when it is worth sending.
    pub(crate) expires_at: DateTimeUtc,
}

/// How the delivery of a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It left by SMTP.
    Sent,
    /// The mailbox page shows it.
    Kept,
    /// Not sent: its template did not want it any more.
    Suppressed,
    /// It was worth nothing any more before it could be sent.
    Expired,
}

/// The most mails of one round, and on the mailbox page.
pub(super) const BATCH: u32 = 50;
/// How long a claimed mail belongs to its sender: longer than an attempt may take.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// The time before the second attempt; it doubles with each one.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(5);

impl Mail<'_> {
    /// Writes the row. Once the transaction of `cx` has been committed the courier of this process is woken, and sends it.
    pub(crate) async fn enqueue(self, cx: &Context) -> Result<(), Error> {
        let mail = OutboxMail::enqueue()
            .recipient(self.recipient.as_str())
            .template(self.template)
            .secret(self.secret)
            .detail(self.detail)
            .due_at(cx.now())
            .expires_at(self.expires_at);
        mail.run(cx).await?;
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

/// Mails of these templates whose time has come, the oldest first: a batch of them.
pub(super) async fn due(cx: &Context, templates: &[String]) -> Result<Vec<OutboxMail>, Error> {
    let due = OutboxMail::query()
        .filter(expr!(|it| it.settled_at.is_none() && it.due_at <= now() && it.template.is_in(templates)));
    due.sort(|it| it.inserted_at).limit(BATCH).all(cx).await
}

/// What the mailbox keeps, newest first.
pub(super) async fn kept(cx: &Context) -> Result<Vec<OutboxMail>, Error> {
    let kept = Delivery::Kept.stored();
    OutboxMail::query().filter(expr!(|it| it.outcome == kept)).limit(BATCH).all(cx).await
}

/// Claims a mail for one attempt; `false` if another server has.
///
/// It becomes due again after a while, so that a mail whose sender dies is not lost. `cx` is of this moment.
pub(super) async fn claim(cx: &Context, mail: &OutboxMail) -> Result<bool, Error> {
    let (id, attempts) = (mail.id, mail.attempts);
    let free = OutboxMail::query()
        .filter(expr!(|it| it.id == id && it.attempts == attempts && it.settled_at.is_none()))
        .update(OutboxMail::claim, |it| it.attempts(attempts + 1).due_at(cx.now() + LEASE));
    Ok(!free.run(cx).await?.is_empty())
}

/// Puts back a mail that could not be sent, for a later attempt.
pub(super) async fn postpone(cx: &Context, mail: &OutboxMail) -> Result<(), Error> {
    let doublings = u32::try_from(mail.attempts).unwrap_or(u32::MAX).min(8);
    let due = cx.now() + FIRST_DELAY * 2_i32.pow(doublings);
    OutboxMail::claim(mail.id).due_at(due).run(cx).await.map(drop)
}

/// Ends the delivery of a mail; its secret is kept only where the mailbox page will show it.
pub(super) async fn finish(cx: &Context, mail: &OutboxMail, delivery: Delivery) -> Result<(), Error> {
    let settled = OutboxMail::settle(mail.id).settled_at(cx.now()).outcome(delivery.stored());
    let settled = if delivery == Delivery::Kept { settled } else { settled.secret(None::<String>) };
    settled.run(cx).await.map(drop)
}
