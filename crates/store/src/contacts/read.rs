//! Reading contacts whole.

use super::merge::whereabouts;
use super::{keys, whole};
use crate::accounts::{read_country, settings};
use crate::catalogue::AccountCatalogue;
use crate::custom_attributes;
use crate::entity::{consents, contact_emails, contact_phones, contacts, identities};
use crate::{Engine, Error, Store, Viewer, Write};
use rapport_contract::contact::{
    ChannelKind, Consent, Contact, ContactEmail, ContactIdentity, ContactPhone, IdentityKind,
    Source, Verified, shown_name,
};
use rapport_contract::language::LanguageTag;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{AccountId, ContactId, IdentityId, Instant, Problem};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use std::sync::Arc;

/// The whole truth about a contact. What there is several of stands in the order of [`Loaded::sort`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loaded {
    pub(crate) contact: contacts::Model,
    /// Without their keys, which are made where the rows are written: [`keys::email_row`].
    pub(crate) emails: Vec<contact_emails::Model>,
    pub(crate) phones: Vec<contact_phones::Model>,
    pub(crate) identities: Vec<identities::Model>,
    pub(crate) consents: Vec<consents::Model>,
    /// The segments that it was put into, deleted ones among them. Not a part of the contact's version.
    pub(crate) segments: Vec<i64>,
}

impl Loaded {
    /// The primary address first, then the oldest; consents by channel, segments by id.
    pub(crate) fn sort(&mut self) {
        self.emails.sort_by(|a, b| {
            (b.is_primary, a.added_at, &a.email_id).cmp(&(a.is_primary, b.added_at, &b.email_id))
        });
        self.phones.sort_by(|a, b| {
            (b.is_primary, a.added_at, &a.number).cmp(&(a.is_primary, b.added_at, &b.number))
        });
        self.identities.sort_by_key(|row| (row.added_at, row.id));
        self.consents.sort_by(|a, b| a.channel.cmp(&b.channel));
        self.segments.sort_unstable();
    }

    /// Whether there is something to know the contact by: a name, an e-mail, a phone, an identifier or an identity.
    pub(crate) fn identifies_somebody(&self) -> bool {
        let contact = &self.contact;
        contact.first_name.is_some()
            || contact.last_name.is_some()
            || contact.identifier.is_some()
            || !self.emails.is_empty()
            || !self.phones.is_empty()
            || !self.identities.is_empty()
    }

    /// How the contact is shown.
    pub(crate) fn shown_name(&self) -> Result<String, Error> {
        let contact = &self.contact;
        let email = self.emails.iter().find(|row| row.is_primary);
        let phone = self.phones.iter().find(|row| row.is_primary);
        let identity = self
            .identities
            .first()
            .map(|row| Ok::<_, Error>((read_kind(&row.kind)?, row.external_id.as_str())))
            .transpose()?;
        Ok(shown_name(
            contact.first_name.as_deref(),
            contact.last_name.as_deref(),
            email.map(|row| row.address.as_str()),
            phone.map(|row| row.number.as_str()),
            contact.identifier.as_deref(),
            identity,
            ContactId::from_i64(contact.id),
        ))
    }

