//! Deleting contacts, and taking it back.

use super::claims::{Key, find, keys_of, taken};
use super::create::insert_around;
use super::kept::Kept;
use super::merge::whereabouts;
use super::reach;
use super::read::{Loaded, hold, hold_catalogue, load_many, not_found};
use crate::RESTORABLE_SECONDS;
use crate::accounts::check_version;
use crate::activities::{self, Change, Kind};
use crate::entity::{contacts, deleted_contacts};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::Contact;
use rapport_contract::problem::Conflict;
use rapport_contract::{Code, ContactId, Problem};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use std::collections::{HashMap, HashSet};

/// The tables that hold live contacts only, with the contact's column in each, and an index that finds its rows if the primary key does not.
pub(crate) const LIVE: [(&str, &str, Option<&str>); 7] = [
    (
        "contact_emails",
        "contact_id",
        Some("contact_emails_contact"),
    ),
    (
        "contact_phones",
        "contact_id",
        Some("contact_phones_contact"),
    ),
    ("identities", "contact_id", Some("identities_contact")),
    ("consents", "contact_id", None),
    (
        "segment_members",
        "contact_id",
        Some("segment_members_contact"),
    ),
    ("contact_index", "id", None),
    ("contact_search", "id", None),
];

/// Deletes a contact; it can be restored for 30 days. With `if_version`, only if nobody changed it meanwhile.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    id: ContactId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let loaded = hold(w, actor.account, id).await?;
    check_version(loaded.contact.version, if_version)?;
    delete_held(w, actor, vec![loaded]).await
}

/// Deletes those of the contacts that are there, with as many statements for a thousand of them as for one. Gives their ids.
pub async fn delete_many(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
) -> Result<Vec<ContactId>, Error> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.as_i64()).collect();
    let mut held = load_many(&w.tx, actor.account, &numbers, true).await?;
    let mut deleted: Vec<_> = held.keys().map(|&id| ContactId::from_i64(id)).collect();
    deleted.sort_unstable();
    let held = deleted.iter().filter_map(|id| held.remove(&id.as_i64()));
    delete_held(w, actor, held.collect()).await?;
    Ok(deleted)
}

async fn delete_held(w: &Write<'_>, actor: &Actor, held: Vec<Loaded>) -> Result<(), Error> {
    if held.is_empty() {
        return Ok(());
    }
    put_away(w, actor, &held, None).await?;
    let ids: Vec<i64> = held.iter().map(|loaded| loaded.contact.id).collect();
    record(w, actor, Kind::Deleted, &ids).await
}

