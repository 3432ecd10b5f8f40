//! Text whose case does not count.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::value::normalise_ci;

/// Text that is kept in lower case, so that it compares equal however it was written: an e-mail address, a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct CiString(String);

impl CiString {
    /// Normalises `text`.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(normalise_ci(text.as_ref()))
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normalised text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<&str> for CiString {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for CiString {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<CiString> for String {
    fn from(text: CiString) -> Self {
        text.0
    }
}

impl Deref for CiString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CiString {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CiString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for CiString {
    fn eq(&self, other: &str) -> bool {
        self.0 == normalise_ci(other)
    }
}

impl PartialEq<&str> for CiString {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}
