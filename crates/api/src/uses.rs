//! Writing down when API keys were last used, beside the requests that use them.

use crate::state::State;
use rapport_contract::{ApiKeyId, Instant};
use rapport_store::api_keys::{self, Program, USE_SECONDS};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys whose use this process wrote down within the last minute, or is writing down.
#[derive(Clone, Default)]
pub(crate) struct Uses(Arc<Mutex<HashMap<ApiKeyId, Instant>>>);

impl Uses {
    /// Notes that a program calls. At most once a minute that is written down, in the background: nobody waits for SQLite's one writer
    /// to read something.
    pub(crate) fn note(&self, state: &State, program: &Program) {
        let now = state.now();
        if !is_due(program.last_used_at, now) || !self.claim(program.key, now) {
            return;
        }
        let (state, key) = (state.clone(), program.key);
        let account = program.caller.account.id;
        actix_web::rt::spawn(async move {
            let written = state
                .write(async |w| api_keys::used(w, account, key).await)
                .await;
            if let Err(error) = written {
                tracing::warn!(%error, "the use of an API key was not written down");
            }
        });
    }

    /// Whether nobody else has begun to write this use down.
    fn claim(&self, key: ApiKeyId, now: Instant) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() > 10_000 {
            noted.retain(|_, at| !is_due(Some(*at), now));
        }
        let due = is_due(noted.get(&key).copied(), now);
        if due {
            noted.insert(key, now);
        }
        due
    }
}

fn is_due(last: Option<Instant>, now: Instant) -> bool {
    last.is_none_or(|last| now.millis_since(last) >= USE_SECONDS * 1000)
}