/// Makes live contacts deleted ones, perhaps because they were merged into another; tells nobody.
pub(super) async fn put_away(
    w: &Write<'_>,
    actor: &Actor,
    held: &[Loaded],
    merged_into: Option<ContactId>,
) -> Result<(), Error> {
    let now = w.now().unix_millis();
    let ids: Vec<i64> = held.iter().map(|loaded| loaded.contact.id).collect();
    let kept = held
        .iter()
        .map(|loaded| {
            let segments = loaded.segments.clone();
            Ok(deleted_contacts::Model {
                account_id: loaded.contact.account_id,
                id: loaded.contact.id,
                deleted_at: now,
                kept: Kept { segments }.write()?,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    super::insert_rows::<deleted_contacts::Entity, _>(w, kept).await?;
    let engine = Engine::of(&w.tx);
    let values: [Value; 2] = [actor.account.as_i64().into(), crate::sql::json(&ids)];
    for (table, column, index) in LIVE {
        let index = index.map_or_else(String::new, |index| engine.indexed_by(index));
        let clear = engine.statement(
            format!(
                "DELETE FROM {table}{index} WHERE account_id = $1 AND {}",
                engine.is_among(column, 2)
            ),
            values.clone(),
        );
        w.tx.execute_raw(clear).await?;
    }
    let [account, list] = values;
    let update = engine.statement(
        format!(
            "UPDATE contacts SET deleted_at = $3, updated_at = $3, version = version + 1, merged_into = $4 WHERE account_id = $1 AND {}",
            engine.is_among("id", 2)
        ),
        [
            account,
            list,
            now.into(),
            merged_into.map(|id| id.as_i64()).into(),
        ],
    );
    w.tx.execute_raw(update)
        .await
        .map(drop)
        .map_err(Error::from)
}

async fn record(w: &Write<'_>, actor: &Actor, kind: Kind, ids: &[i64]) -> Result<(), Error> {
    let changes: Vec<_> = ids
        .iter()
        .map(|&id| Change {
            contact: ContactId::from_i64(id),
            kind,
            fields: Vec::new(),
            note: None,
        })
        .collect();
    activities::record(w, actor, &changes).await
}

/// Takes a deletion back. Segments that are gone for good meanwhile stay gone.
///
/// # Errors
/// `not_found`; `not_deleted`; `contact_conflict` naming whoever holds an address, an identity or the identifier now.
pub async fn restore(w: &Write<'_>, actor: &Actor, id: ContactId) -> Result<Contact, Error> {
    let mut restored = restore_all(w, actor, &[id]).await?;
    match restored.remove(&id) {
        Some(Ok(loaded)) => loaded.into_contact(&*w.catalogue(actor.account).await?),
        Some(Err(error)) => Err(error),
        None => Err(not_found().into()),
    }
}

/// What became of contacts that were to be restored.
#[derive(Debug, Default)]
pub struct Restored {
    /// Those that are back, by id.
    pub contacts: Vec<ContactId>,
    /// Those that are not, by id, and why: not there, not deleted, or somebody else has something of theirs now.
    pub refused: Vec<(ContactId, Problem)>,
}

/// Takes deletions back, with as many statements for a thousand contacts as for one, but for those that are refused. Of two that want the same
/// address, the one with the smaller id gets it.
pub async fn restore_many(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
) -> Result<Restored, Error> {
    let mut outcomes = restore_all(w, actor, ids).await?;
    let ids: std::collections::BTreeSet<_> = ids.iter().copied().collect();
    let mut restored = Restored::default();
    for id in ids {
        match outcomes.remove(&id) {
            Some(Ok(_)) => restored.contacts.push(id),
            Some(Err(Error::Problem(problem))) => restored.refused.push((id, *problem)),
            Some(Err(error)) => return Err(error),
            None => restored.refused.push((id, not_found())),
        }
    }
    Ok(restored)
}

/// Restores those of the contacts that can be; those that are not there are not in the answer.
async fn restore_all(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
) -> Result<HashMap<ContactId, Result<Loaded, Error>>, Error> {
    let account = actor.account;
    let mut outcomes = HashMap::new();
    let mut wanting = Vec::new();
    for (contact, kept) in find_deleted(w, actor, ids).await? {
        let id = ContactId::from_i64(contact.id);
        match (contact.deleted_at, kept) {
            _ if contact.merged_into.is_some() => {
                let problem = whereabouts(&w.tx, account, id).await?;
                outcomes.insert(id, Err(problem.into()));
            }
            (None, _) => {
                let problem = Problem::new(Code::NotDeleted, "The contact is not deleted.");
                outcomes.insert(id, Err(problem.into()));
            }
            (Some(at), _) if w.now().unix_millis() - at > RESTORABLE_SECONDS * 1000 => {
                outcomes.insert(id, Err(not_found().into()));
            }
            (Some(_), None) => {
                return Err(Error::Corrupt(format!(
                    "{id} is deleted and nothing was kept"
                )));
            }
            (Some(_), Some(kept)) => wanting.push(reach::loaded(contact, kept.segments)?),
        }
    }
    let wanted: Vec<_> = wanting
        .iter()
        .map(|loaded| keys_of(loaded, place))
        .collect();
    let keys = wanted.iter().flatten().map(|wanted| &wanted.key);
    let mut holders = find(&w.tx, account, keys).await?;
    let mut back = Vec::new();
    for (mut loaded, wanted) in wanting.into_iter().zip(wanted) {
        let id = ContactId::from_i64(loaded.contact.id);
        let held = wanted.iter().find_map(|wanted| {
            let holder = holders.get(&wanted.key)?;
            Some((wanted.pointer.as_str(), *holder))
        });
        if let Some((pointer, holder)) = held {
            // Perhaps somebody who comes back beside it, and is not there yet.
            let beside = back
                .iter()
                .find(|other: &&Loaded| other.contact.id == holder.as_i64());
            let error = match beside {
                Some(other) => {
                    let name = other.shown_name()?;
                    Error::taken(pointer, Conflict { id: holder, name })
                }
                None => taken(&w.tx, account, pointer, holder).await?,
            };
            outcomes.insert(id, Err(error));
            continue;
        }
        holders.extend(wanted.into_iter().map(|wanted| (wanted.key, id)));
        loaded.contact.deleted_at = None;
        loaded.contact.updated_at = w.now().unix_millis();
        loaded.contact.version += 1;
        back.push(loaded);
    }
    if back.is_empty() {
        return Ok(outcomes);
    }
    leave_segments_that_are_gone(w, actor, &mut back).await?;
    take_back(w, actor, &back).await?;
    let catalogue = hold_catalogue(w, account).await?;
    insert_around(w, &back, &catalogue).await?;
    let numbers: Vec<i64> = back.iter().map(|loaded| loaded.contact.id).collect();
    record(w, actor, Kind::Restored, &numbers).await?;
    outcomes.extend(back.into_iter().map(|loaded| {
        let id = ContactId::from_i64(loaded.contact.id);
        (id, Ok(loaded))
    }));
    Ok(outcomes)
}

/// Makes deleted contacts live ones again, as far as their rows in `contacts` go; tells nobody.
pub(super) async fn take_back(w: &Write<'_>, actor: &Actor, back: &[Loaded]) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let numbers: Vec<i64> = back.iter().map(|loaded| loaded.contact.id).collect();
    let values: [Value; 2] = [actor.account.as_i64().into(), crate::sql::json(&numbers)];
    let among = engine.numbers(2);
    let forget = engine.statement(
        format!("DELETE FROM deleted_contacts WHERE account_id = $1 AND id IN ({among})"),
        values.clone(),
    );
    w.tx.execute_raw(forget).await?;
    let [account_id, list] = values;
    let update = engine.statement(
        format!(
            "UPDATE contacts SET deleted_at = NULL, merged_into = NULL, updated_at = $3, version = version + 1 \
             WHERE account_id = $1 AND id IN ({among})"
        ),
        [account_id, list, w.now().unix_millis().into()],
    );
    w.tx.execute_raw(update).await?;
    Ok(())
}

/// Where the fault of a contact that cannot come back is.
fn place(key: &Key) -> String {
    match key {
        Key::Identifier(_) => "/identifier",
        Key::Email(_) => "/email",
        Key::Phone(_) => "/phone",
        Key::Identity(..) => "/identities",
    }
    .to_owned()
}

/// The contacts, live and deleted, held, by id; with what was kept of them when they were deleted.
pub(super) async fn find_deleted(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
) -> Result<Vec<(contacts::Model, Option<Kept>)>, Error> {
    let engine = Engine::of(&w.tx);
    let numbers: Vec<i64> = ids.iter().map(|id| id.as_i64()).collect();
    let values: [Value; 2] = [actor.account.as_i64().into(), crate::sql::json(&numbers)];
    let among = engine.numbers(2);
    let statement = engine.statement(
        format!(
            "SELECT * FROM contacts WHERE account_id = $1 AND id IN ({among}) ORDER BY id{}",
            engine.for_update()
        ),
        values.clone(),
    );
    let contacts = contacts::Model::find_by_statement(statement)
        .all(&w.tx)
        .await?;
    let statement = engine.statement(
        format!("SELECT * FROM deleted_contacts WHERE account_id = $1 AND id IN ({among})"),
        values,
    );
    let mut kept = deleted_contacts::Model::find_by_statement(statement)
        .all(&w.tx)
        .await?
        .into_iter()
        .map(|row| Ok((row.id, Kept::read(&row)?)))
        .collect::<Result<HashMap<_, _>, Error>>()?;
    Ok(contacts
        .into_iter()
        .map(|contact| {
            let kept = kept.remove(&contact.id);
            (contact, kept)
        })
        .collect())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Segments of which nothing is left. One that is deleted and can still come back keeps its members.
pub(super) async fn leave_segments_that_are_gone(
    w: &Write<'_>,
    actor: &Actor,
    contacts: &mut [Loaded],
) -> Result<(), Error> {
    let wanted: HashSet<i64> = contacts
        .iter()
        .flat_map(|loaded| loaded.segments.iter().copied())
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT id FROM segments WHERE account_id = $1 AND id IN ({}){}",
            engine.numbers(2),
            engine.for_share()
        ),
        [actor.account.as_i64().into(), crate::sql::json(&wanted)],
    );
    let there = Id::find_by_statement(statement).all(&w.tx).await?;
    let there: HashSet<i64> = there.into_iter().map(|row| row.id).collect();
    for loaded in contacts {
        loaded.segments.retain(|id| there.contains(id));
    }
    Ok(())
}
