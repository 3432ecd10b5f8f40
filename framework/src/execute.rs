//! Runs planned statements and turns rows into records. Only this and `database` await the database.

mod deletion;
mod failing_values;
mod field;
mod found;
mod load;
mod next_keys;
mod pair;
mod read;
mod statement;
mod ties;
mod write;

pub(crate) use deletion::{held_on, refer, referred_to};
pub(crate) use failing_values::failing_values;
pub(crate) use found::{FieldView, FoundByKey, FoundRows, PageView, RowView};
pub(crate) use next_keys::next_keys;
pub(crate) use pair::{now, pair};
pub(crate) use read::{
    fill, find, find_by_key, find_by_keys, find_only, get, get_rows, get_rows_alone, only, read, reread,
};
pub(crate) use statement::prepared;
pub(crate) use write::{
    Changed, Unwritten, delete, draft_value, draft_verdict, existing_keys, insert, is_taken, named_key, readable_keys,
    stored, update, verdicts,
};
