//! What changes a contact, as it is sent.

use super::address::{check_emails, check_identities, check_phones};
use super::draft::{
    ReadPhone, check_country, check_email, check_language, check_phone, names_together, not_beside,
};
use super::{
    ConsentChange, ConsentPatch, ContactChange, ContactExtras, EmailDraft, IdentityDraft, LINE_MAX,
    PhoneDraft,
};
use crate::custom_attribute::{CustomValues, Definitions};
use crate::text::{keep, line};
use crate::{Fault, Patch};
use serde::{Deserialize, Serialize};

/// A change of a contact, as a JSON merge patch: absent keys stay, null makes a value missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactPatch {
    /// A full name, instead of the two below: it goes whole into the first name, the last name becomes missing.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub name: Patch<String>,
    /// First name.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub first_name: Patch<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub last_name: Patch<String>,
    /// Replaces the primary address, or makes it primary if the contact has it already; null removes the primary, and the
    /// oldest that remains takes its place.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub email: Patch<String>,
    /// All e-mail addresses, at most 50, in the place of those that are there; not beside `email`.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<EmailDraft>>))]
    pub emails: Patch<Vec<EmailDraft>>,
    /// As `email`, for phone numbers.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub phone: Patch<String>,
    /// As `emails`, for phone numbers; not beside `phone`.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<PhoneDraft>>))]
    pub phones: Patch<Vec<PhoneDraft>>,
    /// The id that another system knows the contact by.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub identifier: Patch<String>,
    /// Company.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub company: Patch<String>,
    /// City.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub city: Patch<String>,
    /// Country: ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub country: Patch<String>,
    /// Language: BCP 47.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub language: Patch<String>,
    /// Values of custom attributes, by their keys: those that are not there stay, null makes a value missing.
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,
    /// All identities, at most 50, in the place of those that are there.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<IdentityDraft>>))]
    pub identities: Patch<Vec<IdentityDraft>>,
    /// What the contact allowed or refused, by kind of channel: kinds that are absent stay, null forgets what was said.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ConsentPatch>))]
    pub consent: Patch<ConsentPatch>,
    /// Whether the account does not want to hear from the contact.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::patch::not_null"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub blocked: Option<bool>,
}

/// The list that a patch sets, if it does; null makes it empty.
fn list<T>(patch: &Patch<Vec<T>>) -> Option<&[T]> {
    match patch {
        Patch::Absent => None,
        Patch::Null => Some(&[]),
        Patch::Set(list) => Some(list),
    }
}

