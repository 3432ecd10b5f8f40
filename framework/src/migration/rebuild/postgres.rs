//! The rebuild on PostgreSQL, where every column can be altered in place.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExprTrait};
use sea_query::{Alias, Expr, Query};

use super::{Change, Rebuild, new_keys_are_found, rows_can_change};
use crate::migration::physical::{constant, physical_type};
use crate::migration::rows::{all, one};
use crate::migration::statement::{self, quoted, text_literal};
use crate::migration::{Error, MigrationCode, convert};
use crate::table::Storage;

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
        for change in rebuild.changes.iter().filter(|it| it.rekeyed().is_none()) {
            alter(connection, table, change).await?;
        }
        for change in rebuild.changes.iter().filter(|it| it.becomes_key()) {
            let key = format!("ALTER TABLE {} ADD PRIMARY KEY ({})", quoted(table), quoted(&change.to.name));
            connection.execute_unprepared(&key).await?;
        }
    }
    rekey(connection, tables).await?;
    for (table, rebuild) in tables {
        new_keys_are_found(connection, table, rebuild).await?;
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
    if !change.is_retyped() {
        return complete(connection, table, change).await;
    }
    // PostgreSQL reads two spellings of a UUID as we do; of all else that is read here it is given the one that it cannot misread.
    if convert::is_read(from.storage, to.storage) && to.storage != Storage::Uuid {
        convert::respell(connection, (table, &to.name), to.storage).await?;
    }
    // A required column must have no NULL at any moment, so what has no value gets one here.
    let value = change.value(&quoted(&to.name), BACKEND);
    retype(connection, table, change, &value).await?;
    if (from.storage, to.storage) == (Storage::Json, Storage::Text) {
        convert::respell(connection, (table, &to.name), Storage::Json).await?;
    }
    complete(connection, table, change).await
}

/// Gives a column its type, and rows what `value`, which is SQL, makes of theirs. Indexes are made anew after all rows.
async fn retype<C: ConnectionTrait>(connection: &C, table: &str, change: &Change, value: &str) -> Result<(), DbErr> {
    let Change { from, to } = change;
    if from.default.is_some() {
        connection.execute_unprepared(&statement::drop_default(table, &to.name)).await?;
    }
    let (column, ty) = (quoted(&to.name), physical_type(to.storage, BACKEND));
    let retype = format!("ALTER TABLE {} ALTER COLUMN {column} TYPE {ty} USING {value}", quoted(table));
    connection.execute_unprepared(&retype).await.map(|_| ())
}

/// Default, value for rows without one, and NULL of a column that has its type.
async fn complete<C: ConnectionTrait>(connection: &C, table: &str, change: &Change) -> Result<(), DbErr> {
    let Change { from, to } = change;
    let has_no_default = change.is_retyped() || change.rekeyed().is_some();
    if from.default.is_some() && to.default.is_none() && !has_no_default {
        connection.execute_unprepared(&statement::drop_default(table, &to.name)).await?;
    }
    if let Some(default) = to.default.as_ref().filter(|_| has_no_default || from.default != to.default) {
        let mut definition = sea_query::ColumnDef::new(Alias::new(&to.name));
        definition.default(Expr::val(constant(default)));
        connection.execute(statement::alter(table).modify_column(definition)).await?;
    }
    if let Some(given) = change.filling() {
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

/// Has the keys that were known by one column known by the one that has become the primary key.
///
/// An `UPDATE` would stop at two rows that share a key for a moment where it must be unique; the type of a column is changed for all rows at
/// once. No other table may be read in that statement, but a function may.
async fn rekey<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
    let changes = tables.iter().flat_map(|(table, rebuild)| rebuild.changes.iter().map(move |it| (*table, it)));
    let rekeyed: Vec<_> = changes.filter_map(|(table, it)| Some((table, it, it.rekeyed()?))).collect();
    for (target, old, new) in rekeyed.iter().map(|(.., keys)| *keys).collect::<BTreeSet<_>>() {
        let (target, old, new) = (quoted(target), quoted(old), quoted(new));
        for statement in [
            format!("CREATE TABLE {KEYS} AS SELECT k.{old}::text AS was, k.{new} AS becomes FROM {target} AS k"),
            format!("CREATE INDEX ON {KEYS} (was)"),
            format!(
                "CREATE FUNCTION {KEYS}(was text) RETURNS {KEYS}.becomes%TYPE LANGUAGE sql STABLE \
                 AS 'SELECT k.becomes FROM {KEYS} AS k WHERE k.was = $1'"
            ),
        ] {
            connection.execute_unprepared(&statement).await?;
        }
        for (table, change, _) in rekeyed.iter().filter(|(.., (of, was, _))| quoted(of) == target && quoted(was) == old)
        {
            let value = format!("{KEYS}({}::text)", quoted(&change.to.name));
            retype(connection, table, change, &value).await?;
            complete(connection, table, change).await?;
        }
        connection.execute_unprepared(&format!("DROP FUNCTION {KEYS}(text); DROP TABLE {KEYS}")).await?;
    }
    Ok(())
}

/// A table of the old and the new keys of another one, and the function that looks a key up in it; both are gone at the end of the step.
const KEYS: &str = "samara_keys";

/// The constraint keeps its name when the table is renamed, so the catalogue is asked for it.
///
/// # Errors
/// `R0731` if a foreign key that no migration made points at it.
async fn drop_primary_key<C: ConnectionTrait>(connection: &C, table: &str) -> Result<(), DbErr> {
    let name = text_literal(&quoted(table));
    let sql = format!(
        "SELECT conname::text AS name, conindid::bigint AS index FROM pg_constraint WHERE contype = 'p' AND conrelid = {name}::regclass"
    );
    let Some(row) = one(connection, &sql).await? else { return Ok(()) };
    let (name, index): (String, i64) = (row.try_get("", "name")?, row.try_get("", "index")?);
    let pointing = format!(
        "SELECT format('`%s` of `%s`', conname, conrelid::regclass) AS name FROM pg_constraint WHERE contype = 'f' AND conindid = {index} ORDER BY 1"
    );
    let pointing: Result<Vec<String>, DbErr> =
        all(connection, &pointing).await?.iter().map(|it| it.try_get("", "name")).collect();
    let pointing = pointing?;
    if !pointing.is_empty() {
        let message = format!(
            "`{table}` gets another primary key, and the foreign key {} points at the one it has",
            pointing.join(", ")
        );
        let help = "drop it by a migration of your own before this one, and make it again after";
        return Err(Error::new(MigrationCode::ByHand, message, help).into());
    }
    let drop = format!("ALTER TABLE {} DROP CONSTRAINT {}", quoted(table), quoted(&name));
    connection.execute_unprepared(&drop).await.map(|_| ())
}
