//! Notes: what somebody of the account wrote down about a contact.

use crate::text::{keep, paragraphs};
use crate::{ContactId, Fault, FaultCode, Instant, NoteId, UserId};
use serde::{Deserialize, Serialize};

/// What a note is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NoteKind {
    /// Something to remember.
    #[default]
    Note,
    /// A call.
    Call,
    /// An e-mail that was written elsewhere.
    Email,
    /// A meeting.
    Meeting,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Note, Self::Call, Self::Email, Self::Meeting];

    /// The kind as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Who wrote a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteAuthor {
    /// The person: for a program, whoever made its API key.
    pub id: UserId,
    /// The person's name today.
    pub name: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// The note's id.
    pub id: NoteId,
    /// The contact that it is about.
    pub contact_id: ContactId,
    /// What it is about.
    pub kind: NoteKind,
    /// When what it tells of happened. Notes stand in this order, the latest first.
    pub happened_at: Instant,
    /// What it says, in Markdown (CommonMark, with tables, strikethrough and task lists), at most 50,000 characters.
    pub body: String,
    /// What it says as HTML, made of `body` and safe to show: without scripts, styles, images and forms; links lead to http, https and mailto
    /// alone.
    pub html: String,
    /// Who wrote it.
    pub author: NoteAuthor,
    /// When it was written.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts its changes; what `ETag` says.
    pub version: i64,
}

/// The longest note, in characters.
pub const BODY_MAX: usize = 50_000;

/// What makes a note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteDraft {
    /// What it is about; `note` without it.
    #[serde(default)]
    pub kind: NoteKind,
    /// When what it tells of happened; now without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<Instant>,
    /// What it says, in Markdown, at most 50,000 characters.
    pub body: String,
}

/// A change of a note; what is not there stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotePatch {
    /// What it is about.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = NoteKind, required = false))]
    pub kind: Option<NoteKind>,
    /// When what it tells of happened.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Instant, required = false))]
    pub happened_at: Option<Instant>,
    /// What it says.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub body: Option<String>,
}

/// A note to make: the parsed values of a [`NoteDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// What it is about.
    pub kind: NoteKind,
    /// When what it tells of happened; now without it.
    pub happened_at: Option<Instant>,
    /// What it says.
    pub body: String,
}

/// A change to make: the parsed values of a [`NotePatch`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteChange {
    /// The new kind.
    pub kind: Option<NoteKind>,
    /// The new time.
    pub happened_at: Option<Instant>,
    /// The new text.
    pub body: Option<String>,
}

fn body(raw: &str) -> Result<String, Fault> {
    paragraphs(raw, BODY_MAX, "/body")?.ok_or_else(|| {
        let expected = "expected a text that is not empty";
        Fault::new("/body", FaultCode::Required, expected)
    })
}

impl NoteDraft {
    /// Parses the draft, or gives its faults.
    pub fn check(&self) -> Result<NewNote, Vec<Fault>> {
        let Self {
            kind,
            happened_at,
            body: text,
        } = self;
        Ok(NewNote {
            kind: *kind,
            happened_at: *happened_at,
            body: body(text).map_err(|fault| vec![fault])?,
        })
    }
}

impl NotePatch {
    /// Parses the patch, or gives its faults.
    pub fn check(&self) -> Result<NoteChange, Vec<Fault>> {
        let Self {
            kind,
            happened_at,
            body: text,
        } = self;
        let mut faults = Vec::new();
        let change = NoteChange {
            kind: *kind,
            happened_at: *happened_at,
            body: text
                .as_deref()
                .and_then(|text| keep(body(text), &mut faults)),
        };
        if faults.is_empty() {
            Ok(change)
        } else {
            Err(faults)
        }
    }
}
