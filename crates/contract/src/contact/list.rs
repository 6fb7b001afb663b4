//! Lists of contacts: what they are sorted by, and what they are asked with.

use serde::{Deserialize, Serialize};

/// What a list of contacts is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}

impl SortKey {
    /// Every key.
    pub const ALL: [Self; 9] = [
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

    /// The key as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
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
        }
    }
}

/// The order of a list of contacts: a key, and which way. Missing values come last both ways; ties go by id in the same
/// direction. On the wire `name`, or `-name` for descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
        write!(
            f,
            "{}{}",
            if self.descending { "-" } else { "" },
            self.key.as_str()
        )
    }
}

/// Why a text is not a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of name, email, phone, company, city, country, created_at, updated_at, last_activity_at, with - before it for descending"
)]
pub struct UnknownSort;

impl std::str::FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        let (name, descending) = text
            .strip_prefix('-')
            .map_or((text, false), |rest| (rest, true));
        let key = SortKey::ALL
            .into_iter()
            .find(|key| key.as_str() == name)
            .ok_or(UnknownSort)?;
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

/// What a list of contacts is asked with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactQuery {
    /// The order; the newest first without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Words that must occur: see `filters.md`, "The quick controls".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Rows on a page, 1 to 1000; 50 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of a page of the same query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountQuery {
    /// Words that must occur, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_read_and_written() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        assert_eq!("shoe_size".parse::<Sort>(), Err(UnknownSort));
    }
}
