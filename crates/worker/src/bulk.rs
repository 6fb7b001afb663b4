//! The job that changes many contacts.

use crate::worker::{Ended, Worker};
use rapport_store::Error;
use rapport_store::bulk::{self, Step};
use rapport_store::jobs::Claim;

/// What is said of work that could not be done after several tries.
pub(crate) const GIVEN_UP: &str = "The work failed several times. Contacts that were changed stay so; the server's log says more.";

/// Works on a change of many contacts from where it stands.
pub(crate) async fn work(worker: &Worker, claim: &Claim) -> Result<Ended, Error> {
    let mut got_on = false;
    loop {
        if worker.is_stopping() {
            return Ok(Ended::Interrupted);
        }
        let step = async |w: &rapport_store::Write<'_>| bulk::step(w, claim).await;
        match worker.store.write(worker.now(), step).await {
            Ok(Step::More) => got_on = true,
            Ok(Step::Done(_)) => return Ok(Ended::Done),
            Ok(Step::TakenOver) => return Ok(Ended::TakenOver),
            Err(error) if got_on => return Ok(Ended::Stumbled(error)),
            Err(error) => return Err(error),
        }
    }
}
