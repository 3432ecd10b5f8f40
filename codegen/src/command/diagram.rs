//! `samara diagram`: the declaration as pictures.

use std::path::PathBuf;

use super::client::in_workspace;
use super::{say, workspace};
use crate::cli::{CommandResult, Diagram, report};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::diagram::diagram;
use crate::file::GeneratedFile;
use crate::manifest;
use crate::write::{compare, write};

pub(crate) fn run(app: Option<&str>, flags: &Diagram) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app)?;
    let declared = match &flags.manifest {
        Some(file) => manifest::from_file(file),
        None => manifest::ask(&workspace),
    };
    let text = diagram(&declared?);
    let Some(out) = &flags.out else {
        say(text.trim_end());
        return Ok(CommandResult::Done);
    };
    let path: PathBuf = in_workspace(&workspace, out)?;
    let files = [GeneratedFile::present(path, text)];
    let drifts = compare(&workspace.root, &files)?;
    if drifts.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    if flags.check {
        drifts.iter().for_each(|it| say(it.diff.trim_end()));
        let message = "the diagram is not what the declaration says";
        let help = format!("run `samara diagram --out {}` and commit what it writes", out.display());
        report(&[Diagnostic::new(DiagnosticCode::Drift, message, help)]);
        return Ok(CommandResult::Found);
    }
    drifts.iter().for_each(|it| say(&it.summary()));
    write(&workspace.root, &files)?;
    Ok(CommandResult::Done)
}
