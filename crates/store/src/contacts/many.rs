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
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, FromQueryResult, IdenStatic, IntoActiveModel,
    Iterable, Value,
};
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
            note: None,
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
    write_index(w, account, catalogue, changed).await?;
    let search: Vec<_> = changed
        .iter()
        .map(|(before, after)| (keys::search_row(before), keys::search_row(after)))
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after)
        .collect();
    if search.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = search.iter().map(|row| row.id).collect();
    let clear = engine.statement(
        format!(
            "DELETE FROM contact_search WHERE account_id = $1 AND {}",
            engine.is_among("id", 2)
        ),
        [account.as_i64().into(), crate::sql::json(&ids)],
    );
    w.tx.execute_raw(clear).await?;
    insert_rows::<contact_search::Entity, _>(w, search).await
}

/// Writes the columns of `contact_index` that are different for any of the contacts: an index is written for what it holds, and no other.
async fn write_index(
    w: &Write<'_>,
    account: AccountId,
    catalogue: &AccountCatalogue,
    changed: &[(Loaded, Loaded)],
) -> Result<(), Error> {
    let row = |loaded: &Loaded| {
        keys::index_row(loaded, catalogue).map(contact_index::Model::into_active_model)
    };
    let rows = changed
        .iter()
        .map(|(before, after)| Ok((after.contact.id, row(before)?, row(after)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let differs = |column: &contact_index::Column| {
        let mut rows = rows.iter();
        rows.any(|(_, before, after)| before.get(*column) != after.get(*column))
    };
    let columns: Vec<_> = contact_index::Column::iter().filter(differs).collect();
    let given = rows
        .iter()
        .map(|(id, _, after)| {
            let mut object = serde_json::Map::from_iter([("id".to_owned(), (*id).into())]);
            for column in &columns {
                let value = after.get(*column).into_value();
                object.insert(column.as_str().to_owned(), plain(value.as_ref())?);
            }
            Ok(object)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let engine = Engine::of(&w.tx);
    let names = columns.iter().map(IdenStatic::as_str);
    let sets: Vec<_> = names.map(|name| format!("{name} = v.{name}")).collect();
    let list = match engine {
        Engine::Postgres => {
            let mut typed = vec!["id bigint".to_owned()];
            for column in &columns {
                let kind = crate::insert::array_of(column.def().get_column_type())?;
                typed.push(format!("{} {kind}", column.as_str()));
            }
            format!("jsonb_to_recordset($2::jsonb) AS v ({})", typed.join(", "))
        }
        Engine::Sqlite => {
            let names = columns.iter().map(IdenStatic::as_str).chain(["id"]);
            let values: Vec<_> = names
                .map(|name| format!("value ->> '{name}' AS {name}"))
                .collect();
            format!("(SELECT {} FROM json_each($2)) AS v", values.join(", "))
        }
    };
    let update = engine.statement(
        format!(
            "UPDATE contact_index{} SET {} FROM {list} WHERE contact_index.account_id = $1 AND contact_index.id = v.id",
            engine.whole_table(),
            sets.join(", ")
        ),
        [account.as_i64().into(), crate::sql::json(&given)],
    );
    w.tx.execute_raw(update)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// A value of a column as JSON.
fn plain(value: Option<&Value>) -> Result<serde_json::Value, Error> {
    Ok(match value {
        None => serde_json::Value::Null,
        Some(Value::BigInt(number)) => (*number).into(),
        Some(Value::Int(number)) => (*number).into(),
        Some(Value::Double(number)) => (*number).into(),
        Some(Value::Bool(yes)) => (*yes).into(),
        Some(Value::String(text)) => text.as_deref().into(),
        Some(other) => return Err(Error::Corrupt(format!("a value of an index: {other:?}"))),
    })
}
