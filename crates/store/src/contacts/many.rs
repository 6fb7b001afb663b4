//! Many contacts at a time.

use super::read::{hold_catalogue, load_many};
use super::update::{Outcome, change_loaded};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::ContactChange;
use rapport_contract::{AccountId, Code, ContactId};
use sea_orm::FromQueryResult;
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
            "SELECT i.id FROM contact_index i WHERE i.account_id = $1 AND {}",
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

/// Changes those of the contacts that are there, each as if it were changed alone. Tells of each whether it is different now, or why it could not
/// be changed. For values that no other contact can have: nobody's addresses or identifiers.
pub(crate) async fn change_many(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
    change: &ContactChange,
) -> Result<Vec<(ContactId, Result<bool, Code>)>, Error> {
    let numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
    let mut held = load_many(&w.tx, actor.account, &numbers, true).await?;
    let catalogue = hold_catalogue(w, actor.account).await?;
    let mut outcomes = Vec::with_capacity(ids.len());
    for &id in ids {
        let Some(before) = held.remove(&id.as_i64()) else {
            outcomes.push((id, Err(Code::NotFound)));
            continue;
        };
        let changed = change_loaded(w, actor, &catalogue, before, change, None).await;
        outcomes.push(match changed {
            Ok(Outcome::Changed(_)) => (id, Ok(true)),
            Ok(Outcome::Unchanged) => (id, Ok(false)),
            Err(Error::Problem(problem)) => (id, Err(problem.code)),
            Err(error) => return Err(error),
        });
    }
    Ok(outcomes)
}
