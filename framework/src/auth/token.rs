//! Secrets that sign somebody in: 32 random bytes, known to their holder only; the database holds the hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::Error;

const BYTES: usize = 32;

/// What a token is for. It starts with the kind's prefix, so that scanners and people recognise a leaked one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// In a mailed link.
    Link,
    /// Held by the client that asked for a code.
    Flow,
    /// In a browser's session cookie.
    Session,
    /// Sent by a client as `Authorization: Bearer`.
    Bearer,
    /// In the cookie that form tokens are bound to before sign-in.
    Form,
}

/// A token in clear. It is never stored and never printed; see [`hash`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token: the kind's prefix and 43 characters of the URL-safe alphabet.
    ///
    /// # Errors
    /// `INTERNAL` if the operating system gives no randomness.
    pub fn new(kind: TokenKind) -> Result<Self, Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        Ok(Self::from_bytes(kind, &bytes))
    }

    /// A token made of these secret bytes.
    pub(super) fn from_bytes(kind: TokenKind, bytes: &[u8; BYTES]) -> Self {
        Self(format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A shorter secret, such as a code.
    pub(crate) fn of(secret: String) -> Self {
        Self(secret)
    }

    /// The token in clear, for its holder.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TokenKind {
    /// What its tokens start with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Link => "ml_",
            Self::Flow => "fl_",
            Self::Session => "ss_",
            Self::Bearer => "gs_",
            Self::Form => "fm_",
        }
    }

    /// Whether `text` could be a token of this kind: anything else need not be looked up.
    pub fn fits(self, text: &str) -> bool {
        text.strip_prefix(self.prefix()).is_some_and(|it| {
            it.len() == 43 && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
        })
    }
}

/// What is stored of a secret: its SHA-256 in hex. Plain is enough for 256 random bits. Source: OWASP ASVS 5.0, 6.5.2.
pub fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_differ_and_are_url_safe() {
        let tokens: HashSet<String> =
            (0..10_000).map(|_| Token::new(TokenKind::Link).unwrap().reveal().to_owned()).collect();
        assert_eq!(tokens.len(), 10_000);
        assert!(tokens.iter().all(|it| TokenKind::Link.fits(it)));
    }

    #[test]
    fn a_token_of_another_kind_does_not_fit() {
        let token = Token::new(TokenKind::Session).unwrap();
        assert!(TokenKind::Session.fits(token.reveal()));
        assert!(!TokenKind::Bearer.fits(token.reveal()));
        assert!(!TokenKind::Session.fits("ss_short"));
    }

    #[test]
    fn debug_does_not_reveal() {
        let token = Token::new(TokenKind::Bearer).unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
        assert_eq!(token.hash().len(), 64);
    }
}
