//! The key of a custom attribute.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What contacts, filters, sorts and imports call a custom attribute: 1 to 64 of `a-z`, `0-9` and `_`, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributeKey(String);

/// Why a text is not the key of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 64 of a-z, 0-9 and _, a letter first")]
pub struct InvalidAttributeKey;

/// The longest key, in characters.
const LENGTH_MAX: usize = 64;

impl AttributeKey {
    /// The key as it stands on the wire, without `custom.` before it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for AttributeKey {
    type Err = InvalidAttributeKey;

    fn from_str(text: &str) -> Result<Self, InvalidAttributeKey> {
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if begins && plain && text.len() <= LENGTH_MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAttributeKey)
        }
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for AttributeKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AttributeKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

crate::schema::text_schema!(
    AttributeKey,
    pattern = "^[a-z][a-z0-9_]{0,63}$",
    example = "plan"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain() {
        for key in ["plan", "a", "x_1", &"k".repeat(64)] {
            assert_eq!(
                key.parse::<AttributeKey>().map(|key| key.to_string()),
                Ok(key.to_owned())
            );
        }
        for text in [
            "",
            "1a",
            "_a",
            "Plan",
            "pl an",
            "plañ",
            "a.b",
            "a\"",
            &"k".repeat(65),
        ] {
            assert_eq!(
                text.parse::<AttributeKey>(),
                Err(InvalidAttributeKey),
                "{text:?}"
            );
        }
    }
}
