//! Forgetting notes for good, when their deletion can no longer be taken back.

use crate::RESTORABLE_SECONDS;
use crate::{Engine, Error, Write};
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Key {
    account_id: i64,
    id: i64,
}

/// Forgets up to `most` notes of any account that were deleted too long ago to come back; the timeline keeps that they were there, and no longer
/// says what they said. Gives how many went.
pub async fn forget_deleted(w: &Write<'_>, most: u32) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let gone = engine.statement(
        format!("DELETE FROM notes WHERE (account_id, id) IN \
            (SELECT account_id, id FROM notes WHERE deleted_at < $1 ORDER BY deleted_at LIMIT {most}) RETURNING account_id, id"),
        [before.into()],
    );
    let gone = Key::find_by_statement(gone).all(&w.tx).await?;
    for key in &gone {
        let silence = engine.statement(
            "UPDATE activities SET changes = '[]' WHERE account_id = $1 AND note_id = $2",
            [key.account_id.into(), key.id.into()],
        );
        w.tx.execute_raw(silence).await?;
    }
    Ok(gone.len() as u64)
}
