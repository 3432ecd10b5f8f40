//! `samara routes`: the addresses that the app answers at, which the app knows.

use super::{run_app, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Diagnostic> {
    run_app(&workspace(app)?, &["routes"])
}
