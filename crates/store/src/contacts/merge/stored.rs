//! Merges as they are stored and shown, and where contacts went.

use crate::RESTORABLE_SECONDS;
use crate::contacts::reach;
use crate::contacts::read::{Loaded, require};
use crate::entity::{contacts, merges};
use crate::{Engine, Error, Store, Write};
use rapport_contract::merge::Merge;
use rapport_contract::{AccountId, Code, ContactId, Instant, MergeId, Problem};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

/// A contact as a merge remembers it.
#[derive(Serialize, Deserialize)]
struct Remembered {
    contact: contacts::Model,
    segments: Vec<i64>,
}

/// The text that [`read`] reads.
pub(super) fn write(loaded: &Loaded) -> Result<String, Error> {
    let remembered = Remembered {
        contact: reach::contact_row(loaded)?,
        segments: loaded.segments.clone(),
    };
    serde_json::to_string(&remembered).map_err(|error| Error::Corrupt(error.to_string()))
}

pub(super) fn read(text: &str) -> Result<Loaded, Error> {
    let remembered: Remembered = serde_json::from_str(text)
        .map_err(|error| Error::Corrupt(format!("what a merge remembers: {error}")))?;
    reach::loaded(remembered.contact, remembered.segments)
}

/// A merge as it is shown at `now`; `again` is whether one of the two was merged again since.
pub(super) fn shown(row: &merges::Model, again: bool, now: Instant) -> Merge {
    let until = Instant::from_unix_millis(row.at).plus_seconds(RESTORABLE_SECONDS);
    let undoable = row.before.is_some() && row.undone_at.is_none() && !again && now <= until;
    Merge {
        id: MergeId::from_i64(row.id),
        survivor: ContactId::from_i64(row.survivor_id),
        merged: ContactId::from_i64(row.merged_id),
        at: Instant::from_unix_millis(row.at),
        undoable_until: undoable.then_some(until),
        undone_at: row.undone_at.map(Instant::from_unix_millis),
    }
}

/// The merges that a contact survived, the latest first; at most a hundred.
///
/// # Errors
/// `not_found`, `contact_merged`.
pub async fn list(
    store: &Store,
    account: AccountId,
    contact: ContactId,
    now: Instant,
) -> Result<Vec<Merge>, Error> {
    require(&store.keyed, account, contact, "").await?;
    let statement = store.engine().statement(
        "SELECT * FROM merges WHERE account_id = $1 AND survivor_id = $2 ORDER BY id DESC LIMIT 100",
        [account.as_i64().into(), contact.as_i64().into()],
    );
    let rows = merges::Model::find_by_statement(statement)
        .all(&store.keyed)
        .await?;
    // The contact is live, so only as a survivor can it have been merged again; whoever came into it is no contact to merge.
    let latest = rows.iter().map(|row| row.id).max();
    let again = |row: &merges::Model| Some(row.id) != latest;
    Ok(rows.iter().map(|row| shown(row, again(row), now)).collect())
}

/// A merge, held until the change is done.
pub(super) async fn hold(
    w: &Write<'_>,
    account: AccountId,
    id: MergeId,
) -> Result<merges::Model, Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT * FROM merges WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = merges::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    row.ok_or_else(|| Problem::not_found("merge").into())
}

/// Whether one of the two contacts of a merge was merged again, after it.
pub(super) async fn was_merged_again(w: &Write<'_>, merge: &merges::Model) -> Result<bool, Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT 1 AS one FROM merges WHERE account_id = $1 AND id > $2 \
         AND (survivor_id IN ($3, $4) OR merged_id IN ($3, $4)) LIMIT 1",
        [
            merge.account_id.into(),
            merge.id.into(),
            merge.survivor_id.into(),
            merge.merged_id.into(),
        ],
    );
    Ok(w.tx.query_one_raw(statement).await?.is_some())
}

/// Merges in a row that are followed; nobody makes as many.
const STEPS_MAX: usize = 100;

#[derive(FromQueryResult)]
struct Survivor {
    survivor_id: i64,
}

/// Why there is no such contact: it was merged into another, or is simply not there.
pub(crate) async fn whereabouts(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ContactId,
) -> Result<Problem, Error> {
    let mut last = None;
    for _ in 0..STEPS_MAX {
        let statement = Engine::of(db).statement(
            "SELECT survivor_id FROM merges WHERE account_id = $1 AND merged_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
            [
                account.as_i64().into(),
                last.unwrap_or(id.as_i64()).into(),
            ],
        );
        match Survivor::find_by_statement(statement).one(db).await? {
            Some(next) => last = Some(next.survivor_id),
            None => break,
        }
    }
    Ok(match last.map(ContactId::from_i64) {
        None => Problem::not_found("contact"),
        Some(survivor) => Problem {
            merged_into: Some(survivor),
            ..Problem::new(
                Code::ContactMerged,
                format!("The contact was merged into {survivor}, which has everything of it."),
            )
        },
    })
}
