//! The rebuild on SQLite: a new table takes the place of the old one.
//!
//! Source: SQLite's documentation, "ALTER TABLE", section 7, "Making Other Kinds Of Table Schema Changes". Foreign keys are off on the
//! migrator's connection, and checked by it before the commit.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_query::SqliteQueryBuilder;
use tokio::time::Instant;

use super::definition::Definition;
use super::{Change, Rebuild, new_keys_are_found, rows_can_change};
use crate::migration::rows::{PROGRESS, Rows, all, one};
use crate::migration::statement::{self, quoted, text_literal};
use crate::migration::{Error, MigrationCode, convert};
use crate::table::{Column, Storage, Table};

/// How many rows are copied by one statement: between two of them the progress is told.
const BATCH: u32 = 50_000;

/// A table as it stands: its definition, and what hangs on it.
struct Standing<'a> {
    table: &'a str,
    changes: &'a [Change],
    definition: Definition,
    /// The columns whose values are stored, in order.
    columns: Vec<String>,
    /// The statements that make its indexes and triggers.
    attached: Vec<String>,
    /// The last number that `AUTOINCREMENT` gave; `None` where it gives none.
    sequence: Option<i64>,
}

pub(super) async fn run<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
    foreign_keys_are_off(connection).await?;
    let dependents = Dependents::that_work(connection).await?;
    let mut standing = Vec::new();
    for (table, rebuild) in tables {
        standing.push(Standing::read(connection, table, &rebuild.changes).await?);
    }
    rows_can_change(connection, tables).await?;
    for it in &standing {
        it.copy(connection).await?;
    }
    for it in &standing {
        connection.execute_unprepared(&format!("DROP TABLE {}", quoted(it.table))).await?;
    }
    // Else the rename would look into every view and trigger, and those that name a dropped table would stop it.
    connection.execute_unprepared("PRAGMA legacy_alter_table = ON").await?;
    for it in &standing {
        let rename = format!("ALTER TABLE {} RENAME TO {}", quoted(&it.new_name()), quoted(it.table));
        connection.execute_unprepared(&rename).await?;
    }
    connection.execute_unprepared("PRAGMA legacy_alter_table = OFF").await?;
    for it in &standing {
        it.count_on(connection).await?;
    }
    for statement in standing.iter().flat_map(|it| &it.attached) {
        tracing::debug!(statement, "an index or a trigger is made again");
        connection.execute_unprepared(statement).await?;
    }
    dependents.still_work(connection).await?;
    for (table, rebuild) in tables {
        new_keys_are_found(connection, table, rebuild).await?;
    }
    Ok(())
}

impl<'a> Standing<'a> {
    async fn read<C: ConnectionTrait>(connection: &C, table: &'a str, changes: &'a [Change]) -> Result<Self, DbErr> {
        let name = text_literal(table);
        let sql = format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = {name}");
        let Some(row) = one(connection, &sql).await? else {
            let help = "it was made by no migration, or dropped by hand";
            return Err(Error::new(MigrationCode::ByHand, format!("there is no table `{table}`"), help).into());
        };
        let mut definition = Definition::read(table, &row.try_get::<String>("", "sql")?)?;
        definition.name_columns_alone(table);
        for change in changes {
            type_is_known(connection, table, &change.to).await?;
            definition.replace(table, &written(table, &change.from)?, &written(table, &change.to)?)?;
        }
        let sql = format!("SELECT name FROM pragma_table_xinfo({name}) WHERE hidden = 0");
        let columns: Result<Vec<String>, DbErr> =
            all(connection, &sql).await?.iter().map(|it| it.try_get("", "name")).collect();
        let sql = format!(
            "SELECT sql FROM sqlite_master WHERE tbl_name = {name} COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid"
        );
        let attached: Result<Vec<String>, DbErr> =
            all(connection, &sql).await?.iter().map(|it| it.try_get("", "sql")).collect();
        let sequence = sequence(connection, table).await?;
        Ok(Self { table, changes, definition, columns: columns?, attached: attached?, sequence })
    }

    /// The table's name until it takes the old one's.
    fn new_name(&self) -> String {
        format!("samara_rebuilt_{}", self.table)
    }

