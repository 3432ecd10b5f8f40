//! Mail: written to the outbox in the transaction that wants it sent, and sent after it has been committed.
//!
//! ```text
//! transaction { … outbox_mails row } → after_commit → Courier: claim → decide → compose → send → settle (the secret is cleared)
//! ```
//! The commit wakes the courier of the process that wrote the mail; those of others look every two seconds. A mail that cannot be sent is
//! retried after growing pauses, until its link or code has expired. Several servers may share an outbox.

mod courier;
mod message;
mod outbox;
mod transport;

pub use courier::Courier;
pub use message::{Message, Template};
pub(crate) use outbox::Mail;
