//! Why a command failed: one sentence, what to do, and the cause.

use std::error::Error as StdError;
use std::io::Write;

use crate::error::Error;
use crate::migration;
use crate::settings::Faults;

/// Printed on standard error, with exit status 2.
#[derive(Debug)]
pub(super) struct Failure {
    code: Option<&'static str>,
    message: String,
    help: Option<String>,
    cause: Option<String>,
}

impl Failure {
    /// A failure and its cause in the words of whoever noticed it.
    pub(super) fn new(message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), help: None, cause: Some(cause.into()) }
    }

    /// A failure and what to do.
    pub(super) fn helped(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), help: Some(help.into()), cause: None }
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn settings(faults: Faults) -> Self {
        let count = if faults.0.len() == 1 { "a setting makes" } else { "some settings make" };
        let message = format!("{count} no sense:\n{faults}");
        Self::helped(message, "set them in the environment, and start again")
    }

    pub(super) fn print(&self) {
        let mut out = std::io::stderr().lock();
        let mut line = |name: &str, text: &str| writeln!(out, "{name}: {text}");
        // Where standard error is closed there is nobody to tell.
        let _ = match self.code {
            Some(code) => line(&format!("error[{code}]"), &self.message),
            None => line("error", &self.message),
        };
        if let Some(cause) = &self.cause {
            let _ = line("cause", cause);
        }
        if let Some(help) = &self.help {
            let _ = line("help", help);
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { code: None, message: error.to_string(), help: None, cause: causes(&error) }
    }
}

impl From<migration::Error> for Failure {
    fn from(error: migration::Error) -> Self {
        Self {
            code: Some(error.code().as_str()),
            message: error.message().to_owned(),
            help: Some(error.help().to_owned()),
            cause: causes(&error),
        }
    }
}

/// What lies behind an error. Wrappers often repeat what they wrap; then only the longer one is said.
fn causes(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !causes.iter().any(|it| it.contains(&text)) {
            causes.push(text);
        }
        next = cause.source();
    }
    (!causes.is_empty()).then(|| causes.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("query: {0}")]
    struct Wrapper(#[source] std::io::Error);

    #[test]
    fn a_cause_is_said_once() {
        let error = Error::unavailable(Wrapper(std::io::Error::other("refused")));
        assert_eq!(causes(&error).as_deref(), Some("query: refused"));
        assert_eq!(causes(&Error::not_found()), None);
    }
}
