//! `samara db …`: run by the app, which has the migrations and the settings.

use super::{run_app, say, workspace};
use crate::cli::{CommandResult, Db};
use crate::diagnostic::Diagnostic;

pub(crate) fn run(app: Option<&str>, db: &Db) -> Result<CommandResult, Diagnostic> {
    let workspace = workspace(app)?;
    let arguments = arguments(db);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = run_app(&workspace, &arguments)?;
    if matches!((db, result), (Db::Create, CommandResult::Done)) {
        say("next: samara setup");
    }
    Ok(result)
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
