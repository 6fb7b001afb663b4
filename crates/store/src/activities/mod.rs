//! Activities: a contact's timeline, written with each change.

use crate::contacts::insert_rows;
use crate::entity::activities;
use crate::{Actor, Error, Write};
use rapport_contract::ContactId;
use serde::{Deserialize, Serialize};

/// What happened to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Created,
    Updated,
    Deleted,
    Restored,
    /// The contact was put into a segment.
    SegmentAdded,
    /// The contact was taken out of a segment.
    SegmentRemoved,
}

impl Kind {
    /// As it stands in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::SegmentAdded => "segment_added",
            Self::SegmentRemoved => "segment_removed",
        }
    }

    /// The event of the same change.
    pub(crate) const fn event(self) -> &'static str {
        match self {
            Self::Created => "contact.created",
            Self::Updated => "contact.updated",
            Self::Deleted => "contact.deleted",
            Self::Restored => "contact.restored",
            Self::SegmentAdded => "contact.segment_added",
            Self::SegmentRemoved => "contact.segment_removed",
        }
    }
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldChange {
    /// The field's name on the wire.
    pub(crate) field: String,
    /// What it was.
    pub(crate) from: Option<String>,
    /// What it is now.
    pub(crate) to: Option<String>,
}

/// One change of one contact.
pub(crate) struct Change {
    pub(crate) contact: ContactId,
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<FieldChange>,
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
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<activities::Entity, _>(w, rows).await?;
    for kind in [Kind::Created, Kind::Updated, Kind::Deleted, Kind::Restored] {
        let of_kind = changes.iter().filter(|change| change.kind == kind);
        let subjects = of_kind.map(|change| change.contact.as_i64());
        crate::events::record_all(w, actor.account, kind.event(), subjects).await?;
    }
    Ok(())
}
