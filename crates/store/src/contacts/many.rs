//! Many contacts at a time.

use super::apply::apply;
use super::create::insert_rows;
use super::differences::differences;
use super::keys;
use super::read::{Loaded, hold_catalogue, load_many};
use super::update::recheck;
use crate::activities::{self, Change, Kind};
use crate::catalogue::AccountCatalogue;
use crate::entity::{contact_index, contact_search};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::ContactChange;
use rapport_contract::{AccountId, Code, ContactId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use std::collections::HashSet;

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Those of the ids that are no live contacts, sorted.
pub(crate) async fn unknown(
    w: &Write<'_>,
    account: AccountId,
    ids: &[ContactId],
) -> Result<Vec<ContactId>, Error> {
    let numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT i.id FROM contact_index i{} WHERE i.account_id = $1 AND {}",
            engine.whole_table(),
            engine.is_among("i.id", 2)
        ),
        [account.as_i64().into(), crate::sql::json(&numbers)],
    );
    let known = Id::find_by_statement(statement).all(&w.tx).await?;
    let known: HashSet<_> = known.into_iter().map(|row| row.id).collect();
    let mut unknown: Vec<_> = ids
        .iter()
        .filter(|id| !known.contains(&id.as_i64()))
        .copied()
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    Ok(unknown)
}

/// Changes those of the contacts that are there, each as if it were changed alone, with as many statements for a thousand contacts as for one.
/// Tells of each whether it is different now, or why it could not be changed. For values of the contact's own row that others may share:
/// company, city, country, language and custom attributes.
pub(crate) async fn change_many(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
    change: &ContactChange,
) -> Result<Vec<(ContactId, Result<bool, Code>)>, Error> {
    let numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
    let mut held = load_many(&w.tx, actor.account, &numbers, true).await?;
    let catalogue = hold_catalogue(w, actor.account).await?;
    if recheck(&catalogue, change).is_err() {
        let refused = |id: &ContactId| (*id, Err(Code::ValidationFailed));
        return Ok(ids.iter().map(refused).collect());
    }
    let mut outcomes = Vec::with_capacity(ids.len());
    let mut changed = Vec::new();
    let mut told = Vec::new();
    for &id in ids {
        let Some(before) = held.remove(&id.as_i64()) else {
            outcomes.push((id, Err(Code::NotFound)));
            continue;
        };
        let mut after = apply(w, actor, before.clone(), change)?;
        if after == before {
            outcomes.push((id, Ok(false)));
            continue;
        }
        after.contact.updated_at = w.now().unix_millis();
        after.contact.version += 1;
        told.push(Change {
            contact: id,
            kind: Kind::Updated,
            fields: differences(&before, &after)?,
        });
        changed.push((before, after));
        outcomes.push((id, Ok(true)));
    }
    if !changed.is_empty() {
        write(w, actor.account, &catalogue, &changed).await?;
        activities::record(w, actor, &told).await?;
    }
    Ok(outcomes)
}

/// What is written of a contact's row.
#[derive(Serialize)]
struct Columns<'a> {
    id: i64,
    company: Option<&'a str>,
    city: Option<&'a str>,
    country: Option<&'a str>,
    language: Option<&'a str>,
    custom: &'a str,
}

/// Writes the rows of contacts, and those that follow from them.
async fn write(
    w: &Write<'_>,
    account: AccountId,
    catalogue: &AccountCatalogue,
    changed: &[(Loaded, Loaded)],
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let rows: Vec<_> = changed
        .iter()
        .map(|(_, after)| Columns {
            id: after.contact.id,
            company: after.contact.company.as_deref(),
            city: after.contact.city.as_deref(),
            country: after.contact.country.as_deref(),
            language: after.contact.language.as_deref(),
            custom: &after.contact.custom,
        })
        .collect();
    let given = match engine {
        Engine::Postgres => {
            "jsonb_to_recordset($2::jsonb) AS v (id bigint, company text, city text, country text, language text, custom text)"
        }
        Engine::Sqlite => {
            "(SELECT value ->> 'id' AS id, value ->> 'company' AS company, value ->> 'city' AS city, value ->> 'country' AS country, \
              value ->> 'language' AS language, value ->> 'custom' AS custom FROM json_each($2)) AS v"
        }
    };
    let update = engine.statement(
        format!(
            "UPDATE contacts SET company = v.company, city = v.city, country = v.country, language = v.language, custom = v.custom, \
             updated_at = $3, version = version + 1 FROM {given} WHERE contacts.account_id = $1 AND contacts.id = v.id"
        ),
        [
            account.as_i64().into(),
            crate::sql::json(&rows),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(update).await?;
    let index = changed
        .iter()
        .map(|(_, after)| keys::index_row(after, catalogue))
        .collect::<Result<Vec<_>, Error>>()?;
    clear(w, account, "contact_index", index.iter().map(|row| row.id)).await?;
    insert_rows::<contact_index::Entity, _>(w, index).await?;
    let search: Vec<_> = changed
        .iter()
        .map(|(before, after)| (keys::search_row(before), keys::search_row(after)))
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after)
        .collect();
    clear(
        w,
        account,
        "contact_search",
        search.iter().map(|row| row.id),
    )
    .await?;
    insert_rows::<contact_search::Entity, _>(w, search).await
}

/// Takes the rows of these contacts away, which come anew: a statement that updates all columns of each would have to name them for each.
async fn clear(
    w: &Write<'_>,
    account: AccountId,
    table: &str,
    ids: impl Iterator<Item = i64>,
) -> Result<(), Error> {
    let ids: Vec<_> = ids.collect();
    if ids.is_empty() {
        return Ok(());
    }
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "DELETE FROM {table} WHERE account_id = $1 AND {}",
            engine.is_among("id", 2)
        ),
        [account.as_i64().into(), crate::sql::json(&ids)],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