    /// Makes the new table and copies all rows into it.
    async fn copy<C: ConnectionTrait>(&self, connection: &C) -> Result<(), DbErr> {
        let new = self.new_name();
        connection.execute_unprepared(&self.definition.create(&quoted(&new))).await?;
        let rows = Rows::of(connection, self.table).await?;
        let mut names: Vec<String> = self.columns.iter().map(|it| quoted(it)).collect();
        let mut values: Vec<String> = self.columns.iter().map(|it| self.value(it)).collect();
        // What is known by its rowid elsewhere, such as by a full-text index, stays known by it.
        if let Some(rowid) = rows.counted_by()
            && !is_counted_by_key(connection, &new).await?
        {
            names.push(rowid.to_owned());
            values.push(format!("t.{rowid}"));
        }
        let copy = format!(
            "INSERT INTO {} ({}) SELECT {} FROM {} AS t",
            quoted(&new),
            names.join(", "),
            values.join(", "),
            quoted(self.table)
        );
        match rows.counted_by() {
            Some(rowid) => self.copy_in_batches(connection, &copy, rowid).await?,
            None => {
                connection.execute_unprepared(&copy).await?;
            }
        }
        for change in self.changes.iter().filter(|it| it.is_read()) {
            convert::respell(connection, (&new, &change.to.name), change.to.storage).await?;
        }
        Ok(())
    }

    /// `AUTOINCREMENT` goes on after the last number that it gave, though the row of that number may be gone.
    async fn count_on<C: ConnectionTrait>(&self, connection: &C) -> Result<(), DbErr> {
        let Some(last) = self.sequence else { return Ok(()) };
        let name = text_literal(self.table);
        let delete = format!("DELETE FROM sqlite_sequence WHERE name = {name} COLLATE NOCASE");
        connection.execute_unprepared(&delete).await?;
        let insert = format!("INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {last})");
        connection.execute_unprepared(&insert).await.map(|_| ())
    }

    async fn copy_in_batches<C: ConnectionTrait>(&self, connection: &C, copy: &str, rowid: &str) -> Result<(), DbErr> {
        let table = quoted(self.table);
        let of: i64 = one(connection, &format!("SELECT count(*) AS n FROM {table}"))
            .await?
            .map_or(Ok(0), |it| it.try_get("", "n"))?;
        let (mut last, mut copied) = (None::<i64>, 0);
        let mut told = Instant::now();
        loop {
            let after = last.map(|it| format!("t.{rowid} > {it}")).unwrap_or_else(|| "TRUE".to_owned());
            let next = format!(
                "SELECT max(n) AS n FROM (SELECT t.{rowid} AS n FROM {table} AS t WHERE {after} ORDER BY t.{rowid} LIMIT {BATCH})"
            );
            let end: Option<i64> = one(connection, &next).await?.map_or(Ok(None), |it| it.try_get("", "n"))?;
            let Some(end) = end else { return Ok(()) };
            let batch = format!("{copy} WHERE {after} AND t.{rowid} <= {end} ORDER BY t.{rowid}");
            copied += connection.execute_unprepared(&batch).await?.rows_affected();
            last = Some(end);
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                tracing::info!(table = self.table, copied, of, "the table is made anew: rows are copied");
            }
        }
    }

    /// The value of a column of the new table, of a row `t` of the old one.
    fn value(&self, column: &str) -> String {
        let same = format!("t.{}", quoted(column));
        let Some(change) = self.changes.iter().find(|it| it.from.name.eq_ignore_ascii_case(column)) else {
            return same;
        };
        change.value(&same, DbBackend::Sqlite)
    }
}

/// `R0731`: a `STRICT` table has a column of that type.
pub(in crate::migration) async fn type_is_known<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    column: &Column,
) -> Result<(), DbErr> {
    if column.storage != Storage::Boolean {
        return Ok(());
    }
    let sql = format!(
        "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND name = {} COLLATE NOCASE AND strict = 1",
        text_literal(table)
    );
    if one(connection, &sql).await?.is_none() {
        return Ok(());
    }
    let message =
        format!("the table `{table}` is STRICT, and such a table has no column of the type BOOLEAN: `{}`", column.name);
    let help = "make the table anew without STRICT by a migration of your own before this one";
    Err(Error::new(MigrationCode::ByHand, message, help).into())
}

/// Whether a column of a table that SQLite counts is what it counts the rows by: an `INTEGER PRIMARY KEY`, which needs no index.
async fn is_counted_by_key<C: ConnectionTrait>(connection: &C, table: &str) -> Result<bool, DbErr> {
    let name = text_literal(table);
    let sql = format!(
        "SELECT 1 FROM pragma_table_info({name}) WHERE pk > 0 AND NOT EXISTS (SELECT 1 FROM pragma_index_list({name}) WHERE origin = 'pk')"
    );
    Ok(one(connection, &sql).await?.is_some())
}

