//! The job that looks for contacts that are likely the same person.

use crate::worker::{Ended, Worker};
use rapport_contract::duplicate::DuplicateReason;
use rapport_store::duplicates;
use rapport_store::jobs::Claim;
use rapport_store::{Error, Write};

/// Groups that are written, or forgotten, in one transaction.
const BATCH: usize = 500;
const FORGOTTEN: u32 = 500;

/// Looks for one reason after the other. Interrupted, it begins anew: what was found before is not shown until all of it is.
pub(crate) async fn work(worker: &Worker, claim: &Claim) -> Result<Ended, Error> {
    let store = &worker.store;
    let begin_anew = async |w: &Write<'_>| duplicates::forget_own(w, claim, FORGOTTEN).await;
    while store.write(worker.now(), begin_anew).await? > 0 {}
    for reason in DuplicateReason::ALL {
        let found = duplicates::groups(store, claim.account, reason).await?;
        for some in found.chunks(BATCH) {
            if worker.is_stopping() {
                return Ok(Ended::Interrupted);
            }
            let keep = async |w: &Write<'_>| duplicates::keep(w, claim, some).await;
            if !store.write(worker.now(), keep).await? {
                return Ok(Ended::TakenOver);
            }
        }
    }
    let end = async |w: &Write<'_>| duplicates::end(w, claim, FORGOTTEN).await;
    while store.write(worker.now(), end).await? > 0 {
        if worker.is_stopping() {
            return Ok(Ended::Interrupted);
        }
    }
    Ok(Ended::Done)
}
