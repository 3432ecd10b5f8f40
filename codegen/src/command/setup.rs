//! `samara setup`: create, migrate, seed; every failure told, not only the first.

use super::db::status;
use super::{say, workspace};
use crate::cli::Outcome;
use crate::diagnostic::Diagnostic;

pub(crate) fn run(app: Option<&str>) -> Result<Outcome, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(|it| vec![it])?;
    let steps: [&[&str]; 3] = [&["db", "create"], &["db", "migrate"], &["seed"]];
    let mut failed = Vec::new();
    for step in steps {
        if status(workspace.run_app(step)).map_err(|it| vec![it])? != Outcome::Done {
            failed.push(format!("`{} {}`", workspace.app, step.join(" ")));
        }
    }
    if failed.is_empty() {
        return Ok(Outcome::Done);
    }
    say(&format!("failed: {}", failed.join(", ")));
    Ok(Outcome::Failed)
}
