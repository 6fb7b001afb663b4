//! Contacts that are likely the same person.

use crate::Instant;
use crate::contact::Contact;
use serde::{Deserialize, Serialize};

/// Why two contacts are likely the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DuplicateReason {
    /// An e-mail is the same but for case and accents.
    Email,
    /// A phone number is the same but for the digit that some countries put before mobile numbers.
    Phone,
    /// Name and company are the same but for case and accents.
    NameAndCompany,
}

impl DuplicateReason {
    /// Every reason, the strongest first.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::NameAndCompany];

    /// The reason as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::NameAndCompany => "name_and_company",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// A contact that is likely the same person as the one that was asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duplicate {
    /// The contact.
    pub contact: Contact,
    /// Why, the strongest reason first.
    pub reasons: Vec<DuplicateReason>,
}

/// Contacts that are likely the same person as the one that was asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duplicates {
    /// At most twenty, those with the strongest reasons first.
    pub data: Vec<Duplicate>,
}

/// Contacts that are likely one and the same person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateGroup {
    /// Why.
    pub reason: DuplicateReason,
    /// Those that are there today, at least two and at most twenty, the oldest first.
    pub contacts: Vec<Contact>,
    /// How many there were when they were found, which may be more.
    pub size: u64,
    /// When they were found.
    pub found_at: Instant,
}
