//! The commands: each finds its workspace, does its work and prints the result.

pub(crate) mod codegen;
pub(crate) mod db;
mod replace;
pub(crate) mod setup;

use std::io::{Write, stdout};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::workspace::Workspace;

/// The workspace around the current folder.
fn workspace(app: Option<&str>) -> Result<Workspace, Diagnostic> {
    let folder = std::env::current_dir().map_err(|error| {
        Diagnostic::new(
            DiagnosticCode::Workspace,
            format!("there is no current folder: {error}"),
            "go to a folder of the workspace",
        )
    })?;
    Workspace::find(&folder, app)
}

/// Prints what was done to standard output.
fn say(text: &str) {
    // A closed pipe (`samara … | head`) is no error.
    let _ = writeln!(stdout(), "{text}");
}
