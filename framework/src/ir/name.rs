//! Names of declared things, and all inflection of them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use serde::{Deserialize, Serialize};

/// The name of a declared thing as Rust spells it: `Activity`, `occurred_at`, `record`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(Cow<'static, str>);

impl Name {
    /// A name that lives as long as the program, as macros emit it.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `occurred_at` → `occurredAt`: GraphQL fields and inputs.
    pub fn camel(&self) -> String {
        self.0.to_lower_camel_case()
    }

    /// `set_role` → `SetRole`: GraphQL types.
    pub fn pascal(&self) -> String {
        self.0.to_pascal_case()
    }

    /// `MagicLink` → `magic_link`: columns and tables.
    pub fn snake(&self) -> String {
        self.0.to_snake_case()
    }

    /// `occurred_at` → `OCCURRED_AT`: GraphQL enum values and stored enum names.
    pub fn screaming(&self) -> String {
        self.0.to_shouty_snake_case()
    }

    /// `magic_links` → `magic-links`: addresses.
    pub fn kebab(&self) -> String {
        self.0.to_kebab_case()
    }

    /// `occurred_at` → `occurred at`: within a sentence.
    pub fn words(&self) -> String {
        self.0.to_snake_case().replace('_', " ")
    }

    /// `occurred_at` → `Occurred at`: what a person reads.
    pub fn label(&self) -> String {
        let words = self.words();
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}