/// The last number that `AUTOINCREMENT` gave a row of the table.
async fn sequence<C: ConnectionTrait>(connection: &C, table: &str) -> Result<Option<i64>, DbErr> {
    if one(connection, "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").await?.is_none() {
        return Ok(None);
    }
    let sql = format!("SELECT seq FROM sqlite_sequence WHERE name = {} COLLATE NOCASE", text_literal(table));
    one(connection, &sql).await?.map(|it| it.try_get("", "seq")).transpose()
}

/// The definition of a column, as this framework writes it: a table of it alone.
fn written(table: &str, column: &Column) -> Result<Definition, Error> {
    let alone = Table::new(table).with(column.clone());
    Definition::read(table, &statement::create_table(&alone, DbBackend::Sqlite).to_string(SqliteQueryBuilder))
}

/// `R0732`: with foreign keys on, dropping a table would delete the rows that point at it, and they cannot be switched off here.
async fn foreign_keys_are_off<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let row = one(connection, "PRAGMA foreign_keys").await?;
    let is_on: i32 = row.map_or(Ok(0), |it| it.try_get_by_index(0))?;
    if is_on == 0 {
        return Ok(());
    }
    let message = "a table can only be made anew on a connection without foreign keys: with them, dropping it deletes the rows that point at it";
    let help =
        "run migrations with `samara db migrate` or `samara::migration::Migrator`, which opens such a connection";
    Err(Error::new(MigrationCode::ForeignKeys, message, help).into())
}

/// The views and triggers of the database, each as a statement that SQLite can compile only while it works.
struct Dependents(Vec<Dependent>);

struct Dependent {
    /// What it is, for messages.
    name: String,
    statement: String,
}

impl Dependents {
    /// Those that work now. What is broken already is left so.
    async fn that_work<C: ConnectionTrait>(connection: &C) -> Result<Self, DbErr> {
        let mut working = Vec::new();
        for it in Self::all(connection).await? {
            if connection.execute_unprepared(&it.statement).await.is_ok() {
                working.push(it);
            }
        }
        Ok(Self(working))
    }

    async fn all<C: ConnectionTrait>(connection: &C) -> Result<Vec<Dependent>, DbErr> {
        let mut dependents = Vec::new();
        for view in all(connection, "SELECT name FROM sqlite_master WHERE type = 'view'").await? {
            let name: String = view.try_get("", "name")?;
            let statement = format!("EXPLAIN SELECT * FROM {}", quoted(&name));
            dependents.push(Dependent { name: format!("the view `{name}`"), statement });
        }
        let triggers = "SELECT tbl_name AS t, group_concat('`' || name || '`', ', ') AS names FROM sqlite_master \
                        WHERE type = 'trigger' GROUP BY tbl_name COLLATE NOCASE";
        for row in all(connection, triggers).await? {
            let (table, names): (String, String) = (row.try_get("", "t")?, row.try_get("", "names")?);
            let columns = format!("SELECT name FROM pragma_table_xinfo({}) WHERE hidden = 0", text_literal(&table));
            let columns: Result<Vec<String>, DbErr> =
                all(connection, &columns).await?.iter().map(|it| it.try_get::<String>("", "name")).collect();
            let set: Vec<String> = columns?.iter().map(|it| format!("{0} = {0}", quoted(it))).collect();
            let on = quoted(&table);
            // Compiling a write compiles the triggers that it fires.
            for write in [
                format!("INSERT INTO {on} DEFAULT VALUES"),
                format!("UPDATE {on} SET {}", set.join(", ")),
                format!("DELETE FROM {on}"),
            ] {
                let name = format!("a trigger of `{table}` ({names})");
                dependents.push(Dependent { name, statement: format!("EXPLAIN {write}") });
            }
        }
        Ok(dependents)
    }

    /// `R0731`: they work on the new tables too.
    async fn still_work<C: ConnectionTrait>(&self, connection: &C) -> Result<(), DbErr> {
        for it in &self.0 {
            if let Err(error) = connection.execute_unprepared(&it.statement).await {
                let message = format!("{} would not work any more", it.name);
                let help = "drop it by a migration of your own before this one, and make it again after";
                return Err(Error::new(MigrationCode::ByHand, message, help).because(error).into());
            }
        }
        Ok(())
    }
}
