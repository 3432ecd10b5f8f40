//! Mail that waits to be sent, or that the mailbox page shows.

#![allow(
    unreachable_pub,
    reason = "declared as an application declares its resources; nothing outside of the framework names it"
)]

use samara_macros::{actions, policies, resource};
use uuid::Uuid;

use crate::attribute::Json;
use crate::value::DateTimeUtc;

/// A mail to send.
#[resource(table = "outbox_mails", index = [settled_at, due_at])]
pub struct OutboxMail {
    #[id]
    pub id: Uuid,
    #[attribute]
    pub recipient: String,
    #[attribute]
    pub template: String,
    /// What the token or code in it is made from, together with the server's key. It is cleared when the mail has been sent.
    #[attribute(sensitive)]
    pub secret: Option<String>,
    #[attribute]
    pub detail: Json,
    #[attribute(default = 0)]
    pub attempts: i64,
    #[attribute]
    pub due_at: DateTimeUtc,
    #[attribute]
    pub expires_at: DateTimeUtc,
    #[attribute]
    pub settled_at: Option<DateTimeUtc>,
    #[attribute]
    pub outcome: Option<String>,
}

#[actions]
impl OutboxMail {
    /// Newest first.
    #[read(primary, private, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Puts a mail into the outbox.
    #[create(private, accept = [recipient, template, secret, detail, due_at, expires_at])]
    fn enqueue();

    /// Reserves it for one attempt, or puts it off.
    #[update(private, accept = [due_at, attempts])]
    fn claim();

    /// Says how its delivery ended.
    #[update(private, accept = [settled_at, outcome, secret])]
    fn settle();

    /// Forgets it.
    #[destroy(private)]
    fn purge();
}

#[policies]
impl OutboxMail {}
