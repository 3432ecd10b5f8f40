//! `samara gen secret`: a key for `SAMARA_SECRET`.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::say;
use crate::cli::CommandResult;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// As long as the output of the hash that is keyed with it.
const BYTES: usize = 32;

pub(crate) fn run() -> Result<CommandResult, Diagnostic> {
    let mut key = [0; BYTES];
    getrandom::fill(&mut key).map_err(|error| {
        let help = "see what the system says of its source of random numbers";
        Diagnostic::new(DiagnosticCode::Files, format!("there is no randomness: {error}"), help)
    })?;
    say(&BASE64_URL_SAFE_NO_PAD.encode(key));
    Ok(CommandResult::Done)
}
