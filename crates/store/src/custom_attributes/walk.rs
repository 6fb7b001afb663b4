//! The walk over an account's contacts that brings what is computed from them up to date: after a slot was given to an attribute that had
//! none, when the values of a deleted attribute go, and when many contacts get another choice.

use super::attributes::read;
use super::define::{free_slot, write_quietly};
use super::{Attributes, values};
use crate::accounts::catalogue_changed;
use crate::catalogue::AccountCatalogue;
use crate::contacts::read::{Loaded, hold_catalogue, load_many};
use crate::contacts::{Outcome, change_loaded, keys};
use crate::entity::{contact_index, contact_search, custom_attributes};
use crate::jobs::{self, Kind};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::ContactChange;
use rapport_contract::{AccountId, AttributeId, ContactId, Instant};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use std::collections::HashMap;

/// Contacts that are changed within the change that asks for it.
pub(super) const AT_ONCE: usize = 100;

/// Asks for a walk, unless one is asked for that has not begun.
pub(crate) async fn walk_later(w: &Write<'_>, account: AccountId) -> Result<(), Error> {
    let queued = Engine::of(&w.tx).statement(
        "SELECT 1 AS one FROM jobs WHERE account_id = $1 AND kind = 'walk_contacts' AND state = 'queued' AND attempts = 0 LIMIT 1",
        [account.as_i64().into()],
    );
    if w.tx.query_one_raw(queued).await?.is_none() {
        jobs::enqueue(w, account, Kind::WalkContacts, account.as_i64()).await?;
    }
    Ok(())
}

/// Whether a walk is asked for or under way: until it has ended, rows of lists may be behind the truth.
pub(crate) async fn is_walking(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<bool, Error> {
    let open = Engine::of(db).statement(
        "SELECT 1 AS one FROM jobs WHERE account_id = $1 AND kind = 'walk_contacts' AND state IN ('queued', 'running') LIMIT 1",
        [account.as_i64().into()],
    );
    Ok(db.query_one_raw(open).await?.is_some())
}

/// What a walk has to see to, as it is when the walk begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errand {
    due: Vec<Due>,
}

/// What is to be done about an attribute once every contact was visited.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Due {
    /// Every contact's value stands in the slot now.
    Filled(AttributeId),
    /// No contact has a value any more.
    Gone(AttributeId),
    /// No contact has a removed choice any more: as long as these are those that were to be replaced.
    Replaced(AttributeId, String),
}

