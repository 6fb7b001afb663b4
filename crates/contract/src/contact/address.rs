//! A contact's addresses: e-mails, phone numbers and identities, one by one and as lists.

use super::draft::{ReadPhone, check_email, check_phone};
use super::{IdentityKind, LINE_MAX};
use crate::email::EmailAddress;
use crate::phone::PhoneNumber;
use crate::text::{keep, required_line};
use crate::{Fault, FaultCode};
use serde::{Deserialize, Serialize};

/// Most addresses of a kind that a contact has.
pub const ADDRESSES_MAX: usize = 50;

/// Who says that an address belongs to the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verified {
    /// Nobody: it is a claim.
    #[default]
    None,
    /// The channel's provider.
    Provider,
    /// A website that signed the contact's identity.
    Hmac,
    /// Somebody of the account vouches for it.
    Person,
}

impl Verified {
    /// Every way, the weakest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Provider, Self::Hmac, Self::Person];

    /// The way as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Provider => "provider",
            Self::Hmac => "hmac",
            Self::Person => "person",
        }
    }

    /// The way with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }

    /// Whether nobody says so but whoever brought the address.
    pub const fn is_a_claim(self) -> bool {
        matches!(self, Self::None)
    }
}

/// What a caller can say of an address: the other ways of [`Verified`] are for channels to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Vouched {
    /// It is a claim.
    None,
    /// The caller vouches for it: it moves here from a contact that only claims it.
    Person,
}

impl From<Vouched> for Verified {
    fn from(vouched: Vouched) -> Self {
        match vouched {
            Vouched::None => Self::None,
            Vouched::Person => Self::Person,
        }
    }
}

/// One of a contact's e-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactEmail {
    /// The address as it was written.
    pub address: String,
    /// Whether it is the contact's first choice.
    pub primary: bool,
    /// Who says that it belongs to the contact.
    pub verified: Verified,
}

/// One of a contact's phone numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactPhone {
    /// The number in E.164.
    pub number: PhoneNumber,
    /// Whether it is the contact's first choice.
    pub primary: bool,
    /// Who says that it belongs to the contact.
    pub verified: Verified,
}

/// An e-mail address in a draft's or a patch's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailDraft {
    /// The address, at most 254 characters; unique in the account.
    pub address: String,
    /// Whether it is the contact's first choice; of a list in which none is, the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether the caller vouches for it. Without it an address that the contact has stays as it is, and a new one is a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Vouched>,
}

/// A phone number in a draft's or a patch's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneDraft {
    /// The number, with its country code or read with the account's default country; unique in the account.
    pub number: String,
    /// Whether it is the contact's first choice; of a list in which none is, the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether the caller vouches for it. Without it a number that the contact has stays as it is, and a new one is a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Vouched>,
}

/// An identity in a draft's or a patch's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityDraft {
    /// The kind of channel.
    pub kind: IdentityKind,
    /// The id that the channel knows the contact by, exact, at most 255 characters; unique in the account among those of the kind.
    pub external_id: String,
    /// Whether the caller vouches for it. Without it an identity that the contact has stays as it is, and a new one is a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Vouched>,
}

/// An address of a list, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<A> {
    /// The address.
    pub value: A,
    /// Whether it is the contact's first choice.
    pub primary: bool,
    /// Who says that it belongs to the contact, if that was given.
    pub verified: Option<Verified>,
}

/// A contact's e-mail addresses or its phone numbers, parsed: no two the same, and one of them primary unless there are none. They stand
/// as they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses<A>(Vec<Given<A>>);

impl<A: PartialEq> Addresses<A> {
    /// The primary address and others behind it; what comes twice stands once. Nobody vouches for them.
    pub fn of(primary: A, others: impl IntoIterator<Item = A>) -> Self {
        let claim = |value, primary| Given {
            value,
            primary,
            verified: None,
        };
        let mut all = vec![claim(primary, true)];
        for other in others {
            if all.iter().all(|known| known.value != other) {
                all.push(claim(other, false));
            }
        }
        Self(all)
    }
}

impl<A> Addresses<A> {
    /// The addresses in the order in which they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Given<A>> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An identity of a list, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentity {
    /// The kind of channel.
    pub kind: IdentityKind,
    /// The id that the channel knows the contact by.
    pub external_id: String,
    /// Who says that it belongs to the contact, if that was given.
    pub verified: Option<Verified>,
}

/// One line of a list of addresses, before it is known to fit the others.
struct Line<A> {
    value: Result<A, Fault>,
    primary: Option<bool>,
    verified: Option<Vouched>,
}

/// Parses the lines of the list at `list`, whose addresses stand under `key`. With faults there is no list.
fn addresses<A: PartialEq>(
    list: &str,
    key: &str,
    lines: impl ExactSizeIterator<Item = Line<A>>,
    faults: &mut Vec<Fault>,
) -> Option<Addresses<A>> {
    let before = faults.len();
    faults.extend(too_many(list, lines.len()));
    let mut given: Vec<Given<A>> = Vec::new();
    for (place, line) in lines.enumerate() {
        let Line {
            value,
            primary,
            verified,
        } = line;
        let Some(value) = keep(value, faults) else {
            continue;
        };
        if given.iter().any(|other| other.value == value) {
            faults.push(repeated(&format!("{list}/{place}/{key}")));
            continue;
        }
        let primary = primary.unwrap_or(false);
        if primary && given.iter().any(|other| other.primary) {
            faults.push(Fault::new(
                format!("{list}/{place}/primary"),
                FaultCode::NotTogether,
                "expected at most one that is primary",
            ));
        }
        given.push(Given {
            value,
            primary,
            verified: verified.map(Verified::from),
        });
    }
    if faults.len() > before {
        return None;
    }
    if !given.iter().any(|one| one.primary)
        && let Some(first) = given.first_mut()
    {
        first.primary = true;
    }
    Some(Addresses(given))
}

