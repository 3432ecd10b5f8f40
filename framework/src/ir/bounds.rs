//! Whether a value keeps to the bounds of an attribute: the declared ones, and that a one-line text has no line ends.

use super::{Attribute, Constraints, KeyType, Resource, Type};
use crate::value::{Value, is_blank};

/// Bytes of the longest address, with its `@`.
///
/// Source: RFC 5321, 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL: usize = 254;
/// What ends a line, on paper or on a screen.
///
/// Source: Unicode Standard, 5.8 "Newline Guidelines".
const LINE_ENDS: [char; 7] = ['\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

impl Resource {
    /// Whether a value of the attribute's type, not NULL, may be stored in it; else one sentence that says why not.
    pub(crate) fn keeps_to_bounds(&self, attribute: &Attribute, value: &Value) -> Result<(), String> {
        attribute.ty.holds(value)?;
        attribute.constraints.allow(value)?;
        match value {
            Value::Text(text) if has_line_end(text) && self.is_one_line(attribute) => Err("must be one line".into()),
            _ => Ok(()),
        }
    }
}

impl Attribute {
    /// Whether every value of its type keeps to its bounds and is stored as it is.
    pub(crate) fn takes_any(&self) -> bool {
        match self.ty {
            Type::Boolean | Type::Uuid | Type::Key(KeyType::Integer) | Type::Time | Type::Enum(_) => true,
            Type::Integer | Type::BigInteger => self.constraints.min.is_none() && self.constraints.max.is_none(),
            Type::Bytes => self.constraints.min_length.is_none() && self.constraints.max_length.is_none(),
            // Of each, some value cannot be stored: an integer that is too wide, a text that holds what no text may, a time in years beyond.
            Type::Integer16
            | Type::Integer32
            | Type::Float
            | Type::String
            | Type::CiString
            | Type::Key(KeyType::String | KeyType::CiString)
            | Type::Timestamp
            | Type::Date
            | Type::Duration
            | Type::Json => false,
        }
    }
}

/// Whether a text holds what ends a line, on paper or on a screen.
pub(crate) fn has_line_end(text: &str) -> bool {
    text.contains(LINE_ENDS)
}

impl Constraints {
    /// Whether a value keeps to them; else one sentence that says why not.
    pub(crate) fn allow(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::Text(text) => {
                let length = text.chars().count();
                if let Some(min) = self.min_length {
                    if min > 0 && is_blank(text) {
                        return Err("must not be empty".into());
                    }
                    if length < min as usize {
                        return Err(format!("must have at least {min} characters"));
                    }
                }
                if let Some(max) = self.max_length.filter(|it| length > *it as usize) {
                    return Err(format!("must have at most {max} characters"));
                }
                if self.email && !is_email(text) {
                    return Err("is not an e-mail address".into());
                }
                if self.slug && !is_slug(text) {
                    return Err("may only hold a-z, 0-9 and single dashes between them".into());
                }
            }
            Value::Bytes(bytes) => {
                if let Some(min) = self.min_length.filter(|it| bytes.len() < *it as usize) {
                    return Err(format!("must have at least {min} bytes"));
                }
                if let Some(max) = self.max_length.filter(|it| bytes.len() > *it as usize) {
                    return Err(format!("must have at most {max} bytes"));
                }
            }
            Value::Int(number) => {
                if let Some(min) = self.min.filter(|it| number < it) {
                    return Err(format!("must be at least {min}"));
                }
                if let Some(max) = self.max.filter(|it| number > it) {
                    return Err(format!("must be at most {max}"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Source: WHATWG HTML, "valid e-mail address", with a bound of its length.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |it: char| it.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(it);
    let label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= LONGEST_EMAIL && !local.is_empty() && local.chars().all(atom) && domain.split('.').all(label)
}

fn is_slug(text: &str) -> bool {
    let word = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    text.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_see_is_empty() {
        let bounds = |min| Constraints { min_length: Some(min), ..Constraints::default() };
        let told = |min, text: &str| bounds(min).allow(&Value::Text(text.into())).err();
        for blank in [
            "",
            " ",
            "  \t",
            "\n",
            "\u{200b}",
            "\u{2800}",
            "\u{a0}\u{3164}",
            "\u{feff}",
            "\u{202e}\u{2069}",
            "\u{fe0f}",
        ] {
            assert_eq!(told(1, blank).as_deref(), Some("must not be empty"), "{blank:?}");
            assert_eq!(told(3, blank).as_deref(), Some("must not be empty"), "{blank:?}");
            assert_eq!(told(0, blank), None, "{blank:?}");
        }
        for seen in ["a", " a ", "\u{200b}a", "é", "\u{0301}", "👩\u{200d}🚀", "❤\u{fe0f}", "·"] {
            assert_eq!(told(1, seen), None, "{seen:?}");
        }
        assert_eq!(told(3, "ab").as_deref(), Some("must have at least 3 characters"));
    }

    #[test]
    fn addresses_and_slugs_are_recognised() {
        for good in ["a@example.org", "first.last+tag@sub.example.co", "x@localhost"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b.c", "a@", "a b@c.d", "a@b..c", "a@-b.c", "a@b@c d"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_slug("the-3rd-world") && !is_slug("-a") && !is_slug("a--b") && !is_slug("A") && !is_slug(""));
    }
}
