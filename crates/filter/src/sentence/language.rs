//! The languages in which filters are said.

use super::words::{En, Es, Words, Zh};

/// A language in which filters are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
    /// Chinese, in simplified characters.
    Zh,
}

impl Language {
    /// Every language.
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

    pub(super) fn words(self) -> &'static dyn Words {
        match self {
            Self::En => &En,
            Self::Es => &Es,
            Self::Zh => &Zh,
        }
    }
}
