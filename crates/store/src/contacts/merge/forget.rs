//! Forgetting what it takes to undo merges that can no longer be undone.

use crate::RESTORABLE_SECONDS;
use crate::{Engine, Error, Write};
use sea_orm::ConnectionTrait;

/// Forgets, for up to `most` merges of any account that are too long ago to be undone, what the survivors were. That and into whom somebody was
/// merged stays. Gives how many those were.
pub async fn forget_what_cannot_be_undone(w: &Write<'_>, most: u32) -> Result<u64, Error> {
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let statement = Engine::of(&w.tx).statement(
        format!(
            "UPDATE merges SET before = NULL, after = NULL WHERE (account_id, id) IN \
             (SELECT account_id, id FROM merges WHERE at < $1 AND before IS NOT NULL LIMIT {most})"
        ),
        [before.into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}
