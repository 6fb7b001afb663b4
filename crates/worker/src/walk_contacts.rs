//! The job that brings what is computed from an account's contacts up to date.

use crate::worker::{Ended, Worker};
use rapport_store::custom_attributes::{self, Errand};
use rapport_store::jobs::{self, Claim};
use rapport_store::{Error, Write};

/// Contacts that are visited in one transaction: short enough that nobody's edit waits.
const VISITED: u32 = 250;

/// Walks until there is nothing left to do. Interrupted, it begins anew: what is right already is only looked at.
pub(crate) async fn work(worker: &Worker, claim: &Claim) -> Result<Ended, Error> {
    loop {
        let begin = async |w: &Write<'_>| {
            held(w, claim, custom_attributes::begin_walk(w, claim.account)).await
        };
        let Some(errand) = worker.store.write(worker.now(), begin).await? else {
            return Ok(Ended::TakenOver);
        };
        if let Some(ended) = everywhere(worker, claim).await? {
            return Ok(ended);
        }
        match worker
            .store
            .write(worker.now(), async |w| end(w, claim, &errand).await)
            .await?
        {
            None => return Ok(Ended::TakenOver),
            Some(true) => {}
            Some(false) => return Ok(Ended::Done),
        }
    }
}

/// Visits every contact; gives how it ended when it did not get everywhere.
async fn everywhere(worker: &Worker, claim: &Claim) -> Result<Option<Ended>, Error> {
    let mut after = None;
    loop {
        if worker.is_stopping() {
            return Ok(Some(Ended::Interrupted));
        }
        let visit = async |w: &Write<'_>| {
            held(
                w,
                claim,
                custom_attributes::walk(w, claim.account, after, VISITED),
            )
            .await
        };
        match worker.store.write(worker.now(), visit).await? {
            None => return Ok(Some(Ended::TakenOver)),
            Some(None) => return Ok(None),
            Some(last) => after = last,
        }
    }
}

/// Ends the walk and, unless another one has to follow, the job.
async fn end(w: &Write<'_>, claim: &Claim, errand: &Errand) -> Result<Option<bool>, Error> {
    let another = held(
        w,
        claim,
        custom_attributes::end_walk(w, claim.account, errand),
    )
    .await?;
    if another == Some(false) {
        jobs::finish(w, claim, None).await?;
    }
    Ok(another)
}

/// Does a step if the job is still ours.
async fn held<T>(
    w: &Write<'_>,
    claim: &Claim,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<Option<T>, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(None);
    }
    step.await.map(Some)
}
