//! Columns of tables that stay become others, whatever it takes: `ALTER` on PostgreSQL, the whole table made anew on SQLite.
//!
//! ```text
//! rows are looked through ──▶ sqlite:   new table, copy, drop, rename, indexes, triggers ──▶ keys are looked through
//!                         └─▶ postgres: keys dropped, columns altered, keys made         ──┘
//! ```
//! Everything is part of the migration's transaction, so what stops it anywhere leaves the tables as they were.

mod definition;
mod postgres;
mod sqlite;

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::convert;
use super::error::Help;
use super::physical::physical_type;
use super::rows::{Misfits, Rows, Waiting, have_wait};
use super::statement::{literal, quoted};
use super::values::{collisions, unique_sets};
use crate::table::Column;
use crate::value::Value;

pub(super) use sqlite::type_is_known;

/// How columns of one table change: each from what it is to what it shall be. See [`Schema::rebuild`](super::Schema::rebuild).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rebuild {
    changes: Vec<Change>,
}

/// One column, as it is and as it shall be; the name is the same.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    from: Column,
    to: Column,
}

impl Rebuild {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes a column: its storage, whether it may be NULL, its default, its foreign key, whether it is the primary key. A rename is
    /// a step of its own.
    ///
    /// Where it becomes required, rows that hold NULL get its default or its [fill](Column::fill). Where it points at a table that gets
    /// another primary key, its values are looked up there: they need not convert, and a fill is a new key.
    #[must_use]
    pub fn change(mut self, from: Column, to: Column) -> Self {
        self.changes.push(Change { from, to });
        self
    }
}

impl Change {
    fn is_retyped(&self) -> bool {
        self.from.storage != self.to.storage
    }

    /// Whether its texts are read in Rust, and not by a database.
    fn is_read(&self) -> bool {
        self.rekeyed().is_none() && convert::is_read(self.from.storage, self.to.storage)
    }

    /// What rows without a value get.
    fn filling(&self) -> Option<Value> {
        self.to.given().filter(|_| !self.to.nullable)
    }

    /// In SQL, the new value of a row whose old one is `value`.
    fn value(&self, value: &str, backend: DbBackend) -> String {
        let Some(filling) = self.filling() else { return self.converted(value, backend) };
        let ty = physical_type(self.to.storage, backend).split(' ').next().unwrap_or_default();
        let filling = format!("CAST({} AS {ty})", literal(&filling, backend));
        match self.rekeyed() {
            // A key that is not found is not the same as none.
            Some(_) => format!("CASE WHEN {value} IS NULL THEN {filling} ELSE {} END", self.converted(value, backend)),
            None => format!("coalesce({}, {filling})", self.converted(value, backend)),
        }
    }

    /// The same of a row that has a value.
    fn converted(&self, value: &str, backend: DbBackend) -> String {
        match self.rekeyed() {
            Some((table, old, new)) => {
                let (table, old, new) = (quoted(table), quoted(old), quoted(new));
                format!("(SELECT k.{new} FROM {table} AS k WHERE k.{old} = {value})")
            }
            None if self.is_retyped() => convert::expression(value, self.from.storage, self.to.storage, backend),
            None => value.to_owned(),
        }
    }

    /// What a text that is read in Rust, or none, becomes.
    fn meant(&self, text: Option<String>) -> Option<String> {
        let given = || self.filling().as_ref().and_then(convert::spelling);
        text.and_then(|it| convert::respelt(&it, self.to.storage)).or_else(given)
    }

    /// Whether its values must be found elsewhere than before.
    fn points_elsewhere(&self) -> bool {
        let target = |column: &Column| column.references.as_ref().map(|it| (it.table.clone(), it.column.clone()));
        self.to.references.is_some() && target(&self.from) != target(&self.to)
    }

    /// Whether it becomes the primary key.
    fn becomes_key(&self) -> bool {
        self.to.primary_key && !self.from.primary_key
    }

    /// The keys of one table that were known by one column and shall be known by another: the table, old and new. Another column has become
    /// that table's primary key.
    fn rekeyed(&self) -> Option<(&str, &str, &str)> {
        let (from, to) = (self.from.references.as_ref()?, self.to.references.as_ref()?);
        (from.table == to.table && from.column != to.column).then_some((&from.table, &from.column, &to.column))
    }
}

/// Makes all the changes.
pub(super) async fn run<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
    for (table, _) in tables {
        have_wait(connection, table, Waiting::Everybody).await?;
    }
    match connection.get_database_backend() {
        DbBackend::Sqlite => sqlite::run(connection, tables).await,
        _ => postgres::run(connection, tables).await,
    }
}

/// `R0730`: every row can be changed.
async fn rows_can_change<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
    for (table, rebuild) in tables {
        for change in &rebuild.changes {
            rows_fit(connection, table, change).await?;
        }
        stays_unique(connection, table, rebuild).await?;
    }
    Ok(())
}

