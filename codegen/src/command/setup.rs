//! `samara setup`: create, migrate, seed; every error is printed, not only the first.

use std::io::{Write, stderr};

use super::{run_app, say, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

const STEPS: [&[&str]; 3] = [&["db", "create"], &["db", "migrate"], &["seed"]];

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app)?;
    // The app is built first, so that compile errors are printed once, not with each step.
    if !workspace.build_app()? {
        return Ok(CommandResult::Failed);
    }
    let mut failed = Vec::new();
    for step in STEPS {
        if run_app(&workspace, step)? != CommandResult::Done {
            failed.push(format!("`{} {}`", workspace.app, step.join(" ")));
        }
    }
    if failed.is_empty() {
        say("next: cargo run");
        return Ok(CommandResult::Done);
    }
    // Each step has printed its own error above.
    let _ = writeln!(stderr(), "error: {} of {} steps failed: {}", failed.len(), STEPS.len(), failed.join(", "));
    Ok(CommandResult::Failed)
}
