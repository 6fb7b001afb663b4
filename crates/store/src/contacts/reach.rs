//! How a contact is reached, beside its names: its e-mails, phones, identities and consents in one text of its row in `contacts`, so that whoever
//! reads contacts reads one row of each. The tables `contact_emails`, `contact_phones`, `identities` and `consents` have the same, by address: for
//! conditions, and so that no two contacts have the same.

use super::read::Loaded;
use crate::Error;
use crate::entity::{consents, contact_emails, contact_phones, contacts, identities};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::mem::take;

/// `[e-mails, phones, identities, consents]`, in the order of [`Loaded::sort`].
#[derive(Default, Serialize, Deserialize)]
struct Reach<'t>(
    #[serde(borrow)] Vec<Email<'t>>,
    #[serde(borrow)] Vec<Phone<'t>>,
    #[serde(borrow)] Vec<Identity<'t>>,
    #[serde(borrow)] Vec<Answer<'t>>,
);

/// Its address, its `email_id` if that is another text, whether it is the primary one (0 or 1), who vouches for it, when it was added.
#[derive(Serialize, Deserialize)]
struct Email<'t>(
    #[serde(borrow)] Text<'t>,
    #[serde(borrow)] Option<Text<'t>>,
    u8,
    #[serde(borrow)] Text<'t>,
    i64,
);

/// Its number, whether it is the primary one (0 or 1), who vouches for it, when it was added.
#[derive(Serialize, Deserialize)]
struct Phone<'t>(
    #[serde(borrow)] Text<'t>,
    u8,
    #[serde(borrow)] Text<'t>,
    i64,
);

/// Its id, kind and external id, who vouches for it, when it was added.
#[derive(Serialize, Deserialize)]
struct Identity<'t>(
    i64,
    #[serde(borrow)] Text<'t>,
    #[serde(borrow)] Text<'t>,
    #[serde(borrow)] Text<'t>,
    i64,
);

/// The channel, what the contact said, when.
#[derive(Serialize, Deserialize)]
struct Answer<'t>(#[serde(borrow)] Text<'t>, #[serde(borrow)] Text<'t>, i64);

/// A text of the stored one, wherever it has no escapes.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> From<&'t String> for Text<'t> {
    fn from(text: &'t String) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.0.into_owned()
    }
}

impl<'t> From<&'t contact_emails::Model> for Email<'t> {
    fn from(row: &'t contact_emails::Model) -> Self {
        let id = (row.email_id != row.address).then(|| (&row.email_id).into());
        let primary = row.is_primary.into();
        Self(
            (&row.address).into(),
            id,
            primary,
            (&row.verified).into(),
            row.added_at,
        )
    }
}

impl<'t> From<&'t contact_phones::Model> for Phone<'t> {
    fn from(row: &'t contact_phones::Model) -> Self {
        let primary = row.is_primary.into();
        Self(
            (&row.number).into(),
            primary,
            (&row.verified).into(),
            row.added_at,
        )
    }
}

impl<'t> From<&'t identities::Model> for Identity<'t> {
    fn from(row: &'t identities::Model) -> Self {
        let (kind, external_id) = ((&row.kind).into(), (&row.external_id).into());
        Self(
            row.id,
            kind,
            external_id,
            (&row.verified).into(),
            row.added_at,
        )
    }
}

impl<'t> From<&'t consents::Model> for Answer<'t> {
    fn from(row: &'t consents::Model) -> Self {
        Self((&row.channel).into(), (&row.state).into(), row.at)
    }
}

/// The contact's row in `contacts`.
pub(super) fn contact_row(loaded: &Loaded) -> Result<contacts::Model, Error> {
    let Loaded {
        contact,
        emails,
        phones,
        identities,
        consents,
        segments: _,
    } = loaded;
    let reach = Reach(
        emails.iter().map(Email::from).collect(),
        phones.iter().map(Phone::from).collect(),
        identities.iter().map(Identity::from).collect(),
        consents.iter().map(Answer::from).collect(),
    );
    Ok(contacts::Model {
        reach: serde_json::to_string(&reach).map_err(|error| Error::Corrupt(error.to_string()))?,
        ..contact.clone()
    })
}

/// The contact of a row in `contacts`, with the segments that it is in.
pub(crate) fn loaded(mut contact: contacts::Model, segments: Vec<i64>) -> Result<Loaded, Error> {
    let (account_id, contact_id) = (contact.account_id, contact.id);
    let text = take(&mut contact.reach);
    let Reach(emails, phones, identities, consents) = serde_json::from_str(&text)
        .map_err(|error| Error::Corrupt(format!("how {contact_id} is reached: {error}")))?;
    let email = |Email(address, id, is_primary, verified, added_at): Email<'_>| {
        let address = String::from(address);
        contact_emails::Model {
            account_id,
            contact_id,
            email_id: id.map_or_else(|| address.clone(), String::from),
            address,
            email_key: None,
            is_primary: is_primary != 0,
            verified: verified.into(),
            added_at,
        }
    };
    let phone = |Phone(number, is_primary, verified, added_at): Phone<'_>| contact_phones::Model {
        account_id,
        contact_id,
        number: number.into(),
        is_primary: is_primary != 0,
        verified: verified.into(),
        added_at,
    };
    let identity =
        |Identity(id, kind, external_id, verified, added_at): Identity<'_>| identities::Model {
            account_id,
            id,
            contact_id,
            kind: kind.into(),
            external_id: external_id.into(),
            verified: verified.into(),
            added_at,
        };
    let answer = |Answer(channel, state, at): Answer<'_>| consents::Model {
        account_id,
        contact_id,
        channel: channel.into(),
        state: state.into(),
        at,
    };
    let mut loaded = Loaded {
        contact,
        emails: emails.into_iter().map(email).collect(),
        phones: phones.into_iter().map(phone).collect(),
        identities: identities.into_iter().map(identity).collect(),
        consents: consents.into_iter().map(answer).collect(),
        segments,
    };
    loaded.sort();
    Ok(loaded)
}

/// What an export shows of how a contact is reached, without a copy of it.
#[derive(Default)]
pub(super) struct Shown<'t> {
    reach: Reach<'t>,
}

impl<'t> Shown<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, Error> {
        let reach = serde_json::from_str(text)
            .map_err(|error| Error::Corrupt(format!("how a contact is reached: {error}")))?;
        Ok(Self { reach })
    }

    /// The e-mails, the primary one first.
    pub(super) fn emails(&self) -> impl Iterator<Item = &str> {
        self.reach.0.iter().map(|email| email.0.0.as_ref())
    }

    /// The phones, the primary one first.
    pub(super) fn phones(&self) -> impl Iterator<Item = &str> {
        self.reach.1.iter().map(|phone| phone.0.0.as_ref())
    }

    /// The kind and the external id of the oldest identity.
    pub(super) fn identity(&self) -> Option<(&str, &str)> {
        let oldest = self.reach.2.first()?;
        Some((oldest.1.0.as_ref(), oldest.2.0.as_ref()))
    }
}
