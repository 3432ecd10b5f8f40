//! Takes the next numbers of a table whose primary key the database counts, before anything is stored under them:
//!
//! ```text
//! PostgreSQL  SELECT nextval(pg_get_serial_sequence('"tickets"', 'id')) FROM generate_series(1, 3)
//! SQLite      UPDATE "sqlite_sequence" SET "seq" = "seq" + 3 WHERE "name" = 'tickets' RETURNING "seq"
//! ```
//! Both count on by themselves after rows that were stored by other means. A number that is taken and not used stays a gap.

use sea_query::{Alias, Expr, ExprTrait, Func, Query};

use super::{Statement, render};
use crate::database::Capability;
use crate::error::Error;
use crate::ir::{Name, Resource};

/// The numbers that SQLite's `AUTOINCREMENT` has given, one row for each table.
///
/// Source: SQLite's documentation, "SQLite Autoincrement", section 3.
const COUNTED: &str = "sqlite_sequence";
/// Its columns.
const TABLE: &str = "name";
const LAST: &str = "seq";

/// Takes `count` numbers: one row for each, or one row with the last of them, none where the table has not been counted yet.
pub(crate) fn take(capability: &Capability, resource: &Resource, key: &Name, count: i64) -> Statement {
    let table = resource.table.as_str();
    if capability.sequences {
        let sequence = Func::cust("pg_get_serial_sequence").arg(quoted(table)).arg(key.as_str());
        let numbers = Func::cust("generate_series").arg(1_i64).arg(count);
        let statement =
            Query::select().expr(Func::cust("nextval").arg(sequence)).from_function(numbers, Alias::new("n")).take();
        return render(capability, &statement);
    }
    let statement = Query::update()
        .table(Alias::new(COUNTED))
        .value(Alias::new(LAST), Expr::col(Alias::new(LAST)).add(count))
        .and_where(Expr::col(Alias::new(TABLE)).eq(table))
        .returning(Query::returning().column(Alias::new(LAST)))
        .take();
    render(capability, &statement)
}

/// Begins to count a table by which nothing was counted yet, unless somebody else has begun.
///
/// # Errors
/// `INTERNAL` if the statement cannot be built.
pub(crate) fn begin(capability: &Capability, resource: &Resource) -> Result<Statement, Error> {
    let table = resource.table.as_str();
    let begun = Query::select()
        .expr(Expr::val(1))
        .from(Alias::new(COUNTED))
        .and_where(Expr::col(Alias::new(TABLE)).eq(table))
        .take();
    let first = Query::select().expr(Expr::val(table)).expr(Expr::val(0)).and_where(Expr::exists(begun).not()).take();
    let mut statement = Query::insert();
    statement
        .into_table(Alias::new(COUNTED))
        .columns([Alias::new(TABLE), Alias::new(LAST)])
        .select_from(first)
        .map_err(Error::internal)?;
    Ok(render(capability, &statement))
}

/// A table's name as SQL reads it inside of a text.
fn quoted(table: &str) -> String {
    format!("\"{}\"", table.replace('"', "\"\""))
}
