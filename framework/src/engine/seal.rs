//! Texts that are given out and come back: only this site can read, change or make one.
//!
//! ```text
//! base64url( version · AES-256-GCM-SIV( key, place, content ) )
//! ```
//! The nonce is constant, so the same content for the same place gives the same text. The scheme is made for that: two texts reveal no
//! more than whether they are equal. Source: RFC 8452, "AES-GCM-SIV: Nonce Misuse-Resistant Authenticated Encryption".

use std::fmt;
use std::sync::LazyLock;

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Error;
use crate::settings::Secret;

/// The first byte of every text: with which scheme and key it was sealed.
const VERSION: u8 = 1;
/// What the site's key is used for here, in that version.
const PURPOSE: &str = "seal 1";
/// Bytes of the authentication tag.
const TAG: usize = 16;

/// The key that one site seals texts with.
#[derive(Clone)]
pub(crate) struct Seal(Aes256GcmSiv);

impl Seal {
    /// The seal of a site with this key: all its servers make the same texts, after a restart too.
    pub(crate) fn of(secret: &Secret) -> Self {
        Self::with(&secret.key(PURPOSE))
    }

    /// A random seal of this process alone, where no key was given; `None` if the operating system gives no randomness.
    pub(super) fn of_process() -> Option<Self> {
        static SEAL: LazyLock<Option<Seal>> = LazyLock::new(|| {
            let mut key = [0; 32];
            getrandom::fill(&mut key).ok().map(|()| Seal::with(&key))
        });
        SEAL.clone()
    }

    fn with(key: &[u8; 32]) -> Self {
        Self(Aes256GcmSiv::new(key.into()))
    }

    /// Seals `content` for one place (what kind of text it is): it cannot be opened as that of another.
    ///
    /// # Errors
    /// `INTERNAL` for content of gigabytes.
    pub(crate) fn seal(&self, place: &[u8], content: &[u8]) -> Result<String, Error> {
        let sealed = self.0.encrypt(&Nonce::default(), Payload { msg: content, aad: place });
        let mut bytes = sealed.map_err(|_| Error::internal("too long to be sealed"))?;
        bytes.insert(0, VERSION);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The content of a text that was sealed for that place with this key, and not changed.
    pub(crate) fn open(&self, place: &[u8], text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (version, sealed) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        self.0.decrypt(&Nonce::default(), Payload { msg: sealed, aad: place }).ok()
    }

    /// The length in bytes of the text for so many bytes of content.
    pub(crate) fn length(content: usize) -> usize {
        ((1 + content + TAG) * 4).div_ceil(3)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn seal() -> Seal {
        Seal::of(&Secret::of("a key of sixteen bytes or more"))
    }

    #[test]
    fn what_was_sealed_is_opened_in_its_place_by_its_key_alone() {
        for content in [&b""[..], b"a", b"0123456789abcdef", &[0; 367]] {
            let text = seal().seal(b"here", content).unwrap();
            assert_eq!(text, seal().seal(b"here", content).unwrap(), "the same is the same");
            assert_eq!(text.len(), Seal::length(content.len()));
            assert_eq!(seal().open(b"here", &text).as_deref(), Some(content));
            assert_eq!(seal().open(b"there", &text), None);
            assert_eq!(Seal::of(&Secret::of("another key of as many bytes")).open(b"here", &text), None);
            assert_eq!(Seal::of_process().unwrap().open(b"here", &text), None);
        }
        let text = Seal::of_process().unwrap().seal(b"here", b"a").unwrap();
        assert_eq!(Seal::of_process().unwrap().open(b"here", &text).as_deref(), Some(&b"a"[..]));
    }

    #[test]
    fn no_changed_text_is_opened() {
        let text = seal().seal(b"here", b"some content").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for index in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[index] ^= 1 << bit;
                assert_eq!(seal().open(b"here", &URL_SAFE_NO_PAD.encode(changed)), None, "bit {bit} of byte {index}");
            }
            assert_eq!(seal().open(b"here", &URL_SAFE_NO_PAD.encode(&bytes[..index])), None, "cut after {index}");
        }
        for more in [format!("{text}A"), format!("{text}="), format!(" {text}"), text.replace('A', "+")] {
            assert_eq!(seal().open(b"here", &more), None, "{more}");
        }
    }

    /// A server of the version before reads what this one makes, and this one what that one made.
    #[test]
    fn the_scheme_stays() {
        let text = seal().seal(b"here", b"some content").unwrap();
        assert_eq!(text, "ASzmdQXyiiyzfK_V0DeA5hU9fmTnw4lOS5yh-2w");
    }
}
