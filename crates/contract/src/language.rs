//! Languages: those the product speaks, and the tags that a contact's language is kept as.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A language that the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Chinese, in simplified characters.
    Zh,
}

impl From<Language> for rapport_filter::sentence::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Es => Self::Es,
            Language::Zh => Self::Zh,
        }
    }
}

impl Language {
    /// Every language of the product.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::Zh];

    /// Its tag: `en`, `es`, `zh`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Zh => "zh",
        }
    }

    /// The language with this tag; a region behind it is passed over (`es-MX` is Spanish).
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(primary))
    }
}

/// A well-formed language tag of BCP 47 in its usual case: `es`, `es-MX`, `zh-Hans-CN`.
///
/// Formed as RFC 5646 §2.1 asks of language, script, region and variants; whether the subtags are registered is not checked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LanguageTag(String);

/// Why a text is not a language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a language tag of BCP 47 such as es or es-MX")]
pub struct InvalidLanguageTag;

impl LanguageTag {
    /// Parses a tag in any case, with `-` or `_` between the parts.
    pub fn parse(text: &str) -> Result<Self, InvalidLanguageTag> {
        rapport_filter::language::canonical(text)
            .map(Self)
            .ok_or(InvalidLanguageTag)
    }

    /// The tag in its usual case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for LanguageTag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LanguageTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

crate::schema::text_schema!(LanguageTag, example = "es-MX");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_case() {
        for (text, tag) in [
            ("ES", "es"),
            ("es_mx", "es-MX"),
            ("zh-hans-cn", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("de-1996", "de-1996"),
            ("sl-ROZAJ", "sl-rozaj"),
        ] {
            assert_eq!(LanguageTag::parse(text).unwrap().as_str(), tag);
        }
        for text in [
            "", "e", "english", "es-", "es--MX", "es MX", "12", "es-M", "日本",
        ] {
            assert!(LanguageTag::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Language::from_tag("es-MX"), Some(Language::Es));
        assert_eq!(Language::from_tag("fr"), None);
    }
}
