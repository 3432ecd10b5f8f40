//! Runs planned statements and turns rows into records. Only this and `database` await the database.

mod failing_values;
mod field;
mod load;
mod read;
mod row;
mod write;

pub(crate) use failing_values::failing_values;
pub(crate) use read::{fill, get, get_rows, get_rows_alone, now, only, pair, read, reread};
pub(crate) use write::{
    Changed, Unwritten, delete, draft_value, draft_verdict, insert, readable_keys, stored, update, verdicts,
};
