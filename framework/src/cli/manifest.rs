//! `manifest`: the declaration as JSON, for generators.

use std::io::Write;
use std::process::ExitCode;

use crate::ir::verify::verify;
use crate::manifest::Manifest;

use super::{Failure, Server};

/// Prints the declaration. One that breaks a rule is not printed, so nothing is generated from it.
pub(super) fn print(server: &Server) -> Result<ExitCode, Failure> {
    let app = &server.application().ir;
    if let Err(found) = verify(app) {
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        return Err(Failure::new("the declaration breaks rules", found.join("\n")));
    }
    let failed = |cause: String| Failure::new("the manifest could not be written", cause);
    let text = Manifest::new(app.clone()).to_json().map_err(|error| failed(error.to_string()))?;
    write!(std::io::stdout().lock(), "{text}").map_err(|error| failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
