//! Segments: named, coloured groups of contacts that were put there by hand, by an import or by another system.

use crate::color::Color;
use crate::text::{normalise, required_line};
use crate::{Fault, Instant, SegmentId};
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

/// The longest name of a segment, in characters.
pub const NAME_MAX: usize = 80;

/// The most segments that an account has.
pub const SEGMENTS_MAX: u64 = 1_000;

/// The most contacts that are named by their ids in one change of a segment.
pub const MEMBERS_MAX: usize = 5_000;

/// What makes a segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentDraft {
    /// Its name, at most 80 characters; no other segment may have it, whatever the case and accents.
    pub name: String,
    /// Its colour; grey without it.
    #[serde(default)]
    pub color: Color,
}

/// A change of a segment; what is not there stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentPatch {
    /// Its name.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub name: Option<String>,
    /// Its colour.
    #[serde(
        default,
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Color, required = false))]
    pub color: Option<Color>,
}

/// A segment's name and its normalised form, which is unique in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentName {
    text: String,
    key: String,
}

impl SegmentName {
    /// Parses a name; the fault stands at `pointer`.
    pub fn parse(raw: &str, pointer: &str) -> Result<Self, Fault> {
        let text = required_line(raw, NAME_MAX, pointer)?;
        let key = normalise(&text);
        // What normalises to nothing (a lone accent) is told apart by itself.
        let key = if key.is_empty() { text.clone() } else { key };
        Ok(Self { text, key })
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form by which names are told apart.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A segment to make: the parsed values of a [`SegmentDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSegment {
    /// Its name.
    pub name: SegmentName,
    /// Its colour.
    pub color: Color,
}

/// A change to make: the parsed values of a [`SegmentPatch`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SegmentChange {
    /// The new name.
    pub name: Option<SegmentName>,
    /// The new colour.
    pub color: Option<Color>,
}

impl SegmentDraft {
    /// Parses the draft, or gives its faults.
    pub fn check(&self) -> Result<NewSegment, Vec<Fault>> {
        let Self { name, color } = self;
        let name = SegmentName::parse(name, "/name").map_err(|fault| vec![fault])?;
        Ok(NewSegment {
            name,
            color: *color,
        })
    }
}

impl SegmentPatch {
    /// Parses the patch, or gives its faults.
    pub fn check(&self) -> Result<SegmentChange, Vec<Fault>> {
        let Self { name, color } = self;
        let name = name
            .as_deref()
            .map(|name| SegmentName::parse(name, "/name"));
        Ok(SegmentChange {
            name: name.transpose().map_err(|fault| vec![fault])?,
            color: *color,
        })
    }
}

/// Of which segments the members are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentCountQuery {
    /// The segments; every one without it. What is no segment is left out of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<SegmentId>>,
}

/// How many members a segment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentCount {
    /// The segment.
    pub id: SegmentId,
    /// Its members at this moment; always exact.
    pub count: u64,
}

/// How many members segments have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentCounts {
    /// One of each segment, in the order of the list of segments.
    pub counts: Vec<SegmentCount>,
}

/// What a change of memberships did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    /// Contacts that are in another state than before; those that were members already, or were none, are not among them.
    pub changed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultCode;

    #[test]
    fn names_are_told_apart_by_their_normalised_form() {
        let key = |raw: &str| {
            SegmentName::parse(raw, "/name")
                .map(|name| name.key)
                .map_err(|fault| fault.code)
        };
        assert_eq!(key("  Niños  de ÁGORA "), Ok("ninos de agora".to_owned()));
        assert_eq!(key(" \u{200b} "), Err(FaultCode::Required));
        assert_eq!(key("a\nb"), Err(FaultCode::InvalidCharacter));
        assert_eq!(key(&"ñ".repeat(80)), Ok("n".repeat(80)));
        assert_eq!(key(&"ñ".repeat(81)), Err(FaultCode::TooLong));
        assert_eq!(key("\u{301}"), Ok("\u{301}".to_owned()));
    }
}
