//! Reading contacts whole.

use crate::accounts::read_country;
use crate::contacts::keys;
use crate::custom_attributes::{self, Attributes};
use crate::entity::{contact_emails, contact_phones, contacts};
use crate::{Engine, Error, Store, Write};
use rapport_contract::contact::{
    Contact, ContactEmail, ContactPhone, Source, Verified, shown_name,
};
use rapport_contract::language::LanguageTag;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{AccountId, ContactId, Instant, Problem};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;

/// The whole truth about a contact. Addresses stand in the order of [`Loaded::sort`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loaded {
    pub(crate) contact: contacts::Model,
    pub(crate) emails: Vec<contact_emails::Model>,
    pub(crate) phones: Vec<contact_phones::Model>,
}

impl Loaded {
    /// The primary address first, then the oldest.
    pub(crate) fn sort(&mut self) {
        self.emails.sort_by(|a, b| {
            (b.is_primary, a.added_at, &a.email_id).cmp(&(a.is_primary, b.added_at, &b.email_id))
        });
        self.phones.sort_by(|a, b| {
            (b.is_primary, a.added_at, &a.number).cmp(&(a.is_primary, b.added_at, &b.number))
        });
    }

    /// The contact as it goes over the wire.
    pub(crate) fn into_contact(self, attributes: &Attributes) -> Result<Contact, Error> {
        let Self {
            contact,
            emails,
            phones,
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
            blocked: _,
            custom,
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
            name: shown_name(
                first_name.as_deref(),
                last_name.as_deref(),
                email.as_deref(),
                phone.as_ref().map(PhoneNumber::as_str),
                identifier.as_deref(),
                id,
            ),
            first_name,
            last_name,
            channels: keys::channels(!emails.is_empty(), !phones.is_empty()),
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
            custom: custom_attributes::shown(&custom, attributes)?,
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

fn read_phone(text: &str) -> Result<PhoneNumber, Error> {
    PhoneNumber::from_e164(text).map_err(|_| Error::Corrupt(format!("phone {text:?}")))
}

fn read_tag(text: &str) -> Result<LanguageTag, Error> {
    LanguageTag::parse(text).map_err(|_| Error::Corrupt(format!("language tag {text:?}")))
}

/// One live contact.
///
/// # Errors
/// `not_found` when the account has no such contact, or it is deleted.
pub async fn get(store: &Store, account: AccountId, id: ContactId) -> Result<Contact, Error> {
    let attributes = Attributes::load(&store.reader, account).await?;
    load(&store.reader, account, id, false)
        .await?
        .ok_or_else(not_found)?
        .into_contact(&attributes)
}

/// One live contact, held until the change is done.
pub(crate) async fn hold(
    w: &Write<'_>,
    account: AccountId,
    id: ContactId,
) -> Result<Loaded, Error> {
    load(&w.tx, account, id, true)
        .await?
        .ok_or_else(|| not_found().into())
}

pub(crate) fn not_found() -> Problem {
    Problem::not_found("contact")
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
    let lock = if hold { engine.for_update() } else { "" };
    let of_ids = |sql: &str, tail: &str| {
        engine.statement(
            format!("{sql} IN ({}){tail}", engine.numbers(2)),
            [account.as_i64().into(), crate::sql::json(ids)],
        )
    };
    let contacts = of_ids(
        "SELECT * FROM contacts WHERE account_id = $1 AND deleted_at IS NULL AND id",
        // The same order everywhere, so that two who hold several do not wait for each other.
        &format!(" ORDER BY id{lock}"),
    );
    let mut loaded: HashMap<i64, Loaded> = contacts::Model::find_by_statement(contacts)
        .all(db)
        .await?
        .into_iter()
        .map(|contact| {
            (
                contact.id,
                Loaded {
                    contact,
                    emails: Vec::new(),
                    phones: Vec::new(),
                },
            )
        })
        .collect();
    let emails = of_ids(
        &format!(
            "SELECT * FROM contact_emails{} WHERE account_id = $1 AND contact_id",
            engine.indexed_by("contact_emails_contact")
        ),
        "",
    );
    for email in contact_emails::Model::find_by_statement(emails)
        .all(db)
        .await?
    {
        if let Some(owner) = loaded.get_mut(&email.contact_id) {
            owner.emails.push(email);
        }
    }
    let phones = of_ids(
        &format!(
            "SELECT * FROM contact_phones{} WHERE account_id = $1 AND contact_id",
            engine.indexed_by("contact_phones_contact")
        ),
        "",
    );
    for phone in contact_phones::Model::find_by_statement(phones)
        .all(db)
        .await?
    {
        if let Some(owner) = loaded.get_mut(&phone.contact_id) {
            owner.phones.push(phone);
        }
    }
    loaded.values_mut().for_each(Loaded::sort);
    Ok(loaded)
}
