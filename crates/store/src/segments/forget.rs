//! Forgetting segments for good, when their deletion can no longer be taken back.

use crate::RESTORABLE_SECONDS;
use crate::{Engine, Error, Write};
use sea_orm::ConnectionTrait;

/// Forgets up to `most` memberships of segments that were deleted too long ago to come back, or, when there are none left, the segments
/// themselves. Gives how many rows went; none when there is nothing left to forget.
pub async fn forget_deleted(w: &Write<'_>, most: u32) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let gone = "SELECT account_id, id FROM segments WHERE deleted_at < $1";
    let members = engine.statement(
        format!(
            "DELETE FROM segment_members WHERE (account_id, segment_id, contact_id) IN \
             (SELECT m.account_id, m.segment_id, m.contact_id FROM segment_members m \
              JOIN ({gone}) AS s ON s.account_id = m.account_id AND s.id = m.segment_id LIMIT {most})"
        ),
        [before.into()],
    );
    let members = w.tx.execute_raw(members).await?.rows_affected();
    if members > 0 {
        return Ok(members);
    }
    let segments = engine.statement(
        format!("DELETE FROM segments WHERE (account_id, id) IN ({gone})"),
        [before.into()],
    );
    Ok(w.tx.execute_raw(segments).await?.rows_affected())
}
