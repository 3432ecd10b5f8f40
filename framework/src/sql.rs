//! From plans to statements of either database. Only `sql` (and `migration`) names sea_query's builders.
//!
//! ```text
//! activity.user_id == actor.id            (folded: user_id = $1)
//!   PostgreSQL  SELECT "_0"."kind" AS "c0" FROM "activities" AS "_0" WHERE "_0"."user_id" = $1
//!   SQLite      SELECT "_0"."kind" AS "c0" FROM "activities" AS "_0" WHERE "_0"."user_id" = ?
//! ```
//! Values are bound, never written into the text; a list is one value.

mod condition;
mod junction;
mod lowering;
mod read;
mod related;
mod scope;
mod seek;
mod value;
mod write;

use sea_orm::{DbBackend, Statement};
use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder, Values};

use crate::database::{Backend, Capability};

pub(crate) use lowering::Lowering;
pub(crate) use read::{count, count_between, count_per_parent, now, select};
pub(crate) use value::{decode, decode_key};
pub(crate) use write::{delete, draft, insert, update};

/// Renders a statement for one database.
fn render(capability: &Capability, statement: &impl QueryStatementWriter) -> Statement {
    let ((sql, values), backend) = match capability.backend {
        Backend::Postgres => (statement.build(PostgresQueryBuilder), DbBackend::Postgres),
        Backend::Sqlite => (statement.build(SqliteQueryBuilder), DbBackend::Sqlite),
    };
    raw(backend, sql, values)
}

fn raw(backend: DbBackend, sql: String, values: Values) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}
