//! `samara codegen`: declaration and snapshots in, files out.

use chrono::Utc;
use samara::ir::App;
use samara::table::{Table, declared};

use super::{say, workspace};
use crate::cli::{Codegen, CommandResult, report};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::diff::open_questions;
use crate::generate::{GeneratedFiles, GeneratorInput, generate};
use crate::manifest;
use crate::prompt;
use crate::question::Decisions;
use crate::workspace::Workspace;
use crate::write::{compare, write};

pub(crate) fn run(app: Option<&str>, flags: &Codegen) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(one)?;
    let snapshots = workspace.snapshots()?;
    for module in workspace.lost_migrations().map_err(one)? {
        say(&format!(
            "warning: the migration `{module}` is gone from its folder, and the snapshots may still hold what it did; to take one \
             back, take back the snapshots that it changed too"
        ));
    }
    let app = match &flags.manifest {
        Some(file) => manifest::from_file(file),
        None => manifest::ask(&workspace),
    };
    let app = app.map_err(one)?;
    match plan(&workspace, &app, &snapshots, flags) {
        Ok(generated) => finish(&workspace, &generated, flags).map_err(one),
        Err(mistakes) => {
            report(&mistakes);
            Ok(CommandResult::Found)
        }
    }
}

fn plan(
    workspace: &Workspace,
    app: &App,
    snapshots: &[Table],
    flags: &Codegen,
) -> Result<GeneratedFiles, Vec<Diagnostic>> {
    let answers = settle(snapshots, &declared(app), flags)?;
    generate(&GeneratorInput {
        app,
        snapshots,
        migrations: &workspace.migrations().map_err(one)?,
        // A check writes no migration, and so needs no name for one.
        name: flags.name.as_deref().or((flags.check || flags.dry_run).then_some("unnamed")),
        answers: &answers,
        clock: Utc::now(),
        layout: &workspace.layout,
    })
}

/// Asks until no questions are left. A check does not ask: whatever the answers, there is a difference.
fn settle(snapshots: &[Table], target: &[Table], flags: &Codegen) -> Result<Decisions, Vec<Diagnostic>> {
    let mut answers = Decisions {
        renames: flags.rename.clone(),
        drops: flags.drop.clone(),
        fills: flags.fill.clone(),
        keeps: flags.keep.clone(),
        accepts: flags.accept.clone(),
    };
    loop {
        let questions = open_questions(snapshots, target, &answers)?;
        if questions.is_empty() || flags.check {
            return Ok(answers);
        }
        prompt::ask(&questions, &mut answers)?;
    }
}

fn finish(workspace: &Workspace, generated: &GeneratedFiles, flags: &Codegen) -> Result<CommandResult, Diagnostic> {
    let drifts = compare(&workspace.root, &generated.files)?;
    tell(generated);
    if drifts.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    if flags.check || flags.dry_run {
        drifts.iter().for_each(|it| say(it.diff.trim_end()));
        return Ok(show(drifts.len(), flags));
    }
    // Changes are printed before they are made.
    drifts.iter().for_each(|it| say(&it.summary()));
    write(&workspace.root, &generated.files)?;
    say(if generated.operations.is_empty() {
        "written; review it"
    } else {
        "written; review it, then run `samara db migrate`"
    });
    Ok(CommandResult::Done)
}

fn show(n_files: usize, flags: &Codegen) -> CommandResult {
    if flags.dry_run {
        say("nothing was written");
        return CommandResult::Done;
    }
    let message = format!("{n_files} generated file(s) are not what the declaration asks for");
    report(&[Diagnostic::new(DiagnosticCode::Drift, message, "run `samara codegen NAME` and commit what it writes")]);
    CommandResult::Found
}

/// Prints what the migration does, and its warnings.
fn tell(generated: &GeneratedFiles) {
    for operation in &generated.operations {
        say(&format!("  {operation}"));
    }
    for warning in generated.operations.iter().flat_map(|it| it.warnings()) {
        say(&format!("warning: {warning}"));
    }
}

fn one(mistake: Diagnostic) -> Vec<Diagnostic> {
    vec![mistake]
}
