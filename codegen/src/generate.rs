//! The whole generator: declaration, snapshots and clock in, files out. Pure.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use heck::ToSnakeCase;
use samara::ir::App;
use samara::table::{Table, declared};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::diff::diff;
use crate::emit;
use crate::file::GeneratedFile;
use crate::operation::Operation;
use crate::question::Decisions;
use crate::snapshot;

/// Everything that the generator depends on.
#[derive(Clone, Debug)]
pub struct GeneratorInput<'a> {
    /// The declaration.
    pub app: &'a App,
    /// The tables as the last migration left them.
    pub snapshots: &'a [Table],
    /// The modules of the existing migrations, sorted.
    pub migrations: &'a [String],
    /// The new migration's name, if one was given.
    pub name: Option<&'a str>,
    /// Whether the migration has no name, and waits for the next that has one to take its place. The snapshots of those that have one
    /// stay as they are.
    pub unnamed: bool,
    /// What the developer decided.
    pub answers: &'a Decisions,
    /// The time in the new migration's name.
    pub clock: DateTime<Utc>,
    /// The folders.
    pub layout: &'a Layout,
}

/// Folders, relative to the workspace's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The app's crate.
    pub app: PathBuf,
    /// The migrations' crate.
    pub migrations: PathBuf,
}

/// The result of the generator.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratedFiles {
    /// Every generated file but the existing migrations, which are never changed.
    pub files: Vec<GeneratedFile>,
    /// The module of the new migration, if there is one.
    pub module: Option<String>,
    /// What the new migration does; empty if there is none.
    pub operations: Vec<Operation>,
}

/// Generates every family of files. Equal input gives equal files; without changes no migration is made.
///
/// # Errors
/// As [`diff`]; `R0711` if a migration is made and has no name; `R0716` if the declaration makes no API.
pub fn generate(input: &GeneratorInput) -> Result<GeneratedFiles, Vec<Diagnostic>> {
    let target = declared(input.app);
    let operations = diff(input.snapshots, &target, input.answers)?;

    let folder = &input.layout.migrations;
    let mut files = Vec::new();
    let mut modules = input.migrations.to_vec();
    let module = if operations.is_empty() { None } else { Some(module_name(input)?) };
    if let Some(module) = &module {
        files.push(emit::migration(folder, module, &operations, input.answers)?);
        modules.push(module.clone());
    }
    files.push(emit::migration_list(folder, &modules)?);
    if !input.unnamed {
        files.extend(snapshots(&snapshot::folder(folder), input.snapshots, &target));
    } else if modules.iter().any(|it| is_unnamed(it)) {
        files.extend(snapshots(&snapshot::unnamed_folder(folder), input.snapshots, &target));
        let named = modules.iter().filter(|it| !is_unnamed(it)).map(|it| format!("{it}\n"));
        files.push(GeneratedFile::present(snapshot::named_before_unnamed(folder), named.collect::<String>()));
    }
    files.push(emit::graphql(&input.layout.app, input.app)?);
    files.push(emit::admin(&input.layout.app, input.app));
    files.push(emit::policies(&input.layout.app, input.app));
    Ok(GeneratedFiles { files, module, operations })
}

fn snapshots(folder: &Path, old: &[Table], new: &[Table]) -> Vec<GeneratedFile> {
    let gone = old.iter().filter(|old| !new.iter().any(|it| it.name == old.name));
    let gone = gone.map(|table| GeneratedFile::Absent { path: snapshot::path(folder, &table.name) });
    new.iter().map(|table| snapshot::file(folder, table)).chain(gone).collect()
}

/// Whether the module is a migration without a name.
pub fn is_unnamed(module: &str) -> bool {
    module.get(16..) == Some("_dev")
}

/// The name of a migration, of its module; empty if it has none.
pub fn name_of(module: &str) -> &str {
    if is_unnamed(module) { "" } else { module.get(17..).unwrap_or_default() }
}

/// `m20260101_120000_create_worlds`, later than every existing migration.
fn module_name(input: &GeneratorInput) -> Result<String, Diagnostic> {
    let help = "say what it does: `samara codegen create_worlds`";
    let given = if input.unnamed { Some(UNNAMED) } else { input.name };
    let Some(given) = given else {
        return Err(Diagnostic::new(
            DiagnosticCode::MigrationName,
            "the declaration has changed, and the migration has no name",
            help,
        ));
    };
    let name = given.to_snake_case();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | ' ');
    if name.is_empty() || !given.chars().all(is_plain) || name == UNNAMED && !input.unnamed {
        return Err(Diagnostic::new(
            DiagnosticCode::MigrationName,
            format!("`{given}` is no name of a migration"),
            help,
        ));
    }
    if name.len() > LONGEST_NAME {
        let message =
            format!("the migration's name has {} letters, and {LONGEST_NAME} are enough for a file's", name.len());
        return Err(Diagnostic::new(DiagnosticCode::MigrationName, message, help));
    }
    let last = input.migrations.iter().filter_map(|it| time_of(it)).max();
    let now = input.clock.naive_utc();
    let time = last.map_or(now, |last| now.max(last + TimeDelta::seconds(1)));
    Ok(format!("m{}_{name}", time.format(TIME)))
}

/// File systems allow names of 255 bytes; this leaves space for the time, the file's ending and a temporary ending.
const LONGEST_NAME: usize = 200;

/// What stands in the place of a name.
const UNNAMED: &str = "dev";

const TIME: &str = "%Y%m%d_%H%M%S";

/// The time in a migration's name.
pub(crate) fn time_of(module: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(module.get(1..16)?, TIME).ok()
}
