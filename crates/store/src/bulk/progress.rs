//! How far a change of many contacts has come, and its end.

use crate::entity::bulks;
use crate::jobs::{self, Claim};
use crate::{Engine, Error, Write, events};
use rapport_contract::bulk::BulkResult;
use rapport_contract::{AccountId, JobId};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Where the work stands.
pub(crate) struct Progress {
    /// What came of it so far.
    pub(crate) result: BulkResult,
    /// Whether somebody stopped it.
    pub(crate) is_cancelled: bool,
}

pub(super) async fn load(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: i64,
) -> Result<Option<bulks::Model>, Error> {
    let statement = Engine::of(db).statement(
        "SELECT * FROM bulks WHERE account_id = $1 AND id = $2",
        [account.as_i64().into(), id.into()],
    );
    Ok(bulks::Model::find_by_statement(statement).one(db).await?)
}

/// What came of the work so far.
pub(super) fn result(row: &bulks::Model) -> Result<BulkResult, Error> {
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(BulkResult {
        matched: number(row.matched),
        changed: number(row.changed),
        unchanged: number(row.unchanged),
        failed: number(row.failed),
        failures: serde_json::from_str(&row.failures)
            .map_err(|error| Error::Corrupt(format!("failures of bulk {}: {error}", row.id)))?,
    })
}

/// Where the work stands; nothing when it was forgotten.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: i64,
) -> Result<Option<Progress>, Error> {
    let Some(row) = load(db, account, id).await? else {
        return Ok(None);
    };
    Ok(Some(Progress {
        result: result(&row)?,
        is_cancelled: row.cancelled_at.is_some(),
    }))
}

/// Ends the row of the work, lets go of what was to be done, and tells that the job is over.
pub(super) async fn end(
    w: &Write<'_>,
    account: AccountId,
    job: JobId,
    id: i64,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let clear = engine.statement(
        "DELETE FROM bulk_targets WHERE account_id = $1 AND bulk_id = $2",
        [account.as_i64().into(), id.into()],
    );
    w.tx.execute_raw(clear).await?;
    let finish = engine.statement(
        "UPDATE bulks SET finished_at = $3 WHERE account_id = $1 AND id = $2",
        [
            account.as_i64().into(),
            id.into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(finish).await?;
    events::record(w, account, "job.finished", job.as_i64()).await
}

/// Gives the work up; what was done stays.
pub async fn fail(w: &Write<'_>, claim: &Claim, error: &str) -> Result<(), Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(());
    }
    end(w, claim.account, claim.job, claim.subject).await?;
    jobs::finish(w, claim, Some(error)).await
}

/// Stops the work; what was done stays.
pub(crate) async fn cancel(
    w: &Write<'_>,
    account: AccountId,
    job: JobId,
    id: i64,
) -> Result<(), Error> {
    let cancel = Engine::of(&w.tx).statement(
        "UPDATE bulks SET cancelled_at = $3 WHERE account_id = $1 AND id = $2",
        [
            account.as_i64().into(),
            id.into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(cancel).await?;
    end(w, account, job, id).await
}

/// For how long it is kept what came of the work: 30 days.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// Forgets what came of work that ended long ago, and its jobs. Gives how many there were.
pub async fn forget_old(w: &Write<'_>) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let before = w.now().plus_seconds(-KEPT_SECONDS).unix_millis();
    let jobs = engine.statement(
        "DELETE FROM jobs WHERE kind = 'bulk' AND (account_id, subject_id) IN \
         (SELECT account_id, id FROM bulks WHERE finished_at < $1)",
        [before.into()],
    );
    w.tx.execute_raw(jobs).await?;
    let bulks = engine.statement("DELETE FROM bulks WHERE finished_at < $1", [before.into()]);
    Ok(w.tx.execute_raw(bulks).await?.rows_affected())
}
