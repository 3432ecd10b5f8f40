//! Secrets that are mailed. Until its mail has been sent, only a nonce is stored of a secret, which is worthless without the server's
//! key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;

use crate::error::Error;
use crate::settings::Secret;

use super::token::{Token, TokenKind};

/// What a mailed secret is made from, together with the server's key: 32 random bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nonce(String);

/// 26 bits; five tries guess it with a chance of one in twenty million. Source: OWASP ASVS 5.0, 6.5.2 asks for 20.
const DIGITS: usize = 8;

impl Nonce {
    /// A new, random nonce.
    pub(super) fn new() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A nonce that was stored.
    pub(crate) fn of(stored: &str) -> Self {
        Self(stored.into())
    }

    /// As it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The token of a link.
    pub(crate) fn link(&self, key: &Secret) -> Token {
        Token::from_bytes(TokenKind::Link, &self.bytes("link", key))
    }

    /// A code of eight digits.
    pub(crate) fn code(&self, key: &Secret) -> Token {
        let bytes = self.bytes("code", key);
        let number = bytes.iter().take(8).fold(0, |number, it| number << 8 | u64::from(*it));
        Token::of(format!("{:0DIGITS$}", number % 10_u64.pow(DIGITS as u32)))
    }

    fn bytes(&self, purpose: &'static str, key: &Secret) -> [u8; 32] {
        key.mac(purpose, &self.0).finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_nonce_and_a_key_make_one_token_and_one_code() {
        let (key, other) = (Secret::of("0123456789abcdef"), Secret::of("another key of 16"));
        let nonce = Nonce::new().unwrap();
        let (link, code) = (nonce.link(&key), nonce.code(&key));
        assert!(TokenKind::Link.fits(link.reveal()));
        assert!(code.reveal().len() == DIGITS && code.reveal().bytes().all(|it| it.is_ascii_digit()));
        let stored = Nonce::of(nonce.as_str());
        assert!(stored.link(&key) == link && stored.code(&key) == code);
        assert!(nonce.link(&other) != link && Nonce::new().unwrap().link(&key) != link);
        assert!(!link.reveal().contains(nonce.as_str()), "the nonce alone opens nothing");
    }
}
