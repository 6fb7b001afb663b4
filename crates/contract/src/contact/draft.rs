//! What makes a contact and what changes it: as it is sent, and as it is understood.

use super::{LINE_MAX, Source};
use crate::country::Country;
use crate::custom_attribute::{CheckedValues, CustomValues, Definitions};
use crate::email::EmailAddress;
use crate::language::LanguageTag;
use crate::phone::PhoneNumber;
use crate::text::{keep, line};
use crate::{Fault, FaultCode, Instant, Patch};
use serde::{Deserialize, Serialize};

/// What makes a contact. At least one of a name, an e-mail, a phone and an identifier has to be there.
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
    /// Phone number, with its country code or read with the account's default country; unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
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
    /// As `email`, for phone numbers.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub phone: Patch<String>,
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
}

/// The values of a contact that people and other systems set, parsed.
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

/// A contact to make: the parsed values of a [`ContactDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// The values.
    pub fields: ContactFields,
    /// The values of custom attributes.
    pub custom: CheckedValues,
    /// How the contact first arrived.
    pub source: Source,
    /// When the contact was first known elsewhere.
    pub created_at: Option<Instant>,
    /// When the contact last did something elsewhere.
    pub last_activity_at: Option<Instant>,
}

/// A change to make: the parsed values of a [`ContactPatch`].
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

fn check_phone(text: &str, read: ReadPhone, pointer: &str) -> Result<PhoneNumber, Fault> {
    read(text.trim())
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidPhone, error.to_string()))
}

fn check_country(text: &str, pointer: &str) -> Result<Country, Fault> {
    Country::from_code(text.trim()).map_err(|error| error.at(pointer))
}

fn check_language(text: &str, pointer: &str) -> Result<LanguageTag, Fault> {
    LanguageTag::parse(text)
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidLanguage, error.to_string()))
}

/// A value that is there and not only white space.
fn present(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| !text.trim().is_empty())
}

/// The fault of giving `name` beside one of its parts.
fn names_together() -> Fault {
    Fault::new(
        "/name",
        FaultCode::NotTogether,
        "expected either name, or first_name and last_name",
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
            phone,
            identifier,
            company,
            city,
            country,
            language,
            custom,
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
        let custom = definitions.check(custom, &mut faults);
        if faults.is_empty() && !fields.identify_somebody() {
            faults.push(Fault::new(
                "",
                FaultCode::Required,
                "expected at least one of name, email, phone and identifier",
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(NewContact {
            fields,
            custom,
            source: source.unwrap_or(Source::Api),
            created_at: *created_at,
            last_activity_at: *last_activity_at,
        })
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
            phone,
            identifier,
            company,
            city,
            country,
            language,
            custom,
        } = self;
        let mut faults = Vec::new();
        if !name.is_absent() && (!first_name.is_absent() || !last_name.is_absent()) {
            faults.push(names_together());
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
}
