//! R0705: `--rename` and `--drop` name tables and columns that are gone, and that are new; `--fill` names columns that need a value.

use samara::table::{Fill, Storage, Table, ValueRules};
use samara::value::{Value, normalise_ci};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::operation::Operation;
use crate::question::{Decisions, Filling, Rename, SchemaObject};

use super::rename;

pub(super) fn tables_are_right(old: &[Table], new: &[Table], answers: &Decisions) -> Result<(), Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    for (subject, to) in all(answers) {
        let SchemaObject::Table(from) = subject else { continue };
        let (gone, came) = table_fits(old, new, from, to);
        if !gone || !came {
            mistakes.push(wrong(subject, to, gone));
        }
    }
    mistakes.extend(twice(answers, |it| matches!(it, SchemaObject::Table(_))));
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Whether the table is gone, and whether what it became has come.
fn table_fits(old: &[Table], new: &[Table], from: &str, to: Option<&str>) -> (bool, bool) {
    let has = |tables: &[Table], name: &str| tables.iter().any(|it| it.name == name);
    (has(old, from) && !has(new, from), to.is_none_or(|to| has(new, to) && !has(old, to)))
}

/// `old` have the new names of tables already.
pub(super) fn columns_are_right(old: &[Table], new: &[Table], answers: &Decisions) -> Result<(), Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    for (subject, to) in all(answers) {
        let SchemaObject::Column(table, from) = subject else { continue };
        let (gone, came) = column_fits(old, new, answers, (table, from), to);
        if !gone || !came {
            mistakes.push(wrong(subject, to, gone));
        }
    }
    for subject in &answers.keeps {
        let stands =
            matches!(subject, SchemaObject::Column(table, name) if has(old, table, name) && has(new, table, name));
        if !stands {
            let message = format!("{subject} is not one that was there and still is");
            let help = "it takes `table.column`, the table by its new name";
            let flag = format!("--keep {}", subject.flag());
            mistakes.push(Diagnostic::new(DiagnosticCode::UnknownAnswer, message, help).at(flag));
        }
    }
    mistakes.extend(twice(answers, |it| matches!(it, SchemaObject::Column(..))));
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Whether the column is gone from its name, and whether the name that it took is new to it.
fn column_fits(
    old: &[Table],
    new: &[Table],
    answers: &Decisions,
    (table, from): (&str, &str),
    to: Option<&str>,
) -> (bool, bool) {
    // A name may pass from one column to another: it is gone from the one where something else takes it, and new to the other.
    let is_taken = |name: &str| answers.renames.iter().any(|it| it.is_to(table, name));
    let is_left = |name: &str| answers.renames.iter().any(|it| it.is_from(table, name));
    let came = to.is_none_or(|to| has(new, table, to) && (!has(old, table, to) || is_left(to)));
    // Where it has another name, a column that has its old one is a new column.
    let gone = has(old, table, from) && (!has(new, table, from) || to.is_some() && (came || is_taken(from)));
    (gone, came)
}

fn has(tables: &[Table], table: &str, column: &str) -> bool {
    tables.iter().any(|it| it.name == table && it.column(column).is_some())
}

fn stands(old: &[Table], new: &[Table], subject: &SchemaObject) -> bool {
    matches!(subject, SchemaObject::Column(table, name) if has(old, table, name) && has(new, table, name))
}

/// The decisions that are about the way from `old` to `new`; the others are about another way.
pub(super) fn relevant(old: &[Table], new: &[Table], answers: &Decisions) -> Decisions {
    let mut kept = Decisions::default();
    let of_table = |it: &SchemaObject, to| matches!(it, SchemaObject::Table(from) if table_fits(old, new, from, to) == (true, true));
    kept.renames.extend(answers.renames.iter().filter(|it| of_table(&it.from, Some(&it.to))).cloned());
    kept.drops.extend(answers.drops.iter().filter(|it| of_table(it, None)).cloned());
    let old = rename::tables(old, &kept);
    let of_column = |it: &SchemaObject, to| match it {
        SchemaObject::Column(table, from) => column_fits(&old, new, answers, (table, from), to) == (true, true),
        SchemaObject::Table(_) => false,
    };
    kept.renames.extend(answers.renames.iter().filter(|it| of_column(&it.from, Some(&it.to))).cloned());
    kept.drops.extend(answers.drops.iter().filter(|it| of_column(it, None)).cloned());
    kept.keeps.extend(answers.keeps.iter().filter(|it| stands(&old, new, it)).cloned());
    let (old, _) = rename::apply(&old, new, &Decisions { renames: columns_of(&kept), ..Decisions::default() });
    let is_needed = |it: &&Filling| {
        let alone = Decisions { fills: vec![(*it).clone()], ..Decisions::default() };
        filled(&old, new, &alone).is_ok()
    };
    kept.fills.extend(answers.fills.iter().filter(is_needed).cloned());
    let changes = super::rules(&old, new);
    let is_checked = |it: &&SchemaObject| {
        let alone = Decisions { accepts: vec![(*it).clone()], ..Decisions::default() };
        unaccepted(changes.clone(), &alone).is_ok()
    };
    kept.accepts.extend(answers.accepts.iter().filter(is_checked).cloned());
    kept
}

fn columns_of(answers: &Decisions) -> Vec<Rename> {
    answers.renames.iter().filter(|it| matches!(it.from, SchemaObject::Column(..))).cloned().collect()
}

