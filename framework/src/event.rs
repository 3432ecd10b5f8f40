//! What leaves the path of every write, in its transaction: for audit, notifications and subscriptions.
//!
//! ```
//! use samara::future::BoxFuture;
//! use samara::context::Context;
//! use samara::error::Error;
//! use samara::event::{Consumer, Event, Interest};
//! use samara::ir;
//!
//! /// Counts in the log.
//! #[derive(Debug)]
//! struct Tally;
//!
//! impl Consumer for Tally {
//!     fn interest(&self, _: &ir::Resource, _: &ir::Action) -> Interest {
//!         Interest::Keys
//!     }
//!
//!     fn consume<'a>(&'a self, _: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
//!         Box::pin(async move {
//!             tracing::info!(rows = events.len(), "written");
//!             Ok(())
//!         })
//!     }
//! }
//! ```

use std::fmt;

use crate::context::{Actor, Context};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::ir::{self, Name, ResourceId};
use crate::record::StoredRow;
use crate::value::{DateTimeUtc, RowKey};

/// What was done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrote {
    /// It is new.
    Created,
    /// It was changed.
    Updated,
    /// It was removed, or deleted for the time being.
    Destroyed,
    /// It was deleted for the time being, and is there again.
    Restored,
    /// It was deleted for the time being, and is removed for good.
    Purged,
    /// It was there already, and stays as it is: a create found its identity, and nothing was written. No event tells of it.
    Kept,
}

impl Wrote {
    /// Whether the row is not there any more.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Destroyed | Self::Purged)
    }
}

/// One row that was written by an action.
///
/// Rows that the database removes or changes by itself, because they point at one that was destroyed (`on_delete = cascade`, `nilify`), leave no
/// event: it does not say which they were. Neither do rows that are deleted for the time being, or come back, because they point at one that is.
#[derive(Clone, Debug)]
pub struct Event {
    /// Who did it.
    pub actor: Actor,
    /// The resource of the row.
    pub resource: ResourceId,
    /// The action that did it: of a stored row that an upsert changed, the update.
    pub action: Name,
    /// What was done.
    pub wrote: Wrote,
    /// The row's primary key.
    pub id: RowKey,
    /// The row as it was, where the consumer asks for values and the row is not new.
    pub before: Option<StoredRow>,
    /// The row as it is now, where the consumer asks for values and the row was not removed.
    pub after: Option<StoredRow>,
    /// The id of the request that it was done for, where there is one.
    pub request_id: Option<String>,
    /// The request's time.
    pub at: DateTimeUtc,
}

/// What a [`Consumer`] wants to know of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// Nothing: it costs nothing.
    None,
    /// That it happened, to which row.
    Keys,
    /// The row before and after, too. Of an update that costs a read of the rows: within the statement on PostgreSQL, and one before it
    /// on SQLite.
    Values,
}

/// Something that is told of every write in its transaction: what it writes is kept with the write, or not at all.
///
/// A write that nobody is interested in costs no statement and no transaction more.
pub trait Consumer: fmt::Debug + Send + Sync {
    /// How much it wants to know of the writes of an action.
    fn interest(&self, resource: &ir::Resource, action: &ir::Action) -> Interest;

    /// Is told of the rows that one write wrote, in order. `cx` is inside of its transaction, with its actor.
    ///
    /// # Errors
    /// Whatever fails: the write is undone, and this is its answer.
    fn consume<'a>(&'a self, cx: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>>;
}
