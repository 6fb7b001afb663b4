//! The values that a contact can be addressed by: each is unique in the account.

use super::draft::{ContactDraft, ReadPhone, check_email, check_phone};
use super::patch::ContactPatch;
use super::{LINE_MAX, NewContact};
use crate::email::EmailAddress;
use crate::phone::PhoneNumber;
use crate::text::required_line;
use crate::{Fault, FaultCode, Patch};
use serde::{Deserialize, Serialize};

/// Which value a contact is addressed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeyKind {
    /// Any of its e-mail addresses.
    Email,
    /// Any of its phone numbers.
    Phone,
    /// The id that another system knows it by.
    Identifier,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Identifier];

    /// The kind as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Identifier => "identifier",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A value that a contact is addressed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactKey {
    /// An e-mail address.
    Email(EmailAddress),
    /// A phone number.
    Phone(PhoneNumber),
    /// The id that another system knows it by.
    Identifier(String),
}

impl ContactKey {
    /// Parses a value; the fault stands at `pointer`.
    pub fn parse(
        kind: KeyKind,
        text: &str,
        read_phone: ReadPhone,
        pointer: &str,
    ) -> Result<Self, Fault> {
        Ok(match kind {
            KeyKind::Email => Self::Email(check_email(text, pointer)?),
            KeyKind::Phone => Self::Phone(check_phone(text, read_phone, pointer)?),
            KeyKind::Identifier => Self::Identifier(required_line(text, LINE_MAX, pointer)?),
        })
    }

    /// Which value it is.
    pub const fn kind(&self) -> KeyKind {
        match self {
            Self::Email(_) => KeyKind::Email,
            Self::Phone(_) => KeyKind::Phone,
            Self::Identifier(_) => KeyKind::Identifier,
        }
    }

    /// The value as it is shown.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
            Self::Identifier(identifier) => identifier,
        }
    }

    /// The draft with this value, if it has none of its kind.
    pub fn complete(&self, mut draft: ContactDraft) -> ContactDraft {
        let own = match self {
            Self::Email(_) if draft.emails.is_some() => return draft,
            Self::Phone(_) if draft.phones.is_some() => return draft,
            Self::Email(_) => &mut draft.email,
            Self::Phone(_) => &mut draft.phone,
            Self::Identifier(_) => &mut draft.identifier,
        };
        if own.as_deref().is_none_or(|text| text.trim().is_empty()) {
            *own = Some(self.as_str().to_owned());
        }
        draft
    }

    /// Refuses a contact that does not have this value.
    pub fn agree(&self, new: &NewContact) -> Result<(), Fault> {
        let (fields, extras) = (&new.fields, &new.extras);
        let (pointer, agrees) = match self {
            Self::Email(email) => match &extras.emails {
                Some(list) => ("/emails", list.iter().any(|one| one.value == *email)),
                None => ("/email", fields.email.as_ref() == Some(email)),
            },
            Self::Phone(phone) => match &extras.phones {
                Some(list) => ("/phones", list.iter().any(|one| one.value == *phone)),
                None => ("/phone", fields.phone.as_ref() == Some(phone)),
            },
            Self::Identifier(identifier) => (
                "/identifier",
                fields.identifier.as_deref() == Some(identifier),
            ),
        };
        if agrees {
            return Ok(());
        }
        Err(Fault::new(
            pointer,
            FaultCode::Incorrect,
            format!(
                "expected {}, as in the address, or no value here",
                self.as_str()
            ),
        ))
    }

    /// The draft as a change of the contact that has this value: what the draft has is set, `is_null` tells the keys that it has as null, and the
    /// rest stays. How and when the contact first arrived does not change. An empty value of this kind is none.
    pub fn patch(&self, draft: ContactDraft, is_null: &dyn Fn(&str) -> bool) -> ContactPatch {
        let ContactDraft {
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
            source: _,
            created_at: _,
            last_activity_at: _,
        } = draft;
        let kind = self.kind();
        let given = |own: KeyKind, value: Option<String>| {
            value.filter(|text| own != kind || !text.trim().is_empty())
        };
        let email = given(KeyKind::Email, email);
        let phone = given(KeyKind::Phone, phone);
        let identifier = given(KeyKind::Identifier, identifier);
        let null = |own: KeyKind, key: &str| own != kind && is_null(key);
        let (no_email, no_emails) = (
            null(KeyKind::Email, "email"),
            null(KeyKind::Email, "emails"),
        );
        let (no_phone, no_phones) = (
            null(KeyKind::Phone, "phone"),
            null(KeyKind::Phone, "phones"),
        );
        let (no_first, no_last) = (is_null("first_name"), is_null("last_name"));
        let in_parts = first_name.is_some() || last_name.is_some() || no_first || no_last;
        let (has_email, has_emails) = (email.is_some(), emails.is_some());
        let (has_phone, has_phones) = (phone.is_some(), phones.is_some());
        // Of two keys that say the same thing in two ways, null says nothing beside a value.
        ContactPatch {
            first_name: patch(first_name, no_first && name.is_none()),
            last_name: patch(last_name, no_last && name.is_none()),
            name: patch(name, is_null("name") && !in_parts),
            email: patch(email, no_email && !no_emails && !has_emails),
            emails: patch(emails, no_emails && !has_email),
            phone: patch(phone, no_phone && !no_phones && !has_phones),
            phones: patch(phones, no_phones && !has_phone),
            identifier: patch(identifier, null(KeyKind::Identifier, "identifier")),
            company: patch(company, is_null("company")),
            city: patch(city, is_null("city")),
            country: patch(country, is_null("country")),
            language: patch(language, is_null("language")),
            custom,
            identities: patch(identities, is_null("identities")),
            consent: patch(consent, is_null("consent")),
            blocked: blocked.or_else(|| is_null("blocked").then_some(false)),
        }
    }
}

