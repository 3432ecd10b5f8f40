//! The rebuild on PostgreSQL, where every column can be altered in place.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExprTrait};
use sea_query::{Alias, Expr, Query};

use super::{Change, Rebuild, keys_are_found, rows_can_change};
use crate::migration::convert;
use crate::migration::physical::{constant, physical_type};
use crate::migration::rows::one;
use crate::migration::statement::{self, quoted, text_literal};

const BACKEND: DbBackend = DbBackend::Postgres;

/// Keys go first and come last, so that tables which point at each other can be changed together.
pub(super) async fn run<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
    rows_can_change(connection, tables).await?;
    for (table, rebuild) in tables {
        for change in rebuild.changes.iter().filter(|it| is_keyed_anew(it) && it.from.references.is_some()) {
            connection.execute(&statement::drop_foreign_key(table, &change.from.name)).await?;
        }
    }
    for (table, rebuild) in tables {
        let mut columns = rebuild.changes.iter();
        if columns.any(|it| it.from.primary_key && !it.to.primary_key) {
            drop_primary_key(connection, table).await?;
        }
        for change in &rebuild.changes {
            alter(connection, table, change).await?;
        }
        for change in rebuild.changes.iter().filter(|it| !it.from.primary_key && it.to.primary_key) {
            let key = format!("ALTER TABLE {} ADD PRIMARY KEY ({})", quoted(table), quoted(&change.to.name));
            connection.execute_unprepared(&key).await?;
        }
    }
    for (table, rebuild) in tables {
        for change in &rebuild.changes {
            let column = quoted(&change.to.name);
            if let Some(key) = change.new_key(&format!("t.{column}")) {
                let update = format!("UPDATE {} AS t SET {column} = {key} WHERE t.{column} IS NOT NULL", quoted(table));
                connection.execute_unprepared(&update).await?;
            }
        }
        keys_are_found(connection, table, rebuild).await?;
    }
    for (table, rebuild) in tables {
        for change in rebuild.changes.iter().filter(|it| is_keyed_anew(it)) {
            if let Some(key) = statement::create_foreign_key(table, &change.to) {
                connection.execute(&key).await?;
            }
        }
    }
    Ok(())
}

/// Whether its foreign key cannot stay as it is.
fn is_keyed_anew(change: &Change) -> bool {
    change.from.references != change.to.references || change.is_retyped()
}

/// Everything about a column but its keys.
async fn alter<C: ConnectionTrait>(connection: &C, table: &str, change: &Change) -> Result<(), DbErr> {
    let Change { from, to } = change;
    let retyped = change.is_retyped();
    if from.default.is_some() && (retyped || to.default.is_none()) {
        connection.execute_unprepared(&statement::drop_default(table, &to.name)).await?;
    }
    if retyped {
        let value = convert::expression(&quoted(&to.name), from.storage, to.storage, BACKEND);
        let (column, ty) = (quoted(&to.name), physical_type(to.storage, BACKEND));
        let retype = format!("ALTER TABLE {} ALTER COLUMN {column} TYPE {ty} USING {value}", quoted(table));
        connection.execute_unprepared(&retype).await?;
        convert::respell(connection, (table, &to.name), (from.storage, to.storage)).await?;
    }
    if let Some(default) = to.default.as_ref().filter(|_| retyped || from.default != to.default) {
        let mut definition = sea_query::ColumnDef::new(Alias::new(&to.name));
        definition.default(Expr::val(constant(default)));
        connection.execute(statement::alter(table).modify_column(definition)).await?;
    }
    if !to.nullable
        && let Some(given) = to.given()
    {
        let ty = physical_type(to.storage, BACKEND).split(' ').next().unwrap_or_default();
        let column = Alias::new(&to.name);
        let update = Query::update()
            .table(Alias::new(table))
            .value(column.clone(), Expr::val(constant(&given)).cast_as(ty.to_owned()))
            .and_where(Expr::col(column).is_null())
            .take();
        connection.execute(&update).await?;
    }
    if from.nullable != to.nullable {
        let mut definition = sea_query::ColumnDef::new(Alias::new(&to.name));
        if to.nullable {
            definition.null();
        } else {
            definition.not_null();
        }
        connection.execute(statement::alter(table).modify_column(definition)).await?;
    }
    Ok(())
}

/// The constraint keeps its name when the table is renamed, so the catalogue is asked for it.
async fn drop_primary_key<C: ConnectionTrait>(connection: &C, table: &str) -> Result<(), DbErr> {
    let name = text_literal(&quoted(table));
    let sql =
        format!("SELECT conname::text AS name FROM pg_constraint WHERE contype = 'p' AND conrelid = {name}::regclass");
    let Some(row) = one(connection, &sql).await? else { return Ok(()) };
    let name: String = row.try_get("", "name")?;
    let drop = format!("ALTER TABLE {} DROP CONSTRAINT {}", quoted(table), quoted(&name));
    connection.execute_unprepared(&drop).await.map(|_| ())
}
