//! A mail as it is sent.

use serde::Serialize;

/// A mail as it is sent.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// One address.
    pub to: String,
    /// Without line breaks.
    pub subject: String,
    /// Plain text; lines end with `\n`.
    pub text: String,
    /// The text as an HTML page that loads nothing.
    pub html: String,
    /// When it was sent, RFC 3339.
    pub sent_at: String,
}
