//! The values of a contact, parsed: what makes one, and what changes it.

use super::{Addresses, ChannelKind, Consent, NewIdentity, Source};
use crate::country::Country;
use crate::custom_attribute::CheckedValues;
use crate::email::EmailAddress;
use crate::language::LanguageTag;
use crate::phone::PhoneNumber;
use crate::{Instant, Patch};
use std::collections::BTreeMap;

/// The values of a contact that people and other systems set, one of each: what a row of a file can say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFields {
    /// First name; holds a full name that nobody has split.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
    /// The id that another system knows the contact by.
    pub identifier: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country.
    pub country: Option<Country>,
    /// Language.
    pub language: Option<LanguageTag>,
}

impl ContactFields {
    /// Whether there is something to know the contact by: a name, an e-mail, a phone or an identifier.
    pub fn identify_somebody(&self) -> bool {
        self.first_name.is_some()
            || self.last_name.is_some()
            || self.email.is_some()
            || self.phone.is_some()
            || self.identifier.is_some()
    }
}

/// What a contact can have beyond one value of each field; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactExtras {
    /// All e-mail addresses, in the place of those that are there.
    pub emails: Option<Addresses<EmailAddress>>,
    /// All phone numbers, in the place of those that are there.
    pub phones: Option<Addresses<PhoneNumber>>,
    /// All identities, in the place of those that are there.
    pub identities: Option<Vec<NewIdentity>>,
    /// What the contact said, by kind of channel.
    pub consent: ConsentChange,
    /// Whether the account does not want to hear from the contact.
    pub blocked: Option<bool>,
}

/// A change of what a contact said to being written to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentChange {
    /// Everything that is there is forgotten first.
    pub forget_all: bool,
    /// By kind of channel: the answer, or that it is forgotten.
    pub answers: BTreeMap<ChannelKind, Option<Consent>>,
}

impl ContactExtras {
    /// Whether there is something to know the contact by: an e-mail, a phone or an identity.
    pub fn identify_somebody(&self) -> bool {
        self.emails.as_ref().is_some_and(|list| !list.is_empty())
            || self.phones.as_ref().is_some_and(|list| !list.is_empty())
            || self
                .identities
                .as_ref()
                .is_some_and(|list| !list.is_empty())
    }
}

/// A contact to make: the parsed values of a [`ContactDraft`](super::ContactDraft), or of a row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// The values.
    pub fields: ContactFields,
    /// The values of custom attributes.
    pub custom: CheckedValues,
    /// What goes beyond them; its lists of addresses are in the place of the one address of `fields`.
    pub extras: ContactExtras,
    /// How the contact first arrived.
    pub source: Source,
    /// When the contact was first known elsewhere.
    pub created_at: Option<Instant>,
    /// When the contact last did something elsewhere.
    pub last_activity_at: Option<Instant>,
}

/// A change to make: the parsed values of a [`ContactPatch`](super::ContactPatch).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// First name.
    pub first_name: Patch<String>,
    /// Last name.
    pub last_name: Patch<String>,
    /// The primary e-mail address.
    pub email: Patch<EmailAddress>,
    /// The primary phone number.
    pub phone: Patch<PhoneNumber>,
    /// The id that another system knows the contact by.
    pub identifier: Patch<String>,
    /// Company.
    pub company: Patch<String>,
    /// City.
    pub city: Patch<String>,
    /// Country.
    pub country: Patch<Country>,
    /// Language.
    pub language: Patch<LanguageTag>,
    /// Custom attributes whose values change.
    pub custom: CheckedValues,
    /// What goes beyond them; its lists of addresses are in the place of all that are there.
    pub extras: ContactExtras,
}
