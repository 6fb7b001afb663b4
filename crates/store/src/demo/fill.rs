//! Putting made-up contacts into an account.

use super::{attributes, contact, segments};
use crate::contacts::{Holders, create_many, insert_rows};
use crate::custom_attributes::Attributes;
use crate::deferred::defer_indexes;
use crate::entity::segment_members;
use crate::{Actor, Engine, Error, Store, Who, Write};
use rapport_contract::contact::{Addresses, IdentityKind, NewContact};
use rapport_contract::email::EmailAddress;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{AccountId, Instant, SegmentId};
use sea_orm::FromQueryResult;
use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Range;

/// How many contacts one transaction makes. Each of them touches a page of every sort index, and a commit writes every touched page:
/// with 500, SQLite writes three times as long. It holds its one writer for about half a second.
const TRANSACTION: u64 = 5_000;

/// How many contacts are made at a time, which bounds the memory and the length of the statements.
const BATCH: u64 = 1_000;

/// From how many contacts on a database without any is filled before its indexes are built.
const DEFERRED_FROM: u64 = 20_000;

/// Makes the contacts 0 to `count` − 1 of the seed, 5,000 in a transaction, and tells `progress` after each how many there are so far.
/// Gives how many were made. For a process of its own: on SQLite nobody else writes during a transaction, for half a second at a time.
///
/// The account gets the custom attributes and segments that the contacts have and are in, if it has none; values of attributes that it lacks,
/// or has with another type, are left out.
///
/// Addresses and identifiers that somebody of the account has already stay with them: the new contact is made without. So it can be done
/// again, with the same seed as well. In a database without any contacts, indexes are built at the end.
///
/// # Errors
/// What the database says; the transactions before stay.
pub async fn fill(
    store: &Store,
    clock: impl Fn() -> Instant,
    account: AccountId,
    seed: u64,
    count: u64,
    mut progress: impl FnMut(u64),
) -> Result<u64, Error> {
    let actor = Actor {
        account,
        who: Who::System,
    };
    if count >= DEFERRED_FROM {
        store.write(clock(), defer_indexes).await?;
    }
    let mut made = 0;
    for transaction in parts(0..count, TRANSACTION) {
        made += store
            .write(clock(), async |w| {
                make_all(w, &actor, seed, transaction.clone()).await
            })
            .await?;
        progress(made);
    }
    store.build_deferred_indexes(clock()).await?;
    Ok(made)
}

/// Makes the contacts 0 to `count` − 1 of the seed, as [`fill`] does, in a change that is open: all of them or none. For up to 1,000;
/// nobody else writes meanwhile. Gives how many were made.
///
/// # Errors
/// What the database says.
pub async fn fill_in(w: &Write<'_>, actor: &Actor, seed: u64, count: u64) -> Result<u64, Error> {
    make_all(w, actor, seed, 0..count).await
}

/// The range cut into parts of `length`, the last one shorter.
fn parts(range: Range<u64>, length: u64) -> impl Iterator<Item = Range<u64>> {
    let mut from = range.start;
    std::iter::from_fn(move || {
        let to = range.end.min(from.saturating_add(length));
        let part = from..to;
        from = to;
        (!part.is_empty()).then_some(part)
    })
}

async fn make_all(
    w: &Write<'_>,
    actor: &Actor,
    seed: u64,
    contacts: Range<u64>,
) -> Result<u64, Error> {
    if contacts.is_empty() {
        // An account without sample contacts begins without our attributes and segments too.
        return Ok(0);
    }
    let definitions = Definitions {
        attributes: attributes::define(w, actor).await?,
        segments: segments::define(w, actor).await?,
    };
    let mut made = 0;
    for batch in parts(contacts, BATCH) {
        made += make(w, actor, &definitions, seed, batch).await?;
    }
    Ok(made)
}

/// What the account has of what the contacts have and are in.
struct Definitions {
    attributes: Attributes,
    segments: [Option<SegmentId>; segments::NAMES.len()],
}

async fn make(
    w: &Write<'_>,
    actor: &Actor,
    definitions: &Definitions,
    seed: u64,
    batch: Range<u64>,
) -> Result<u64, Error> {
    let mut new: Vec<_> = batch.clone().map(|n| contact(seed, n, w.now())).collect();
    leave_to_their_holders(w, actor.account, &mut new).await?;
    let attributes = definitions.attributes.live();
    for new in &mut new {
        new.custom
            .retain(|key, value| attributes.recheck_one(key, value.as_ref()).is_ok());
    }
    let made = create_many(w, actor, &new).await?;
    let members = batch.zip(&made).flat_map(|(n, contact)| {
        let segments = segments::places(seed, n)
            .filter_map(|place| definitions.segments.get(place).copied().flatten());
        segments.map(|segment| segment_members::Model {
            account_id: actor.account.as_i64(),
            segment_id: segment.as_i64(),
            contact_id: contact.as_i64(),
        })
    });
    insert_rows::<segment_members::Entity, _>(w, members).await?;
    Ok(made.len() as u64)
}

