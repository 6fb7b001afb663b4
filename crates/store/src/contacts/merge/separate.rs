//! Undoing a merge.

use super::MOVED;
use super::combine::separated;
use super::join::segments_told;
use super::stored;
use crate::RESTORABLE_SECONDS;
use crate::activities::{self, Change, Kind};
use crate::contacts::claims::{find, keys_of};
use crate::contacts::create::insert_around;
use crate::contacts::delete::{find_deleted, leave_segments_that_are_gone, take_back};
use crate::contacts::differences::differences;
use crate::contacts::merge::whereabouts;
use crate::contacts::read::{Loaded, hold_catalogue, load_many};
use crate::contacts::update::write;
use crate::contacts::{addresses, reach};
use crate::entity::merges;
use crate::{Actor, Engine, Error, Write, events};
use rapport_contract::merge::Unmerged;
use rapport_contract::{Code, ContactId, Instant, MergeId, Problem};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, Value};

/// Undoes a merge.
///
/// # Errors
/// `not_found`; `not_undoable` when it was undone, is more than 30 days ago, one of the two was merged again, or the survivor is deleted.
pub async fn undo(w: &Write<'_>, actor: &Actor, id: MergeId) -> Result<Unmerged, Error> {
    let account = actor.account;
    let merge = stored::hold(w, account, id).await?;
    let (before, after) = undoable(w, &merge).await?;
    let (survivor, other) = (
        ContactId::from_i64(merge.survivor_id),
        ContactId::from_i64(merge.merged_id),
    );
    let now = load_many(&w.tx, account, &[survivor.as_i64()], true)
        .await?
        .remove(&survivor.as_i64());
    let Some(now) = now else {
        let whereabouts = whereabouts(&w.tx, account, survivor).await?;
        return Err(refusal(&format!(
            "{} Restore it first.",
            whereabouts.detail
        )));
    };
    let found = find_deleted(w, actor, &[other]).await?.pop();
    let Some((row, Some(kept))) = found else {
        return Err(Error::Corrupt(format!(
            "{other} was merged and nothing was kept"
        )));
    };
    let was = reach::loaded(row, kept.segments)?;
    let catalogue = hold_catalogue(w, account).await?;

    let mut left = separated(&now, &before, &after, &was)?;
    left.contact.updated_at = w.now().unix_millis();
    left.contact.version += 1;
    write(w, &catalogue, &now, &left).await?;
    leave_segments(w, actor, &now, &left).await?;

    let mut back = was;
    forgo_what_is_taken(w, actor, &mut back).await?;
    if !back.identifies_somebody() {
        return Err(refusal(
            "Everything that the other contact was known by belongs to somebody else now.",
        ));
    }
    back.contact.deleted_at = None;
    back.contact.merged_into = None;
    back.contact.updated_at = w.now().unix_millis();
    back.contact.version += 1;
    let mut both = [back];
    leave_segments_that_are_gone(w, actor, &mut both).await?;
    take_back(w, actor, &both).await?;
    insert_around(w, &both, &catalogue).await?;
    let [back] = both;
    // Whole: what it had to leave to others is not in its row any more either.
    let row = reach::contact_row(&back)?.into_active_model();
    row.reset_all().update(&w.tx).await?;
    for (table, _) in MOVED {
        move_back(w, actor, table, (survivor, other), id).await?;
    }
    let undone = Engine::of(&w.tx).statement(
        "UPDATE merges SET undone_at = $3, before = NULL, after = NULL WHERE account_id = $1 AND id = $2",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(undone).await?;

    let mut fields = differences(&now, &left)?;
    fields.extend(segments_told(&catalogue, &now, &left));
    let change = |contact, fields| Change {
        contact,
        kind: Kind::Unmerged,
        fields,
        note: None,
    };
    let changes = [change(survivor, fields), change(other, Vec::new())];
    activities::record(w, actor, &changes).await?;
    events::record(w, account, "contact.restored", other.as_i64()).await?;
    Ok(Unmerged {
        survivor: left.into_contact(&catalogue)?,
        merged: back.into_contact(&catalogue)?,
    })
}

fn refusal(detail: &str) -> Error {
    Problem::new(Code::NotUndoable, detail).into()
}

/// The survivor as it was before the merge and after it, if the merge can be undone.
async fn undoable(w: &Write<'_>, merge: &merges::Model) -> Result<(Loaded, Loaded), Error> {
    if merge.undone_at.is_some() {
        return Err(refusal("The merge was undone already."));
    }
    if Instant::from_unix_millis(merge.at).plus_seconds(RESTORABLE_SECONDS) < w.now() {
        return Err(refusal("The merge is more than 30 days ago."));
    }
    if stored::was_merged_again(w, merge).await? {
        return Err(refusal(
            "One of the two contacts was merged again since. Only the latest merge can be undone.",
        ));
    }
    match (&merge.before, &merge.after) {
        (Some(before), Some(after)) => Ok((stored::read(before)?, stored::read(after)?)),
        _ => Err(Error::Corrupt(format!(
            "merge {} remembers nothing",
            merge.id
        ))),
    }
}

/// Takes the survivor out of the segments that it was in because of the merge alone.
async fn leave_segments(
    w: &Write<'_>,
    actor: &Actor,
    now: &Loaded,
    left: &Loaded,
) -> Result<(), Error> {
    let gone = now.segments.iter().filter(|id| !left.segments.contains(id));
    let gone: Vec<i64> = gone.copied().collect();
    if gone.is_empty() {
        return Ok(());
    }
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "DELETE FROM segment_members WHERE account_id = $1 AND contact_id = $2 AND {}",
            engine.is_among("segment_id", 3)
        ),
        [
            actor.account.as_i64().into(),
            now.contact.id.into(),
            crate::sql::json(&gone),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Leaves out what somebody else has meanwhile.
async fn forgo_what_is_taken(w: &Write<'_>, actor: &Actor, back: &mut Loaded) -> Result<(), Error> {
    let wanted = keys_of(back, |_| String::new());
    let holders = find(
        &w.tx,
        actor.account,
        wanted.iter().map(|wanted| &wanted.key),
    )
    .await?;
    for wanted in &wanted {
        if holders.contains_key(&wanted.key) {
            wanted.key.take_from(back);
        }
    }
    addresses::promote(&mut back.emails);
    addresses::promote(&mut back.phones);
    Ok(())
}

/// Moves what came with the merge back to whose it was.
async fn move_back(
    w: &Write<'_>,
    actor: &Actor,
    table: &str,
    (from, to): (ContactId, ContactId),
    merge: MergeId,
) -> Result<(), Error> {
    let values: [Value; 4] = [
        actor.account.as_i64().into(),
        from.as_i64().into(),
        merge.as_i64().into(),
        to.as_i64().into(),
    ];
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "UPDATE {table}{} SET contact_id = $4, merge_id = NULL WHERE account_id = $1 AND contact_id = $2 AND merge_id = $3",
            engine.indexed_by(&format!("{table}_contact"))
        ),
        values,
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
