//! Erasing contacts for good.

use super::delete::LIVE;
use super::read::not_found;
use crate::accounts::check_version;
use crate::{Actor, Engine, Error, Write, events, idempotency};
use rapport_contract::{AccountId, ContactId};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// Erases a contact, live or deleted: its row, its addresses, identities, consents and memberships, what lists and searches find it by, what a
/// deletion kept, its notes and timeline, contacts that were merged into it, and answers that show it and were kept for requests that are sent again. With `if_version`, only if nobody changed it meanwhile.
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
    let account = actor.account;
    let key: [Value; 2] = [account.as_i64().into(), id.as_i64().into()];
    let find = engine.statement(
        format!(
            "SELECT version FROM contacts WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        key,
    );
    let row = w.tx.query_one_raw(find).await?.ok_or_else(not_found)?;
    check_version(row.try_get("", "version")?, if_version)?;
    // Whoever was merged into it is the same person.
    for merged in merged_into(w, account, id).await? {
        erase_rows(w, account, merged).await?;
        events::record(w, account, "contact.erased", merged.as_i64()).await?;
    }
    erase_rows(w, account, id).await?;
    events::record(w, account, "contact.erased", id.as_i64()).await
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// The contacts that were merged into this one, or into one that was.
async fn merged_into(
    w: &Write<'_>,
    account: AccountId,
    id: ContactId,
) -> Result<Vec<ContactId>, Error> {
    let statement = Engine::of(&w.tx).statement(
        "WITH RECURSIVE merged (id) AS (SELECT merged_id FROM merges WHERE account_id = $1 AND survivor_id = $2 AND undone_at IS NULL \
         UNION SELECT m.merged_id FROM merges m JOIN merged ON m.account_id = $1 AND m.survivor_id = merged.id AND m.undone_at IS NULL) \
         SELECT id FROM merged ORDER BY id",
        [account.as_i64().into(), id.as_i64().into()],
    );
    let rows = Id::find_by_statement(statement).all(&w.tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| ContactId::from_i64(row.id))
        .collect())
}

/// Erases everything that is of this contact alone; tells nobody.
pub(super) async fn erase_rows(
    w: &Write<'_>,
    account: AccountId,
    id: ContactId,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let key: [Value; 2] = [account.as_i64().into(), id.as_i64().into()];
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
    // That somebody was merged stays, and into whom; not what they were.
    let silence = engine.statement(
        "UPDATE merges SET before = NULL, after = NULL WHERE account_id = $1 AND (survivor_id = $2 OR merged_id = $2)",
        key,
    );
    w.tx.execute_raw(silence).await?;
    idempotency::forget(w, account, id).await
}
