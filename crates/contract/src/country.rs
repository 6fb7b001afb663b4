//! Countries: the codes of ISO 3166-1 alpha-2, and XK for Kosovo, which has none there; their names.

mod names;

use crate::language::Language;
use crate::{Fault, FaultCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A country of [`Country::ALL`].
///
/// Ordered by code; for people, by [`Country::rank`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

/// Why a text is not a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a country's code of ISO 3166-1 alpha-2, such as MX")]
pub struct UnknownCountry;

impl UnknownCountry {
    /// The fault at `pointer`.
    pub fn at(self, pointer: &str) -> Fault {
        Fault::new(pointer, FaultCode::UnknownCountry, self.to_string())
    }
}

impl Country {
    /// Every country, by code.
    pub const ALL: [Self; names::COUNT] = names::codes();

    /// The country with this code, in any case.
    pub fn from_code(code: &str) -> Result<Self, UnknownCountry> {
        let [first, second] = code.as_bytes() else {
            return Err(UnknownCountry);
        };
        let country = Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]);
        country.place().map(|_| country).ok_or(UnknownCountry)
    }

    /// The country that people write so: its code, its alpha-3 code, or one of its names in English, Spanish, Chinese or
    /// its own language (`México`, `U.S.A.`, `Netherlands, The`, `中国大陆`), whatever the case, accents and punctuation.
    pub fn from_name(name: &str) -> Option<Self> {
        names::find(name)
    }

    /// The code in upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name as it is shown.
    pub fn name(self, language: Language) -> &'static str {
        self.place()
            .map_or("", |place| names::name(place, language))
    }

    /// The place among all countries sorted by their normalised names in that language, from 0.
    ///
    /// It changes when a country is added or renamed in a later version.
    pub fn rank(self, language: Language) -> u16 {
        self.place()
            .map_or(u16::MAX, |place| names::rank(place, language))
    }

    fn place(self) -> Option<usize> {
        Self::ALL.binary_search(&self).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case_and_only_if_they_exist() {
        for code in ["MX", "mx", "Mx", "XK", "AD", "ZW"] {
            let country = Country::from_code(code).unwrap();
            assert_eq!(country.code(), code.to_ascii_uppercase());
        }
        for code in [
            "", "M", "MEX", "XX", "UK", "EU", "AN", "ZZ", "12", "m ", "é", "MX ",
        ] {
            assert_eq!(Country::from_code(code), Err(UnknownCountry), "{code:?}");
        }
    }

    #[test]
    fn the_wire_has_codes() {
        let country: Country = serde_json::from_str("\"es\"").unwrap();
        assert_eq!(serde_json::to_string(&country).unwrap(), "\"ES\"");
        assert!(serde_json::from_str::<Country>("\"XX\"").is_err());
    }
}