impl ContactPatch {
    /// Parses the patch, or gives every fault at once. An empty text makes the value missing, as null does.
    pub fn check(
        &self,
        read_phone: ReadPhone,
        definitions: &Definitions,
    ) -> Result<ContactChange, Vec<Fault>> {
        let Self {
            name,
            first_name,
            last_name,
            email,
            emails,
            phone,
            phones,
            identifier,
            company,
            city,
            country,
            language,
            custom,
            identities,
            consent,
            blocked,
        } = self;
        let mut faults = Vec::new();
        if !name.is_absent() && (!first_name.is_absent() || !last_name.is_absent()) {
            faults.push(names_together());
        }
        if !email.is_absent() && !emails.is_absent() {
            faults.push(not_beside("email", "emails"));
        }
        if !phone.is_absent() && !phones.is_absent() {
            faults.push(not_beside("phone", "phones"));
        }
        fn parsed<T>(
            patch: &Patch<String>,
            faults: &mut Vec<Fault>,
            parse: impl FnOnce(&str) -> Result<Option<T>, Fault>,
        ) -> Patch<T> {
            match patch {
                Patch::Absent => Patch::Absent,
                Patch::Null => Patch::Null,
                Patch::Set(text) if text.trim().is_empty() => Patch::Null,
                Patch::Set(text) => keep(parse(text), faults)
                    .flatten()
                    .map_or(Patch::Null, Patch::Set),
            }
        }
        let f = &mut faults;
        let mut change = ContactChange {
            first_name: parsed(first_name, f, |text| line(text, LINE_MAX, "/first_name")),
            last_name: parsed(last_name, f, |text| line(text, LINE_MAX, "/last_name")),
            email: parsed(email, f, |text| check_email(text, "/email").map(Some)),
            phone: parsed(phone, f, |text| {
                check_phone(text, read_phone, "/phone").map(Some)
            }),
            identifier: parsed(identifier, f, |text| line(text, LINE_MAX, "/identifier")),
            company: parsed(company, f, |text| line(text, LINE_MAX, "/company")),
            city: parsed(city, f, |text| line(text, LINE_MAX, "/city")),
            country: parsed(country, f, |text| check_country(text, "/country").map(Some)),
            language: parsed(language, f, |text| {
                check_language(text, "/language").map(Some)
            }),
            custom: definitions.check(custom, f),
            extras: ContactExtras {
                emails: list(emails).and_then(|list| check_emails(list, f)),
                phones: list(phones).and_then(|list| check_phones(list, read_phone, f)),
                identities: list(identities).and_then(|list| check_identities(list, f)),
                consent: match consent {
                    Patch::Absent => ConsentChange::default(),
                    Patch::Null => ConsentChange {
                        forget_all: true,
                        ..ConsentChange::default()
                    },
                    Patch::Set(answers) => ConsentChange {
                        forget_all: false,
                        answers: answers.answers(),
                    },
                },
                blocked: *blocked,
            },
        };
        if !name.is_absent() {
            change.first_name = parsed(name, f, |text| line(text, LINE_MAX, "/name"));
            change.last_name = Patch::Null;
        }
        if faults.is_empty() {
            Ok(change)
        } else {
            Err(faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultCode;
    use crate::contact::{ChannelKind, Consent};
    use crate::phone::{InvalidPhone, PhoneNumber};
    use std::collections::BTreeMap;

    fn e164(text: &str) -> Result<PhoneNumber, InvalidPhone> {
        PhoneNumber::from_e164(text)
    }

    #[test]
    fn a_patch_tells_absent_from_null() {
        let patch: ContactPatch =
            serde_json::from_str(r#"{"name": "Ana Núñez", "city": null, "company": " "}"#).unwrap();
        let change = patch.check(&e164, &Definitions::default()).unwrap();
        assert_eq!(change.first_name, Patch::Set("Ana Núñez".to_owned()));
        assert_eq!(change.last_name, Patch::Null);
        assert_eq!(change.city, Patch::Null);
        assert_eq!(change.company, Patch::Null);
        assert_eq!(change.email, Patch::Absent);
    }

    #[test]
    fn lists_replace_and_consent_is_merged() {
        let read = |text: &str| {
            let patch: ContactPatch = serde_json::from_str(text).unwrap();
            patch.check(&e164, &Definitions::default())
        };
        let extras = read(r#"{"emails": null, "consent": {"sms": null, "email": "granted"}}"#);
        let extras = extras.unwrap().extras;
        assert!(extras.emails.is_some_and(|list| list.is_empty()));
        assert_eq!((extras.phones, extras.identities), (None, None));
        assert!(!extras.consent.forget_all);
        assert_eq!(
            extras.consent.answers,
            BTreeMap::from([
                (ChannelKind::Email, Some(Consent::Granted)),
                (ChannelKind::Sms, None)
            ])
        );
        assert!(
            read(r#"{"consent": null}"#)
                .unwrap()
                .extras
                .consent
                .forget_all
        );
        let faults =
            read(r#"{"email": null, "emails": [], "phone": "+525512345678", "phones": null}"#);
        let places: Vec<_> = faults
            .unwrap_err()
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect();
        assert_eq!(
            places,
            [
                ("/email".to_owned(), FaultCode::NotTogether),
                ("/phone".to_owned(), FaultCode::NotTogether)
            ]
        );
        assert!(serde_json::from_str::<ContactPatch>(r#"{"blocked": null}"#).is_err());
    }
}
