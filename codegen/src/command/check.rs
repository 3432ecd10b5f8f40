//! `samara check`: every rule that needs no database, in one report.

use samara::ir::App;

use super::report::Report;
use super::{codegen, say, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::emit;
use crate::manifest;
use crate::sources::Sources;
use crate::workspace::Workspace;
use crate::write::{Drift, journal};

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app)?;
    let mut report = Report::default();
    match Sources::read(&workspace.root, &workspace.layout.app) {
        Ok(_) if journal::is_interrupted(&workspace.root) => {
            let text =
                "a change was interrupted; `samara add` or `samara gen` completes it, `samara undo` takes it back";
            report.wrong("sources", text);
        }
        Ok(sources) => report.ok("sources", &format!("{} files", sources.len())),
        Err(mistakes) => report.wrong("sources", &listed(&mistakes)),
    }
    let declared = declaration(&mut report, &workspace)?;
    migrations(&mut report, &workspace)?;
    match &declared {
        Some(app) => generated(&mut report, &workspace, app)?,
        None => report.skipped("generated", "not compared: nobody knows what is declared"),
    }
    match report.n_wrong() {
        0 => say("every rule holds"),
        n => say(&format!("something is wrong with {n} of these; `samara explain CODE` says more of a code")),
    }
    Ok(report.result())
}

/// What the app declares keeps to the rules. Those that break it are told by the app itself, with their places.
///
/// # Errors
/// `R0701` if nobody knows what it declares.
fn declaration(report: &mut Report, workspace: &Workspace) -> Result<Option<App>, Diagnostic> {
    match manifest::ask(workspace) {
        Ok(app) => {
            report.ok("declaration", &format!("{} resources", app.resources().len()));
            Ok(Some(app))
        }
        Err(mistake) if mistake.code == DiagnosticCode::BrokenRules => {
            report.wrong("declaration", &mistake.to_string());
            Ok(None)
        }
        Err(mistake) => Err(mistake),
    }
}

/// The migrations are all there, have names, and compile.
fn migrations(report: &mut Report, workspace: &Workspace) -> Result<(), Diagnostic> {
    let lost = workspace.lost_migrations()?;
    let all = workspace.migrations()?;
    if !lost.is_empty() {
        report.wrong("migrations", &format!("gone from their folder, though they are listed: {}", lost.join(", ")));
        return Ok(());
    }
    if !workspace.build_app()? {
        report.wrong("migrations", "the app does not compile with them; see what the compiler says");
        return Ok(());
    }
    report.ok("migrations", &kinds(workspace, &all)?);
    Ok(())
}

/// How many there are, and how many of them somebody wrote or changed.
fn kinds(workspace: &Workspace, all: &[String]) -> Result<String, Diagnostic> {
    let (mut by_hand, mut changed) = (0, 0);
    for module in all {
        let source = workspace.read_source(module)?;
        match (emit::is_generated(&source), emit::is_as_generated(&source)) {
            (false, _) => by_hand += 1,
            (true, false) => changed += 1,
            (true, true) => {}
        }
    }
    let some = |n: usize, what: &str| if n == 0 { String::new() } else { format!(", {n} {what}") };
    Ok(format!("{} of them{}{}", all.len(), some(by_hand, "by hand"), some(changed, "changed by hand")))
}

/// What is generated is what the declaration asks for.
///
/// # Errors
/// What keeps it from being compared.
fn generated(report: &mut Report, workspace: &Workspace, app: &App) -> Result<(), Vec<Diagnostic>> {
    match codegen::stale(workspace, app) {
        Ok(drifts) if drifts.is_empty() => report.ok("generated", "as the declaration asks for it"),
        Ok(drifts) => {
            let files: Vec<String> = drifts.iter().map(Drift::summary).collect();
            let mistake = Diagnostic::new(
                DiagnosticCode::Drift,
                format!("{} file(s) are not what the declaration asks for:\n  {}", files.len(), files.join("\n  ")),
                "`samara codegen --check` shows the differences, `samara codegen NAME` writes them",
            );
            report.wrong("generated", &mistake.to_string());
        }
        Err(mistakes) => report.wrong("generated", &listed(&mistakes)),
    }
    Ok(())
}

fn listed(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
