//! `samara add` and `samara gen`: new sources and edits of the app's, shown as one difference, and written once somebody agreed.

use std::path::{Path, PathBuf};

use super::{listed, say, workspace};
use crate::cli::{Add, CommandResult, EditedFile, NewResourceArguments, Strategy, Writing};
use crate::client::{ClientInput, ClientSettings, generate};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::format;
use crate::manifest;
use crate::prompt;
use crate::scaffold::{self, DatabaseFiles, NewResource, Scaffold, Surface};
use crate::sources::Sources;
use crate::workspace::Workspace;
use crate::write::Drift;
use crate::write::journal::{self, Change};

type Result<T> = std::result::Result<T, Vec<Diagnostic>>;

pub(crate) fn add(app: Option<&str>, add: &Add) -> Result<CommandResult> {
    match add {
        Add::Strategy { strategy: Strategy::MagicLink, user, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let made = scaffold::magic_link(&sources, user.as_deref())?;
            let has_migrations = !workspace.migrations()?.is_empty();
            let next = if has_migrations { "samara codegen add_magic_links" } else { "samara codegen initial" };
            finish(&workspace, made, *writing, next)
        }
        Add::Resource(arguments) => resource(app, arguments),
        Add::Action { resource, kind, name, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let made = scaffold::action(&sources, resource, *kind, name)?;
            finish(&workspace, made, *writing, "samara codegen, which brings the API along")
        }
        Add::Relationship { resource, field, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let made = scaffold::relationship(&sources, resource, field)?;
            finish(&workspace, made, *writing, "samara codegen NAME, which writes the migration")
        }
        Add::Client { language, out, operations, writing } => {
            let workspace = begin(app, *writing)?;
            let settings = super::client::said(&workspace, *language, out.as_deref(), operations.as_deref())?;
            client(&workspace, settings, *writing)
        }
        Add::Admin { resources, writing } => surface(app, Surface::Admin, resources, *writing),
        Add::Graphql { resources, writing } => surface(app, Surface::Graphql, resources, *writing),
        Add::Postgres { writing } => {
            let workspace = begin(app, *writing)?;
            let files = database_files(&workspace)?;
            let made = scaffold::postgres(&files, &workspace.app.replace('-', "_"))?;
            finish(&workspace, made, *writing, "samara setup")
        }
    }
}

/// Puts resources on a surface.
fn surface(app: Option<&str>, surface: Surface, resources: &[String], writing: Writing) -> Result<CommandResult> {
    let (workspace, sources) = sources(app, writing)?;
    let made = scaffold::surface(&sources, surface, resources)?;
    finish(&workspace, made, writing, "samara codegen, which writes what the surface is made of")
}

/// Adds a client to the workspace's settings, and generates it.
fn client(workspace: &Workspace, settings: ClientSettings, writing: Writing) -> Result<CommandResult> {
    let path = Path::new("Cargo.toml");
    let text = workspace.read(path)?.unwrap_or_default();
    let manifest = GeneratedFile::present(path, settings.written_to(&text)?);
    let next = format!("samara codegen, which keeps {} up to date", settings.out.display());
    let input = ClientInput::read(&workspace.root, &workspace.app, settings)?;
    let generated = generate(&manifest::ask(workspace)?, &workspace.app, &[input])?;
    let made = Scaffold { edited: vec![manifest], generated, ..Scaffold::default() };
    finish(workspace, made, writing, &next)
}

/// The workspace's files that speak of its database.
fn database_files(workspace: &Workspace) -> Result<DatabaseFiles> {
    Ok(DatabaseFiles {
        env: workspace.read(".env")?,
        ignored: workspace.read(".gitignore")?,
        readme: workspace.read("README.md")?,
        pipeline: workspace.read(".github/workflows/ci.yml")?,
    })
}

/// Declares a resource.
pub(crate) fn resource(app: Option<&str>, arguments: &NewResourceArguments) -> Result<CommandResult> {
    let (workspace, sources) = sources(app, arguments.writing)?;
    let new = NewResource {
        name: &arguments.name,
        fields: &arguments.fields,
        table: arguments.table.as_deref(),
        domain: arguments.domain.as_deref(),
        graphql: arguments.graphql,
        admin: arguments.admin,
        anyone: arguments.anyone,
    };
    let made = scaffold::resource(&sources, &workspace.app.replace('-', "_"), &new)?;
    finish(&workspace, made, arguments.writing, "samara codegen NAME, which writes the migration")
}

