//! From plans to statements of either database. Only `sql` (and `migration`) names sea_query's builders.
//!
//! ```text
//! activity.user_id == actor.id            (folded: user_id = $1)
//!   PostgreSQL  SELECT "_0"."kind" AS "c0" FROM "activities" AS "_0" WHERE "_0"."user_id" = $1
//!   SQLite      SELECT "_0"."kind" AS "c0" FROM "activities" AS "_0" WHERE "_0"."user_id" = ?
//! ```
//! Values are bound, never written into the text; a list is one value.

mod condition;
mod deletion;
mod extent;
mod junction;
mod lowering;
mod next_keys;
mod parameter;
mod read;
mod related;
mod scope;
mod seek;
mod value;
mod write;

use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SelectStatement, SqliteQueryBuilder, Values};

use crate::database::{Backend, Capability, Statement};
use crate::error::Error;
use crate::plan::Read;

pub(crate) use deletion::{held_on, referring};
pub(crate) use extent::{of_table, told_from_null};
pub(crate) use lowering::Lowering;
pub(crate) use next_keys::{begin as begin_keys, take as take_keys};
pub(crate) use parameter::{Parameters, PreparedStatement};
pub(crate) use value::{Cell, cell, decode, decode_key, is_same};
pub(crate) use write::{delete, draft, insert, update};

/// What is asked about the rows of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// The rows: one for each row read, its columns in the order of the plan.
    Rows,
    /// The same rows, of which those that are equal but for the last key of the order come as the database finds them.
    TiedRows,
    /// How many rows it finds, regardless of pages: one row.
    Count,
    /// How many rows there are between the cursors: one row.
    CountBetween,
    /// How many rows each parent has: its key and the number, for each parent that has any.
    CountPerParent,
}

/// The statement for a read that is sent once, with its values.
pub(crate) fn read(lowering: &Lowering<'_>, read: &Read, question: Question) -> Result<Statement, Error> {
    Ok(render(lowering.capability, &select(lowering, read, question)?))
}

/// The statement for reads of one form. `read` holds no values.
pub(crate) fn prepare(lowering: Lowering<'_>, read: &Read, question: Question) -> Result<PreparedStatement, Error> {
    let lowering = lowering.open();
    let select = select(&lowering, read, question)?;
    let (sql, values) = built(lowering.capability, &select);
    PreparedStatement::new(sql, values, lowering.into_open())
}

/// One row with the time by the lowering's clock.
pub(crate) fn now(lowering: &Lowering<'_>) -> Result<Statement, Error> {
    Ok(render(lowering.capability, &read::now(lowering)?))
}

fn select(lowering: &Lowering<'_>, read: &Read, question: Question) -> Result<SelectStatement, Error> {
    match question {
        Question::Rows => read::select(lowering, read, &read.order),
        Question::TiedRows => {
            let (_, order) = read.order.split_last().ok_or_else(|| lowering::broken("ties without an order"))?;
            read::select(lowering, read, order)
        }
        Question::Count => read::total(lowering, read),
        Question::CountBetween => read::count_between(lowering, read),
        Question::CountPerParent => read::count_per_parent(lowering, read),
    }
}

/// Renders a statement for one database.
fn render(capability: &Capability, statement: &impl QueryStatementWriter) -> Statement {
    let (sql, values) = built(capability, statement);
    Statement::new(sql, values)
}

fn built(capability: &Capability, statement: &impl QueryStatementWriter) -> (String, Values) {
    match capability.backend {
        Backend::Postgres => statement.build(PostgresQueryBuilder),
        Backend::Sqlite => statement.build(SqliteQueryBuilder),
    }
}
