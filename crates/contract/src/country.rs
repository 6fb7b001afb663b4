//! Countries: ISO 3166-1 alpha-2 codes.

use crate::{Fault, FaultCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A country.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

/// Why a text is not a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a country's code of ISO 3166-1, such as MX")]
pub struct UnknownCountry;

impl UnknownCountry {
    /// The fault at `pointer`.
    pub fn at(self, pointer: &str) -> Fault {
        Fault::new(pointer, FaultCode::UnknownCountry, self.to_string())
    }
}

impl Country {
    /// The country with this code, in any case.
    pub fn from_code(code: &str) -> Result<Self, UnknownCountry> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(UnknownCountry),
        }
    }

    /// The code in upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_code(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

crate::schema::text_schema!(Country, pattern = "^[A-Z]{2}$", example = "MX");