/// The changes of rules whose rows are not left as they are.
pub(super) fn unaccepted(changes: Vec<Operation>, answers: &Decisions) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let concerns = |it: &Operation, accepted: &SchemaObject| match (it, accepted) {
        (Operation::ChangeRules { table, column, .. }, SchemaObject::Column(of, name)) => table == of && column == name,
        _ => false,
    };
    let idle = answers.accepts.iter().filter(|accepted| !changes.iter().any(|it| concerns(it, accepted)));
    let mistakes: Vec<Diagnostic> = idle
        .map(|accepted| {
            let message = format!("no row of {accepted} would be changed or checked");
            let help = "it takes `table.column`, by the new names, of a column whose rows the migration would check";
            Diagnostic::new(DiagnosticCode::UnknownAnswer, message, help).at(format!("--accept {}", accepted.flag()))
        })
        .collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(changes.into_iter().filter(|it| !answers.accepts.iter().any(|accepted| concerns(it, accepted))).collect())
}

/// The tables with the values that the developer chose for rows that stand. `old` have the new names of tables and columns already.
pub(super) fn filled(old: &[Table], new: &[Table], answers: &Decisions) -> Result<Vec<Table>, Vec<Diagnostic>> {
    let mut tables = new.to_vec();
    let mut mistakes = Vec::new();
    for Filling { table, column, value } in &answers.fills {
        let was = old.iter().find(|it| it.name == *table);
        let declared = tables
            .iter_mut()
            .find(|it| it.name == *table)
            .and_then(|it| it.columns.iter_mut().find(|it| it.name == *column));
        let message = match (was, declared) {
            (_, None) => "there is no such column".to_owned(),
            (None, _) => format!("the table `{table}` is new, so it has no rows"),
            (_, Some(declared)) if declared.default.is_some() => {
                "the column has a default, which rows that stand get".to_owned()
            }
            (_, Some(declared)) if declared.nullable => {
                "the column may be NULL, so rows that stand need no value".to_owned()
            }
            (Some(was), Some(declared))
                if was.column(column).is_some_and(|it| !it.nullable && !may_be_null(it.storage, declared.storage)) =>
            {
                "the column was required before, so every row has a value".to_owned()
            }
            (Some(_), Some(declared)) => match declared.storage.constant(value) {
                Value::Null => "NULL is no value of a required column".to_owned(),
                Value::Text(_) if declared.storage != Storage::Text => {
                    format!("`{value}` is no {}", format!("{:?}", declared.storage).to_lowercase())
                }
                constant => match meant(constant, declared.rules.as_deref()) {
                    Ok(constant) => {
                        declared.fill = Some(Fill::Constant(constant));
                        continue;
                    }
                    Err(rules) => format!("`{value}` is not {rules}"),
                },
            },
        };
        let help = "it takes `table.column:value`, by the new names, of a column that is new or becomes required";
        let flag = format!("--fill {table}.{column}:{value}");
        mistakes.push(Diagnostic::new(DiagnosticCode::UnknownAnswer, message, help).at(flag));
    }
    if mistakes.is_empty() { Ok(tables) } else { Err(mistakes) }
}

/// Whether a value of one storage may become none of the other: JSON's `null`, written as text.
fn may_be_null(from: Storage, to: Storage) -> bool {
    from == Storage::Text && to == Storage::Json
}

/// The value as the column means it: as it would be stored, if it keeps to the column's rules; else those rules.
fn meant(value: Value, rules: Option<&ValueRules>) -> Result<Value, &ValueRules> {
    let Some(rules) = rules else { return Ok(value) };
    let value = match value {
        Value::Text(text) if rules.case_insensitive => Value::Text(normalise_ci(&text)),
        value => value,
    };
    if rules.allow(&value) { Ok(value) } else { Err(rules) }
}

fn all(answers: &Decisions) -> impl Iterator<Item = (&SchemaObject, Option<&str>)> {
    let renames = answers.renames.iter().map(|it| (&it.from, Some(it.to.as_str())));
    renames.chain(answers.drops.iter().map(|it| (it, None)))
}

fn wrong(subject: &SchemaObject, to: Option<&str>, gone: bool) -> Diagnostic {
    let (flag, message) = match to {
        None => (format!("--drop {}", subject.flag()), format!("{subject} is not one that is gone")),
        Some(to) if gone => (
            format!("--rename {}:{to}", subject.flag()),
            format!("`{to}` is not new, so {subject} cannot have become it"),
        ),
        Some(to) => (format!("--rename {}:{to}", subject.flag()), format!("{subject} is not one that is gone")),
    };
    let help = "old names are those of `migrations/snapshots`, new ones those of the declaration; a column is named with its \
                table's new name";
    Diagnostic::new(DiagnosticCode::UnknownAnswer, message, help).at(flag)
}

/// Two decisions about the same thing, or two things that were renamed to the same.
fn twice(answers: &Decisions, wanted: impl Fn(&SchemaObject) -> bool) -> Option<Diagnostic> {
    let given: Vec<_> = all(answers).filter(|(subject, _)| wanted(subject)).collect();
    let clash = |(a, to): &(&SchemaObject, Option<&str>), (b, other): &(&SchemaObject, Option<&str>)| {
        let same_table = match (a, b) {
            (SchemaObject::Column(left, _), SchemaObject::Column(right, _)) => left == right,
            _ => true,
        };
        a == b || (same_table && to.is_some() && to == other)
    };
    let (first, _) = given
        .iter()
        .enumerate()
        .find_map(|(index, it)| given[index + 1..].iter().find(|other| clash(it, other)).map(|_| it))?;
    let message = format!("{first} is spoken of twice, or two things became one");
    Some(Diagnostic::new(
        DiagnosticCode::UnknownAnswer,
        message,
        "give one `--rename` or `--drop` for each thing that is gone",
    ))
}