/// Takes away what somebody of the account has already, or a contact before in the same batch. Further addresses go together.
async fn leave_to_their_holders(
    w: &Write<'_>,
    account: AccountId,
    new: &mut [NewContact],
) -> Result<(), Error> {
    let identifiers: Vec<_> = new
        .iter()
        .filter_map(|new| new.fields.identifier.as_deref())
        .collect();
    let emails: Vec<_> = new
        .iter()
        .flat_map(emails)
        .map(EmailAddress::identity)
        .collect();
    let phones: Vec<_> = new
        .iter()
        .flat_map(phones)
        .map(PhoneNumber::as_str)
        .collect();
    let held = Holders::find(&w.tx, account, &identifiers, &emails, &phones).await?;
    let mut identifiers: HashSet<_> = held.identifiers.into_keys().collect();
    let mut emails: HashSet<_> = held.emails.into_keys().collect();
    let mut phones: HashSet<_> = held.phones.into_keys().collect();
    let mut identities = held_identities(w, account, new).await?;
    for new in new {
        let identity = |email: &EmailAddress| email.identity().to_owned();
        let number = |phone: &PhoneNumber| phone.as_str().to_owned();
        keep_if_free(&mut new.fields.identifier, &mut identifiers, Clone::clone);
        keep_list_if_free(&mut new.extras.emails, &mut emails, identity);
        keep_list_if_free(&mut new.extras.phones, &mut phones, number);
        if new.extras.emails.is_none() {
            keep_if_free(&mut new.fields.email, &mut emails, identity);
        }
        if new.extras.phones.is_none() {
            keep_if_free(&mut new.fields.phone, &mut phones, number);
        }
        if let Some(list) = &mut new.extras.identities {
            list.retain(|one| {
                identities.insert((one.kind.as_str().to_owned(), one.external_id.clone()))
            });
        }
    }
    Ok(())
}

/// All addresses of a contact that is to be made.
fn emails(new: &NewContact) -> impl Iterator<Item = &EmailAddress> {
    let more = new.extras.emails.iter().flat_map(Addresses::iter);
    new.fields
        .email
        .iter()
        .chain(more.map(|given| &given.value))
}

/// All numbers of a contact that is to be made.
fn phones(new: &NewContact) -> impl Iterator<Item = &PhoneNumber> {
    let more = new.extras.phones.iter().flat_map(Addresses::iter);
    new.fields
        .phone
        .iter()
        .chain(more.map(|given| &given.value))
}

#[derive(FromQueryResult)]
struct Identity {
    kind: String,
    external_id: String,
}

/// The identities among those of these contacts that somebody has.
async fn held_identities(
    w: &Write<'_>,
    account: AccountId,
    new: &[NewContact],
) -> Result<HashSet<(String, String)>, Error> {
    let engine = Engine::of(&w.tx);
    let mut held = HashSet::new();
    for kind in IdentityKind::ALL {
        let of_kind = new.iter().filter_map(|new| new.extras.identities.as_ref());
        let ids: Vec<_> = of_kind
            .flatten()
            .filter(|one| one.kind == kind)
            .map(|one| one.external_id.as_str())
            .collect();
        let statement = engine.statement(
            format!(
                "SELECT kind, external_id FROM identities WHERE account_id = $1 AND kind = $2 AND external_id IN ({})",
                engine.texts(3)
            ),
            [
                account.as_i64().into(),
                kind.as_str().into(),
                crate::sql::json(&ids),
            ],
        );
        let rows = Identity::find_by_statement(statement).all(&w.tx).await?;
        held.extend(rows.into_iter().map(|row| (row.kind, row.external_id)));
    }
    Ok(held)
}

fn keep_list_if_free<T, K: Hash + Eq>(
    list: &mut Option<Addresses<T>>,
    taken: &mut HashSet<K>,
    key: impl Fn(&T) -> K,
) {
    let Some(all) = list else {
        return;
    };
    let keys: Vec<_> = all.iter().map(|given| key(&given.value)).collect();
    if keys.iter().any(|key| taken.contains(key)) {
        *list = None;
    } else {
        taken.extend(keys);
    }
}

fn keep_if_free<T, K: Hash + Eq>(
    value: &mut Option<T>,
    taken: &mut HashSet<K>,
    key: impl Fn(&T) -> K,
) {
    if value
        .as_ref()
        .is_some_and(|value| !taken.insert(key(value)))
    {
        *value = None;
    }
}
