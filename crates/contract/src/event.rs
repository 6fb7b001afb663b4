//! Events: the feed of everything that happens in an account.

use crate::{EventId, Instant};
use serde::{Deserialize, Serialize};

/// Something that happened: what, to whom or what, and when. What it is now, the resource says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// The event's id.
    pub id: EventId,
    /// What happened: the kind of thing, a dot, and what became of it, such as `contact.updated`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of what it happened to.
    pub subject: String,
    /// When.
    pub at: Instant,
}
