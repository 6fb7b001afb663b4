//! Jobs as they are shown, and stopping them.

use super::Kind;
use crate::entity::jobs;
use crate::{Engine, Error, Store, Write, bulk, imports};
use rapport_contract::job::{Job, JobKind, JobState};
use rapport_contract::{AccountId, Code, ImportId, Instant, JobId, Problem};
use sea_orm::{ConnectionTrait, FromQueryResult};

impl Kind {
    /// What people see of it.
    const fn shown(self) -> JobKind {
        match self {
            Self::Import => JobKind::Import,
            Self::RankCountries | Self::WalkContacts => JobKind::Upkeep,
            Self::Bulk => JobKind::Bulk,
            Self::Duplicates => JobKind::Duplicates,
        }
    }
}

/// The latest hundred jobs of these kinds, the latest first.
pub async fn list(store: &Store, account: AccountId, kinds: &[JobKind]) -> Result<Vec<Job>, Error> {
    let engine = store.engine();
    let kinds: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|kind| kinds.contains(&kind.shown()))
        .map(Kind::as_str)
        .collect();
    let statement = engine.statement(
        format!(
            "SELECT * FROM jobs WHERE account_id = $1 AND kind IN ({}) ORDER BY id DESC LIMIT 100",
            engine.texts(2)
        ),
        [account.as_i64().into(), crate::sql::json(&kinds)],
    );
    let rows = jobs::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        jobs.push(shown(&store.reader, account, row).await?);
    }
    Ok(jobs)
}

/// One job.
///
/// # Errors
/// `not_found`.
pub async fn get(store: &Store, account: AccountId, id: JobId) -> Result<Job, Error> {
    find(&store.reader, account, id).await
}

/// As [`get`], in a change.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: JobId,
) -> Result<Job, Error> {
    let row = row(db, account, id, "").await?;
    shown(db, account, row).await
}

async fn row(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: JobId,
    lock: &str,
) -> Result<jobs::Model, Error> {
    let statement = Engine::of(db).statement(
        format!("SELECT * FROM jobs WHERE account_id = $1 AND id = $2{lock}"),
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = jobs::Model::find_by_statement(statement).one(db).await?;
    Ok(row.ok_or_else(|| Problem::not_found("job"))?)
}

async fn shown(
    db: &impl ConnectionTrait,
    account: AccountId,
    row: jobs::Model,
) -> Result<Job, Error> {
    let jobs::Model {
        account_id: _,
        id,
        kind,
        subject_id,
        state,
        attempts: _,
        leased_until: _,
        lease: _,
        error,
        created_at,
        finished_at,
    } = row;
    let kind = Kind::from_name(&kind)?;
    let state = match state.as_str() {
        "queued" => JobState::Queued,
        "running" => JobState::Running,
        "done" => JobState::Done,
        "failed" => JobState::Failed,
        other => return Err(Error::Corrupt(format!("job state {other:?}"))),
    };
    let mut job = Job {
        id: JobId::from_i64(id),
        kind: kind.shown(),
        state,
        total: None,
        done: None,
        result: None,
        import: None,
        error,
        created_at: Instant::from_unix_millis(created_at),
        finished_at: finished_at.map(Instant::from_unix_millis),
    };
    match kind {
        Kind::Bulk => {
            if let Some(progress) = bulk::find(db, account, subject_id).await? {
                let so_far = progress.result;
                job.total = Some(so_far.matched);
                job.done = Some(so_far.changed + so_far.unchanged + so_far.failed);
                job.result = Some(so_far);
                if progress.is_cancelled {
                    job.state = JobState::Cancelled;
                }
            }
        }
        Kind::Import => {
            let import = ImportId::from_i64(subject_id);
            job.import = Some(import);
            if let Some(progress) = imports::progress(db, account, import).await? {
                job.total = progress.total;
                job.done = Some(progress.done);
            }
        }
        Kind::RankCountries | Kind::WalkContacts | Kind::Duplicates => {}
    }
    Ok(job)
}

/// Stops a job that waits or is worked on; what was done stays. Whoever works on it ends the batch at hand, for which this waits, and does no
/// more.
///
/// # Errors
/// `not_found`; `not_cancellable` when it has ended, or is of a kind that has to go through.
pub async fn cancel(w: &Write<'_>, account: AccountId, id: JobId) -> Result<Job, Error> {
    let row = row(&w.tx, account, id, Engine::of(&w.tx).for_update()).await?;
    let is_open = matches!(row.state.as_str(), "queued" | "running");
    if !is_open || Kind::from_name(&row.kind)? != Kind::Bulk {
        let detail = if is_open {
            "Only changes of many contacts can be cancelled."
        } else {
            "The job has ended."
        };
        return Err(Problem::new(Code::NotCancellable, detail).into());
    }
    bulk::cancel(w, account, id, row.subject_id).await?;
    let statement = Engine::of(&w.tx).statement(
        "UPDATE jobs SET state = 'done', finished_at = $3 WHERE account_id = $1 AND id = $2",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    find(&w.tx, account, id).await
}
