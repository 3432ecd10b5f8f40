//! Parses e-mail addresses into the one form that is stored, mailed to and counted.

use std::fmt;

use crate::error::{Code, Error};
use crate::value::normalise_ci;

/// An address in its stored form. Mail goes to this form only, so two spellings never reach two people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

/// Source: RFC 5321, 4.5.3.1.3, without the angle brackets.
const LONGEST: usize = 254;
/// The characters allowed before the `@` besides letters and digits. Source: RFC 5322, "atext", and the dot between atoms.
const LOCAL_SIGNS: &str = ".!#$%&'*+/=?^_`{|}~-";

impl Address {
    /// Reads one plain address: ASCII, one `@`, a host name with a dot or `localhost`; no list, name, quotes or comments.
    ///
    /// # Errors
    /// `INVALID` at `email`, whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let plain = text.len() <= LONGEST
            && text.split_once('@').is_some_and(|(local, host)| local_fits(local) && host_fits(host));
        match plain && text.parse::<lettre::Address>().is_ok() {
            true => Ok(Self(normalise_ci(text))),
            false => Err(Error::at(Code::Invalid, "email", "this is not an e-mail address")),
        }
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `a…@example.org`: enough to know one's own address by, for pages and logs.
pub(crate) fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((local, host)) => format!("{}…@{host}", local.chars().next().unwrap_or_default()),
        None => "…".into(),
    }
}

fn local_fits(local: &str) -> bool {
    let signs = local.bytes().all(|it| it.is_ascii_alphanumeric() || LOCAL_SIGNS.as_bytes().contains(&it));
    signs
        && (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn host_fits(host: &str) -> bool {
    let label = |it: &str| {
        let signs = it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        signs && (1..=63).contains(&it.len()) && !it.starts_with('-') && !it.ends_with('-')
    };
    host.split('.').all(label) && (host.contains('.') || host.eq_ignore_ascii_case("localhost"))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", masked(&self.0))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn spellings_of_one_address_are_one() {
        for text in ["ada@example.org", " Ada@Example.ORG ", "ADA@EXAMPLE.ORG\n"] {
            assert_eq!(Address::parse(text).unwrap().as_str(), "ada@example.org");
        }
        assert_eq!(Address::parse("a.b+c@x-y.example.org").unwrap().as_str(), "a.b+c@x-y.example.org");
    }

    #[test]
    fn what_is_not_one_plain_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(250));
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example",
            "a@b@example.org",
            "ada@example.org,eve@evil.example",
            "ada@example.org eve@evil.example",
            "Ada <ada@example.org>",
            "\"a b\"@example.org",
            "ada@[127.0.0.1]",
            "ada@example.org\r\nBcc: eve@evil.example",
            "ada\0@example.org",
            ".ada@example.org",
            "a..da@example.org",
            "ada@-example.org",
            "ada@example..org",
            "\u{212a}ate@example.org",
            "ad\u{131}@example.org",
            &long,
        ] {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn debug_masks() {
        assert_eq!(format!("{:?}", Address::parse("ada@example.org").unwrap()), "Address(a…@example.org)");
    }
}
