//! Lists of contacts: what they are sorted by, and what they are asked with.

use crate::filter::Filter;
use crate::{AttributeKey, SavedFilterId};
use serde::{Deserialize, Serialize};

/// What a list of contacts is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The full name, normalised.
    Name,
    /// The primary e-mail address, normalised.
    Email,
    /// The primary phone number, as a number.
    Phone,
    /// The company, normalised.
    Company,
    /// The city, normalised.
    City,
    /// The country's name in the account's language.
    Country,
    /// When the contact was first known.
    CreatedAt,
    /// When the contact was last changed.
    UpdatedAt,
    /// When the contact last did something.
    LastActivityAt,
    /// A custom attribute that is indexed: texts and links normalised, lists by the keys of their choices, no before yes.
    Custom(AttributeKey),
}

/// What stands before the key of a custom attribute.
const CUSTOM: &str = "custom.";

impl SortKey {
    /// Every key that is not of a custom attribute.
    pub const BUILT_IN: [Self; 9] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Company,
        Self::City,
        Self::Country,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::LastActivityAt,
    ];

    /// The name of a key that is built in; `custom` for the others.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Company => "company",
            Self::City => "city",
            Self::Country => "country",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::LastActivityAt => "last_activity_at",
            Self::Custom(_) => "custom",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        if let Some(key) = name.strip_prefix(CUSTOM) {
            return key.parse().ok().map(Self::Custom);
        }
        Self::BUILT_IN.into_iter().find(|key| key.as_str() == name)
    }
}

/// The key as it stands on the wire: `name`, `custom.plan`.
impl std::fmt::Display for SortKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Custom(key) => write!(f, "{CUSTOM}{key}"),
            built_in => f.write_str(built_in.as_str()),
        }
    }
}

/// The order of a list of contacts: a key, and which way. Missing values come last both ways; ties go by id in the same
/// direction. On the wire `name`, or `-name` for descending.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What it is sorted by.
    pub key: SortKey,
    /// Largest first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self {
            key: SortKey::CreatedAt,
            descending: true,
        }
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}

/// Why a text is not a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of name, email, phone, company, city, country, created_at, updated_at, last_activity_at and custom.<key>, with - before it for descending"
)]
pub struct UnknownSort;

impl std::str::FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        let (name, descending) = text
            .strip_prefix('-')
            .map_or((text, false), |rest| (rest, true));
        let key = SortKey::from_name(name).ok_or(UnknownSort)?;
        Ok(Self { key, descending })
    }
}

impl Serialize for Sort {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What a list of contacts is asked with in an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactQuery {
    /// A filter as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order; the newest first without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Rows on a page, 1 to 1000; 50 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of a page of the same query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The keys that the contacts are to have, with commas between; all without it. `id` is always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<String>,
}

/// What a list of contacts is asked with in a body. A contact is on the list when the filter, the saved filter and the words all hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactSearch {
    /// A filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must all occur, each within the name, an e-mail, the company, the city or the identifier, whatever the case and accents; or
    /// a part of a phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order: a key, with `-` before it for descending; the saved filter's without it, else `-created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Rows on a page, 1 to 1000; 50 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of a page of the same query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The keys that the contacts are to have; all without it. `id` is always there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
}

/// What is counted: the contacts for which the filter, the saved filter and the words all hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountQuery {
    /// A filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_read_and_written() {
        let custom = SortKey::Custom("plan".parse().unwrap());
        for key in SortKey::BUILT_IN.into_iter().chain([custom]) {
            for descending in [false, true] {
                let sort = Sort {
                    key: key.clone(),
                    descending,
                };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        for text in [
            "shoe_size",
            "custom",
            "custom.",
            "custom.Plan",
            "--name",
            "",
        ] {
            assert_eq!(text.parse::<Sort>(), Err(UnknownSort), "{text}");
        }
    }
}
