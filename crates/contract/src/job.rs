//! Jobs: long work with progress and a result.

use crate::bulk::BulkResult;
use crate::role::Permission;
use crate::{ImportId, Instant, JobId};
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum JobKind {
    /// Changes many contacts.
    Bulk,
    /// Looks for contacts that are likely the same person.
    Duplicates,
    /// Reads a file of contacts; the import itself says more.
    Import,
    /// Keeps what lists are sorted and searched by up to date.
    Upkeep,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Bulk, Self::Duplicates, Self::Import, Self::Upkeep];

    /// The permission that it takes to see one.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Bulk | Self::Duplicates | Self::Upkeep => Permission::ContactsRead,
            Self::Import => Permission::ContactsImport,
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// It is being worked on.
    Running,
    /// It ended well.
    Done,
    /// It was given up; what was done stays.
    Failed,
    /// Somebody stopped it; what was done stays.
    Cancelled,
}

impl JobState {
    /// Whether nothing more happens.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// The job's id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// How much there is to do, in contacts or rows; null when that is not known.
    pub total: Option<u64>,
    /// How much is done.
    pub done: Option<u64>,
    /// What came of it so far, of a change of many contacts; null for other kinds.
    pub result: Option<BulkResult>,
    /// The import that it does; null for other kinds.
    pub import: Option<ImportId>,
    /// Why it failed, as an English sentence; null unless it did.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it ended; null until then.
    pub finished_at: Option<Instant>,
}
