//! One migration in the place of others that nobody else has: the last one made anew (`--amend`), and a name for those that have none.
//!
//! ```text
//! git: the snapshots before ──diff──▶ the migration ─┐
//! the snapshots after ───────diff──▶ the bridge ─────┴─▶ the developer's database, then the files
//! ```

use std::path::PathBuf;

use samara::migration::{self, Migrator, Replaced};
use samara::settings::{Environment, Settings};
use samara::table::Table;

use super::say;
use crate::apply::Bridge;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::diff::diff;
use crate::emit;
use crate::file::GeneratedFile;
use crate::generate::is_unnamed;
use crate::git::Git;
use crate::operation::Operation;
use crate::prompt;
use crate::question::{Decisions, SchemaObject};
use crate::replace::Replacement;
use crate::snapshot;
use crate::workspace::Workspace;
use crate::write::StagedFiles;

/// The last migration, to be made anew.
///
/// # Errors
/// `R0740` if others may have it, `R0743` if it cannot be made anew, `R0702`, `R0703`, `R0713`.
pub(super) fn last(workspace: &Workspace, current: Vec<Table>, force: bool) -> Result<Replacement, Diagnostic> {
    let modules = workspace.migrations()?;
    let Some((last, others)) = modules.split_last() else {
        return Err(unreplaceable("there is no migration to make anew", "write one: `samara codegen NAME`"));
    };
    if is_unnamed(last) {
        let help = "give it one: `samara codegen NAME`; that makes it anew as well";
        return Err(unreplaceable(&format!("the migration `{last}` has no name yet"), help));
    }
    let source = workspace.read_source(last)?;
    if !emit::is_generated(&source) {
        let help = "change it by hand, or take it out of its folder";
        return Err(unreplaceable(&format!("the migration `{last}` was written by hand"), help));
    }
    let git = Git::around(&workspace.root)?;
    is_unreleased(workspace, &git, last, force)?;
    let migrations = &workspace.layout.migrations;
    let base = match git.at(others, migrations)? {
        _ if others.is_empty() => Vec::new(),
        Some(commit) => git.snapshots(&commit, migrations)?,
        None => {
            let message = format!(
                "no commit holds the migrations before `{last}` without it, so nobody knows the snapshots before it"
            );
            return Err(unreplaceable(
                &message,
                "commit each migration by itself, or take back those that came together and make one",
            ));
        }
    };
    let said = emit::said_with(&source);
    if !is_untouched(workspace, last, &source, (&base, &current), &said) {
        let message =
            format!("the migration `{last}` is not as it was generated; what was changed in it would be lost");
        insist(
            DiagnosticCode::Unreplaceable,
            &message,
            "take the changes out of it, or say `--force` and make them again",
            force,
        )?;
    }
    Ok(Replacement { replaced: vec![last.clone()], base, current, said: vec![said] })
}

/// The migrations without a name, to become one that has one.
///
/// # Errors
/// As [`last`].
pub(super) fn unnamed(workspace: &Workspace, base: Vec<Table>, force: bool) -> Result<Replacement, Vec<Diagnostic>> {
    let current = workspace.unnamed_snapshots()?;
    let modules = workspace.migrations().map_err(|it| vec![it])?;
    let replaced: Vec<String> = modules.into_iter().filter(|it| is_unnamed(it)).collect();
    let git = Git::around(&workspace.root);
    let mut said = Vec::new();
    for module in &replaced {
        // Without version control nobody else can have it either, as far as this machine knows.
        if let Ok(git) = &git {
            is_unreleased(workspace, git, module, force).map_err(|it| vec![it])?;
        }
        said.push(emit::said_with(&workspace.read_source(module).map_err(|it| vec![it])?));
    }
    Ok(Replacement { replaced, base, current, said })
}

fn is_unreleased(workspace: &Workspace, git: &Git, module: &str, force: bool) -> Result<(), Diagnostic> {
    let Some(commit) = git.released(&workspace.source(module))? else { return Ok(()) };
    let message = format!("the migration `{module}` is released: {commit}. Databases of others may have run it");
    let help = "write the next migration: `samara codegen NAME`; or say `--force`, and every database that has run it must be made anew";
    insist(DiagnosticCode::Released, &message, help, force)
}

/// Whether the source is what the generator makes of the snapshots before and after it.
fn is_untouched(
    workspace: &Workspace,
    module: &str,
    source: &str,
    (base, current): (&[Table], &[Table]),
    said: &Decisions,
) -> bool {
    let Ok(operations) = diff(base, current, said) else { return false };
    let again = emit::migration(&workspace.layout.migrations, module, &operations, said);
    again.is_ok_and(|it| emit::says_the_same(it.text(), source))
}

