//! Segments: named, coloured groups of contacts that were put there by hand, by an import or by another system.

use crate::color::Color;
use crate::{Instant, SegmentId};
use serde::{Deserialize, Serialize};

/// A segment as it stands on a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentTag {
    /// The segment.
    pub id: SegmentId,
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Segment {
    /// The segment's id.
    pub id: SegmentId,
    /// Its name, at most 80 characters; unique in the account, whatever the case and accents.
    pub name: String,
    /// Its colour.
    pub color: Color,
    /// When it was made.
    pub created_at: Instant,
    /// When its name or colour last changed.
    pub updated_at: Instant,
    /// Counts the changes of its name and colour; what `ETag` says.
    pub version: i64,
}
