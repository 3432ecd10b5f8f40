//! Gets the declaration from the app.

use std::path::Path;
use std::process::Stdio;

use samara::ir::App;
use samara::ir::verify::verify;
use samara::manifest::Manifest;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::workspace::{Workspace, no_cargo};

/// The exit status of an app whose declaration breaks rules.
const BROKEN_RULES: i32 = 1;

/// Builds and runs the app's command `manifest`, which needs no database, secret or setting.
///
/// The app is built without its migrations: one that does not compile must not stop the tool that would repair it.
///
/// # Errors
/// `R0701` if the app does not build, or its manifest cannot be read; `R0734` if what it declares breaks rules, which it tells itself.
pub fn ask(workspace: &Workspace) -> Result<App, Diagnostic> {
    // The compiler's output goes straight to the terminal, and so does the app's.
    if !workspace.build_app_without_migrations()? {
        let message = format!("the app `{}` does not build", workspace.app);
        let help = "repair what is said above; the migrations are not part of this build";
        return Err(Diagnostic::new(DiagnosticCode::Manifest, message, help));
    }
    let mut command = workspace.run_app_without_migrations(&["manifest"]);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| no_cargo(&error))?;
    if output.status.code() == Some(BROKEN_RULES) {
        let message = "the declaration breaks rules, which are said above";
        let help = "`samara explain CODE` says what each of them asks for";
        return Err(Diagnostic::new(DiagnosticCode::BrokenRules, message, help));
    }
    if !output.status.success() {
        let message = format!("the app `{}` does not say what it declares", workspace.app);
        let help = "run `cargo run -q -- manifest` to see why; its `main` hands the command line to `samara::main`";
        return Err(Diagnostic::new(DiagnosticCode::Manifest, message, help));
    }
    read(&output.stdout).map_err(|it| it.at(format!("`{} manifest`", workspace.app)))
}

/// Reads a manifest that was written to a file.
///
/// # Errors
/// `R0701`, `R0734`.
pub fn from_file(path: &Path) -> Result<App, Diagnostic> {
    let bytes = std::fs::read(path).map_err(|error| {
        let help = "write one with `cargo run -q -- manifest > FILE`";
        Diagnostic::new(DiagnosticCode::Manifest, format!("the manifest cannot be read: {error}"), help)
            .at(path.display())
    })?;
    read(&bytes).map_err(|it| it.at(path.display()))
}

fn read(bytes: &[u8]) -> Result<App, Diagnostic> {
    let help = "build the app and `samara` from the same version of the framework";
    let broken = |message: String| Diagnostic::new(DiagnosticCode::Manifest, message, help);
    let text = std::str::from_utf8(bytes).map_err(|error| broken(format!("the manifest is not UTF-8: {error}")))?;
    let app = Manifest::from_json(text).map_err(|error| broken(error.to_string()))?.app;
    verify(&app).map_err(|found| {
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        let message = format!("the declaration breaks rules:\n{}", found.join("\n"));
        Diagnostic::new(DiagnosticCode::BrokenRules, message, "`samara explain CODE` says what each of them asks for")
    })?;
    Ok(app)
}
