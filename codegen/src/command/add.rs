//! `samara add` and `samara gen`: new sources and edits of the app's, shown as one difference, and written once somebody agreed.

use super::{listed, say, workspace};
use crate::cli::{Add, CommandResult, NewResourceArguments, Strategy, Writing};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::format;
use crate::prompt;
use crate::scaffold::{self, NewResource, Scaffold};
use crate::sources::Sources;
use crate::workspace::Workspace;
use crate::write::compare;
use crate::write::journal::{self, Change};

type Result<T> = std::result::Result<T, Vec<Diagnostic>>;

pub(crate) fn add(app: Option<&str>, add: &Add) -> Result<CommandResult> {
    match add {
        Add::Strategy { strategy: Strategy::MagicLink, user, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let files = scaffold::magic_link(&sources, user.as_deref()).map_err(one)?;
            let has_migrations = !workspace.migrations().map_err(one)?.is_empty();
            let next = if has_migrations { "samara codegen add_magic_links" } else { "samara codegen initial" };
            finish(&workspace, Scaffold { files, notes: Vec::new() }, *writing, next)
        }
        Add::Resource(arguments) => resource(app, arguments),
        Add::Action { resource, kind, name, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let made = scaffold::action(&sources, resource, *kind, name).map_err(one)?;
            finish(&workspace, made, *writing, "samara codegen, which brings the API along")
        }
        Add::Relationship { resource, field, writing } => {
            let (workspace, sources) = sources(app, *writing)?;
            let made = scaffold::relationship(&sources, resource, field).map_err(one)?;
            finish(&workspace, made, *writing, "samara codegen NAME, which writes the migration")
        }
    }
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
    let workspace = workspace(app).map_err(one)?;
    if !writing.check && !writing.dry_run {
        let completed = journal::resume(&workspace.root).map_err(one)?;
        if !completed.is_empty() {
            say(&format!("completed a change that was interrupted: {}", listed(&completed)));
        }
    }
    let sources = Sources::read(&workspace.root, &workspace.layout.app)?;
    Ok((workspace, sources))
}

/// Shows the difference, asks, and writes.
fn finish(workspace: &Workspace, made: Scaffold, writing: Writing, next: &str) -> Result<CommandResult> {
    let files = format::as_before(&workspace.root, made.files);
    let change = Change::to(&workspace.root, &files).map_err(one)?;
    let changes = compare(&workspace.root, &files).map_err(one)?;
    made.notes.iter().for_each(|it| say(&format!("note: {it}")));
    if changes.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    changes.iter().for_each(|it| say(it.diff.trim_end()));
    if writing.check || writing.dry_run {
        say("nothing was written");
        return Ok(if writing.check { CommandResult::Found } else { CommandResult::Done });
    }
    if !writing.yes {
        match prompt::agree(&format!("Change {} file(s)?", changes.len())) {
            Some(true) => {}
            Some(false) => {
                say("nothing was written");
                return Ok(CommandResult::Done);
            }
            None => {
                let message = "sources would change, and there is no terminal to ask at";
                let help = "say `--yes` to write them, or `--dry-run` to look; nothing was written";
                return Err(one(Diagnostic::new(DiagnosticCode::UnconfirmedEdit, message, help)));
            }
        }
    }
    change.make(&workspace.root).map_err(one)?;
    say(&format!("written: {}", changes.iter().map(|it| it.summary()).collect::<Vec<_>>().join(", ")));
    say(&format!("next: {next}"));
    Ok(CommandResult::Done)
}

fn one(mistake: Diagnostic) -> Vec<Diagnostic> {
    vec![mistake]
}
