//! `samara db …`: run by the app, which has the migrations and the settings.

use std::process::Command;

use super::{say, workspace};
use crate::cli::{CommandResult, Db};
use crate::diagnostic::Diagnostic;
use crate::workspace::no_cargo;

pub(crate) fn run(app: Option<&str>, db: &Db) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(|it| vec![it])?;
    let arguments = arguments(db);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = status(workspace.run_app(&arguments)).map_err(|it| vec![it])?;
    if matches!((db, result), (Db::Create, CommandResult::Done)) {
        say("next: samara setup");
    }
    Ok(result)
}

/// Runs a command of the app, which prints its own errors.
pub(super) fn status(mut command: Command) -> Result<CommandResult, Diagnostic> {
    let status = command.status().map_err(|error| no_cargo(&error))?;
    Ok(match status.code() {
        Some(0) => CommandResult::Done,
        Some(1) => CommandResult::Found,
        _ => CommandResult::Failed,
    })
}

fn arguments(db: &Db) -> Vec<String> {
    let unasked = |yes: bool| if yes { vec!["--yes".to_owned()] } else { Vec::new() };
    let (verb, flags) = match db {
        Db::Create => ("create", Vec::new()),
        Db::Migrate => ("migrate", Vec::new()),
        Db::Rollback { steps } => ("rollback", vec!["--steps".to_owned(), steps.to_string()]),
        Db::Status => ("status", Vec::new()),
        Db::Drop { yes } => ("drop", unasked(*yes)),
        Db::Reset { yes } => ("reset", unasked(*yes)),
    };
    [vec!["db".to_owned(), verb.to_owned()], flags].concat()
}
