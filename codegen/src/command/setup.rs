//! `samara setup`: create, migrate, seed; every error is printed, not only the first.

use std::io::{Write, stderr};

use super::db::status;
use super::{say, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

const STEPS: [&[&str]; 3] = [&["db", "create"], &["db", "migrate"], &["seed"]];

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(|it| vec![it])?;
    // The app is built first, so that compile errors are printed once, not with each step.
    if status(workspace.build_app()).map_err(|it| vec![it])? != CommandResult::Done {
        return Ok(CommandResult::Failed);
    }
    let mut failed = Vec::new();
    for step in STEPS {
        if status(workspace.run_app(step)).map_err(|it| vec![it])? != CommandResult::Done {
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