/// Begins a walk: gives slots that are free to attributes that have none, and notes what is to be done at the end.
pub async fn begin_walk(w: &Write<'_>, account: AccountId) -> Result<Errand, Error> {
    give_slots(w, account).await?;
    let due = rows(w, account)
        .await?
        .into_iter()
        .map(|row| {
            let replacing = row.replacing.clone();
            let (attribute, _) = read(row)?;
            Ok(if attribute.is_gone(w.now()) {
                Some(Due::Gone(attribute.id))
            } else if attribute.filling.is_some() {
                Some(Due::Filled(attribute.id))
            } else {
                replacing.map(|replacing| Due::Replaced(attribute.id, replacing))
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Errand {
        due: due.into_iter().flatten().collect(),
    })
}

async fn rows(w: &Write<'_>, account: AccountId) -> Result<Vec<custom_attributes::Model>, Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT * FROM custom_attributes WHERE account_id = $1 ORDER BY id{}",
            engine.for_update()
        ),
        [account.as_i64().into()],
    );
    let rows = custom_attributes::Model::find_by_statement(statement);
    Ok(rows.all(&w.tx).await?)
}

/// Gives free slots to attributes without one, the oldest first. Their values stand in `more` until the walk has been everywhere.
async fn give_slots(w: &Write<'_>, account: AccountId) -> Result<(), Error> {
    let mut attributes = Attributes::load(&w.tx, account).await?;
    for mut row in rows(w, account).await? {
        let (attribute, _) = read(row.clone())?;
        if row.slot.is_some() || attribute.deleted_at.is_some() {
            continue;
        }
        let Some(slot) = free_slot(&attributes, attribute.kind) else {
            continue;
        };
        catalogue_changed(w, account).await?;
        row.slot = Some(slot.column().to_owned());
        row.slot_filled = false;
        write_quietly(w, row).await?;
        attributes = Attributes::load(&w.tx, account).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Visits the next `most` contacts behind `after`, by id, deleted ones too; tells the last of them, or nothing when there are no more.
///
/// What is computed from a contact is computed anew and written where it differs. Contacts that are made or changed meanwhile are right.
pub async fn walk(
    w: &Write<'_>,
    account: AccountId,
    after: Option<ContactId>,
    most: u32,
) -> Result<Option<ContactId>, Error> {
    let next = Engine::of(&w.tx).statement(
        format!(
            "SELECT id FROM contacts WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT {most}"
        ),
        [
            account.as_i64().into(),
            after.map_or(-1, ContactId::as_i64).into(),
        ],
    );
    let ids = Id::find_by_statement(next).all(&w.tx).await?;
    let ids: Vec<i64> = ids.into_iter().map(|row| row.id).collect();
    let Some(&last) = ids.last() else {
        return Ok(None);
    };
    settle(w, account, &ids).await?;
    Ok(Some(ContactId::from_i64(last)))
}

#[derive(FromQueryResult)]
struct Stored {
    id: i64,
    custom: String,
}

/// Brings these contacts up to date.
pub(super) async fn settle(w: &Write<'_>, account: AccountId, ids: &[i64]) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let catalogue = hold_catalogue(w, account).await?;
    let attributes = &catalogue.attributes;
    let deleted = engine.statement(
        format!(
            "SELECT id, custom FROM contacts WHERE account_id = $1 AND deleted_at IS NOT NULL AND id IN ({}) ORDER BY id{}",
            engine.numbers(2),
            engine.for_update()
        ),
        [account.as_i64().into(), crate::sql::json(ids)],
    );
    for Stored { id, custom } in Stored::find_by_statement(deleted).all(&w.tx).await? {
        if let Some(custom) = settled(&custom, attributes, w.now())? {
            store(w, account, id, &custom).await?;
        }
    }
    let mut live = load_many(&w.tx, account, ids, true).await?;
    for loaded in live.values_mut() {
        let unsettled = values::unsettled(&loaded.contact.custom, attributes, w.now())?;
        if let Some(custom) = unsettled.without_gone {
            store(w, account, loaded.contact.id, &custom).await?;
            loaded.contact.custom = custom;
        }
        for (custom, who) in unsettled.replaced {
            let change = ContactChange {
                custom,
                ..ContactChange::default()
            };
            let actor = Actor { account, who: *who };
            let outcome = change_loaded(w, &actor, &catalogue, loaded.clone(), &change, None);
            if let Outcome::Changed(after) = outcome.await? {
                *loaded = *after;
            }
        }
    }
    compute(w, account, &catalogue, &live).await
}

/// The stored values of a deleted contact, brought up to date; nothing when they are.
fn settled(custom: &str, attributes: &Attributes, now: Instant) -> Result<Option<String>, Error> {
    let unsettled = values::unsettled(custom, attributes, now)?;
    let mut after = unsettled.without_gone.unwrap_or_else(|| custom.to_owned());
    for (change, _) in unsettled.replaced {
        after = values::apply(&after, &change)?;
    }
    Ok((after != custom).then_some(after))
}

async fn store(w: &Write<'_>, account: AccountId, id: i64, custom: &str) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE contacts SET custom = $3 WHERE account_id = $1 AND id = $2",
        [account.as_i64().into(), id.into(), custom.into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Computes the rows of lists and of the search box anew, and writes those that differ.
async fn compute(
    w: &Write<'_>,
    account: AccountId,
    catalogue: &AccountCatalogue,
    live: &HashMap<i64, Loaded>,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let ids: Vec<_> = live.keys().copied().collect();
    let of_ids = |table: &str| {
        engine.statement(
            format!(
                "SELECT * FROM {table} WHERE account_id = $1 AND id IN ({})",
                engine.numbers(2)
            ),
            [account.as_i64().into(), crate::sql::json(&ids)],
        )
    };
    let index = contact_index::Model::find_by_statement(of_ids("contact_index"));
    for found in index.all(&w.tx).await? {
        let Some(loaded) = live.get(&found.id) else {
            continue;
        };
        let right = keys::index_row(loaded, catalogue)?;
        if found != right {
            contact_index::Entity::update(right.into_active_model().reset_all())
                .exec(&w.tx)
                .await?;
        }
    }
    let search = contact_search::Model::find_by_statement(of_ids("contact_search"));
    for found in search.all(&w.tx).await? {
        let Some(loaded) = live.get(&found.id) else {
            continue;
        };
        let right = keys::search_row(loaded);
        if found != right {
            contact_search::Entity::update(right.into_active_model().reset_all())
                .exec(&w.tx)
                .await?;
        }
    }
    Ok(())
}

/// Ends a walk that has been everywhere. Tells whether another one has to follow: slots that are filled leave something to tidy up, and slots
/// that are free again are given to those who wait for one.
pub async fn end_walk(w: &Write<'_>, account: AccountId, errand: &Errand) -> Result<bool, Error> {
    let rows = rows(w, account).await?;
    let row = |id: AttributeId| rows.iter().find(|row| row.id == id.as_i64()).cloned();
    let mut another = false;
    for due in &errand.due {
        match due {
            Due::Filled(id) => {
                if let Some(mut row) = row(*id).filter(|row| row.slot.is_some()) {
                    catalogue_changed(w, account).await?;
                    row.slot_filled = true;
                    write_quietly(w, row).await?;
                    // The values stand in `more` as well, until the next walk.
                    another = true;
                }
            }
            Due::Gone(id) => {
                catalogue_changed(w, account).await?;
                let statement = Engine::of(&w.tx).statement(
                    "DELETE FROM custom_attributes WHERE account_id = $1 AND id = $2",
                    [account.as_i64().into(), id.as_i64().into()],
                );
                w.tx.execute_raw(statement).await?;
                another = true;
            }
            Due::Replaced(id, replaced) => {
                let same =
                    |row: &custom_attributes::Model| row.replacing.as_ref() == Some(replaced);
                if let Some(mut row) = row(*id).filter(same) {
                    catalogue_changed(w, account).await?;
                    row.replacing = None;
                    write_quietly(w, row).await?;
                }
            }
        }
    }
    Ok(another)
}
