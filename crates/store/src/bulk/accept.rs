//! Which contacts are meant, and accepting the work.

use crate::contacts::{Ask, Selection};
use crate::entity::{bulk_targets, bulks};
use crate::jobs::{self, Claim};
use crate::{Actor, Engine, Error, Store, Write};
use rapport_contract::bulk::{BulkAction, BulkActionKind};
use rapport_contract::job::Job;
use rapport_contract::{AccountId, ContactId, Fault, FaultCode, Instant, Problem};
use sea_orm::{EntityTrait, FromQueryResult, IntoActiveModel};

/// Contacts that are changed in one transaction: some tens of milliseconds, so that nobody's edit waits.
const fn batch(kind: BulkActionKind) -> usize {
    match kind {
        // Sets that the database changes by itself.
        BulkActionKind::AddToSegment | BulkActionKind::RemoveFromSegment => 2_000,
        BulkActionKind::Block | BulkActionKind::Unblock => 1_000,
        BulkActionKind::Set | BulkActionKind::Delete | BulkActionKind::Restore => 250,
    }
}

/// The most faults that one answer tells.
const FAULTS_MAX: usize = 100;

/// The ids of the contacts that are asked for, in their order: whoever matches at this moment.
///
/// # Errors
/// Every fault of the filter; `not_found` when there is no such saved filter for the actor.
pub async fn selected(
    store: &Store,
    actor: &Actor,
    ask: &Ask,
    now: Instant,
) -> Result<Vec<ContactId>, Error> {
    let selection: Selection = store.select(actor, ask, now).await?;
    let (sql, values) = selection.ids(&store.reader).await?;
    let mut ids: Vec<i64> = store.first_column(sql, values).await?;
    ids.sort_unstable();
    Ok(ids.into_iter().map(ContactId::from_i64).collect())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// The contacts with these ids, each once, in the order of their ids; with `deleted`, those that are deleted too.
///
/// # Errors
/// `validation_failed` naming ids that are no contacts, each with its place below `pointer`.
pub async fn named(
    store: &Store,
    account: AccountId,
    ids: &[ContactId],
    deleted: bool,
    pointer: &str,
) -> Result<Vec<ContactId>, Error> {
    let numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
    let engine = store.engine();
    let table = if deleted { "contacts" } else { "contact_index" };
    let statement = engine.statement(
        format!(
            "SELECT t.id FROM {table} t WHERE t.account_id = $1 AND {} ORDER BY t.id",
            engine.is_among("t.id", 2)
        ),
        [account.as_i64().into(), crate::sql::json(&numbers)],
    );
    let rows = Id::find_by_statement(statement).all(&store.reader).await?;
    let known: Vec<_> = rows
        .into_iter()
        .map(|row| ContactId::from_i64(row.id))
        .collect();
    let faults: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| known.binary_search(id).is_err())
        .take(FAULTS_MAX)
        .map(|(place, id)| {
            Fault::new(
                format!("{pointer}/{place}"),
                FaultCode::UnknownValue,
                format!("there is no contact {id} in this account"),
            )
        })
        .collect();
    if faults.is_empty() {
        Ok(known)
    } else {
        Err(Problem::invalid(faults).into())
    }
}

/// Accepts the work: the contacts are fixed, a job is made. With `at_once` the job belongs to the caller, who goes through it with
/// [`step`](super::step()) right away; should the caller die, it is taken up like any other.
///
/// # Errors
/// `validation_failed` when the action names a segment that is not there.
pub async fn accept(
    w: &Write<'_>,
    actor: &Actor,
    action: &BulkAction,
    contacts: &[ContactId],
    at_once: bool,
) -> Result<(Job, Option<Claim>), Error> {
    if let Some(segment) = action.segment {
        let held = crate::segments::hold(w, actor.account, segment).await;
        held.map_err(|error| match error {
            Error::Problem(_) => Problem::invalid(vec![Fault::new(
                "/action/segment",
                FaultCode::UnknownValue,
                format!("there is no segment {segment} in this account"),
            )])
            .into(),
            error => error,
        })?;
    }
    let (account_id, id) = (actor.account.as_i64(), w.id()?);
    let batches = contacts.chunks(batch(action.kind));
    let (actor_kind, actor_id) = actor.who.columns();
    let row = bulks::Model {
        account_id,
        id,
        action: serde_json::to_string(action).map_err(|error| Error::Corrupt(error.to_string()))?,
        actor_kind: actor_kind.to_owned(),
        actor_id,
        person_id: actor.who.person().map(|person| person.as_i64()),
        batches: i64::try_from(batches.len()).unwrap_or(i64::MAX),
        batches_done: 0,
        matched: i64::try_from(contacts.len()).unwrap_or(i64::MAX),
        changed: 0,
        unchanged: 0,
        failed: 0,
        failures: "[]".to_owned(),
        cancelled_at: None,
        created_at: w.now().unix_millis(),
        finished_at: None,
    };
    bulks::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    let targets = (0_i64..)
        .zip(batches)
        .map(|(seq, batch)| bulk_targets::Model {
            account_id,
            bulk_id: id,
            seq,
            ids: batch
                .iter()
                .flat_map(|id| id.as_i64().to_be_bytes())
                .collect(),
        });
    crate::contacts::insert_rows::<bulk_targets::Entity, _>(w, targets).await?;
    let (job, claim) = if at_once {
        let claim = jobs::enqueue_held(w, actor.account, jobs::Kind::Bulk, id).await?;
        (claim.job, Some(claim))
    } else {
        let job = jobs::enqueue(w, actor.account, jobs::Kind::Bulk, id).await?;
        (job, None)
    };
    let job = jobs::find(&w.tx, actor.account, job).await?;
    Ok((job, claim))
}
