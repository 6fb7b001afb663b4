//! What a deleted contact takes with it: its addresses and identities are free for others at once.

use super::read::Loaded;
use crate::Error;
use crate::entity::{
    consents, contact_emails, contact_phones, contacts, deleted_contacts, identities,
};
use serde::{Deserialize, Serialize};

/// What `deleted_contacts` keeps of a contact beside its row in `contacts`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    emails: Vec<KeptAddress>,
    phones: Vec<KeptAddress>,
    #[serde(default)]
    identities: Vec<KeptIdentity>,
    #[serde(default)]
    consents: Vec<KeptConsent>,
    #[serde(default)]
    segments: Vec<i64>,
}

#[derive(Serialize, Deserialize)]
struct KeptAddress {
    /// The e-mail identity or the number.
    key: String,
    /// The e-mail as it was written; for a number the same as `key`.
    text: String,
    primary: bool,
    verified: String,
    added_at: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptIdentity {
    id: i64,
    kind: String,
    external_id: String,
    verified: String,
    added_at: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptConsent {
    channel: String,
    state: String,
    at: i64,
}

impl From<Loaded> for Kept {
    fn from(loaded: Loaded) -> Self {
        let Loaded {
            contact: _,
            emails,
            phones,
            identities,
            consents,
            segments,
        } = loaded;
        let email = |row: contact_emails::Model| KeptAddress {
            key: row.email_id,
            text: row.address,
            primary: row.is_primary,
            verified: row.verified,
            added_at: row.added_at,
        };
        let phone = |row: contact_phones::Model| KeptAddress {
            key: row.number.clone(),
            text: row.number,
            primary: row.is_primary,
            verified: row.verified,
            added_at: row.added_at,
        };
        let identity = |row: identities::Model| KeptIdentity {
            id: row.id,
            kind: row.kind,
            external_id: row.external_id,
            verified: row.verified,
            added_at: row.added_at,
        };
        let consent = |row: consents::Model| KeptConsent {
            channel: row.channel,
            state: row.state,
            at: row.at,
        };
        Self {
            emails: emails.into_iter().map(email).collect(),
            phones: phones.into_iter().map(phone).collect(),
            identities: identities.into_iter().map(identity).collect(),
            consents: consents.into_iter().map(consent).collect(),
            segments,
        }
    }
}

impl Kept {
    /// What a row keeps.
    pub(crate) fn read(row: &deleted_contacts::Model) -> Result<Self, Error> {
        serde_json::from_str(&row.kept)
            .map_err(|error| Error::Corrupt(format!("what was kept of {}: {error}", row.id)))
    }

    /// The contact as it was when it was deleted.
    pub(crate) fn into_loaded(self, contact: contacts::Model) -> Loaded {
        let Self {
            emails,
            phones,
            identities,
            consents,
            segments,
        } = self;
        let (account_id, contact_id) = (contact.account_id, contact.id);
        let email = |kept: KeptAddress| contact_emails::Model {
            account_id,
            contact_id,
            email_id: kept.key,
            address: kept.text,
            email_key: None,
            is_primary: kept.primary,
            verified: kept.verified,
            added_at: kept.added_at,
        };
        let phone = |kept: KeptAddress| contact_phones::Model {
            account_id,
            contact_id,
            number: kept.key,
            is_primary: kept.primary,
            verified: kept.verified,
            added_at: kept.added_at,
        };
        let identity = |kept: KeptIdentity| identities::Model {
            account_id,
            id: kept.id,
            contact_id,
            kind: kept.kind,
            external_id: kept.external_id,
            verified: kept.verified,
            added_at: kept.added_at,
        };
        let consent = |kept: KeptConsent| consents::Model {
            account_id,
            contact_id,
            channel: kept.channel,
            state: kept.state,
            at: kept.at,
        };
        let mut loaded = Loaded {
            contact,
            emails: emails.into_iter().map(email).collect(),
            phones: phones.into_iter().map(phone).collect(),
            identities: identities.into_iter().map(identity).collect(),
            consents: consents.into_iter().map(consent).collect(),
            segments,
        };
        loaded.sort();
        loaded
    }
}
