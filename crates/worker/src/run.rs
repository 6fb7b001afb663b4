//! The loop over jobs.

use crate::worker::{Ended, Worker};
use crate::{bulk, duplicates, import, walk_contacts};
use rapport_store::jobs::{self, Claim, Kind};
use rapport_store::{
    Error, contacts, custom_attributes, events, idempotency, imports, notes, saved_filters,
    segments, tickets,
};
use std::time::Duration;

/// How often the loop looks by itself: for jobs of other processes, and for those whose process died.
const LOOK: Duration = Duration::from_secs(2);

/// How often a job is tried before it is given up.
const ATTEMPTS_MAX: i32 = 5;

/// The file of an import is kept for a week after its end.
const FILE_SECONDS: i64 = 7 * 24 * 3600;

/// Pieces of files, of 1 MB each, that are forgotten in one transaction.
const FORGOTTEN: u32 = 16;

/// Uploads that did not become whole within a day are forgotten.
const UPLOAD_SECONDS: i64 = 24 * 3600;

/// Works on jobs until it is told to stop. Its futures need not be sent between threads: give it a thread of its own.
pub async fn run(mut worker: Worker) {
    let mut sweep_at = worker.now();
    while !worker.is_stopping() {
        if worker.now() >= sweep_at {
            sweep_at = worker.now().plus_seconds(3600);
            sweep(&worker).await;
        }
        match jobs::claim(&worker.store, worker.now()).await {
            Ok(Some(claim)) => {
                work(&worker, &claim).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "jobs cannot be claimed"),
        }
        let jobs = worker.jobs.clone();
        tokio::select! {
            () = jobs.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = worker.stop.changed() => {}
        }
    }
}

/// Works on one job, and sees to its end whatever happens.
async fn work(worker: &Worker, claim: &Claim) {
    tracing::info!(job = %claim.job, kind = ?claim.kind, attempt = claim.attempts, "begun");
    let ended = match claim.kind {
        Kind::Import => import::work(worker, claim).await,
        Kind::RankCountries => rank_countries(worker, claim).await,
        Kind::WalkContacts => walk_contacts::work(worker, claim).await,
        Kind::Bulk => bulk::work(worker, claim).await,
        Kind::Duplicates => duplicates::work(worker, claim).await,
    };
    let settled = match ended {
        Ok(Ended::Done | Ended::TakenOver) => Ok(()),
        Ok(Ended::Interrupted) => give_back_uncounted(worker, claim, 0).await,
        Ok(Ended::Stumbled(error)) => {
            tracing::warn!(job = %claim.job, %error, "failed after some of it was done; it goes on");
            give_back_uncounted(worker, claim, 5).await
        }
        Err(error) if claim.attempts < ATTEMPTS_MAX => {
            tracing::warn!(job = %claim.job, %error, "failed; it will be tried again");
            give_back(worker, claim, i64::from(claim.attempts) * 5).await
        }
        Err(error) => {
            tracing::error!(job = %claim.job, %error, "given up");
            give_up(worker, claim).await
        }
    };
    if let Err(error) = settled {
        // The lease ends by itself, and the job is claimed again.
        tracing::error!(job = %claim.job, %error, "the job's end cannot be written down");
    }
}

async fn give_back(worker: &Worker, claim: &Claim, seconds: i64) -> Result<(), Error> {
    let at = worker.now().plus_seconds(seconds);
    worker
        .store
        .write(worker.now(), async |w| jobs::release(w, claim, at).await)
        .await
}

async fn give_back_uncounted(worker: &Worker, claim: &Claim, seconds: i64) -> Result<(), Error> {
    let at = worker.now().plus_seconds(seconds);
    let release = async |w: &rapport_store::Write<'_>| jobs::release_uncounted(w, claim, at).await;
    worker.store.write(worker.now(), release).await
}

async fn give_up(worker: &Worker, claim: &Claim) -> Result<(), Error> {
    let change = async |w: &rapport_store::Write<'_>| match claim.kind {
        Kind::Import => imports::fail(w, claim, &import::given_up()).await,
        Kind::RankCountries | Kind::WalkContacts | Kind::Duplicates => {
            jobs::finish(w, claim, Some("given up")).await
        }
        Kind::Bulk => rapport_store::bulk::fail(w, claim, bulk::GIVEN_UP).await,
    };
    worker.store.write(worker.now(), change).await
}

/// Contacts that are sorted anew in one transaction: short enough that nobody's edit waits.
const RANKED: u32 = 1_000;

async fn rank_countries(worker: &Worker, claim: &Claim) -> Result<Ended, Error> {
    let mut after = None;
    loop {
        if worker.is_stopping() {
            return Ok(Ended::Interrupted);
        }
        let step = worker
            .store
            .write(worker.now(), async |w| {
                if !jobs::hold(w, claim).await? {
                    return Ok(None);
                }
                contacts::rank_countries(w, claim.account, after, RANKED)
                    .await
                    .map(Some)
            })
            .await?;
        match step {
            None => return Ok(Ended::TakenOver),
            Some(None) => {
                let finish =
                    async |w: &rapport_store::Write<'_>| jobs::finish(w, claim, None).await;
                worker.store.write(worker.now(), finish).await?;
                return Ok(Ended::Done);
            }
            Some(last) => after = last,
        }
    }
}

