//! Taking addresses, identities and identifiers, each of which one contact of an account has.
//!
//! Whoever has one keeps it, and is named to whoever wants it. But a claim never blocks: an address or identity that a verified source or a
//! person brings moves away from a contact for which nobody vouches that it is its own, unless nothing would be left there to know that contact
//! by. A contact that is nobody is no use to anyone; then somebody has to decide whether the two are one.

use super::addresses::promote;
use super::differences::identity_text;
use super::holders::{Holders, identity_holders};
use super::read::{Loaded, load_many};
use super::update::commit;
use crate::activities::FieldChange;
use crate::catalogue::AccountCatalogue;
use crate::entity::identities;
use crate::{Actor, Error, Write};
use rapport_contract::contact::{ContactExtras, NewIdentity, Verified, shown_name};
use rapport_contract::problem::Conflict;
use rapport_contract::{AccountId, ContactId};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, HashMap};

/// A value that one contact of an account has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Identifier(String),
    /// By identity, not as it was written.
    Email(String),
    Phone(String),
    Identity(String, String),
}

/// A value that a contact is about to have.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) key: Key,
    /// Its place in the request.
    pub(super) pointer: String,
    /// Whether a verified source or a person brings it.
    pub(super) vouched: bool,
}

/// What `loaded` has that one contact only can have; `pointer` tells the place of each in the request.
pub(super) fn keys_of(loaded: &Loaded, pointer: impl Fn(&Key) -> String) -> Vec<Wanted> {
    let claim = Verified::None.as_str();
    let emails = loaded.emails.iter().map(|row| {
        (
            Key::Email(row.email_id.clone()),
            row.verified.as_str() != claim,
        )
    });
    let phones = loaded.phones.iter().map(|row| {
        (
            Key::Phone(row.number.clone()),
            row.verified.as_str() != claim,
        )
    });
    let identifier = loaded.contact.identifier.iter();
    let identifier = identifier.map(|text| (Key::Identifier(text.clone()), false));
    let identities = loaded.identities.iter().map(|row| {
        let key = Key::Identity(row.kind.clone(), row.external_id.clone());
        (key, row.verified.as_str() != claim)
    });
    emails
        .chain(phones)
        .chain(identifier)
        .chain(identities)
        .map(|(key, vouched)| Wanted {
            pointer: pointer(&key),
            key,
            vouched,
        })
        .collect()
}

/// Who has each of the values, if anybody has.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    keys: impl Iterator<Item = &Key> + Clone,
) -> Result<HashMap<Key, ContactId>, Error> {
    fn texts<'k>(
        keys: impl Iterator<Item = &'k Key>,
        text: impl Fn(&'k Key) -> Option<&'k str>,
    ) -> Vec<&'k str> {
        keys.filter_map(text).collect()
    }
    let identifiers = texts(keys.clone(), |key| match key {
        Key::Identifier(text) => Some(text),
        _ => None,
    });
    let emails = texts(keys.clone(), |key| match key {
        Key::Email(text) => Some(text),
        _ => None,
    });
    let phones = texts(keys.clone(), |key| match key {
        Key::Phone(text) => Some(text),
        _ => None,
    });
    let identities: Vec<_> = keys
        .filter_map(|key| match key {
            Key::Identity(kind, external_id) => Some((kind.as_str(), external_id.as_str())),
            _ => None,
        })
        .collect();
    let Holders {
        identifiers,
        emails,
        phones,
    } = Holders::find(db, account, &identifiers, &emails, &phones).await?;
    let identities = identity_holders(db, account, &identities).await?;
    let identifiers = identifiers
        .into_iter()
        .map(|(k, id)| (Key::Identifier(k), id));
    let emails = emails.into_iter().map(|(k, id)| (Key::Email(k), id));
    let phones = phones.into_iter().map(|(k, id)| (Key::Phone(k), id));
    let identities = identities
        .into_iter()
        .map(|((kind, external_id), id)| (Key::Identity(kind, external_id), id));
    Ok(identifiers
        .chain(emails)
        .chain(phones)
        .chain(identities)
        .collect())
}

