//! Bytes, as text has them: base64 with its padding.
//!
//! Source: RFC 4648, section 4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// Writes bytes in base64.
pub fn bytes_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes that a text in base64 stands for.
pub fn parse_bytes(text: &str) -> Option<Bytes> {
    STANDARD.decode(text).ok().map(Bytes::from)
}

/// How bytes are held in a manifest.
pub(super) mod manifest {
    use bytes::Bytes;
    use serde::de::{Error, Unexpected};
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{bytes_text, parse_bytes};

    pub(in crate::value) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bytes_text(bytes))
    }

    pub(in crate::value) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_bytes(&text).ok_or_else(|| Error::invalid_value(Unexpected::Str(&text), &"base64"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn bytes_are_read_as_they_are_written() {
        for bytes in [&b""[..], b"\0", b"ab", b"abc", &[255, 0, 128]] {
            assert_eq!(parse_bytes(&bytes_text(bytes)).unwrap(), bytes);
        }
        for bad in ["A", "AA", "AA=", "A A=", "AB==", "__8="] {
            assert_eq!(parse_bytes(bad), None, "{bad}");
        }
    }
}
