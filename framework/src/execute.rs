//! Runs planned statements and turns rows into records. Only this and `database` await the database.

mod apart;
mod field;
mod load;
mod read;
mod row;
mod write;

pub(crate) use apart::apart;
pub(crate) use read::{fill, get, get_alone, now, only, pair, read, reread};
pub(crate) use write::{Unwritten, delete, draft_value, draft_verdict, insert, lock, readable_keys, update, verdict};
