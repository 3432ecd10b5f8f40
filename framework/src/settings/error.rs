//! What is wrong with a setting: its name, what it holds and what it may hold.

use std::fmt;

use url::Url;

/// One setting that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The variable.
    pub variable: &'static str,
    /// What it holds, secrets masked; `None`: it is not set.
    pub holds: Option<String>,
    /// What it may hold, or why it contradicts other settings. The end of a sentence, without a full stop.
    pub rule: String,
}

/// Everything that is wrong with the environment. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingErrors(pub Vec<SettingError>);

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holds {
            Some(holds) => write!(f, "`{}` holds `{holds}`: {}", self.variable, self.rule),
            None => write!(f, "`{}` is not set: {}", self.variable, self.rule),
        }
    }
}

impl fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingErrors {}

/// An address without its password. Text that is not an address is hidden, if it may hold a password.
pub(super) fn masked(url: &str) -> String {
    let Ok(mut address) = Url::parse(url) else {
        return if url.contains('@') { "…".into() } else { url.to_owned() };
    };
    let in_query = address.query_pairs().any(|(key, _)| key == "password");
    if address.password().is_none() && !in_query {
        return url.to_owned();
    }
    if in_query {
        address.set_query(Some("…"));
    }
    if address.password().is_some() && address.set_password(Some("…")).is_err() {
        return "…".into();
    }
    address.to_string().replace("%E2%80%A6", "…")
}
