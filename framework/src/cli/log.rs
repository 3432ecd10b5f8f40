//! The log: to standard error, as `RUST_LOG` says.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What is logged if `RUST_LOG` does not say: our own messages, and the worst of others.
const DEFAULT: &str = "warn,samara=info";

/// Starts logging. A second start in one process changes nothing.
pub(super) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let to = std::io::stderr;
    let colour = to().is_terminal();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colour).with_writer(to).try_init();
}
