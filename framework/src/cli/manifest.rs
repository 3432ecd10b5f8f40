//! `manifest`: the declaration as JSON, for generators.

use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use crate::ir::App;

use super::{Failure, Server};

/// The form of the manifest; a reader of another one should say so rather than guess.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    #[serde(flatten)]
    app: &'a App,
}

pub(super) fn print(server: &Server) -> Result<ExitCode, Failure> {
    let manifest = Manifest { version: VERSION, app: &server.application().ir };
    let failed = |cause: String| Failure::new("the manifest could not be written", cause);
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| failed(error.to_string()))?;
    writeln!(std::io::stdout().lock(), "{text}").map_err(|error| failed(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