/// No two rows share what must be unique once values are converted and filled in.
async fn stays_unique<C: ConnectionTrait>(connection: &C, table: &str, rebuild: &Rebuild) -> Result<(), DbErr> {
    let changes = &rebuild.changes;
    let gets_values = |it: &&Change| it.is_retyped() || it.from.nullable && it.filling().is_some();
    let changed = |column: &String| changes.iter().filter(gets_values).find(|it| it.from.name == *column);
    for change in changes.iter().filter(|it| it.becomes_key()) {
        let misfits = would_share(connection, table, std::slice::from_ref(&change.to.name), None, changed).await?;
        let what = format!("with the same `{}`, the new primary key", change.to.name);
        misfits.refuse(table, &what, "give each row a value of its own first")?;
    }
    if !changes.iter().any(|it| gets_values(&it)) {
        return Ok(());
    }
    let sets = unique_sets(connection, table).await?.into_iter();
    for set in sets.filter(|set| set.columns.iter().any(|it| changed(it).is_some())) {
        let misfits = would_share(connection, table, &set.columns, set.counts(), changed).await?;
        let what = format!("that would have the same where it must be unique ({})", set.columns.join(", "));
        misfits.refuse(table, &what, "give one of each pair another value, or remove it")?;
    }
    Ok(())
}

/// The pairs of rows that will have the same values of `columns`, of those that have a value of `counts`.
async fn would_share<'c, C: ConnectionTrait>(
    connection: &C,
    table: &str,
    columns: &[String],
    counts: Option<String>,
    changed: impl Fn(&String) -> Option<&'c Change>,
) -> Result<Misfits, DbErr> {
    let backend = connection.get_database_backend();
    let mut read: Vec<Option<&Change>> = columns.iter().map(|it| changed(it).filter(|it| it.is_read())).collect();
    read.extend(counts.iter().map(|_| None));
    let value = |column: &String| {
        let same = format!("t.{}", quoted(column));
        changed(column).filter(|it| !it.is_read()).map_or_else(|| same.clone(), |it| it.value(&same, backend))
    };
    let values: Vec<String> = columns.iter().map(value).chain(counts).collect();
    let rows = Rows::of(connection, table).await?;
    if read.iter().all(Option::is_none) {
        return rows.sharing_values(&values).await;
    }
    let meant = |found: Vec<Option<String>>| {
        let both = read.iter().zip(found);
        both.map(|(change, text)| change.map_or_else(|| text.clone(), |it| it.meant(text.clone()))).collect()
    };
    collisions(&rows, &values, meant).await
}

/// It has a value, which converts.
async fn rows_fit<C: ConnectionTrait>(connection: &C, table: &str, change: &Change) -> Result<(), DbErr> {
    let Change { from, to } = change;
    let column = quoted(&to.name);
    // No two rows may have the same primary key, so none is given one.
    let is_filled = to.nullable || !to.primary_key && (to.default.is_some() || to.fill.is_some());
    if let Some((target, old, _)) = change.rekeyed() {
        // Where a database does not look, or did not: the row would lose the key that it has.
        keys_are_found(connection, table, &to.name, (target, old)).await?;
    } else if change.is_retyped() {
        convert::check(connection, (table, &to.name), (from.storage, to.storage), is_filled).await?;
    }
    if from.nullable && !is_filled {
        let help = Help::unless_amending(
            "not released yet? `cargo samara codegen --amend --fill table.column:value`; else give them a value first",
            "say `--fill table.column:value`, or give them a value first",
        );
        let misfits = Rows::of(connection, table).await?.misfits(&format!("t.{column} IS NULL")).await?;
        misfits.refuse(table, &format!("without `{}`", to.name), help)?;
    }
    Ok(())
}

/// `R0730`: what has become a foreign key, or another one, points at rows.
async fn new_keys_are_found<C: ConnectionTrait>(connection: &C, table: &str, rebuild: &Rebuild) -> Result<(), DbErr> {
    for change in rebuild.changes.iter().filter(|it| it.points_elsewhere()) {
        let Some(key) = &change.to.references else { continue };
        keys_are_found(connection, table, &change.to.name, (&key.table, &key.column)).await?;
    }
    Ok(())
}

/// `R0730`: each value of a column is found in one of another table.
async fn keys_are_found<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    column: &str,
    (target, id): (&str, &str),
) -> Result<(), DbErr> {
    have_wait(connection, target, Waiting::Writers).await?;
    let what = format!("with a `{column}` that no row of `{target}` has");
    let (column, target, id) = (quoted(column), quoted(target), quoted(id));
    let dangling =
        format!("t.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target} AS k WHERE k.{id} = t.{column})");
    let misfits = Rows::of(connection, table).await?.misfits(&dangling).await?;
    misfits.refuse(table, &what, "repoint or remove those rows first")
}
