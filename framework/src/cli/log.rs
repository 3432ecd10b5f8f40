//! The log: to standard error, as `RUST_LOG` says.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::{SettingError, Variables};

const VARIABLE: &str = "RUST_LOG";
/// What is logged if `RUST_LOG` does not say: our own messages, and the worst of others.
const DEFAULT: &str = "warn,samara=info";

/// What is to be logged.
pub(super) fn filter(variables: &Variables) -> Result<EnvFilter, SettingError> {
    let Some(held) = variables.get(VARIABLE).filter(|it| !it.trim().is_empty()) else {
        return Ok(EnvFilter::new(DEFAULT));
    };
    EnvFilter::try_new(&held).map_err(|_| {
        let rule = format!("it may hold levels, and modules with levels, with commas between, such as `{DEFAULT}`");
        SettingError { variable: VARIABLE, holds: Some(held), rule }
    })
}

/// Starts logging. A second start in one process changes nothing.
pub(super) fn start(filter: EnvFilter) {
    let to = std::io::stderr;
    let colour = to().is_terminal();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colour).with_writer(to).try_init();
}
