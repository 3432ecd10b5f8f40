//! Values that stand, where the declaration now means something else by them: checked, or written as they are stored from now on.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::error::Help;
use super::rows::{FoundRow, Misfits, Rewritten, Rows, Waiting, all, have_wait};
use super::statement::{quoted, text_literal};
use crate::table::ValueRules;
use crate::value::{Value, normalise_ci};

/// `R0730`: every value of the column keeps to the rules.
pub(super) async fn check<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    column: &str,
    rules: &ValueRules,
) -> Result<(), DbErr> {
    have_wait(connection, table, Waiting::Writers).await?;
    let is_number = rules.min.is_some() || rules.max.is_some();
    let mut misfits = Misfits::default();
    let look = |row: FoundRow| {
        let Some(text) = row.values.into_iter().next().flatten() else { return };
        let fits = match is_number {
            true => text.parse().is_ok_and(|it| rules.allow(&Value::Int(it))),
            false => rules.allow(&Value::Text(text)),
        };
        if !fits {
            misfits.add(row.name);
        }
    };
    Rows::of(connection, table).await?.look_through(&[format!("t.{}", quoted(column))], look).await?;
    let help = Help::unless_amending(
        "not released yet? `cargo samara codegen --amend --accept table.column` leaves them as they are; else change those rows first",
        "`--accept table.column` leaves them as they are; else change those rows first",
    );
    misfits.refuse(table, &format!("with a `{column}` that is not {rules}"), help)
}

/// Writes every value of the column in its normal form.
pub(super) async fn normalise<C: ConnectionTrait>(connection: &C, table: &str, column: &str) -> Result<(), DbErr> {
    have_wait(connection, table, Waiting::Writers).await?;
    let rows = Rows::of(connection, table).await?;
    let sets = unique_sets(connection, table).await?.into_iter();
    for index in sets.filter(|it| it.columns.iter().any(|it| it == column)) {
        let others = index.columns.iter().map(String::as_str).filter(|it| *it != column);
        let columns = std::iter::once(column).chain(others);
        let values: Vec<String> = columns.map(|it| format!("t.{}", quoted(it))).chain(index.counts()).collect();
        let misfits = collisions(&rows, &values, normal).await?;
        let columns = index.columns.join(", ");
        let what = format!("that would have the same in lower case where it must be unique ({columns})");
        misfits.refuse(table, &what, "give one of each pair another value, or remove it")?;
    }
    let write = |row: FoundRow| {
        let text = row.values.into_iter().next().flatten()?;
        let normal = normalise_ci(&text);
        (normal != text).then_some(Rewritten { id: row.id, value: Some(normal) })
    };
    rows.rewrite(column, write).await
}

/// The rows whose values, which are SQL, would be equal in what `meant` makes of them; it gives `None` for a row that shares nothing. The rows
/// are read twice, so that no more than a number for each is kept.
pub(super) async fn collisions<C: ConnectionTrait>(
    rows: &Rows<'_, C>,
    values: &[String],
    meant: impl Fn(Vec<Option<String>>) -> Option<Vec<String>>,
) -> Result<Misfits, DbErr> {
    let hasher = RandomState::new();
    let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
    let count = |row: FoundRow| {
        let Some(meant) = meant(row.values) else { return };
        let hash = hasher.hash_one(meant);
        if !seen.insert(hash) {
            twice.insert(hash);
        }
    };
    rows.look_through(values, count).await?;
    drop(seen);
    let mut misfits = Misfits::pairs();
    if twice.is_empty() {
        return Ok(misfits);
    }
    let mut first: HashMap<Vec<String>, String> = HashMap::new();
    let name = |row: FoundRow| {
        let Some(values) = meant(row.values) else { return };
        if twice.contains(&hasher.hash_one(&values)) {
            match first.get(&values) {
                Some(other) => misfits.add(format!("{other} and {}", row.name)),
                None => {
                    first.insert(values, row.name);
                }
            }
        }
    };
    rows.look_through(values, name).await?;
    Ok(misfits)
}

/// The values with the first one normalised; `None` if one is NULL, for then the row shares nothing.
fn normal(values: Vec<Option<String>>) -> Option<Vec<String>> {
    let mut values: Vec<String> = values.into_iter().collect::<Option<_>>()?;
    if let Some(first) = values.first_mut() {
        *first = normalise_ci(first);
    }
    Some(values)
}

/// Columns of a table that are unique together.
pub(super) struct UniqueSet {
    pub(super) columns: Vec<String>,
    /// Among which rows: the condition of the index, as SQL; `None`: among all.
    only: Option<String>,
}

impl UniqueSet {
    /// A value, as SQL, that is NULL for every row that shares nothing with others; `None` where each may share.
    pub(super) fn counts(&self) -> Option<String> {
        self.only.as_ref().map(|it| format!("CASE WHEN {it} THEN '1' END"))
    }
}

/// The sets of columns of a table that are unique.
pub(super) async fn unique_sets<C: ConnectionTrait>(connection: &C, table: &str) -> Result<Vec<UniqueSet>, DbErr> {
    let is_sqlite = connection.get_database_backend() == DbBackend::Sqlite;
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => format!(
            "SELECT i.name AS index_name, c.name AS column_name, CASE WHEN i.partial THEN m.sql END AS condition \
             FROM pragma_index_list({}) AS i JOIN pragma_index_info(i.name) AS c \
             LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = i.name \
             WHERE i.\"unique\" = 1 ORDER BY i.name, c.seqno",
            text_literal(table)
        ),
        _ => format!(
            "SELECT i.indexrelid::regclass::text AS index_name, a.attname::text AS column_name, \
             pg_get_expr(i.indpred, i.indrelid) AS condition FROM pg_index i \
             CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place) \
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
             WHERE i.indrelid = {}::regclass AND i.indisunique ORDER BY i.indexrelid, k.place",
            text_literal(&quoted(table))
        ),
    };
    let mut sets: Vec<(String, Vec<Option<String>>, Option<String>)> = Vec::new();
    for row in all(connection, &sql).await? {
        let (index, column): (String, Option<String>) =
            (row.try_get("", "index_name")?, row.try_get("", "column_name")?);
        match sets.last_mut().filter(|(name, ..)| *name == index) {
            Some((_, columns, _)) => columns.push(column),
            None => {
                let condition: Option<String> = row.try_get("", "condition")?;
                // SQLite keeps the whole statement, of which the condition is the last part.
                let only = condition.map(|it| match it.split_once(" WHERE ").filter(|_| is_sqlite) {
                    Some((_, condition)) => condition.to_owned(),
                    None => it,
                });
                sets.push((index, vec![column], only));
            }
        }
    }
    // An index over an expression has a column without a name; the database itself will say if two rows share it.
    let set = |(_, columns, only): (String, Vec<Option<String>>, Option<String>)| {
        Some(UniqueSet { columns: columns.into_iter().collect::<Option<_>>()?, only })
    };
    Ok(sets.into_iter().filter_map(set).collect())
}
