//! The commands: each finds its workspace, does its work and prints the result.

pub(crate) mod add;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod codegen;
pub(crate) mod db;
pub(crate) mod diagram;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod policies;
mod replace;
mod report;
pub(crate) mod routes;
pub(crate) mod secret;
pub(crate) mod setup;
pub(crate) mod undo;

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;

use crate::cli::CommandResult;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::workspace::{Workspace, no_cargo};
use crate::write::journal;

/// The workspace around the current folder.
fn workspace(app: Option<&str>) -> Result<Workspace, Diagnostic> {
    let workspace = Workspace::find(&current_folder()?, app)?;
    if journal::is_interrupted(&workspace.root) {
        let text = "warning: a change of the sources was interrupted: the next `samara add` or `gen` completes it, `samara undo` takes it back";
        let _ = writeln!(stderr(), "{text}");
    }
    Ok(workspace)
}

/// Builds the app and runs a command of it, which prints its own errors; [`CommandResult::Failed`] if it does not compile.
fn run_app(workspace: &Workspace, arguments: &[&str]) -> Result<CommandResult, Diagnostic> {
    if !workspace.build_app()? {
        return Ok(CommandResult::Failed);
    }
    let status = workspace.run_app(arguments).status().map_err(|error| no_cargo(&error))?;
    Ok(match status.code() {
        Some(0) => CommandResult::Done,
        Some(1) => CommandResult::Found,
        _ => CommandResult::Failed,
    })
}

/// Paths, with commas between.
fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn current_folder() -> Result<PathBuf, Diagnostic> {
    std::env::current_dir().map_err(|error| {
        let message = format!("there is no current folder: {error}");
        Diagnostic::new(DiagnosticCode::Workspace, message, "go to a folder that is there")
    })
}

/// Prints what was done to standard output.
fn say(text: &str) {
    // A closed pipe (`samara … | head`) is no error.
    let _ = writeln!(stdout(), "{text}");
}
