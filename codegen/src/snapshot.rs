//! Snapshots: the tables as the last migration left them, one JSON file each, the left side of the next diff.
//!
//! Columns and indexes have a line each, sorted by name, so that two branches that add different ones merge without a conflict, and the
//! order of a struct's fields does not matter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use samara::table::{Column, Index, Table, ValueRules};
use serde::Deserialize;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

/// The format that this version writes, and the latest that it reads.
pub const VERSION: u64 = 2;

/// The format whose columns say nothing of the rules of their values.
const WITHOUT_RULES: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    #[serde(rename = "version")]
    _version: u64,
    table: String,
    columns: BTreeMap<String, Column>,
    indexes: BTreeMap<String, Index>,
}

/// The folder of the snapshots, in that of the migrations.
pub fn folder(migrations: &Path) -> PathBuf {
    migrations.join("snapshots")
}

/// The folder of the snapshots that migrations without a name make.
pub fn unnamed_folder(migrations: &Path) -> PathBuf {
    folder(migrations).join("dev")
}

/// The list of the migrations with a name that stood when the first without one was written.
pub fn named_before_unnamed(migrations: &Path) -> PathBuf {
    unnamed_folder(migrations).join("after.txt")
}

/// The path of a table's snapshot, in such a folder.
pub fn path(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.json"))
}

/// The snapshot of a table in such a folder. Equal tables give equal text, whatever the order of their columns and indexes.
pub fn file(folder: &Path, table: &Table) -> GeneratedFile {
    let columns: BTreeMap<&str, String> =
        table.columns.iter().map(|it| (it.name.as_str(), line(&it.name, it))).collect();
    let indexes: BTreeMap<&str, String> =
        table.indexes.iter().map(|it| (it.name.as_str(), line(&it.name, it))).collect();
    let text = format!(
        "{{\n  \"version\": {VERSION},\n  \"table\": {},\n  \"columns\": {},\n  \"indexes\": {}\n}}\n",
        json(&table.name),
        object(columns.into_values()),
        object(indexes.into_values()),
    );
    GeneratedFile::present(path(folder, &table.name), text)
}

/// Reads the snapshot at `path`.
///
/// # Errors
/// `R0702` with line and column if it is no snapshot, `R0703` if a later version wrote it.
pub fn read(path: &Path, text: &str) -> Result<Table, Diagnostic> {
    let broken = |error: serde_json::Error| {
        let help = "take the file from version control again; if two branches changed it, keep the lines of both";
        let place = format!("{}:{}:{}", path.display(), error.line(), error.column());
        Diagnostic::new(DiagnosticCode::BadSnapshot, format!("the snapshot cannot be read: {error}"), help).at(place)
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(broken)?;
    let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if version > VERSION {
        let message =
            format!("the snapshot has the form of version {version}, and this `samara` knows up to {VERSION}");
        let help = "bring `samara` to the version that wrote it";
        return Err(Diagnostic::new(DiagnosticCode::NewerSnapshot, message, help).at(path.display()));
    }
    let snapshot: Snapshot = serde_json::from_str(text).map_err(broken)?;
    if path.file_stem().is_none_or(|stem| *stem != *snapshot.table) {
        let message = format!("the snapshot is of the table `{}`, which its file is not named after", snapshot.table);
        let help = format!("name it `{}.json`, or remove it if it is a copy", snapshot.table);
        return Err(Diagnostic::new(DiagnosticCode::BadSnapshot, message, help).at(path.display()));
    }
    // A column without rules is written without them; in the first version that was every column.
    let rules =
        |rules: Option<Box<ValueRules>>| if version <= WITHOUT_RULES { None } else { Some(rules.unwrap_or_default()) };
    let columns = snapshot.columns.into_iter();
    let columns = columns.map(|(name, column)| Column { name, rules: rules(column.rules.clone()), ..column }).collect();
    let indexes = snapshot.indexes.into_iter().map(|(name, index)| Index { name, ..index }).collect();
    Ok(Table { name: snapshot.table, columns, indexes })
}

fn line(name: &str, entry: &impl serde::Serialize) -> String {
    format!("    {}: {}", json(name), json(entry))
}

fn object(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n  }}", lines.join(",\n")) }
}

/// Names, columns and indexes contain nothing that JSON cannot hold.
fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
