//! Custom attributes: typed fields of contacts that an account defined.

mod draft;
mod reserved;
mod value;
mod wire;

pub use draft::{
    AttributeChange, AttributeDraft, AttributePatch, CHOICES_MAX, DESCRIPTION_MAX, LABEL_MAX,
    NewAttribute,
};
pub use reserved::reserved;
pub use value::{CheckedValues, CustomNumber, CustomValue, Definitions, VALUE_MAX};
pub use wire::CustomValues;

use crate::color::Color;
use crate::{AttributeId, Instant, SavedFilterId};
use serde::{Deserialize, Serialize};

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AttributeType {
    /// A text of at most 4,000 characters.
    Text,
    /// A finite double.
    Number,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// True or false.
    YesNo,
    /// One of the attribute's choices, by its key.
    List,
    /// An address that begins with `http://` or `https://`, at most 4,000 characters.
    Link,
}

impl AttributeType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Number,
        Self::Date,
        Self::YesNo,
        Self::List,
        Self::Link,
    ];

    /// The type as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::List => "list",
            Self::Link => "link",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// What contacts and filters hold: stays when the label changes. 1 to 64 of `a-z`, `0-9` and `_`.
    pub key: String,
    /// How it is shown, at most 80 characters.
    pub label: String,
    /// Its colour.
    #[serde(default)]
    pub color: Color,
}

/// A custom attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomAttribute {
    /// The attribute's id.
    pub id: AttributeId,
    /// What contacts, filters and imports call it: `custom.<key>`. Never changes. 1 to 64 of `a-z`, `0-9` and `_`, a letter first.
    pub key: String,
    /// How it is shown, at most 80 characters.
    pub label: String,
    /// What its values are. Never changes.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// What can be chosen, in order; empty unless it is a list.
    pub choices: Vec<Choice>,
    /// What it is for, at most 1,000 characters.
    pub description: Option<String>,
    /// Whether lists sort by it and find by it as fast as by built-in fields. False when the eight attributes of its type that can be are taken, and
    /// while a new one is being filled.
    pub indexed: bool,
    /// When it was defined.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts the changes; what `ETag` says.
    pub version: i64,
}

/// What uses a custom attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeUsage {
    /// How many contacts have a value.
    pub contacts: u64,
    /// How many have each choice of a list, in the order of the choices.
    pub choices: Vec<ChoiceUsage>,
    /// The saved filters that ask about it, sort by it or show it, among those that the caller sees.
    pub saved_filters: Vec<UsingFilter>,
}

/// How many contacts have a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChoiceUsage {
    /// The choice.
    pub key: String,
    /// How many contacts have it.
    pub contacts: u64,
}

/// A saved filter that uses an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsingFilter {
    /// The saved filter.
    pub id: SavedFilterId,
    /// Its name.
    pub name: String,
}

/// A custom attribute that has a key, deleted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeTag {
    /// The attribute.
    pub id: AttributeId,
    /// Its key.
    pub key: String,
    /// Whether it is deleted, and can be restored.
    pub deleted: bool,
}
