//! Checks that a database has the tables that a program needs: when it starts, instead of failing at each request.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{Error, MigrationCode};
use crate::database::Database;
use crate::table::Table;

/// Checks that each of `tables` exists with each of its columns, whatever their types.
///
/// # Errors
/// `R0729` with everything that is missing; `R0721`.
pub(crate) async fn require_tables(database: &Database, tables: &[Table]) -> Result<(), Error> {
    let columns = columns(database).await.map_err(|error| {
        let help = "check that it runs, and that the user may connect to it";
        Error::new(MigrationCode::Unreachable, "the database did not say what it holds", help).because(error)
    })?;
    let found: HashSet<&str> = columns.iter().map(|(table, _)| table.as_str()).collect();
    let mut missing = Vec::new();
    for table in tables {
        let name = table.name.to_ascii_lowercase();
        if !found.contains(name.as_str()) {
            missing.push(format!("the table `{}`", table.name));
            continue;
        }
        let absent = table.columns.iter().filter(|it| !columns.contains(&(name.clone(), it.name.to_ascii_lowercase())));
        missing.extend(absent.map(|it| format!("the column `{}.{}`", table.name, it.name)));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let none = tables.iter().all(|it| !found.contains(it.name.to_ascii_lowercase().as_str()));
    let help = match none {
        true => {
            "run `samara db migrate` (or this program with `db migrate`; it must have been built with its migrations)"
        }
        false => "write the migration with `samara codegen NAME`, then run it with `samara db migrate`",
    };
    Err(Error::new(MigrationCode::Incomplete, format!("the database lacks {}", missing.join(", ")), help))
}

/// All tables and views that a statement finds by their bare names, with their columns, in lower case.
async fn columns(database: &Database) -> Result<HashSet<(String, String)>, DbErr> {
    let connection = database.connection();
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT lower(tables.name) AS t, lower(columns.name) AS c \
             FROM sqlite_master AS tables JOIN pragma_table_xinfo(tables.name) AS columns \
             WHERE tables.type IN ('table', 'view')"
        }
        _ => {
            "SELECT lower(tables.relname) AS t, lower(columns.attname) AS c \
             FROM pg_class AS tables JOIN pg_attribute AS columns ON columns.attrelid = tables.oid \
             WHERE tables.relkind IN ('r', 'p', 'v', 'm', 'f') AND tables.relnamespace <> 'pg_catalog'::regnamespace \
             AND columns.attnum > 0 AND NOT columns.attisdropped AND pg_table_is_visible(tables.oid)"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok((row.try_get("", "t")?, row.try_get("", "c")?))).collect()
}
