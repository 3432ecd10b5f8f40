//! `manifest`: the declaration as JSON, for generators.

use std::io::Write;
use std::process::ExitCode;

use crate::manifest::Manifest;

use super::{CommandError, Server};

/// Prints the declaration. One that breaks a rule is not printed, so nothing is generated from it; what it breaks is, with exit status 1.
pub(super) fn print(server: &Server) -> Result<ExitCode, CommandError> {
    let application = match server.verified() {
        Ok(application) => application,
        Err(findings) => {
            CommandError::from(findings).print();
            return Ok(ExitCode::FAILURE);
        }
    };
    let failed = |cause: String| CommandError::new("the manifest could not be written", cause);
    let text = Manifest::new(application.ir().clone()).to_json().map_err(|error| failed(error.to_string()))?;
    write!(std::io::stdout().lock(), "{text}").map_err(|error| failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