async fn sweep(worker: &Worker) {
    if let Err(error) = forget_files(worker).await {
        tracing::error!(%error, "the files of old imports cannot be forgotten");
    }
    if let Err(error) = forget_bulks(worker).await {
        tracing::error!(%error, "what came of old changes of many contacts cannot be forgotten");
    }
    if let Err(error) = forget_saved_filters(worker).await {
        tracing::error!(%error, "saved filters that were deleted long ago cannot be forgotten");
    }
    if let Err(error) = forget_segments(worker).await {
        tracing::error!(%error, "segments that were deleted long ago cannot be forgotten");
    }
    if let Err(error) = forget_contacts(worker).await {
        tracing::error!(%error, "contacts that were deleted long ago cannot be forgotten");
    }
    if let Err(error) = forget_notes(worker).await {
        tracing::error!(%error, "notes that were deleted long ago cannot be forgotten");
    }
    if let Err(error) = forget_events(worker).await {
        tracing::error!(%error, "old events cannot be forgotten");
    }
    if let Err(error) = forget_expired(worker).await {
        tracing::error!(%error, "answers and tickets that have expired cannot be forgotten");
    }
    let forget = async |w: &rapport_store::Write<'_>| custom_attributes::forget_deleted(w).await;
    if let Err(error) = worker.store.write(worker.now(), forget).await {
        tracing::error!(%error, "the values of deleted attributes cannot be forgotten");
    }
    let before = worker.now().plus_seconds(-UPLOAD_SECONDS);
    let swept = worker
        .store
        .write(worker.now(), async |w| {
            imports::abandon_stale_uploads(w, before).await
        })
        .await;
    match swept {
        Ok(0) => {}
        Ok(uploads) => tracing::info!(uploads, "unfinished uploads forgotten"),
        Err(error) => tracing::error!(%error, "unfinished uploads cannot be forgotten"),
    }
}

/// Contacts that are forgotten in one transaction, with all their rows.
const FORGOTTEN_CONTACTS: u32 = 50;

/// Events that are forgotten in one transaction.
const FORGOTTEN_EVENTS: u32 = 2_000;

/// Notes that are forgotten in one transaction.
const FORGOTTEN_NOTES: u32 = 500;

/// Memberships that are forgotten in one transaction.
const FORGOTTEN_MEMBERS: u32 = 2_000;

async fn forget_bulks(worker: &Worker) -> Result<(), Error> {
    let forget = async |w: &rapport_store::Write<'_>| rapport_store::bulk::forget_old(w).await;
    worker.store.write(worker.now(), forget).await.map(drop)
}

async fn forget_expired(worker: &Worker) -> Result<(), Error> {
    while !worker.is_stopping() {
        let forget = async |w: &rapport_store::Write<'_>| {
            Ok(idempotency::forget_expired(w).await? + tickets::forget_expired(w).await?)
        };
        if worker.store.write(worker.now(), forget).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn forget_saved_filters(worker: &Worker) -> Result<(), Error> {
    let forget = async |w: &rapport_store::Write<'_>| saved_filters::forget_deleted(w).await;
    worker.store.write(worker.now(), forget).await.map(drop)
}

async fn forget_contacts(worker: &Worker) -> Result<(), Error> {
    while !worker.is_stopping() {
        let forget = async |w: &rapport_store::Write<'_>| {
            Ok(contacts::forget_deleted(w, FORGOTTEN_CONTACTS).await?
                + contacts::forget_what_cannot_be_undone(w, FORGOTTEN_CONTACTS).await?)
        };
        if worker.store.write(worker.now(), forget).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn forget_events(worker: &Worker) -> Result<(), Error> {
    while !worker.is_stopping() {
        let forget =
            async |w: &rapport_store::Write<'_>| events::forget_old(w, FORGOTTEN_EVENTS).await;
        if worker.store.write(worker.now(), forget).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn forget_notes(worker: &Worker) -> Result<(), Error> {
    while !worker.is_stopping() {
        let forget =
            async |w: &rapport_store::Write<'_>| notes::forget_deleted(w, FORGOTTEN_NOTES).await;
        if worker.store.write(worker.now(), forget).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn forget_segments(worker: &Worker) -> Result<(), Error> {
    while !worker.is_stopping() {
        let forget = async |w: &rapport_store::Write<'_>| {
            segments::forget_deleted(w, FORGOTTEN_MEMBERS).await
        };
        if worker.store.write(worker.now(), forget).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn forget_files(worker: &Worker) -> Result<(), Error> {
    let before = worker.now().plus_seconds(-FILE_SECONDS);
    while !worker.is_stopping() {
        let forget =
            async |w: &rapport_store::Write<'_>| imports::forget_files(w, before, FORGOTTEN).await;
        if worker.store.write(worker.now(), forget).await? < u64::from(FORGOTTEN) {
            break;
        }
    }
    Ok(())
}
