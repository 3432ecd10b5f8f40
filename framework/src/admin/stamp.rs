//! Stamps of the values that an update's form showed: by them, the post can tell its sender's changes from those of others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::site::FormFields;

/// The hidden field that carries them.
pub(super) const STAMPS: &str = "_stamps";
/// Bytes of a hash: enough that two values of a field do not collide by chance. No secret depends on it.
const BYTES: usize = 6;

/// A hash for each field of a form, in order; `None` where no value was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps(Vec<Option<String>>);

impl Stamps {
    pub(super) fn new(stamps: Vec<Option<String>>) -> Self {
        Self(stamps)
    }

    /// The stamp of one value.
    pub(super) fn one(text: &str) -> String {
        let hash = Sha256::digest(text.as_bytes());
        URL_SAFE_NO_PAD.encode(hash.get(..BYTES).unwrap_or_default())
    }

    /// The posted stamps; none if the form had none.
    pub(super) fn of(fields: &FormFields) -> Self {
        let given = fields.get(STAMPS).unwrap_or_default();
        Self(given.split('.').map(|it| Some(it.to_owned()).filter(|it| !it.is_empty())).collect())
    }

    /// The stamp of the field at that position.
    pub(super) fn at(&self, index: usize) -> Option<String> {
        self.0.get(index).cloned().flatten()
    }

    /// The stamps, replaced by those of `fresh` at the positions for which `renew` holds.
    pub(super) fn renewed(&self, fresh: &Self, renew: impl Fn(usize) -> bool) -> Self {
        let one =
            |index: usize| if renew(index) || self.at(index).is_none() { fresh.at(index) } else { self.at(index) };
        Self((0..fresh.0.len()).map(one).collect())
    }

    /// The stamps as the hidden field's text; a stamp that is `None` is empty.
    pub(super) fn text(&self) -> String {
        if self.0.iter().all(Option::is_none) {
            return String::new();
        }
        self.0.iter().map(|it| it.as_deref().unwrap_or_default()).collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_back_as_they_were_written() {
        let stamps = Stamps::new(vec![None, Some(Stamps::one("a")), Some(Stamps::one(""))]);
        let posted = FormFields::parse(format!("{STAMPS}={}", stamps.text()).as_bytes());
        assert_eq!(Stamps::of(&posted), stamps);
        assert_ne!(Stamps::one("a"), Stamps::one("b"));
        assert_eq!(Stamps::of(&FormFields::default()).at(0), None);
    }
}