fn patch<T>(value: Option<T>, is_null: bool) -> Patch<T> {
    match value {
        Some(value) => Patch::Set(value),
        None if is_null => Patch::Null,
        None => Patch::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::EmailDraft;
    use crate::custom_attribute::Definitions;

    fn e164(text: &str) -> Result<PhoneNumber, crate::phone::InvalidPhone> {
        PhoneNumber::from_e164(text)
    }

    fn key(kind: KeyKind, text: &str) -> ContactKey {
        ContactKey::parse(kind, text, &e164, "value").unwrap()
    }

    #[test]
    fn a_draft_gets_the_value_that_it_lacks_and_agrees_with_the_one_it_has() {
        let ana = key(KeyKind::Email, "ana@example.com");
        let verdict = |draft: ContactDraft| {
            let new = ana
                .complete(draft)
                .check(&e164, &Definitions::default())
                .unwrap();
            ana.agree(&new).map_err(|fault| fault.pointer)
        };
        let with = |email: &str| ContactDraft {
            email: Some(email.to_owned()),
            ..ContactDraft::default()
        };
        let list = |email: &str| ContactDraft {
            emails: Some(vec![EmailDraft {
                address: email.to_owned(),
                ..EmailDraft::default()
            }]),
            ..ContactDraft::default()
        };
        assert_eq!(verdict(ContactDraft::default()), Ok(()));
        assert_eq!(verdict(with(" ")), Ok(()));
        assert_eq!(verdict(with("ANA@Example.com")), Ok(()));
        assert_eq!(verdict(list("Ana@example.com")), Ok(()));
        assert_eq!(verdict(with("bo@example.com")), Err("/email".to_owned()));
        assert_eq!(verdict(list("bo@example.com")), Err("/emails".to_owned()));
        let phone = key(KeyKind::Phone, "+525512345678");
        let new = phone
            .complete(with("bo@example.com"))
            .check(&e164, &Definitions::default());
        assert_eq!(phone.agree(&new.unwrap()), Ok(()));
    }

    #[test]
    fn null_makes_a_value_missing_and_is_silent_beside_another_one() {
        let identifier = key(KeyKind::Identifier, "i-1");
        let everything = |_: &str| true;
        let nothing = |_: &str| false;
        let draft = ContactDraft {
            name: Some("Ana".to_owned()),
            phone: Some("+525512345678".to_owned()),
            ..ContactDraft::default()
        };
        let patch = identifier.patch(draft.clone(), &everything);
        assert_eq!(
            (&patch.name, &patch.first_name, &patch.identifier),
            (
                &Patch::Set("Ana".to_owned()),
                &Patch::Absent,
                &Patch::Absent
            )
        );
        assert_eq!(
            (&patch.email, &patch.emails),
            (&Patch::Absent, &Patch::Null)
        );
        assert_eq!(patch.phones, Patch::Absent);
        assert_eq!((&patch.city, patch.blocked), (&Patch::Null, Some(false)));
        assert!(patch.check(&e164, &Definitions::default()).is_ok());
        let patch = identifier.patch(draft, &nothing);
        assert_eq!((&patch.city, patch.blocked), (&Patch::Absent, None));

        let email = key(KeyKind::Email, "ana@example.com");
        let blank = ContactDraft {
            email: Some(String::new()),
            ..ContactDraft::default()
        };
        let patch = email.patch(blank, &everything);
        assert_eq!((patch.email, patch.emails), (Patch::Absent, Patch::Absent));
        assert_eq!((patch.name, patch.first_name), (Patch::Absent, Patch::Null));
    }
}
