//! The colours of segments and of the choices of lists.

use serde::{Deserialize, Serialize};

/// One of the ten hues that chips come in; the app knows its light and its dark value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(missing_docs, reason = "a hue is its name")]
pub enum Color {
    #[default]
    Grey,
    Red,
    Orange,
    Amber,
    Green,
    Teal,
    Cyan,
    Blue,
    Violet,
    Pink,
}

impl Color {
    /// Every hue.
    pub const ALL: [Self; 10] = [
        Self::Grey,
        Self::Red,
        Self::Orange,
        Self::Amber,
        Self::Green,
        Self::Teal,
        Self::Cyan,
        Self::Blue,
        Self::Violet,
        Self::Pink,
    ];

    /// The hue as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Cyan => "cyan",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Pink => "pink",
        }
    }

    /// The hue with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.as_str() == name)
    }
}
