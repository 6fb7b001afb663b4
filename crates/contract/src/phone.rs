//! Phone numbers in the one form that is stored: E.164.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A phone number in E.164: `+`, then 4 to 15 digits of which the first is not 0.
///
/// Whether such a number is in use is not said; reading national numbers needs the account's country and is done by the
/// server.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// Why a text is not a phone number in E.164.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a phone number with its country code, such as +525512345678")]
pub struct InvalidPhone;

impl PhoneNumber {
    /// Takes a text that is E.164 already.
    pub fn from_e164(text: &str) -> Result<Self, InvalidPhone> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhone)?;
        let shaped = (4..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPhone)
        }
    }

    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without the `+`, as a number: what phones sort by.
    pub fn as_i64(&self) -> i64 {
        self.0
            .bytes()
            .skip(1)
            .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'))
    }
}

/// Whether a text could be a phone number as people type it: 4 to 15 digits, and only spaces and `+ - ( ) . /` beside
/// them. For checking while typing, where the country is not known.
pub fn looks_like_a_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (4..=17).contains(&digits)
        && text.trim().chars().enumerate().all(|(place, c)| {
            c.is_ascii_digit() || " -()./\u{a0}".contains(c) || (c == '+' && place == 0)
        })
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_e164(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

crate::schema::text_schema!(
    PhoneNumber,
    pattern = "^\\+[1-9][0-9]{3,14}$",
    example = "+525512345678"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_e164_gets_in() {
        assert_eq!(
            PhoneNumber::from_e164("+525512345678").unwrap().as_i64(),
            525_512_345_678
        );
        for text in [
            "",
            "+",
            "525512345678",
            "+0123456",
            "+123",
            "+1234567890123456",
            "+12 34 56",
        ] {
            assert!(PhoneNumber::from_e164(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_people_type_looks_like_a_phone() {
        for text in [
            "+52 (55) 1234-5678",
            "0961/2345",
            "5551234",
            "00 34 600 000 000",
        ] {
            assert!(looks_like_a_phone(text), "{text:?}");
        }
        for text in ["", "abc", "12", "55+51234", "call me"] {
            assert!(!looks_like_a_phone(text), "{text:?}");
        }
    }
}
