//! Renders the surfaces as text, by the functions that the server uses at its start, so that every change of a surface is visible in
//! review.

use std::path::Path;

use samara::ir::App;

use crate::access;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

/// The GraphQL API, `schema.graphql` in the app's folder; absent if no resource is in it.
///
/// # Errors
/// `R0716` if two declared things take the same name in it.
pub fn graphql(folder: &Path, app: &App) -> Result<GeneratedFile, Diagnostic> {
    let path = folder.join("schema.graphql");
    if !app.has_graphql() {
        return Ok(GeneratedFile::Absent { path });
    }
    let sdl = samara::graphql::sdl(app).map_err(|error| no_api(&error))?;
    Ok(GeneratedFile::present(path, lines(sdl)))
}

/// `R0716`: why there is no GraphQL API.
pub(crate) fn no_api(error: &samara::error::Error) -> Diagnostic {
    let cause = std::error::Error::source(error).map(|it| format!(": {it}")).unwrap_or_default();
    let help = "rename one of the two, or give an action another field with `name = \"…\"`";
    Diagnostic::new(DiagnosticCode::Surface, format!("the declaration makes no GraphQL API{cause}"), help)
}

/// `R0716`: the schema that the framework wrote cannot be read again.
pub(crate) fn not_understood(why: &str) -> Diagnostic {
    let help = "report this; it is a bug in `samara`";
    Diagnostic::new(DiagnosticCode::Surface, format!("the API's own schema is not understood: {why}"), help)
}

/// The admin's screens, `admin.json` in the app's folder; absent if no resource has one.
pub fn admin(folder: &Path, app: &App) -> GeneratedFile {
    let path = folder.join("admin.json");
    if app.resources().iter().all(|it| it.admin.is_none()) {
        return GeneratedFile::Absent { path };
    }
    GeneratedFile::present(path, lines(format!("{:#}", samara::admin::describe(app))))
}

/// Who may do what, `policies.snap` in the app's folder, so that a change of access is seen in review; absent if there is no resource.
pub fn policies(folder: &Path, app: &App) -> GeneratedFile {
    let path = folder.join("policies.snap");
    let access = access::access(app);
    if access.is_empty() {
        GeneratedFile::Absent { path }
    } else {
        GeneratedFile::present(path, access::as_text(&access))
    }
}

/// The text with a line feed at its end.
fn lines(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
