//! Why a command failed: a sentence for each thing that is wrong, what to do, and the cause.

use std::error::Error as StdError;
use std::fmt;
use std::io::Write;

use crate::error::Error;
use crate::ir::verify::Finding;
use crate::migration;
use crate::settings::SettingErrors;

/// Printed on standard error, with exit status 2.
#[derive(Debug)]
pub(super) struct CommandError(Vec<ReportedProblem>);

/// One problem, as it is printed.
#[derive(Debug, Default)]
struct ReportedProblem {
    code: Option<&'static str>,
    message: String,
    location: Option<String>,
    /// The other declaration, where two contradict each other.
    other: Option<String>,
    cause: Option<String>,
    help: Option<String>,
}

impl CommandError {
    /// One problem with its cause, in the words of the code that noticed it.
    pub(super) fn new(message: impl Into<String>, cause: impl Into<String>) -> Self {
        Self(vec![ReportedProblem { message: message.into(), cause: Some(cause.into()), ..ReportedProblem::default() }])
    }

    /// One problem with what to do about it.
    pub(super) fn helped(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self(vec![ReportedProblem { message: message.into(), help: Some(help.into()), ..ReportedProblem::default() }])
    }

    /// Adds what to do about the last problem.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.help = Some(help.into());
        }
        self
    }

    /// Adds where the last problem is.
    #[must_use]
    pub(super) fn at(mut self, place: impl Into<String>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.location = Some(place.into());
        }
        self
    }

    /// Puts what was being done before the last problem's message.
    #[must_use]
    pub(super) fn during(mut self, what: &str) -> Self {
        for wrong in &mut self.0 {
            wrong.message = format!("{what}: {}", wrong.message);
        }
        self
    }

    /// What is wrong with the settings. `unknown`: variables that look like settings and are none; one of them may be a misspelt setting.
    pub(super) fn settings(errors: &SettingErrors, unknown: &[String]) -> Self {
        let count = if errors.0.len() == 1 { "a setting makes" } else { "some settings make" };
        let unknown: String = unknown.iter().map(|it| format!("\n{}", unread(it))).collect();
        let message = format!("{count} no sense:\n{errors}{unknown}");
        Self::helped(message, "set them in the environment, and start again")
    }

    pub(super) fn print(&self) {
        // Where standard error is closed there is nobody to tell.
        let _ = write!(std::io::stderr().lock(), "{self}");
    }
}

/// The warning about a variable that looks like a setting and is none.
pub(super) fn unread(variable: &str) -> String {
    format!("`{variable}` is no setting; nothing reads it")
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for wrong in &self.0 {
            match wrong.code {
                Some(code) => writeln!(f, "error[{code}]: {}", wrong.message)?,
                None => writeln!(f, "error: {}", wrong.message)?,
            }
            for (name, text) in
                [("at", &wrong.location), ("and", &wrong.other), ("cause", &wrong.cause), ("help", &wrong.help)]
            {
                if let Some(text) = text {
                    writeln!(f, "{name}: {text}")?;
                }
            }
        }
        Ok(())
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        Self(vec![ReportedProblem { message: error.to_string(), cause: causes(&error), ..ReportedProblem::default() }])
    }
}

impl From<Vec<Finding>> for CommandError {
    fn from(findings: Vec<Finding>) -> Self {
        let wrong = |it: Finding| ReportedProblem {
            code: Some(it.code),
            message: it.message,
            location: Some(it.location.to_string()),
            other: it.other.map(|(place, what)| format!("{place}: {what}")),
            help: Some(format!("see docs/errors/{}.md", it.code)),
            ..ReportedProblem::default()
        };
        Self(findings.into_iter().map(wrong).collect())
    }
}

impl From<migration::Error> for CommandError {
    fn from(error: migration::Error) -> Self {
        Self(vec![ReportedProblem {
            code: Some(error.code().as_str()),
            message: error.message().to_owned(),
            help: Some(error.help().to_owned()),
            cause: causes(&error),
            ..ReportedProblem::default()
        }])
    }
}

/// The causes of an error as one text. An error often repeats the text of its cause; then only the longer text is kept.
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
    use crate::ir::{Name, Subject};

    #[derive(Debug, thiserror::Error)]
    #[error("query: {0}")]
    struct Wrapper(#[source] std::io::Error);

    #[test]
    fn a_cause_is_said_once() {
        let error = Error::unavailable(Wrapper(std::io::Error::other("refused")));
        assert_eq!(causes(&error).as_deref(), Some("query: refused"));
        assert_eq!(causes(&Error::not_found()), None);
    }

    #[test]
    fn each_finding_keeps_its_code_its_place_and_its_help() {
        let finding = |name: &str| Finding {
            code: "R1005",
            location: Subject::Resource(Name::from(name.to_owned())).into(),
            message: "it has no policies".into(),
            other: None,
        };
        let both = Finding { other: Some((finding("Tag").location, "it is declared here")), ..finding("Activity") };
        let failure = CommandError::from(vec![finding("World"), both]);
        let expected = "error[R1005]: it has no policies\nat: World\nhelp: see docs/errors/R1005.md\n\
                        error[R1005]: it has no policies\nat: Activity\nand: Tag: it is declared here\n\
                        help: see docs/errors/R1005.md\n";
        assert_eq!(failure.to_string(), expected);
    }
}
