//! Activities: a contact's timeline, written with each change.

mod list;

use crate::contacts::insert_rows;
use crate::entity::activities;
use crate::{Actor, Error, Write};
use rapport_contract::{ContactId, NoteId};

pub use list::{Asked, list};
pub(crate) use rapport_contract::activity::{ActivityKind as Kind, FieldChange};

/// The event of the same change.
pub(crate) const fn event(kind: Kind) -> &'static str {
    match kind {
        Kind::Created => "contact.created",
        Kind::Updated => "contact.updated",
        Kind::Deleted => "contact.deleted",
        Kind::Restored => "contact.restored",
        Kind::SegmentAdded => "contact.segment_added",
        Kind::SegmentRemoved => "contact.segment_removed",
        Kind::Merged => "contact.merged",
        Kind::Unmerged => "contact.unmerged",
        Kind::NoteAdded => "contact.note_added",
        Kind::NoteChanged => "contact.note_changed",
        Kind::NoteDeleted => "contact.note_deleted",
        Kind::NoteRestored => "contact.note_restored",
    }
}

/// One change of one contact.
pub(crate) struct Change {
    pub(crate) contact: ContactId,
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<FieldChange>,
    /// The note that it is about.
    pub(crate) note: Option<NoteId>,
}

/// Writes changes into the timelines of their contacts, and into the feed.
pub(crate) async fn record(w: &Write<'_>, actor: &Actor, changes: &[Change]) -> Result<(), Error> {
    let (actor_kind, actor_id) = actor.who.columns();
    let rows = changes
        .iter()
        .map(|change| {
            Ok(activities::Model {
                account_id: actor.account.as_i64(),
                id: w.id()?,
                contact_id: change.contact.as_i64(),
                kind: change.kind.as_str().to_owned(),
                changes: serde_json::to_string(&change.fields)
                    .map_err(|error| Error::Corrupt(error.to_string()))?,
                actor_kind: actor_kind.to_owned(),
                actor_id,
                at: w.now().unix_millis(),
                note_id: change.note.map(NoteId::as_i64),
                merge_id: None,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<activities::Entity, _>(w, rows).await?;
    let mut kinds: Vec<Kind> = Vec::new();
    for change in changes {
        if !kinds.contains(&change.kind) {
            kinds.push(change.kind);
        }
    }
    for kind in kinds {
        let of_kind = changes.iter().filter(|change| change.kind == kind);
        let subjects = of_kind.map(|change| change.contact.as_i64());
        crate::events::record_all(w, actor.account, event(kind), subjects).await?;
    }
    Ok(())
}
