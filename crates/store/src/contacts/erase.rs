//! Erasing contacts for good.

use super::delete::LIVE;
use super::read::not_found;
use crate::accounts::check_version;
use crate::{Actor, Engine, Error, Write, events, idempotency};
use rapport_contract::ContactId;
use sea_orm::{ConnectionTrait, Value};

/// Erases a contact, live or deleted: its row, its addresses, identities, consents and memberships, what lists and searches find it by, what a
/// deletion kept, its notes and timeline, and answers that show it and were kept for requests that are sent again. With `if_version`, only if nobody changed it meanwhile.
///
/// What is left: events with nothing but its id; and what no table ties to a contact, the file that an import brought it in (for as long as the
/// file is kept), rows of it that were rejected, values that its problems quote. In the timeline of a contact from which an address moved here
/// that address still stands: it was that one's, too.
///
/// # Errors
/// `not_found`, `version_mismatch`.
pub async fn erase(
    w: &Write<'_>,
    actor: &Actor,
    id: ContactId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let key: [Value; 2] = [actor.account.as_i64().into(), id.as_i64().into()];
    let find = engine.statement(
        format!(
            "SELECT version FROM contacts WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        key.clone(),
    );
    let row = w.tx.query_one_raw(find).await?.ok_or_else(not_found)?;
    check_version(row.try_get("", "version")?, if_version)?;
    let kept = [
        ("deleted_contacts", "id", None),
        ("activities", "contact_id", Some("activities_contact")),
        ("notes", "contact_id", Some("notes_contact")),
        ("contacts", "id", None),
    ];
    for (table, column, index) in LIVE.into_iter().chain(kept) {
        let index = index.map_or_else(String::new, |index| engine.indexed_by(index));
        let clear = engine.statement(
            format!("DELETE FROM {table}{index} WHERE account_id = $1 AND {column} = $2"),
            key.clone(),
        );
        w.tx.execute_raw(clear).await?;
    }
    idempotency::forget(w, actor.account, id).await?;
    events::record(w, actor.account, "contact.erased", id.as_i64()).await
}
