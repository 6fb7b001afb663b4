//! Forgetting contacts for good, when their deletion can no longer be taken back.

use super::erase::erase_rows;
use crate::RESTORABLE_SECONDS;
use crate::{Engine, Error, Write, events};
use rapport_contract::{AccountId, ContactId};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Key {
    account_id: i64,
    id: i64,
}

/// Forgets up to `most` contacts of any account that were deleted too long ago to come back, or merged into another too long ago for that to be
/// undone, with everything that is theirs alone. Gives how many went.
pub async fn forget_deleted(w: &Write<'_>, most: u32) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let statement = engine.statement(
        format!(
            "SELECT account_id, id FROM contacts{} WHERE deleted_at < $1 ORDER BY deleted_at LIMIT {most}{}",
            engine.indexed_by("contacts_deleted"),
            engine.for_update()
        ),
        [before.into()],
    );
    let gone = Key::find_by_statement(statement).all(&w.tx).await?;
    for key in &gone {
        let account = AccountId::from_i64(key.account_id);
        erase_rows(w, account, ContactId::from_i64(key.id)).await?;
        events::record(w, account, "contact.erased", key.id).await?;
    }
    Ok(gone.len() as u64)
}