/// The app's sources, after what was interrupted is completed, if anything is to be written.
fn sources(app: Option<&str>, writing: Writing) -> Result<(Workspace, Sources)> {
    let workspace = begin(app, writing)?;
    let sources = Sources::read(&workspace.root, &workspace.layout.app)?;
    Ok((workspace, sources))
}

/// The workspace, after what was interrupted is completed, if anything is to be written.
fn begin(app: Option<&str>, writing: Writing) -> Result<Workspace> {
    let workspace = workspace(app)?;
    if !writing.only_looks() {
        let completed = journal::resume(&workspace.root)?;
        if !completed.is_empty() {
            say(&format!("completed a change that was interrupted: {}", listed(&completed)));
        }
    }
    Ok(workspace)
}

/// Shows the difference, asks, and writes.
fn finish(workspace: &Workspace, made: Scaffold, writing: Writing, next: &str) -> Result<CommandResult> {
    let Scaffold { new, edited, generated, notes } = made;
    let own: Vec<PathBuf> = new.iter().map(|it| it.path().clone()).collect();
    let mut files = format::as_before(&workspace.root, [new, edited].concat());
    files.extend(generated.iter().cloned());
    files.sort_by(|a, b| a.path().cmp(b.path()));
    let mut change = Change::to(&workspace.root, &files)?;
    settle(&mut change, &own, writing)?;
    notes.iter().for_each(|it| say(&format!("note: {it}")));
    let drifts = change.drifts();
    if drifts.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    for drift in &drifts {
        let is_generated = generated.iter().any(|it| *it.path() == drift.path);
        if is_generated { say(&drift.summary()) } else { say(drift.diff.trim_end()) }
    }
    if writing.only_looks() {
        say("nothing was written");
        return Ok(if writing.check { CommandResult::Found } else { CommandResult::Done });
    }
    if !writing.yes {
        match prompt::agree(&format!("Change {} file(s)?", drifts.len())) {
            Some(true) => {}
            Some(false) => {
                say("nothing was written");
                return Ok(CommandResult::Done);
            }
            None => {
                let message = "sources would change, and there is no terminal to ask at";
                let help = "say `--yes` to write them, or `--dry-run` to look; nothing was written";
                return Err(Diagnostic::new(DiagnosticCode::UnconfirmedEdit, message, help).into());
            }
        }
    }
    change.make(&workspace.root)?;
    say(&format!("written: {}", drifts.iter().map(Drift::summary).collect::<Vec<_>>().join(", ")));
    say(&format!("next: {next}"));
    Ok(CommandResult::Done)
}

/// Decides what becomes of files that are there with another text than the one that they would be written with: as a flag says, or as the
/// developer does at a terminal.
///
/// # Errors
/// `R0820` for each, without either.
fn settle(change: &mut Change, own: &[PathBuf], writing: Writing) -> Result<()> {
    let mut mistakes = Vec::new();
    let mut edited = change.drifts();
    edited.retain(|it| own.contains(&it.path) && change.replaces(&it.path));
    for drift in edited {
        let path = drift.path.display().to_string();
        let said = match writing.edited {
            None if writing.only_looks() => {
                say(&format!("note: {path} is there with another text, and is asked about before anything is written"));
                continue;
            }
            None => prompt::edited(&drift),
            said => said,
        };
        match said {
            Some(EditedFile::Replace) => {}
            Some(EditedFile::Keep) => {
                say(&format!("note: {path} stays as it is"));
                change.leave_out(&drift.path);
            }
            None => {
                let message = "it is there with another text than the one that would be written: edited by hand, or about something else";
                let help = "say `--edited keep` to leave it as it is, or `--edited replace` to put the new text in its place; nothing was written";
                mistakes.push(Diagnostic::new(DiagnosticCode::EditedByHand, message, help).at(path));
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}
