//! `samara undo`: takes back what `samara add` or `samara gen` wrote last.

use super::{listed, say, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;
use crate::write::journal;

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Diagnostic> {
    let workspace = workspace(app)?;
    let undone = journal::undo(&workspace.root)?;
    say(&format!("taken back: {}", listed(&undone)));
    Ok(CommandResult::Done)
}
