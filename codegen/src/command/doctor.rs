//! `samara doctor`: the toolchain; then the app looks at the rest, of which it knows the settings.

use std::process::Command;

use super::report::Report;
use super::{run_app, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;
use crate::toolchain;
use crate::workspace::Workspace;

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Diagnostic> {
    let workspace = workspace(app)?;
    let mut report = Report::default();
    rust(&mut report, &workspace)?;
    for (thing, program, repair) in [
        (
            "formatting",
            "rustfmt",
            "run `rustup component add rustfmt`; sources that are generated stay as they are without it",
        ),
        ("C compiler", "cc", "install one (on Debian: apt-get install build-essential); SQLite is compiled with it"),
    ] {
        match version(&workspace, program) {
            Some(version) => report.ok(thing, &version),
            None => report.wrong(thing, &format!("`{program}` does not run\nhelp: {repair}")),
        }
    }
    let rest = run_app(&workspace, &["doctor"])?;
    Ok(if report.result() == CommandResult::Done { rest } else { rest.max(CommandResult::Found) })
}

/// The compiler is there, and is the one that the workspace asks for.
fn rust(report: &mut Report, workspace: &Workspace) -> Result<(), Diagnostic> {
    let thing = "toolchain";
    let Some(rustc) = version(workspace, "rustc") else {
        report.wrong(thing, "`rustc` does not run\nhelp: install Rust with rustup, which reads rust-toolchain.toml");
        return Ok(());
    };
    let file = match workspace.read("rust-toolchain.toml")? {
        Some(text) => Some(text),
        None => workspace.read("rust-toolchain")?,
    };
    let pinned = file.as_deref().and_then(toolchain::pinned);
    match toolchain::fits(&rustc, pinned.as_deref(), workspace.rust_version.as_deref()) {
        Ok(()) => report.ok(thing, &rustc),
        Err(text) => report.wrong(thing, &text),
    }
    Ok(())
}

/// The first line that a program says of its version, in the workspace's folder; `None` if it does not run.
fn version(workspace: &Workspace, program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").current_dir(&workspace.root).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    output.status.success().then_some(text)
}
