//! The columns of the table.

use crate::i18n::{Locale, td_string};
use crate::words::column_name;
use rapport_contract::contact::SortKey;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Name,
    Email,
    Phone,
    Company,
    City,
    Country,
    Source,
    LastActivity,
    Created,
}

impl Column {
    /// Every column, in the order shown.
    pub(crate) const ALL: [Self; 9] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Company,
        Self::City,
        Self::Country,
        Self::Source,
        Self::LastActivity,
        Self::Created,
    ];

    /// What a click on its header sorts by.
    pub(crate) const fn sort_key(self) -> Option<SortKey> {
        match self {
            Self::Name => Some(SortKey::Name),
            Self::Email => Some(SortKey::Email),
            Self::Phone => Some(SortKey::Phone),
            Self::Company => Some(SortKey::Company),
            Self::City => Some(SortKey::City),
            Self::Country => Some(SortKey::Country),
            Self::Source => None,
            Self::LastActivity => Some(SortKey::LastActivityAt),
            Self::Created => Some(SortKey::CreatedAt),
        }
    }

    /// Its header.
    pub(crate) fn name(self, locale: Locale) -> &'static str {
        self.sort_key().map_or_else(
            || td_string!(locale, field.source),
            |key| column_name(locale, &key),
        )
    }

    /// Its name in the style sheets and tests.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Company => "company",
            Self::City => "city",
            Self::Country => "country",
            Self::Source => "source",
            Self::LastActivity => "last-activity",
            Self::Created => "created",
        }
    }
}
