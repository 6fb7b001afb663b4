//! Putting made-up contacts into an account.

use super::{attributes, contact, segments};
use crate::contacts::{Holders, create_many, insert_rows};
use crate::custom_attributes::Attributes;
use crate::entity::segment_members;
use crate::{Actor, Error, Store, Who, Write};
use rapport_contract::contact::NewContact;
use rapport_contract::email::EmailAddress;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{AccountId, Instant, SegmentId};
use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Range;

/// How many contacts one transaction makes. Each of them touches a page of every sort index, and a commit writes every touched page:
/// with 500, SQLite writes three times as long. It holds its one writer for about half a second.
const TRANSACTION: u64 = 5_000;

/// How many contacts are made at a time, which bounds the memory and the length of the statements.
const BATCH: u64 = 500;

/// Makes the contacts 0 to `count` − 1 of the seed, 5,000 in a transaction, and tells `progress` after each how many there are so far.
/// Gives how many were made. For a process of its own: on SQLite nobody else writes during a transaction, for half a second at a time.
///
/// The account gets the custom attributes and segments that the contacts have and are in, if it has none; values of attributes that it lacks,
/// or has with another type, are left out.
///
/// E-mails, phones and identifiers that somebody of the account has already stay with them: the new contact is made without. So it
/// can be done again, with the same seed as well.
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
    let mut made = 0;
    for transaction in parts(0..count, TRANSACTION) {
        store.renew_node(clock()).await?;
        made += store
            .write(clock(), async |w| {
                make_all(w, &actor, seed, transaction.clone()).await
            })
            .await?;
        progress(made);
    }
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

/// Takes away what somebody of the account has already, or a contact before in the same batch.
async fn leave_to_their_holders(
    w: &Write<'_>,
    account: AccountId,
    new: &mut [NewContact],
) -> Result<(), Error> {
    let fields = || new.iter().map(|new| &new.fields);
    let identifiers: Vec<_> = fields().filter_map(|f| f.identifier.as_deref()).collect();
    let emails: Vec<_> = fields()
        .filter_map(|f| f.email.as_ref().map(EmailAddress::identity))
        .collect();
    let phones: Vec<_> = fields()
        .filter_map(|f| f.phone.as_ref().map(PhoneNumber::as_str))
        .collect();
    let held = Holders::find(&w.tx, account, &identifiers, &emails, &phones).await?;
    let mut identifiers: HashSet<_> = held.identifiers.into_keys().collect();
    let mut emails: HashSet<_> = held.emails.into_keys().collect();
    let mut phones: HashSet<_> = held.phones.into_keys().collect();
    for new in new {
        let fields = &mut new.fields;
        keep_if_free(&mut fields.identifier, &mut identifiers, Clone::clone);
        keep_if_free(&mut fields.email, &mut emails, |email| {
            email.identity().to_owned()
        });
        keep_if_free(&mut fields.phone, &mut phones, |phone| {
            phone.as_str().to_owned()
        });
    }
    Ok(())
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
