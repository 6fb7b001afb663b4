//! Activities: what happened to a contact, the entries of its timeline.

use crate::{ActivityId, ApiKeyId, ContactId, ImportId, Instant, NoteId, UserId};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ActivityKind {
    /// The contact was made.
    Created,
    /// Something of the contact changed.
    Updated,
    /// The contact was deleted.
    Deleted,
    /// The deletion was taken back.
    Restored,
    /// The contact was put into a segment.
    SegmentAdded,
    /// The contact was taken out of a segment.
    SegmentRemoved,
    /// Another contact was merged into this one.
    Merged,
    /// A merge was undone.
    Unmerged,
    /// A note was written.
    NoteAdded,
    /// A note was changed.
    NoteChanged,
    /// A note was deleted.
    NoteDeleted,
    /// A note's deletion was taken back.
    NoteRestored,
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Created,
        Self::Updated,
        Self::Deleted,
        Self::Restored,
        Self::SegmentAdded,
        Self::SegmentRemoved,
        Self::Merged,
        Self::Unmerged,
        Self::NoteAdded,
        Self::NoteChanged,
        Self::NoteDeleted,
        Self::NoteRestored,
    ];

    /// The kind as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::SegmentAdded => "segment_added",
            Self::SegmentRemoved => "segment_removed",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::NoteAdded => "note_added",
            Self::NoteChanged => "note_changed",
            Self::NoteDeleted => "note_deleted",
            Self::NoteRestored => "note_restored",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// The field's name on the wire; `custom.` before the key of a custom attribute.
    pub field: String,
    /// What it was, as a text; null when it was missing.
    pub from: Option<String>,
    /// What it is since then, as a text; null when it is missing.
    pub to: Option<String>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ActivityActor {
    /// A person.
    User {
        /// The person.
        id: UserId,
        /// The person's name today; null when the person is no more.
        name: Option<String>,
    },
    /// A program with an API key.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// The key's name today; null when the key is no more.
        name: Option<String>,
    },
    /// A row of an import.
    Import {
        /// The import.
        id: ImportId,
        /// The name of the file; null when the import is no more.
        name: Option<String>,
    },
    /// Rapport itself.
    System,
}

/// An entry of a contact's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// The entry's id. Timelines stand in the order of ids, the latest first.
    pub id: ActivityId,
    /// The contact that it happened to.
    pub contact_id: ContactId,
    /// What happened.
    pub kind: ActivityKind,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub actor: ActivityActor,
    /// What is different since then.
    pub changes: Vec<FieldChange>,
    /// The note that it is about, for what happens to notes.
    pub note: Option<NoteId>,
}

/// Whose doing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByWhom {
    /// A person.
    User(UserId),
    /// A program.
    ApiKey(ApiKeyId),
    /// An import.
    Import(ImportId),
    /// Rapport itself.
    System,
}

impl ByWhom {
    /// Parses an id of a person, an API key or an import, or `system`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "system" {
            return Some(Self::System);
        }
        let user = text.parse().map(Self::User).ok();
        let api_key = || text.parse().map(Self::ApiKey).ok();
        let import = || text.parse().map(Self::Import).ok();
        user.or_else(api_key).or_else(import)
    }
}
