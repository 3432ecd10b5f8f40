//! Refuses changes that no migration can make, before one is written.

use std::collections::BTreeMap;

use samara::table::{Column, Cycle, LONGEST_NAME, Table, creation_steps};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::operation::{Operation, is_looked_up};
use crate::question::pairs;

/// The columns that PostgreSQL gives every table.
const SYSTEM_COLUMNS: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

/// R0710: names are valid on both databases and as file names, and no two things share one.
pub(super) fn names_fit(tables: &[Table]) -> Result<(), Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for table in tables {
        let of_table = std::iter::once(table.name.as_str()).chain(table.indexes.iter().map(|it| it.name.as_str()));
        for name in of_table {
            if let Some(earlier) = seen.insert(name, &table.name) {
                let message = format!("`{earlier}` and `{}` would both make something named `{name}`", table.name);
                mistakes.push(Diagnostic::new(
                    DiagnosticCode::BadName,
                    message,
                    "rename one of the tables, identities or columns",
                ));
            }
        }
        if !is_plain(&table.name) {
            let message =
                format!("the name `{}` is not lower-case letters, digits and `_`, a letter first", table.name);
            mistakes.push(Diagnostic::new(DiagnosticCode::BadName, message, "give the table a name that is"));
        }
        for column in table.columns.iter().filter(|it| SYSTEM_COLUMNS.contains(&it.name.as_str())) {
            let message = format!("PostgreSQL gives every table a column `{}` of its own", column.name);
            mistakes.push(Diagnostic::new(DiagnosticCode::BadName, message, "choose another name").at(&table.name));
        }
        for name in std::iter::once(&table.name).chain(table.columns.iter().map(|it| &it.name)) {
            if name.len() > LONGEST_NAME {
                let message =
                    format!("the name `{name}` has {} bytes, and PostgreSQL keeps {LONGEST_NAME}", name.len());
                mistakes
                    .push(Diagnostic::new(DiagnosticCode::BadName, message, "choose a shorter one").at(&table.name));
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Whether it is a valid name of a table; it is used as a file's name too.
fn is_plain(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|it: char| it.is_ascii_lowercase()) && name.chars().all(plain)
}

/// R0709: no tables require each other.
pub(super) fn rows_can_begin(tables: &[Table]) -> Result<(), Vec<Diagnostic>> {
    creation_steps(tables).map(|_| ()).map_err(cycle)
}

pub(super) fn cycle(cycle: Cycle) -> Vec<Diagnostic> {
    let help = "make one of the keys between them an `Option<BelongsTo<…>>`";
    vec![Diagnostic::new(DiagnosticCode::Cycle, cycle.to_string(), help)]
}

/// R0714: a table that stays keeps its primary key, or takes a column that its rows have already, as it is. `old` have their new names.
pub(super) fn primary_keys_stay(old: &[Table], new: &[Table]) -> Result<(), Vec<Diagnostic>> {
    let key = |table: &Table| table.columns.iter().find(|it| it.primary_key).map(|it| it.name.clone());
    let mistakes: Vec<Diagnostic> = pairs(old, new)
        .filter_map(|(old, new)| {
            let key = key(new)?;
            if let Some(was) = old.column(&key) {
                if new.column(&key).is_some_and(|it| it.counted != was.counted) {
                    let message = format!("`{}.{key}` would begin or cease to be counted by the database", new.name);
                    let help = "declare another table with that key, and take the rows over by a migration of your own";
                    return Some(Diagnostic::new(DiagnosticCode::PrimaryKey, message, help));
                }
                let is_retyped = new.column(&key).is_some_and(|it| it.storage != was.storage);
                if was.primary_key || !is_retyped {
                    return None;
                }
                let message = format!("`{}.{key}` would become the primary key and change its type at once", new.name);
                let help = "change its type first, and make it the key with the next migration";
                return Some(Diagnostic::new(DiagnosticCode::PrimaryKey, message, help));
            }
            let message = format!("the primary key of `{}` would be the new column `{key}`, of which no row has a value", new.name);
            let help = "if it is the old one, rename it with `--rename table.old:new`; else add it as an attribute first, fill it by a \
                        migration of your own, and make it the key with the next migration";
            Some(Diagnostic::new(DiagnosticCode::PrimaryKey, message, help))
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// R0706, R0708: an operation can be done on an existing table.
pub(super) fn can_run(operation: &Operation) -> Vec<Diagnostic> {
    match operation {
        Operation::AddColumn { table, column } => required_without_value(table, column).into_iter().collect(),
        Operation::Rebuild(tables) => {
            let columns = tables.iter().flat_map(|it| it.columns.iter().map(|(from, to)| (&it.table, from, to)));
            columns.filter_map(|(table, from, to)| no_conversion(table, from, to)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a new column leaves rows that stand without a value that they must have.
pub(super) fn needs_value(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && column.fill.is_none()
}

fn required_without_value(table: &str, column: &Column) -> Option<Diagnostic> {
    if !needs_value(column) {
        return None;
    }
    let name = format!("{table}.{}", column.name);
    let message = format!("the new column `{name}` is required, and rows that stand would have no value");
    let help = if column.references.is_some() {
        format!(
            "say which row they point at with `--fill {name}:ID`; or make the key an `Option<BelongsTo<…>>`, fill it, and require it with \
             the next migration"
        )
    } else {
        format!(
            "say what they get with `--fill {name}:VALUE`, or give the attribute a constant `default = …`; or make it an `Option<…>`, fill \
             it, and require it with the next migration"
        )
    };
    Some(Diagnostic::new(DiagnosticCode::RequiredColumn, message, help))
}

fn no_conversion(table: &str, from: &Column, to: &Column) -> Option<Diagnostic> {
    if is_looked_up(from, to) || from.storage.converts_to(to.storage) {
        return None;
    }
    let message = format!("`{table}.{}` changes its type, and nobody can say which value becomes which", to.name);
    let help = "add an attribute of another name, fill it by a migration of your own, and drop this one";
    Some(Diagnostic::new(DiagnosticCode::NoConversion, message, help))
}
