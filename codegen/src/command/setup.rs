//! `samara setup`: create, migrate, seed; every failure told, not only the first.

use std::io::{Write, stderr};

use super::db::status;
use super::workspace;
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

const STEPS: [&[&str]; 3] = [&["db", "create"], &["db", "migrate"], &["seed"]];

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(|it| vec![it])?;
    // An app that does not compile says so once, not with each step.
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
        return Ok(CommandResult::Done);
    }
    // What each of them said stands above. Nothing helps where even the terminal is gone.
    let _ = writeln!(stderr(), "error: {} of {} steps failed: {}", failed.len(), STEPS.len(), failed.join(", "));
    Ok(CommandResult::Failed)
}
