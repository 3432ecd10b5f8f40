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
    let Some(git) = Git::around(&workspace.root.join(&workspace.layout.migrations))? else {
        let help = "without version control a migration is never replaced; take it back as the chapter Migrations of the book says";
        let message = "there is no git repository here, so nobody knows whether the migration is released";
        return Err(Diagnostic::new(DiagnosticCode::Released, message, help).at(workspace.layout.migrations.display()));
    };
    is_unreleased(&git, last, force)?;
    let base = match git.at(others)? {
        _ if others.is_empty() => Vec::new(),
        Some(commit) => git.snapshots(&commit)?,
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
    is_untouched(last, &source, force)?;
    Ok(Replacement { replaced: vec![last.clone()], base, current, said: vec![said] })
}

/// The migrations without a name, to become one that has one.
///
/// # Errors
/// As [`last`].
pub(super) fn unnamed(workspace: &Workspace, base: Vec<Table>, force: bool) -> Result<Replacement, Vec<Diagnostic>> {
    let current = workspace.unnamed_snapshots()?;
    let modules = workspace.migrations()?;
    let replaced: Vec<String> = modules.into_iter().filter(|it| is_unnamed(it)).collect();
    let git = Git::around(&workspace.root.join(&workspace.layout.migrations))?;
    let mut said = Vec::new();
    for module in &replaced {
        // Without version control nobody else can have it either, as far as this machine knows.
        if let Some(git) = &git {
            is_unreleased(git, module, force)?;
        }
        let source = workspace.read_source(module)?;
        is_untouched(module, &source, force)?;
        said.push(emit::said_with(&source));
    }
    Ok(Replacement { replaced, base, current, said })
}

fn is_unreleased(git: &Git, module: &str, force: bool) -> Result<(), Diagnostic> {
    let Some(commit) = git.released(module)? else { return Ok(()) };
    let message = format!("the migration `{module}` is released: {commit}. Databases of others may have run it");
    let help = "write the next migration: `samara codegen NAME`; or say `--force`, and every database that has run it must be made anew";
    insist(DiagnosticCode::Released, &message, help, force)
}

/// `R0743` where the source of a migration is not what was generated.
fn is_untouched(module: &str, source: &str, force: bool) -> Result<(), Diagnostic> {
    if emit::is_as_generated(source) {
        return Ok(());
    }
    let message = format!("the migration `{module}` is not as it was generated; what was changed in it would be lost");
    let help = "take the changes out of it, or say `--force` and make them again";
    insist(DiagnosticCode::Unreplaceable, &message, help, force)
}

/// `R0743` where other migrations stand before or between those without a name than when the first of these was written: the snapshots of
/// those without a name do not know them.
pub(super) fn nothing_came_between(workspace: &Workspace, modules: &[String]) -> Result<(), Diagnostic> {
    let now: Vec<&String> = modules.iter().filter(|it| !is_unnamed(it)).collect();
    let then = workspace.named_before_unnamed()?;
    let since = "since the first migration without a name was written";
    let message = match &then {
        None => "nobody knows which migrations those without a name came after: their list is gone".to_owned(),
        Some(then) => {
            let came = now.iter().find(|it| !then.contains(it));
            let went = then.iter().find(|it| !now.contains(it));
            match (came, went) {
                (Some(came), _) => format!("{since}, `{came}` has come, which those without a name do not know"),
                (None, Some(went)) => format!("{since}, `{went}` has gone, which those without a name came after"),
                (None, None) => return Ok(()),
            }
        }
    };
    let folder = snapshot::unnamed_folder(&workspace.layout.migrations);
    let help = format!(
        "take those without a name back (`samara db rollback`), remove their files and `{}`, and write them again: `samara codegen --dev`",
        folder.display()
    );
    Err(unreplaceable(&message, &help))
}

/// What goes with the migrations that are replaced: their sources, and snapshots of tables that are no more.
pub(super) fn gone(workspace: &Workspace, replacement: &Replacement, target: &[Table]) -> Vec<GeneratedFile> {
    let migrations = &workspace.layout.migrations;
    let is_folded = replacement.replaced.iter().any(|it| is_unnamed(it));
    let folder = if is_folded { snapshot::unnamed_folder(migrations) } else { snapshot::folder(migrations) };
    let sources = replacement.replaced.iter().map(|it| workspace.source(it));
    let without =
        replacement.current.iter().filter(|it| is_folded || !target.iter().any(|other| other.name == it.name));
    let list = is_folded.then(|| snapshot::named_before_unnamed(migrations));
    let paths: Vec<PathBuf> = sources.chain(without.map(|it| snapshot::path(&folder, &it.name))).chain(list).collect();
    paths.into_iter().map(|path| GeneratedFile::Absent { path }).collect()
}

/// The snapshots of migrations without a name that are of none of the files, to be removed.
///
/// # Errors
/// `R0702`, `R0703`, `R0713`.
pub(super) fn left_over(workspace: &Workspace, files: &[GeneratedFile]) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    let folder = snapshot::unnamed_folder(&workspace.layout.migrations);
    let tables = workspace.unnamed_snapshots()?;
    let paths = tables.iter().map(|it| snapshot::path(&folder, &it.name));
    let left = paths.filter(|path| !files.iter().any(|it| it.path() == path));
    Ok(left.map(|path| GeneratedFile::Absent { path }).collect())
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
    let url = settings.direct_url().to_owned();
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
pub(super) fn consent(bridge: &[Operation], said: &Decisions) -> Result<(), Vec<Diagnostic>> {
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
        if prompt::agree(&format!("{message}. Go on?")) != Some(true) {
            let help = format!("say `--drop {}` if you mean it; nothing was changed", subject.flag());
            refused.push(Diagnostic::new(DiagnosticCode::Unasked, message, help));
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// Asks before a server's database is changed: what is reached at this machine may be another one's, behind a tunnel. A file is not.
///
/// # Errors
/// `R0745` without a yes.
pub(super) fn confirm(url: &str, is_agreed: bool) -> Result<(), Diagnostic> {
    if url.starts_with("sqlite:") || is_agreed {
        return Ok(());
    }
    let name = migration::name(url).map_err(|it| Diagnostic::of_database(&it))?;
    if prompt::agree(&format!("the database {name} is changed now. Is it yours alone?")) == Some(true) {
        return Ok(());
    }
    let message = format!("the database {name} would be changed, and nobody said that it is yours alone");
    let help = "say `--yes` if it is, and not another machine's behind a tunnel; nothing was changed";
    Err(Diagnostic::new(DiagnosticCode::Unconfirmed, message, help))
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
