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
use super::physical::physical_type;
use super::rows::Rows;
use super::statement::{literal, quoted};
use super::values::unique_sets;
use crate::table::Column;
use crate::value::Value;

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
    /// Where it becomes required, rows that hold NULL get its default or its [fill](Column::fill).
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

    /// What rows without a value get.
    fn filling(&self) -> Option<Value> {
        self.to.given().filter(|_| !self.to.nullable)
    }

    /// In SQL, the new value of a row whose old one is `value`.
    fn value(&self, value: &str, backend: DbBackend) -> String {
        let converted = match self.is_retyped() {
            true => convert::expression(value, self.from.storage, self.to.storage, backend),
            false => value.to_owned(),
        };
        match self.filling() {
            Some(filling) => {
                let ty = physical_type(self.to.storage, backend).split(' ').next().unwrap_or_default();
                format!("coalesce({converted}, CAST({} AS {ty}))", literal(&filling, backend))
            }
            None => converted,
        }
    }

    /// Whether its values must be found elsewhere than before.
    fn points_elsewhere(&self) -> bool {
        let target = |column: &Column| column.references.as_ref().map(|it| (it.table.clone(), it.column.clone()));
        self.to.references.is_some() && target(&self.from) != target(&self.to)
    }

    /// The keys of one table that were known by one column and shall be known by another: old and new. Another column has become that
    /// table's primary key.
    fn rekeyed(&self) -> Option<(&str, &str, &str)> {
        let (from, to) = (self.from.references.as_ref()?, self.to.references.as_ref()?);
        (from.table == to.table && from.column != to.column).then_some((&from.table, &from.column, &to.column))
    }

    /// In SQL, the key by which the row that `value` points at is known now.
    fn new_key(&self, value: &str) -> Option<String> {
        let (table, old, new) = self.rekeyed()?;
        let (table, old, new) = (quoted(table), quoted(old), quoted(new));
        Some(format!("(SELECT k.{new} FROM {table} AS k WHERE k.{old} = {value})"))
    }
}

/// Makes all the changes.
pub(super) async fn run<C: ConnectionTrait>(connection: &C, tables: &[(&str, Rebuild)]) -> Result<(), DbErr> {
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
    let backend = connection.get_database_backend();
    let gets_values = |it: &Change| it.is_retyped() || it.from.nullable && it.filling().is_some();
    let changed = |column: &str| rebuild.changes.iter().find(|it| it.from.name == column && gets_values(it));
    if !rebuild.changes.iter().any(gets_values) {
        return Ok(());
    }
    for set in
        unique_sets(connection, table).await?.into_iter().filter(|set| set.iter().any(|it| changed(it).is_some()))
    {
        let value = |column: &String| {
            let same = format!("t.{}", quoted(column));
            changed(column).map_or_else(|| same.clone(), |it| it.value(&same, backend))
        };
        let values: Vec<String> = set.iter().map(value).collect();
        let misfits = Rows::of(connection, table).await?.sharing_values(&values).await?;
        let what = format!("that would have the same where it must be unique ({})", set.join(", "));
        misfits.refuse(table, &what, "give one of each pair another value, or remove it")?;
    }
    Ok(())
}

/// It has a value, which converts.
async fn rows_fit<C: ConnectionTrait>(connection: &C, table: &str, change: &Change) -> Result<(), DbErr> {
    let Change { from, to } = change;
    let column = quoted(&to.name);
    let is_filled = to.nullable || to.default.is_some() || to.fill.is_some();
    if change.is_retyped() {
        convert::check(connection, (table, &to.name), (from.storage, to.storage), is_filled).await?;
    }
    if from.nullable && !is_filled {
        let help =
            "not released yet? `cargo samara codegen --amend --fill table.column:value`; else give them a value first";
        let misfits = Rows::of(connection, table).await?.misfits(&format!("t.{column} IS NULL")).await?;
        misfits.refuse(table, &format!("without `{}`", to.name), help)?;
    }
    if to.primary_key && !from.primary_key {
        let help = "give each row a value of its own first";
        let misfits = Rows::of(connection, table).await?.sharing(&[&to.name]).await?;
        misfits.refuse(table, &format!("with the same `{}`, the new primary key", to.name), help)?;
    }
    Ok(())
}

/// `R0730`: what has become a foreign key, or another one, points at rows.
async fn keys_are_found<C: ConnectionTrait>(connection: &C, table: &str, rebuild: &Rebuild) -> Result<(), DbErr> {
    for change in rebuild.changes.iter().filter(|it| it.points_elsewhere()) {
        let Some(key) = &change.to.references else { continue };
        let (column, target, id) = (quoted(&change.to.name), quoted(&key.table), quoted(&key.column));
        let dangling =
            format!("t.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target} AS k WHERE k.{id} = t.{column})");
        let misfits = Rows::of(connection, table).await?.misfits(&dangling).await?;
        let what = format!("with a `{}` that no row of `{}` has", change.to.name, key.table);
        misfits.refuse(table, &what, "repoint or remove those rows first")?;
    }
    Ok(())
}
