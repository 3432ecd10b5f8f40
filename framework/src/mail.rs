//! Mail: written to the outbox in the transaction that wants it sent, and sent after it has been committed.
//!
//! ```text
//! transaction { … outbox_mails row } → after_commit → Courier: claim → is it wanted? → compose → send → settle (the secret is cleared)
//! ```
//! Nothing here knows what a mail is about: whoever sends one gives the courier a `Template`, which says whether it is still to be sent,
//! and in which words. The commit wakes the courier of the process that wrote the mail; those of others look every two seconds. A mail that
//! cannot be sent is retried after growing pauses, until it expires. Several servers may share an outbox.

mod address;
mod courier;
mod message;
mod outbox;
mod template;
mod transport;

pub use address::Address;
pub(crate) use address::masked;
pub use courier::Courier;
pub use message::Message;
pub(crate) use outbox::Mail;
pub(crate) use template::{MailText, Template};
pub(crate) use transport::reach;
