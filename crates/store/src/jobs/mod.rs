//! Jobs: work that is done later, by whoever is free, and taken up again when that one dies.
//!
//! A job is claimed with a lease, worked on outside of any transaction, and finished; each step of the work proves with the lease that nobody
//! else took the job over meanwhile.

mod shown;

use crate::entity::jobs;
use crate::{Engine, Error, Store, Write};
use rapport_contract::{AccountId, Instant, JobId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

pub(crate) use shown::find;
pub use shown::{cancel, get, list};

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Read the file of the import that is the subject.
    Import,
    /// Sort the account's contacts by country anew: its language changed.
    RankCountries,
    /// Bring what is computed from the account's contacts up to date: a custom attribute changed.
    WalkContacts,
    /// Make the change of many contacts that is the subject.
    Bulk,
    /// Look for contacts that are likely the same person.
    Duplicates,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Import,
        Self::RankCountries,
        Self::WalkContacts,
        Self::Bulk,
        Self::Duplicates,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::RankCountries => "rank_countries",
            Self::WalkContacts => "walk_contacts",
            Self::Bulk => "bulk",
            Self::Duplicates => "duplicates",
        }
    }

    fn from_name(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| Error::Corrupt(format!("job kind {name:?}")))
    }
}

/// A job that this process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The account that it belongs to.
    pub account: AccountId,
    /// The job.
    pub job: JobId,
    /// What there is to do.
    pub kind: Kind,
    /// What it is about: the id of an import, of a change of many contacts, or of the account.
    pub subject: i64,
    /// How often it was begun, this time included.
    pub attempts: i32,
    lease: i64,
}

/// How long a claim holds without being prolonged.
pub const LEASE_SECONDS: i64 = 60;

/// Puts a job into the queue.
pub(crate) async fn enqueue(
    w: &Write<'_>,
    account: AccountId,
    kind: Kind,
    subject: i64,
) -> Result<JobId, Error> {
    insert(w, new(w, account, kind, subject)?).await
}

/// Makes a job that belongs to the caller already, as if it had waited for its turn and been claimed.
pub(crate) async fn enqueue_held(
    w: &Write<'_>,
    account: AccountId,
    kind: Kind,
    subject: i64,
) -> Result<Claim, Error> {
    let row = jobs::Model {
        state: "running".to_owned(),
        attempts: 1,
        leased_until: w.now().plus_seconds(LEASE_SECONDS).unix_millis(),
        lease: 1,
        ..new(w, account, kind, subject)?
    };
    let (attempts, lease) = (row.attempts, row.lease);
    Ok(Claim {
        account,
        job: insert(w, row).await?,
        kind,
        subject,
        attempts,
        lease,
    })
}

fn new(w: &Write<'_>, account: AccountId, kind: Kind, subject: i64) -> Result<jobs::Model, Error> {
    Ok(jobs::Model {
        account_id: account.as_i64(),
        id: w.id()?,
        kind: kind.as_str().to_owned(),
        subject_id: subject,
        state: "queued".to_owned(),
        attempts: 0,
        leased_until: w.now().unix_millis(),
        lease: 0,
        error: None,
        created_at: w.now().unix_millis(),
        finished_at: None,
    })
}

async fn insert(w: &Write<'_>, row: jobs::Model) -> Result<JobId, Error> {
    let id = JobId::from_i64(row.id);
    jobs::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(id)
}

