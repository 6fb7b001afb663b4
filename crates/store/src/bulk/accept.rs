//! Which contacts are meant, and accepting the work.

use crate::contacts::Ask;
use crate::entity::{bulk_targets, bulks};
use crate::jobs::{self, Claim};
use crate::{Actor, Error, Store, Viewer, Write};
use rapport_contract::bulk::{BulkAction, BulkActionKind};
use rapport_contract::job::Job;
use rapport_contract::{AccountId, ContactId, Fault, FaultCode, Instant, Problem, SegmentId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// Contacts that are changed in one transaction: some tens of milliseconds, so that nobody's edit waits.
const fn batch(kind: BulkActionKind) -> usize {
    match kind {
        // Sets that the database changes by itself.
        BulkActionKind::AddToSegment | BulkActionKind::RemoveFromSegment => 2_000,
        BulkActionKind::Block | BulkActionKind::Unblock => 1_000,
        BulkActionKind::Set | BulkActionKind::Delete | BulkActionKind::Restore => 100,
    }
}

/// The most faults that one answer tells.
const FAULTS_MAX: usize = 100;

/// The contacts that a change is for, each once: fixed, whatever matches later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Batch by batch, by their ids: JSON arrays, as they are kept.
    batches: Vec<String>,
    matched: u64,
}

impl Targets {
    /// How many contacts there are.
    pub const fn matched(&self) -> u64 {
        self.matched
    }

    /// The contacts with these ids, as this change takes them.
    pub fn of(ids: &[ContactId], kind: BulkActionKind) -> Self {
        let mut numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let text = |batch: &[i64]| {
            let numbers: Vec<_> = batch.iter().map(i64::to_string).collect();
            format!("[{}]", numbers.join(","))
        };
        Self {
            batches: numbers.chunks(batch(kind)).map(text).collect(),
            matched: numbers.len() as u64,
        }
    }
}

/// The contacts that match at this moment. The database puts them into batches, so that a million of them are some hundred rows here.
///
/// # Errors
/// Every fault of the filter; `not_found` when there is no such saved filter for the actor.
pub async fn selected(
    store: &Store,
    viewer: &Viewer,
    ask: &Ask,
    kind: BulkActionKind,
    now: Instant,
) -> Result<Targets, Error> {
    let selection = store.select(viewer, ask, now).await?;
    let (found, values) = selection.ids(&store.reader).await?;
    let engine = store.engine();
    let (size, list) = (batch(kind), engine.numbers_as_list("id"));
    let statement = engine.statement(
        format!(
            "SELECT {list} AS ids, count(*) AS n FROM \
             (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {size} AS batch FROM ({found}) AS found) AS numbered \
             GROUP BY batch ORDER BY batch"
        ),
        values,
    );
    let mut targets = Targets {
        batches: Vec::new(),
        matched: 0,
    };
    for row in store.reader.query_all_raw(statement).await? {
        targets.batches.push(row.try_get("", "ids")?);
        let n: i64 = row.try_get("", "n")?;
        targets.matched += u64::try_from(n).unwrap_or_default();
    }
    Ok(targets)
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// The contacts with these ids; for a restoring, those that are deleted too.
///
/// # Errors
/// `validation_failed` naming ids that are no contacts of the account, each with its place below `pointer`.
pub async fn named(
    store: &Store,
    account: AccountId,
    ids: &[ContactId],
    kind: BulkActionKind,
    pointer: &str,
) -> Result<Targets, Error> {
    let numbers: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
    let engine = store.engine();
    let table = match kind {
        BulkActionKind::Restore => "contacts",
        _ => "contact_index",
    };
    let statement = engine.statement(
        format!(
            "SELECT t.id FROM {table} t{} WHERE t.account_id = $1 AND {} ORDER BY t.id",
            engine.whole_table(),
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
        Ok(Targets::of(&known, kind))
    } else {
        Err(Problem::invalid(faults).into())
    }
}

/// Refuses a segment that is not there.
///
/// # Errors
/// `validation_failed`, with the pointer into the action.
pub async fn check_segment(
    store: &Store,
    account: AccountId,
    action: &BulkAction,
) -> Result<(), Error> {
    let Some(segment) = action.segment else {
        return Ok(());
    };
    let found = crate::segments::get(store, account, segment).await;
    found.map(drop).map_err(|error| no_segment(error, segment))
}

fn no_segment(error: Error, segment: SegmentId) -> Error {
    match error {
        Error::Problem(_) => Problem::invalid(vec![Fault::new(
            "/action/segment",
            FaultCode::UnknownValue,
            format!("there is no segment {segment} in this account"),
        )])
        .into(),
        error => error,
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
    targets: &Targets,
    at_once: bool,
) -> Result<(Job, Option<Claim>), Error> {
    if let Some(segment) = action.segment {
        let held = crate::segments::hold(w, actor.account, segment).await;
        held.map_err(|error| no_segment(error, segment))?;
    }
    let (account_id, id) = (actor.account.as_i64(), w.id()?);
    let Targets { batches, matched } = targets;
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
        matched: i64::try_from(*matched).unwrap_or(i64::MAX),
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
    let rows = (0_i64..)
        .zip(batches)
        .map(|(seq, ids)| bulk_targets::Model {
            account_id,
            bulk_id: id,
            seq,
            ids: ids.clone(),
        });
    crate::contacts::insert_rows::<bulk_targets::Entity, _>(w, rows).await?;
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
