//! Merging two contacts that are the same person.

use crate::contact::Contact;
use crate::custom_attribute::Definitions;
use crate::{ContactId, Fault, FaultCode, Instant, MergeId};
use serde::{Deserialize, Serialize};

/// Which contact is merged into the one in the path, and what is taken of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeDraft {
    /// The contact that goes into the other, and is none afterwards.
    pub contact: ContactId,
    /// The fields whose value is taken of it where both have one: `name email phone identifier company city country language`, and `custom.` with
    /// the key of a custom attribute. Of all others the value of the contact in the path stays, where it has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub take: Vec<String>,
}

/// A field of which a contact has one value, and two contacts two.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MergeField {
    /// First and last name together.
    Name,
    /// Which e-mail is the primary one. All are kept.
    Email,
    /// Which phone is the primary one. All are kept.
    Phone,
    /// The identifier.
    Identifier,
    /// The company.
    Company,
    /// The city.
    City,
    /// The country.
    Country,
    /// The language.
    Language,
    /// The custom attribute with this key.
    Custom(String),
}

impl MergeField {
    fn parse(name: &str, definitions: &Definitions) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "identifier" => Self::Identifier,
            "company" => Self::Company,
            "city" => Self::City,
            "country" => Self::Country,
            "language" => Self::Language,
            _ => {
                let key = name.strip_prefix("custom.")?;
                definitions.get(key)?;
                Self::Custom(key.to_owned())
            }
        })
    }
}

impl MergeDraft {
    /// What is taken of the other contact, or the faults.
    pub fn check(&self, definitions: &Definitions) -> Result<Vec<MergeField>, Vec<Fault>> {
        let (mut fields, mut faults) = (Vec::new(), Vec::new());
        for (place, name) in self.take.iter().enumerate() {
            match MergeField::parse(name, definitions) {
                Some(field) if fields.contains(&field) => faults.push(Fault::new(
                    format!("/take/{place}"),
                    FaultCode::RepeatedKey,
                    "expected each field once",
                )),
                Some(field) => fields.push(field),
                None => faults.push(Fault::new(
                    format!("/take/{place}"),
                    FaultCode::UnknownField,
                    "expected name, email, phone, identifier, company, city, country, language, or custom. and the key of an attribute",
                )),
            }
        }
        if faults.is_empty() {
            Ok(fields)
        } else {
            Err(faults)
        }
    }
}

/// Two contacts that became one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Merge {
    /// The merge's id.
    pub id: MergeId,
    /// The contact that has everything of both.
    pub survivor: ContactId,
    /// The contact that was merged into it, and is none since.
    pub merged: ContactId,
    /// When.
    pub at: Instant,
    /// Until when it can be undone, as long as neither is merged again; null when that is past or was done.
    pub undoable_until: Option<Instant>,
    /// When it was undone; null when it was not.
    pub undone_at: Option<Instant>,
}

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Merged {
    /// The contact that has everything of both.
    pub contact: Contact,
    /// The merge, to undo it by.
    pub merge: Merge,
}

/// What came of undoing a merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unmerged {
    /// The contact that survived the merge, without what came from the other. What came since stays with it.
    pub survivor: Contact,
    /// The contact that had been merged into it, as it was; but for addresses, identities and the identifier that somebody else has meanwhile.
    pub merged: Contact,
}
