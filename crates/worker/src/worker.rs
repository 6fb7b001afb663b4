//! What work on a job needs, and how it ends.

use rapport_contract::Instant;
use rapport_store::{Error, Store};
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// What the loop needs.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub now: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// Wakes the loop when there is a job.
    pub jobs: Arc<Notify>,
    /// Becomes true when the loop is to end.
    pub stop: watch::Receiver<bool>,
}

/// How the work on a job ended.
pub(crate) enum Ended {
    /// There is nothing more to do, and the store knows it.
    Done,
    /// The process is to stop: somebody goes on later.
    Interrupted,
    /// Somebody else has taken the job over.
    TakenOver,
    /// It failed after it had got on: what failed may be something else the next time.
    Stumbled(Error),
}

impl Worker {
    pub(crate) fn now(&self) -> Instant {
        (self.now)()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }
}
