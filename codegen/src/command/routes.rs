//! `samara routes`: the addresses that the app answers at, which the app knows.

use super::db::status;
use super::workspace;
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Diagnostic> {
    status(workspace(app)?.run_app(&["routes"]))
}
