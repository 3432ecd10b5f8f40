//! Refuses changes that no migration can make, before one is written.

use std::collections::BTreeMap;

use samara::table::{LONGEST_NAME, Storage, Table};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::operation::Operation;

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

/// R0706, R0708, R0714: an operation can be done on an existing table.
pub(super) fn can_run(operation: &Operation) -> Option<Diagnostic> {
    match operation {
        Operation::AddColumn { table, column } => {
            if column.primary_key {
                return Some(primary_key(table, &column.name));
            }
            let has_value = column.nullable || column.default.is_some() || column.fill.is_some();
            if has_value {
                return None;
            }
            let message = format!(
                "the new column `{table}.{}` is required, and rows that stand would have no value",
                column.name
            );
            let help = if column.references.is_some() {
                "make the key an `Option<BelongsTo<…>>`, fill it, and require it with the next migration"
            } else {
                "give the attribute a constant `default = …`, or make it an `Option<…>`, fill it, and require it with the next migration"
            };
            Some(Diagnostic::new(DiagnosticCode::RequiredColumn, message, help))
        }
        Operation::DropColumn { table, column } if column.primary_key => Some(primary_key(table, &column.name)),
        Operation::AlterColumn { table, from, to }
            if from.primary_key != to.primary_key || to.primary_key && from.storage != to.storage =>
        {
            Some(primary_key(table, &to.name))
        }
        Operation::AlterColumn { table, from, to } if !has_cast(from.storage, to.storage) => {
            let message = format!("`{table}.{}` changes its type, and PostgreSQL has no cast between the two", to.name);
            let help = "add an attribute of another name, fill it by a migration of your own, and drop this one";
            Some(Diagnostic::new(DiagnosticCode::NoCast, message, help))
        }
        _ => None,
    }
}

fn has_cast(from: Storage, to: Storage) -> bool {
    from == to || from == Storage::Text || to == Storage::Text
}

fn primary_key(table: &str, column: &str) -> Diagnostic {
    let message = format!("the primary key of `{table}` would change (`{column}`)");
    let help = "rename the attribute with `--rename`, or make a new resource and bring the rows over";
    Diagnostic::new(DiagnosticCode::PrimaryKey, message, help)
}
