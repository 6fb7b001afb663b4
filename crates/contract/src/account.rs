//! The account: one organisation and its settings.

use crate::country::Country;
use crate::language::Language;
use crate::text::{keep, required_line};
use crate::{AccountId, Fault, Instant};
use serde::{Deserialize, Serialize};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The organisation's name.
    pub name: String,
    /// The language of what the account shows by default; countries sort by their names in it.
    pub language: Language,
    /// An IANA time zone, such as `America/Mexico_City`: what a day is.
    pub time_zone: String,
    /// The country with which national phone numbers are read.
    pub default_country: Country,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts the changes; what `ETag` says.
    pub version: i64,
}

/// What makes an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountDraft {
    /// The organisation's name, 1 to 255 characters.
    pub name: String,
    /// The account's language.
    pub language: Language,
    /// An IANA time zone.
    pub time_zone: String,
    /// The country with which national phone numbers are read: ISO 3166-1 alpha-2.
    pub default_country: String,
}

/// A change of the account's settings: absent keys stay as they are, none can be null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountPatch {
    /// The organisation's name, 1 to 255 characters.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// The account's language.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub language: Option<Language>,
    /// An IANA time zone.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub time_zone: Option<String>,
    /// The country with which national phone numbers are read: ISO 3166-1 alpha-2.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub default_country: Option<String>,
}

/// The parsed values of an [`AccountDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The organisation's name.
    pub name: String,
    /// The account's language.
    pub language: Language,
    /// A time zone; that it exists is checked by who knows the zones.
    pub time_zone: String,
    /// The country with which national phone numbers are read.
    pub default_country: Country,
}

impl AccountDraft {
    /// Parses the draft; faults point below `base` (such as `/account`).
    pub fn check(&self, base: &str) -> Result<NewAccount, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = keep(
            required_line(&self.name, 255, &format!("{base}/name")),
            &mut faults,
        );
        let time_zone = keep(
            required_line(&self.time_zone, 64, &format!("{base}/time_zone")),
            &mut faults,
        );
        let country = keep(
            Country::from_code(&self.default_country)
                .map_err(|error| error.at(&format!("{base}/default_country"))),
            &mut faults,
        );
        match (name, time_zone, country) {
            (Some(name), Some(time_zone), Some(default_country)) => Ok(NewAccount {
                name,
                language: self.language,
                time_zone,
                default_country,
            }),
            _ => Err(faults),
        }
    }
}