fn too_many(list: &str, length: usize) -> Option<Fault> {
    (length > ADDRESSES_MAX).then(|| {
        Fault::new(
            list,
            FaultCode::TooLong,
            format!("expected at most {ADDRESSES_MAX}"),
        )
    })
}

fn repeated(pointer: &str) -> Fault {
    Fault::new(
        pointer,
        FaultCode::Taken,
        "expected each one once; it stands in this list already",
    )
}

/// Parses a list of e-mail addresses.
pub(super) fn check_emails(
    list: &[EmailDraft],
    faults: &mut Vec<Fault>,
) -> Option<Addresses<EmailAddress>> {
    let lines = list.iter().enumerate().map(|(place, draft)| Line {
        value: check_email(&draft.address, &format!("/emails/{place}/address")),
        primary: draft.primary,
        verified: draft.verified,
    });
    addresses("/emails", "address", lines, faults)
}

/// Parses a list of phone numbers.
pub(super) fn check_phones(
    list: &[PhoneDraft],
    read: ReadPhone,
    faults: &mut Vec<Fault>,
) -> Option<Addresses<PhoneNumber>> {
    let lines = list.iter().enumerate().map(|(place, draft)| Line {
        value: check_phone(&draft.number, read, &format!("/phones/{place}/number")),
        primary: draft.primary,
        verified: draft.verified,
    });
    addresses("/phones", "number", lines, faults)
}

/// Parses a list of identities.
pub(super) fn check_identities(
    list: &[IdentityDraft],
    faults: &mut Vec<Fault>,
) -> Option<Vec<NewIdentity>> {
    let before = faults.len();
    faults.extend(too_many("/identities", list.len()));
    let mut identities: Vec<NewIdentity> = Vec::new();
    for (place, draft) in list.iter().enumerate() {
        let pointer = format!("/identities/{place}/external_id");
        let external_id = required_line(&draft.external_id, LINE_MAX, &pointer);
        let Some(external_id) = keep(external_id, faults) else {
            continue;
        };
        let same =
            |other: &NewIdentity| other.kind == draft.kind && other.external_id == external_id;
        if identities.iter().any(same) {
            faults.push(repeated(&pointer));
            continue;
        }
        identities.push(NewIdentity {
            kind: draft.kind,
            external_id,
            verified: draft.verified.map(Verified::from),
        });
    }
    (faults.len() == before).then_some(identities)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(address: &str, primary: Option<bool>) -> EmailDraft {
        EmailDraft {
            address: address.to_owned(),
            primary,
            verified: None,
        }
    }

    type Checked = Result<Vec<(String, bool)>, Vec<(String, FaultCode)>>;

    fn check(list: &[EmailDraft]) -> Checked {
        let mut faults = Vec::new();
        match check_emails(list, &mut faults) {
            Some(list) => Ok(list
                .iter()
                .map(|one| (one.value.as_str().to_owned(), one.primary))
                .collect()),
            None => Err(faults
                .into_iter()
                .map(|fault| (fault.pointer, fault.code))
                .collect()),
        }
    }

    #[test]
    fn one_of_a_list_is_primary() {
        let shape = |list: &[EmailDraft]| {
            let primaries = check(list).unwrap().into_iter().map(|(_, primary)| primary);
            primaries.collect::<Vec<_>>()
        };
        assert_eq!(shape(&[]), Vec::<bool>::new());
        let (a, b) = ("a@example.com", "b@example.com");
        assert_eq!(shape(&[email(a, None), email(b, None)]), [true, false]);
        assert_eq!(
            shape(&[email(a, None), email(b, Some(true))]),
            [false, true]
        );
        assert_eq!(
            shape(&[email(a, Some(false)), email(b, None)]),
            [true, false]
        );
    }

    #[test]
    fn a_list_gives_every_fault_at_once() {
        let list = [
            email("a@example.com", Some(true)),
            email("nobody", None),
            email("A@EXAMPLE.com", None),
            email("b@example.com", Some(true)),
            email(" ", None),
        ];
        let fault = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(
            check(&list),
            Err(vec![
                fault("/emails/1/address", FaultCode::InvalidEmail),
                fault("/emails/2/address", FaultCode::Taken),
                fault("/emails/3/primary", FaultCode::NotTogether),
                fault("/emails/4/address", FaultCode::Required),
            ])
        );
        let many: Vec<_> = (0..=ADDRESSES_MAX)
            .map(|n| email(&format!("{n}@example.com"), None))
            .collect();
        assert_eq!(
            check(&many),
            Err(vec![fault("/emails", FaultCode::TooLong)])
        );
        assert_eq!(check(&many[1..]).unwrap().len(), ADDRESSES_MAX);
    }

    #[test]
    fn callers_vouch_or_do_not() {
        let read = |verified: &str| {
            serde_json::from_str::<EmailDraft>(&format!(
                r#"{{"address": "a@example.com", "verified": "{verified}"}}"#
            ))
        };
        assert_eq!(read("person").unwrap().verified, Some(Vouched::Person));
        assert_eq!(read("none").unwrap().verified, Some(Vouched::None));
        for verified in ["provider", "hmac", "me"] {
            assert!(read(verified).is_err(), "{verified}");
        }
    }
}
