//! `samara policies`: who may do what.

use super::{say, workspace};
use crate::access::{access, as_markdown, as_text};
use crate::cli::{CommandResult, PoliciesFormat};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::manifest;

pub(crate) fn run(app: Option<&str>, format: PoliciesFormat) -> Result<CommandResult, Diagnostic> {
    let workspace = workspace(app)?;
    let access = access(&manifest::ask(&workspace)?);
    let text = match format {
        PoliciesFormat::Text => as_text(&access),
        PoliciesFormat::Markdown => as_markdown(&access),
        PoliciesFormat::Json => serde_json::to_string_pretty(&access).map_err(|error| {
            let help = "report this; it is a bug in `samara`";
            Diagnostic::new(DiagnosticCode::Files, format!("it cannot be written as JSON: {error}"), help)
        })?,
    };
    say(text.trim_end());
    Ok(CommandResult::Done)
}
