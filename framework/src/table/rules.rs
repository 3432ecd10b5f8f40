//! What a declaration demands of a column's values beyond their storage. Databases are not told of it, so a change of it changes no table;
//! but rows that stand may not fit any more.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ir::{Constraints, has_line_end};
use crate::value::Value;

/// What a column's values must be. Without a rule, every value of the storage fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ValueRules {
    /// Whether texts are stored in lower case, and so found however they are written.
    #[serde(skip_serializing_if = "is_false")]
    pub case_insensitive: bool,
    /// The texts that may be stored, an enum's variants, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<String>>,
    /// Fewest Unicode code points of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most Unicode code points of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Smallest integer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest integer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Whether a text is an e-mail address.
    #[serde(skip_serializing_if = "is_false")]
    pub email: bool,
    /// Whether a text holds only `a-z`, `0-9` and single dashes between them.
    #[serde(skip_serializing_if = "is_false")]
    pub slug: bool,
    /// Whether a text holds no line ends.
    #[serde(skip_serializing_if = "is_false")]
    pub one_line: bool,
}

impl ValueRules {
    /// No rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// The texts that may be stored.
    #[must_use]
    pub fn one_of<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        texts.sort_unstable();
        self.one_of = Some(texts);
        self
    }

    /// Fewest Unicode code points of a text.
    #[must_use]
    pub fn min_length(self, length: u32) -> Self {
        Self { min_length: Some(length), ..self }
    }

    /// Most Unicode code points of a text.
    #[must_use]
    pub fn max_length(self, length: u32) -> Self {
        Self { max_length: Some(length), ..self }
    }

    /// Smallest integer.
    #[must_use]
    pub fn min(self, least: i64) -> Self {
        Self { min: Some(least), ..self }
    }

    /// Largest integer.
    #[must_use]
    pub fn max(self, most: i64) -> Self {
        Self { max: Some(most), ..self }
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(self) -> Self {
        Self { email: true, ..self }
    }

    /// Only `a-z`, `0-9` and single dashes between them.
    #[must_use]
    pub fn slug(self) -> Self {
        Self { slug: true, ..self }
    }

    /// No line ends.
    #[must_use]
    pub fn one_line(self) -> Self {
        Self { one_line: true, ..self }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What must be checked of rows that keep to `self` where `to` shall hold: the rules that are new or narrower. Lower case is none of
    /// them: it is written, not checked.
    pub fn narrowed(&self, to: &Self) -> Self {
        let held_only =
            |texts: &[String]| self.one_of.as_ref().is_some_and(|was| was.iter().all(|it| texts.contains(it)));
        // `None` bounds nothing: it is the widest.
        Self {
            case_insensitive: false,
            one_of: to.one_of.clone().filter(|it| !held_only(it)),
            min_length: to.min_length.filter(|it| self.min_length.is_none_or(|was| was < *it)),
            max_length: to.max_length.filter(|it| self.max_length.is_none_or(|was| was > *it)),
            min: to.min.filter(|it| self.min.is_none_or(|was| was < *it)),
            max: to.max.filter(|it| self.max.is_none_or(|was| was > *it)),
            email: to.email && !self.email,
            slug: to.slug && !self.slug,
            one_line: to.one_line && !self.one_line,
        }
    }

    /// Whether a value that is not NULL keeps to them; lower case is not asked for.
    pub fn allow(&self, value: &Value) -> bool {
        let constraints = Constraints {
            min_length: self.min_length,
            max_length: self.max_length,
            min: self.min,
            max: self.max,
            email: self.email,
            slug: self.slug,
            multiline: false,
        };
        let text = value.as_text().unwrap_or_default();
        constraints.allow(value).is_ok()
            && !(self.one_line && has_line_end(text))
            && self.one_of.as_ref().is_none_or(|texts| texts.iter().any(|it| it == text))
    }
}

impl fmt::Display for ValueRules {
    /// `at most 40 characters, an e-mail address`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = [
            self.one_of.as_ref().map(|it| format!("one of {}", it.join(", "))),
            self.min_length.map(|it| format!("at least {it} {}", characters(it))),
            self.max_length.map(|it| format!("at most {it} {}", characters(it))),
            self.min.map(|it| format!("at least {it}")),
            self.max.map(|it| format!("at most {it}")),
            self.email.then(|| "an e-mail address".to_owned()),
            self.slug.then(|| "a slug".to_owned()),
            self.one_line.then(|| "one line".to_owned()),
            self.case_insensitive.then(|| "lower case".to_owned()),
        ];
        f.write_str(&said.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

fn characters(length: u32) -> &'static str {
    if length == 1 { "character" } else { "characters" }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_narrower_is_checked() {
        let rules = ValueRules::new;
        for (from, to, checked) in [
            (rules(), rules(), rules()),
            (rules().max_length(80), rules().max_length(40), rules().max_length(40)),
            (rules().max_length(40), rules().max_length(80), rules()),
            (rules().max_length(40), rules(), rules()),
            (rules(), rules().min_length(1).one_line(), rules().min_length(1).one_line()),
            (rules().min(0).max(9), rules().min(-1).max(8), rules().max(8)),
            (rules().one_of(["A", "B"]), rules().one_of(["A"]), rules().one_of(["A"])),
            (rules().one_of(["A"]), rules().one_of(["B", "A"]), rules()),
            (rules(), rules().one_of(["A"]), rules().one_of(["A"])),
            (rules().email(), rules().slug(), rules().slug()),
        ] {
            assert_eq!(from.narrowed(&to), checked, "{from} to {to}");
        }
    }
}
