//! One batch of the work.

use super::progress::{end, load, result};
use crate::entity::{bulk_targets, bulks};
use crate::jobs::{self, Claim};
use crate::segments::Turn;
use crate::{Actor, Engine, Error, Who, Write, contacts, segments};
use rapport_contract::bulk::{BulkAction, BulkChange, BulkFailure, BulkResult, FAILURES_MAX};
use rapport_contract::contact::ContactChange;
use rapport_contract::{Code, ContactId, SegmentId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashSet;

/// How the work stands after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// It is done; this is what came of it.
    Done(BulkResult),
    /// Somebody else has taken the job over, or stopped it: nothing was done.
    TakenOver,
}

/// Does the next batch, and writes down how far the work has come: all of it, or nothing. The last one ends the job.
pub async fn step(w: &Write<'_>, claim: &Claim) -> Result<Step, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(Step::TakenOver);
    }
    let Some(mut row) = load(&w.tx, claim.account, claim.subject).await? else {
        jobs::finish(w, claim, None).await?;
        return Ok(Step::TakenOver);
    };
    if row.batches_done < row.batches {
        let ids = take_targets(w, &row).await?;
        let actor = Actor {
            account: claim.account,
            who: Who::read(&row.actor_kind, row.actor_id, row.person_id)?,
        };
        let action: BulkAction = serde_json::from_str(&row.action)
            .map_err(|error| Error::Corrupt(format!("action of bulk {}: {error}", row.id)))?;
        let tally = apply(w, &actor, &action, &ids).await?;
        tally.add_to(&mut row)?;
        row.batches_done += 1;
        write(w, &row).await?;
    }
    if row.batches_done < row.batches {
        return Ok(Step::More);
    }
    end(w, claim.account, claim.job, claim.subject).await?;
    jobs::finish(w, claim, None).await?;
    Ok(Step::Done(result(&row)?))
}

/// The contacts of the next batch, which is then no longer one.
async fn take_targets(w: &Write<'_>, row: &bulks::Model) -> Result<Vec<ContactId>, Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM bulk_targets WHERE account_id = $1 AND bulk_id = $2 AND seq = $3 RETURNING *",
        [
            row.account_id.into(),
            row.id.into(),
            row.batches_done.into(),
        ],
    );
    let batch = bulk_targets::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let batch = batch.ok_or_else(|| {
        Error::Corrupt(format!("bulk {} has no batch {}", row.id, row.batches_done))
    })?;
    let ids: Vec<i64> = serde_json::from_str(&batch.ids)
        .map_err(|error| Error::Corrupt(format!("the ids of bulk {}: {error}", row.id)))?;
    Ok(ids.into_iter().map(ContactId::from_i64).collect())
}

async fn write(w: &Write<'_>, row: &bulks::Model) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE bulks SET batches_done = $3, changed = $4, unchanged = $5, failed = $6, failures = $7 \
         WHERE account_id = $1 AND id = $2",
        [
            row.account_id.into(),
            row.id.into(),
            row.batches_done.into(),
            row.changed.into(),
            row.unchanged.into(),
            row.failed.into(),
            row.failures.as_str().into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// What became of a batch.
#[derive(Default)]
struct Tally {
    changed: u64,
    unchanged: u64,
    failures: Vec<BulkFailure>,
}

impl Tally {
    fn fail(&mut self, id: ContactId, code: Code) {
        self.failures.push(BulkFailure { id, code });
    }

    fn fail_all(&mut self, ids: &[ContactId], code: Code) {
        ids.iter().for_each(|id| self.fail(*id, code));
    }

    fn add_to(self, row: &mut bulks::Model) -> Result<(), Error> {
        let before = result(row)?;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        row.changed = number(before.changed + self.changed);
        row.unchanged = number(before.unchanged + self.unchanged);
        row.failed = number(before.failed + self.failures.len() as u64);
        let failures = before.failures.into_iter().chain(self.failures);
        let failures: Vec<_> = failures.take(FAILURES_MAX).collect();
        row.failures =
            serde_json::to_string(&failures).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(())
    }
}

/// Changes the contacts of a batch. What the action names may be gone since it was accepted: then each of them fails.
async fn apply(
    w: &Write<'_>,
    actor: &Actor,
    action: &BulkAction,
    ids: &[ContactId],
) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let catalogue = w.catalogue(actor.account).await?;
    let Ok(change) = action.check(catalogue.attributes.live()) else {
        tally.fail_all(ids, Code::ValidationFailed);
        return Ok(tally);
    };
    match change {
        BulkChange::AddToSegment(segment) => {
            turn(w, actor, segment, Turn::In, ids, &mut tally).await?;
        }
        BulkChange::RemoveFromSegment(segment) => {
            turn(w, actor, segment, Turn::Out, ids, &mut tally).await?;
        }
        BulkChange::Set(change) => set(w, actor, &change, ids, &mut tally).await?,
        BulkChange::Block => {
            let changed = contacts::block_many(w, actor, ids, true).await?;
            told(w, actor, ids, changed.len() as u64, &mut tally).await?;
        }
        BulkChange::Unblock => {
            let changed = contacts::block_many(w, actor, ids, false).await?;
            told(w, actor, ids, changed.len() as u64, &mut tally).await?;
        }
        BulkChange::Delete => {
            let deleted: HashSet<_> = contacts::delete_many(w, actor, ids)
                .await?
                .into_iter()
                .collect();
            tally.changed += deleted.len() as u64;
            let gone = ids.iter().filter(|id| !deleted.contains(id));
            gone.for_each(|id| tally.fail(*id, Code::NotFound));
        }
        BulkChange::Restore => {
            let restored = contacts::restore_many(w, actor, ids).await?;
            tally.changed += restored.contacts.len() as u64;
            for (id, problem) in restored.refused {
                // It is as wanted already.
                if problem.code == Code::NotDeleted {
                    tally.unchanged += 1;
                } else {
                    tally.fail(id, problem.code);
                }
            }
        }
    }
    Ok(tally)
}

async fn turn(
    w: &Write<'_>,
    actor: &Actor,
    segment: SegmentId,
    turn: Turn,
    ids: &[ContactId],
    tally: &mut Tally,
) -> Result<(), Error> {
    match segments::change_live(w, actor, segment, turn, ids).await {
        Ok(changed) => told(w, actor, ids, changed, tally).await,
        // The segment was deleted meanwhile.
        Err(Error::Problem(problem)) if problem.code == Code::NotFound => {
            tally.fail_all(ids, Code::NotFound);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Counts those that were as wanted already, and those that are gone.
async fn told(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
    changed: u64,
    tally: &mut Tally,
) -> Result<(), Error> {
    tally.changed += changed;
    let rest = (ids.len() as u64).saturating_sub(changed);
    if rest == 0 {
        return Ok(());
    }
    let gone = contacts::unknown(w, actor.account, ids).await?;
    tally.unchanged += rest.saturating_sub(gone.len() as u64);
    tally.fail_all(&gone, Code::NotFound);
    Ok(())
}

async fn set(
    w: &Write<'_>,
    actor: &Actor,
    change: &ContactChange,
    ids: &[ContactId],
    tally: &mut Tally,
) -> Result<(), Error> {
    for (id, outcome) in contacts::change_many(w, actor, ids, change).await? {
        match outcome {
            Ok(true) => tally.changed += 1,
            Ok(false) => tally.unchanged += 1,
            Err(code) => tally.fail(id, code),
        }
    }
    Ok(())
}