/// Takes the job that has waited longest, of any account, if there is one that nobody works on.
///
/// Jobs of one kind and one account are done one after another, in the order they were asked for: a later import must not be overwritten by
/// an earlier one that was interrupted.
pub async fn claim(store: &Store, now: Instant) -> Result<Option<Claim>, Error> {
    // Mostly there is none, and the one writer of SQLite is not disturbed to learn that.
    let due = store.engine().statement(
        "SELECT 1 AS one FROM jobs WHERE state IN ('queued', 'running') AND leased_until <= $1 LIMIT 1",
        [now.unix_millis().into()],
    );
    if store.reader.query_one_raw(due).await?.is_none() {
        return Ok(None);
    }
    store
        .write(now, async |w| {
            let engine = Engine::of(&w.tx);
            let skip = if engine == Engine::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
            let statement = engine.statement(
                format!(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, leased_until = $1, lease = lease + 1 \
                     WHERE (account_id, id) = (SELECT account_id, id FROM jobs \
                        WHERE state IN ('queued', 'running') AND leased_until <= $2 AND NOT EXISTS \
                            (SELECT 1 FROM jobs e WHERE e.account_id = jobs.account_id AND e.kind = jobs.kind \
                             AND e.id < jobs.id AND e.state IN ('queued', 'running')) \
                        ORDER BY leased_until LIMIT 1{skip}) \
                     RETURNING *"
                ),
                [
                    w.now().plus_seconds(LEASE_SECONDS).unix_millis().into(),
                    w.now().unix_millis().into(),
                ],
            );
            let Some(row) = jobs::Model::find_by_statement(statement).one(&w.tx).await? else {
                return Ok(None);
            };
            let kind = Kind::from_name(&row.kind)?;
            Ok(Some(Claim {
                account: AccountId::from_i64(row.account_id),
                job: JobId::from_i64(row.id),
                kind,
                subject: row.subject_id,
                attempts: row.attempts,
                lease: row.lease,
            }))
        })
        .await
}

/// Frees the jobs that a process of before held: on SQLite there is no other process, so it is gone.
pub(crate) async fn free_abandoned(db: &impl ConnectionTrait, now: Instant) -> Result<(), Error> {
    let statement = Engine::of(db).statement(
        "UPDATE jobs SET leased_until = $1 WHERE state = 'running' AND leased_until > $1",
        [now.unix_millis().into()],
    );
    db.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Prolongs the claim, and locks the job until the transaction ends.
///
/// Gives false when somebody else took the job over: then nothing may be done for it any more.
pub async fn hold(w: &Write<'_>, claim: &Claim) -> Result<bool, Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE jobs SET leased_until = $4 WHERE account_id = $1 AND id = $2 AND lease = $3 AND state = 'running'",
        [
            claim.account.as_i64().into(),
            claim.job.as_i64().into(),
            claim.lease.into(),
            w.now().plus_seconds(LEASE_SECONDS).unix_millis().into(),
        ],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// Gives the job back, to be taken up again from `at` on.
pub async fn release(w: &Write<'_>, claim: &Claim, at: Instant) -> Result<(), Error> {
    give_back(w, claim, at, 0).await
}

/// As [`release`], where this attempt does not count: it got on, or it was only interrupted.
pub async fn release_uncounted(w: &Write<'_>, claim: &Claim, at: Instant) -> Result<(), Error> {
    give_back(w, claim, at, 1).await
}

async fn give_back(
    w: &Write<'_>,
    claim: &Claim,
    at: Instant,
    attempts_forgotten: i32,
) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE jobs SET state = 'queued', leased_until = $4, attempts = attempts - $5 \
         WHERE account_id = $1 AND id = $2 AND lease = $3",
        [
            claim.account.as_i64().into(),
            claim.job.as_i64().into(),
            claim.lease.into(),
            at.unix_millis().into(),
            attempts_forgotten.into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Ends the job: well, or with what went wrong.
pub async fn finish(w: &Write<'_>, claim: &Claim, error: Option<&str>) -> Result<(), Error> {
    let state = if error.is_none() { "done" } else { "failed" };
    let statement = Engine::of(&w.tx).statement(
        "UPDATE jobs SET state = $4, error = $5, finished_at = $6 WHERE account_id = $1 AND id = $2 AND lease = $3",
        [
            claim.account.as_i64().into(),
            claim.job.as_i64().into(),
            claim.lease.into(),
            state.into(),
            error.map(str::to_owned).into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