    /// The contact as it goes over the wire.
    pub(crate) fn into_contact(self, catalogue: &AccountCatalogue) -> Result<Contact, Error> {
        let name = self.shown_name()?;
        let channels = keys::channels(&self)?;
        let Self {
            contact,
            emails,
            phones,
            identities,
            consents,
            segments,
        } = self;
        let contacts::Model {
            account_id: _,
            id,
            first_name,
            last_name,
            identifier,
            company,
            city,
            country,
            language,
            source,
            created_at,
            updated_at,
            last_activity_at,
            version,
            deleted_at: _,
            blocked,
            custom,
            reach: _,
            merged_into: _,
        } = contact;
        let id = ContactId::from_i64(id);
        let emails: Vec<ContactEmail> = emails
            .into_iter()
            .map(|row| {
                Ok(ContactEmail {
                    address: row.address,
                    primary: row.is_primary,
                    verified: read_verified(&row.verified)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        let phones: Vec<ContactPhone> = phones
            .into_iter()
            .map(|row| {
                Ok(ContactPhone {
                    number: read_phone(&row.number)?,
                    primary: row.is_primary,
                    verified: read_verified(&row.verified)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        let identities: Vec<ContactIdentity> = identities
            .into_iter()
            .map(|row| {
                Ok(ContactIdentity {
                    id: IdentityId::from_i64(row.id),
                    kind: read_kind(&row.kind)?,
                    external_id: row.external_id,
                    verified: read_verified(&row.verified)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        let consent = consents
            .into_iter()
            .map(|row| {
                let unread = || Error::Corrupt(format!("consent {row:?}"));
                let channel = ChannelKind::from_name(&row.channel).ok_or_else(unread)?;
                Ok((channel, Consent::from_name(&row.state).ok_or_else(unread)?))
            })
            .collect::<Result<_, Error>>()?;
        let email = emails
            .iter()
            .find(|email| email.primary)
            .map(|email| email.address.clone());
        let phone = phones
            .iter()
            .find(|phone| phone.primary)
            .map(|phone| phone.number.clone());
        Ok(Contact {
            id,
            name,
            first_name,
            last_name,
            channels,
            email,
            emails,
            phone,
            phones,
            identifier,
            company,
            city,
            country: country.as_deref().map(read_country).transpose()?,
            language: language.as_deref().map(read_tag).transpose()?,
            source: Source::from_name(&source)
                .ok_or_else(|| Error::Corrupt(format!("source {source:?}")))?,
            identities,
            consent,
            blocked,
            custom: custom_attributes::shown(&custom, &catalogue.attributes)?,
            segments: segments
                .into_iter()
                .filter_map(|id| catalogue.segments.get(&id).cloned())
                .collect(),
            created_at: Instant::from_unix_millis(created_at),
            updated_at: Instant::from_unix_millis(updated_at),
            last_activity_at: last_activity_at.map(Instant::from_unix_millis),
            version,
        })
    }
}

fn read_verified(text: &str) -> Result<Verified, Error> {
    Verified::from_name(text).ok_or_else(|| Error::Corrupt(format!("verified {text:?}")))
}

/// The kind of an identity.
pub(super) fn read_kind(text: &str) -> Result<IdentityKind, Error> {
    IdentityKind::from_name(text).ok_or_else(|| Error::Corrupt(format!("identity kind {text:?}")))
}

fn read_phone(text: &str) -> Result<PhoneNumber, Error> {
    PhoneNumber::from_e164(text).map_err(|_| Error::Corrupt(format!("phone {text:?}")))
}

fn read_tag(text: &str) -> Result<LanguageTag, Error> {
    LanguageTag::parse(text).map_err(|_| Error::Corrupt(format!("language tag {text:?}")))
}

/// One live contact.
///
/// # Errors
/// `not_found` when the account has no such contact, or it is deleted; `contact_merged`.
pub async fn get(store: &Store, viewer: &Viewer, id: ContactId) -> Result<Contact, Error> {
    let catalogue = store.catalogue_for(viewer).await?;
    find(&store.keyed, viewer.actor.account, id)
        .await?
        .into_contact(&catalogue)
}

/// One live contact.
///
/// # Errors
/// `not_found`, `contact_merged`.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ContactId,
) -> Result<Loaded, Error> {
    match load(db, account, id, false).await? {
        Some(loaded) => Ok(loaded),
        None => Err(whereabouts(db, account, id).await?.into()),
    }
}

/// What the account's contacts are made with: it cannot change before the change is done.
pub(crate) async fn hold_catalogue(
    w: &Write<'_>,
    account: AccountId,
) -> Result<Arc<AccountCatalogue>, Error> {
    settings(w, account).await?;
    w.catalogue(account).await
}

/// One live contact, held until the change is done.
pub(crate) async fn hold(
    w: &Write<'_>,
    account: AccountId,
    id: ContactId,
) -> Result<Loaded, Error> {
    match load(&w.tx, account, id, true).await? {
        Some(loaded) => Ok(loaded),
        None => Err(whereabouts(&w.tx, account, id).await?.into()),
    }
}

pub(crate) fn not_found() -> Problem {
    Problem::not_found("contact")
}

/// Makes sure that there is such a contact, live; `lock` says whether it is to stay so until the transaction ends.
///
/// # Errors
/// `not_found`, `contact_merged`.
pub(crate) async fn require(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ContactId,
    lock: &str,
) -> Result<(), Error> {
    let statement = Engine::of(db).statement(
        format!("SELECT 1 AS one FROM contacts WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL{lock}"),
        [account.as_i64().into(), id.as_i64().into()],
    );
    match db.query_one_raw(statement).await? {
        Some(_) => Ok(()),
        None => Err(whereabouts(db, account, id).await?.into()),
    }
}

async fn load(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ContactId,
    hold: bool,
) -> Result<Option<Loaded>, Error> {
    Ok(load_many(db, account, &[id.as_i64()], hold)
        .await?
        .remove(&id.as_i64()))
}

/// The live contacts among these ids; with `hold`, held until the transaction ends.
pub(crate) async fn load_many(
    db: &impl ConnectionTrait,
    account: AccountId,
    ids: &[i64],
    hold: bool,
) -> Result<HashMap<i64, Loaded>, Error> {
    let engine = Engine::of(db);
    let values = [account.as_i64().into(), crate::sql::json(ids)];
    if hold && engine == Engine::Postgres {
        // Apart from the reading, which sees what others wrote before they let go; in the same order everywhere, so that two who hold several
        // do not wait for each other.
        let lock = engine.statement(
            format!(
                "SELECT id FROM contacts WHERE account_id = $1 AND deleted_at IS NULL AND {} ORDER BY id{}",
                engine.is_among("id", 2),
                engine.for_update()
            ),
            values.clone(),
        );
        db.query_all_raw(lock).await?;
    }
    let statement = engine.statement(
        format!(
            "SELECT {} FROM contacts c WHERE c.account_id = $1 AND c.deleted_at IS NULL AND {}",
            whole::columns(engine),
            engine.is_among("c.id", 2)
        ),
        values,
    );
    let rows = db.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| whole::read(row).map(|loaded| (loaded.contact.id, loaded)))
        .collect()
}
