//! What makes a contact, as it is sent.

use super::address::{check_emails, check_identities, check_phones};
use super::{
    ConsentChange, ConsentPatch, ContactExtras, ContactFields, EmailDraft, IdentityDraft, LINE_MAX,
    NewContact, PhoneDraft, Source,
};
use crate::country::Country;
use crate::custom_attribute::{CustomValues, Definitions};
use crate::email::EmailAddress;
use crate::language::LanguageTag;
use crate::phone::PhoneNumber;
use crate::text::{keep, line};
use crate::{Fault, FaultCode, Instant};
use serde::{Deserialize, Serialize};

/// What makes a contact. At least one of a name, an e-mail, a phone, an identifier and an identity has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactDraft {
    /// A full name, instead of the two below; never split by guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// First name, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// E-mail address, at most 254 characters; unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Several e-mail addresses, at most 50, instead of `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<EmailDraft>>,
    /// Phone number, with its country code or read with the account's default country; unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Several phone numbers, at most 50, instead of `phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<PhoneDraft>>,
    /// The id that another system knows the contact by, exact; unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Company, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// City, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Country: ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Language: BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Values of custom attributes, by their keys.
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,
    /// How the contact is known on channels, at most 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identities: Option<Vec<IdentityDraft>>,
    /// What the contact allowed or refused, by kind of channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentPatch>,
    /// Whether the account does not want to hear from the contact; it does without this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// How the contact first arrived; `api` when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// When the contact was first known elsewhere; asks for `contacts:import`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Instant>,
    /// When the contact last did something elsewhere; asks for `contacts:import`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity_at: Option<Instant>,
}

/// How a phone number is read: the server knows the account's country, the app checks the shape only.
pub type ReadPhone<'a> = &'a dyn Fn(&str) -> Result<PhoneNumber, crate::phone::InvalidPhone>;

/// Parses an e-mail address; the fault stands at `pointer`.
pub fn check_email(text: &str, pointer: &str) -> Result<EmailAddress, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(
            pointer,
            FaultCode::Required,
            "expected an e-mail address",
        ));
    }
    EmailAddress::parse(text)
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidEmail, error.to_string()))
}

/// Parses a phone number; the fault stands at `pointer`.
pub(super) fn check_phone(
    text: &str,
    read: ReadPhone,
    pointer: &str,
) -> Result<PhoneNumber, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(
            pointer,
            FaultCode::Required,
            "expected a phone number",
        ));
    }
    read(text.trim())
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidPhone, error.to_string()))
}

pub(super) fn check_country(text: &str, pointer: &str) -> Result<Country, Fault> {
    Country::from_code(text.trim()).map_err(|error| error.at(pointer))
}

pub(super) fn check_language(text: &str, pointer: &str) -> Result<LanguageTag, Fault> {
    LanguageTag::parse(text)
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidLanguage, error.to_string()))
}

/// A value that is there and not only white space.
fn present(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| !text.trim().is_empty())
}

/// The fault of giving `name` beside one of its parts.
pub(super) fn names_together() -> Fault {
    Fault::new(
        "/name",
        FaultCode::NotTogether,
        "expected either name, or first_name and last_name",
    )
}

/// The fault of giving one address beside the list of all.
pub(super) fn not_beside(one: &str, list: &str) -> Fault {
    Fault::new(
        format!("/{one}"),
        FaultCode::NotTogether,
        format!("expected either {one}, or {list}"),
    )
}

impl ContactDraft {
    /// Parses the draft, or gives every fault at once. Empty texts are missing values.
    pub fn check(
        &self,
        read_phone: ReadPhone,
        definitions: &Definitions,
    ) -> Result<NewContact, Vec<Fault>> {
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
            source,
            created_at,
            last_activity_at,
        } = self;
        let mut faults = Vec::new();
        if present(name).is_some()
            && (present(first_name).is_some() || present(last_name).is_some())
        {
            faults.push(names_together());
        }
        if present(email).is_some() && emails.is_some() {
            faults.push(not_beside("email", "emails"));
        }
        if present(phone).is_some() && phones.is_some() {
            faults.push(not_beside("phone", "phones"));
        }
        let mut text = |value: &Option<String>, pointer: &str| {
            keep(
                line(value.as_deref().unwrap_or_default(), LINE_MAX, pointer),
                &mut faults,
            )
            .flatten()
        };
        let whole = text(name, "/name");
        let fields = ContactFields {
            first_name: text(first_name, "/first_name").or(whole),
            last_name: text(last_name, "/last_name"),
            identifier: text(identifier, "/identifier"),
            company: text(company, "/company"),
            city: text(city, "/city"),
            email: present(email).and_then(|text| keep(check_email(text, "/email"), &mut faults)),
            phone: present(phone)
                .and_then(|text| keep(check_phone(text, read_phone, "/phone"), &mut faults)),
            country: present(country)
                .and_then(|text| keep(check_country(text, "/country"), &mut faults)),
            language: present(language)
                .and_then(|text| keep(check_language(text, "/language"), &mut faults)),
        };
        let extras = ContactExtras {
            emails: emails
                .as_deref()
                .and_then(|list| check_emails(list, &mut faults)),
            phones: phones
                .as_deref()
                .and_then(|list| check_phones(list, read_phone, &mut faults)),
            identities: identities
                .as_deref()
                .and_then(|list| check_identities(list, &mut faults)),
            consent: ConsentChange {
                forget_all: false,
                answers: consent
                    .as_ref()
                    .map(ConsentPatch::answers)
                    .unwrap_or_default(),
            },
            blocked: *blocked,
        };
        let custom = definitions.check(custom, &mut faults);
        if faults.is_empty() && !fields.identify_somebody() && !extras.identify_somebody() {
            faults.push(Fault::new(
                "",
                FaultCode::Required,
                "expected at least one of name, email, phone, identifier and identities",
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(NewContact {
            fields,
            custom,
            extras,
            source: source.unwrap_or(Source::Api),
            created_at: *created_at,
            last_activity_at: *last_activity_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::InvalidPhone;

    fn e164(text: &str) -> Result<PhoneNumber, InvalidPhone> {
        PhoneNumber::from_e164(text)
    }

    #[test]
    fn a_draft_gives_every_fault_at_once() {
        let draft = ContactDraft {
            name: Some("Ana".into()),
            last_name: Some("x".repeat(256)),
            email: Some("ana@".into()),
            phone: Some("12".into()),
            country: Some("Atlantis".into()),
            language: Some("klingonese!".into()),
            ..ContactDraft::default()
        };
        let faults = draft.check(&e164, &Definitions::default()).unwrap_err();
        let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/name",
                "/last_name",
                "/email",
                "/phone",
                "/country",
                "/language"
            ]
        );
    }

    #[test]
    fn a_contact_needs_something_to_be_known_by() {
        let nobody = ContactDraft {
            city: Some("Lima".into()),
            ..ContactDraft::default()
        };
        assert_eq!(
            nobody.check(&e164, &Definitions::default()).unwrap_err()[0].code,
            FaultCode::Required
        );
        let somebody = ContactDraft {
            name: Some(" Ana Núñez ".into()),
            ..ContactDraft::default()
        };
        let contact = somebody.check(&e164, &Definitions::default()).unwrap();
        assert_eq!(contact.fields.first_name.as_deref(), Some("Ana Núñez"));
        assert_eq!(contact.source, Source::Api);
    }
}