/// What goes with the migrations that are replaced: their sources, and snapshots of tables that are no more.
pub(super) fn gone(workspace: &Workspace, replacement: &Replacement, target: &[Table]) -> Vec<GeneratedFile> {
    let migrations = &workspace.layout.migrations;
    let is_folded = replacement.replaced.iter().any(|it| is_unnamed(it));
    let folder = if is_folded { snapshot::unnamed_folder(migrations) } else { snapshot::folder(migrations) };
    let sources = replacement.replaced.iter().map(|it| workspace.source(it));
    let without =
        replacement.current.iter().filter(|it| is_folded || !target.iter().any(|other| other.name == it.name));
    let paths: Vec<PathBuf> = sources.chain(without.map(|it| snapshot::path(&folder, &it.name))).collect();
    paths.into_iter().map(|path| GeneratedFile::Absent { path }).collect()
}

/// The developer's database, if it has run what is replaced.
///
/// # Errors
/// `R0741` if it is no developer's, unless it is insisted on; `R0720`, `R0721` of the database itself.
pub(super) fn database(
    workspace: &Workspace,
    replacement: &Replacement,
    force: bool,
) -> Result<Option<String>, Diagnostic> {
    let help = "set DATABASE_URL to your own; or say `--force`, and what it holds is changed as said below";
    let settings = Settings::from_env().map_err(|errors| {
        Diagnostic::new(
            DiagnosticCode::NotDev,
            format!("the settings make no sense:\n{errors}"),
            "set them as the app needs them",
        )
    })?;
    if settings.environment == Environment::Prod {
        insist(DiagnosticCode::NotDev, "SAMARA_ENV says that this is production", help, force)?;
    }
    let url = settings.database_url;
    // The app runs there, so a relative path of a file starts there.
    std::env::set_current_dir(&workspace.root).map_err(|error| {
        let help = "check that this user may go there";
        Diagnostic::new(DiagnosticCode::Files, format!("the workspace's folder cannot be entered: {error}"), help)
    })?;
    let name = migration::name(&url).map_err(|it| Diagnostic::of_database(&it))?;
    match migration::exists_here(&url).map_err(|it| Diagnostic::of_database(&it))? {
        Some(false) => return Ok(None),
        Some(true) => {}
        None => insist(DiagnosticCode::NotDev, &format!("the database {name} is on another machine"), help, force)?,
    }
    let applied = block_on(Migrator::applied_at(&url))?.map_err(|it| Diagnostic::of_database(&it))?;
    Ok(replacement.replaced.iter().any(|it| applied.contains(it)).then_some(url))
}

/// Asks before values are lost in the developer's database of which no flag spoke.
///
/// # Errors
/// `R0744` for each, without a terminal.
pub(super) fn consent(bridge: &[Operation], said: &Decisions, force: bool) -> Result<(), Vec<Diagnostic>> {
    let lost = |it: &Operation| match it {
        Operation::DropTable(table) => Some((SchemaObject::Table(table.name.clone()), it.warnings())),
        Operation::DropColumn { table, column } => {
            Some((SchemaObject::Column(table.clone(), column.name.clone()), it.warnings()))
        }
        _ => None,
    };
    let unasked: Vec<(SchemaObject, Vec<String>)> =
        bridge.iter().filter_map(lost).filter(|(it, _)| !said.drops.contains(it)).collect();
    let mut refused = Vec::new();
    for (subject, warnings) in unasked {
        let message = format!("in your database {}", warnings.join(", "));
        if force {
            say(&format!("warning: {message}"));
            continue;
        }
        if prompt::agree(&format!("{message}. Go on?")) != Some(true) {
            let help = format!("say `--drop {}` if you mean it; nothing was changed", subject.flag());
            refused.push(Diagnostic::new(DiagnosticCode::Unasked, message, help));
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// Brings the database along and writes the files: both, or nothing. Their texts are on the disk before the database changes, and in their
/// places once it has committed.
///
/// # Errors
/// The database's, by its code; `R0713`.
pub(super) fn put_in_place(
    url: &str,
    replacement: &Replacement,
    module: Option<&str>,
    operations: Vec<Operation>,
    (root, files): (PathBuf, Vec<GeneratedFile>),
) -> Result<Replaced, Diagnostic> {
    let name = module.or(replacement.replaced.first().map(String::as_str)).unwrap_or_default().to_owned();
    let staged = StagedFiles::of(&root, &files)?;
    let bridge = Bridge { name, operations };
    let replaced = Migrator::replace(url, &replacement.replaced, &bridge, module.is_some());
    let replaced = block_on(replaced)?.map_err(|it| Diagnostic::of_database(&it))?;
    if matches!(replaced, Replaced::Done) {
        staged.put_in_place()?;
    }
    Ok(replaced)
}

/// Goes on where it is insisted on, and says what that means; else it is an error.
fn insist(code: DiagnosticCode, message: &str, help: &str, force: bool) -> Result<(), Diagnostic> {
    if force {
        say(&format!("warning[{}]: {message}", code.as_str()));
        return Ok(());
    }
    Err(Diagnostic::new(code, message, help))
}

fn unreplaceable(message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::Unreplaceable, message, help)
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Diagnostic> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Diagnostic::new(
            DiagnosticCode::Files,
            format!("the runtime could not be started: {error}"),
            "see what the system says",
        )
    })?;
    Ok(runtime.block_on(future))
}