/// Makes sure that nobody but `own` has the wanted values: what can be moved away is moved, with an activity there. Gives what the timeline of
/// `own` tells of it.
///
/// # Errors
/// `contact_conflict` naming whoever keeps a value.
pub(super) async fn claim(
    w: &Write<'_>,
    actor: &Actor,
    catalogue: &AccountCatalogue,
    own: ContactId,
    wanted: &[Wanted],
) -> Result<Vec<FieldChange>, Error> {
    let account = actor.account;
    let holders = find(&w.tx, account, wanted.iter().map(|wanted| &wanted.key)).await?;
    let mut moving: BTreeMap<i64, Vec<&Wanted>> = BTreeMap::new();
    for wanted in wanted {
        match holders.get(&wanted.key) {
            None => {}
            Some(&holder) if holder == own => {}
            Some(&holder) if !wanted.vouched => {
                return Err(taken(&w.tx, account, &wanted.pointer, holder).await?);
            }
            Some(holder) => moving.entry(holder.as_i64()).or_default().push(wanted),
        }
    }
    if moving.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = moving.keys().copied().collect();
    let mut loaded = load_many(&w.tx, account, &ids, true).await?;
    let mut told = Vec::new();
    for (id, wanted) in moving {
        let holder = ContactId::from_i64(id);
        // Gone since it was found: then nobody has it, or somebody new, which the database finds out.
        let Some(before) = loaded.remove(&id) else {
            continue;
        };
        let mut after = before.clone();
        let mut moved = Vec::new();
        for wanted in wanted {
            match after.give_away(&wanted.key) {
                Given::Claim(text) => moved.push(FieldChange {
                    field: "moved_to".to_owned(),
                    from: Some(text),
                    to: Some(own.to_string()),
                }),
                Given::NotHere => {}
                Given::Kept => return Err(taken(&w.tx, account, &wanted.pointer, holder).await?),
            }
            if !after.identifies_somebody() {
                return Err(taken(&w.tx, account, &wanted.pointer, holder).await?);
            }
        }
        told.extend(moved.iter().map(|moved| FieldChange {
            field: "moved_from".to_owned(),
            from: Some(holder.to_string()),
            to: moved.from.clone(),
        }));
        commit(w, actor, catalogue, before, after, moved).await?;
    }
    Ok(told)
}

/// What became of a value that was to be given away.
enum Given {
    /// It was a claim, and is gone; this is how it was written.
    Claim(String),
    /// It was not there any more.
    NotHere,
    /// Somebody vouches for it: it stays.
    Kept,
}

impl Key {
    /// Takes the value away from a contact, whoever vouches for it.
    pub(super) fn take_from(&self, loaded: &mut Loaded) {
        match self {
            Self::Identifier(_) => loaded.contact.identifier = None,
            Self::Email(email_id) => loaded.emails.retain(|row| row.email_id != *email_id),
            Self::Phone(number) => loaded.phones.retain(|row| row.number != *number),
            Self::Identity(kind, external_id) => {
                let is_it =
                    |row: &identities::Model| row.kind == *kind && row.external_id == *external_id;
                loaded.identities.retain(|row| !is_it(row));
            }
        }
    }
}

impl Loaded {
    fn give_away(&mut self, key: &Key) -> Given {
        match key {
            Key::Identifier(_) => Given::Kept,
            Key::Email(email_id) => {
                let given = give(
                    &mut self.emails,
                    |row| row.email_id == *email_id,
                    |row| (&row.verified, row.address.clone()),
                );
                promote(&mut self.emails);
                given
            }
            Key::Phone(number) => {
                let given = give(
                    &mut self.phones,
                    |row| row.number == *number,
                    |row| (&row.verified, row.number.clone()),
                );
                promote(&mut self.phones);
                given
            }
            Key::Identity(kind, external_id) => give(
                &mut self.identities,
                |row| row.kind == *kind && row.external_id == *external_id,
                |row| (&row.verified, identity_text(row)),
            ),
        }
    }
}

/// Takes the row that `is_it` out, if it is a claim; `tell` gives who vouches for a row, and how it is written.
fn give<R>(
    rows: &mut Vec<R>,
    is_it: impl Fn(&R) -> bool,
    tell: impl Fn(&R) -> (&str, String),
) -> Given {
    let Some(row) = rows.iter().find(|row| is_it(row)) else {
        return Given::NotHere;
    };
    let (verified, text) = tell(row);
    if verified != Verified::None.as_str() {
        return Given::Kept;
    }
    rows.retain(|row| !is_it(row));
    Given::Claim(text)
}

/// Where a value stands in a request with these extras.
pub(super) fn place(extras: &ContactExtras, key: &Key) -> String {
    let listed =
        |list: &str, at: Option<usize>, end: &str| at.map(|at| format!("/{list}/{at}/{end}"));
    match key {
        Key::Identifier(_) => "/identifier".to_owned(),
        Key::Email(email_id) => {
            let list = extras.emails.as_ref();
            let at =
                list.and_then(|list| list.iter().position(|one| one.value.identity() == email_id));
            listed("emails", at, "address").unwrap_or_else(|| "/email".to_owned())
        }
        Key::Phone(number) => {
            let list = extras.phones.as_ref();
            let at = list.and_then(|list| list.iter().position(|one| one.value.as_str() == number));
            listed("phones", at, "number").unwrap_or_else(|| "/phone".to_owned())
        }
        Key::Identity(kind, external_id) => {
            let is_it =
                |one: &NewIdentity| one.kind.as_str() == kind && one.external_id == *external_id;
            let at = extras
                .identities
                .as_ref()
                .and_then(|list| list.iter().position(is_it));
            listed("identities", at, "external_id").unwrap_or_else(|| "/identities".to_owned())
        }
    }
}

/// The refusal that names who has the value.
pub(super) async fn taken(
    db: &impl ConnectionTrait,
    account: AccountId,
    pointer: &str,
    holder: ContactId,
) -> Result<Error, Error> {
    let loaded = load_many(db, account, &[holder.as_i64()], false).await?;
    let name = match loaded.into_values().next() {
        Some(loaded) => loaded.shown_name()?,
        None => shown_name(None, None, None, None, None, None, holder),
    };
    Ok(Error::taken(pointer, Conflict { id: holder, name }))
}
