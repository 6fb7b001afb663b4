//! Changing many contacts at once.

use crate::contact::{ContactChange, ContactPatch};
use crate::custom_attribute::{CustomValues, Definitions};
use crate::filter::Filter;
use crate::role::Permission;
use crate::segment::Changed;
use crate::{ContactId, Fault, FaultCode, Patch, SavedFilterId, SegmentId};
use rapport_filter::search::Search;
use serde::{Deserialize, Serialize};

/// The most contacts that are named by their ids in one request.
pub const IDS_MAX: usize = 50_000;

/// Up to so many contacts are changed before the answer; more become a job.
pub const AT_ONCE_MAX: u64 = 1_000;

/// What is to be done with which contacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRequest {
    /// The contacts.
    pub select: BulkSelection,
    /// What is done with each.
    pub action: BulkAction,
    /// How many contacts the caller expects it to be. With another number nothing is done: `count_differs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_count: Option<u64>,
    /// Only says how many contacts it would be.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which contacts: those with these ids, or those for which the filter, the saved filter and the words all hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkSelection {
    /// The contacts by their ids, at most 50,000; then nothing else can be said. An id that is no contact is a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<ContactId>>,
    /// A filter; `{"all": []}` for everyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// A selection, understood as one or the other.
#[derive(Debug, Clone, PartialEq)]
pub enum Selected {
    /// By their ids, of which there is at least one.
    Ids(Vec<ContactId>),
    /// By what holds for them, of which something was said.
    Matching {
        /// A filter.
        filter: Option<Filter>,
        /// A saved filter.
        saved_filter: Option<SavedFilterId>,
        /// Words.
        q: Option<String>,
    },
}

impl BulkSelection {
    /// Understands the selection; faults stand below `pointer`. That nothing is said is a fault too: nobody means everyone by accident.
    pub fn check(self, pointer: &str, ids_max: usize) -> Result<Selected, Vec<Fault>> {
        let Self {
            ids,
            filter,
            saved_filter,
            q,
        } = self;
        let fault = |place: &str, code, detail: String| {
            Err(vec![Fault::new(format!("{pointer}{place}"), code, detail)])
        };
        let said_more = filter.is_some() || saved_filter.is_some() || q.is_some();
        // An empty search box, or one with nothing but an accent in it, narrows nothing.
        let narrows = filter.is_some()
            || saved_filter.is_some()
            || q.as_deref()
                .is_some_and(|q| Search::parse(q) != Search::Everything);
        match ids {
            Some(_) if said_more => fault(
                "",
                FaultCode::NotTogether,
                "expected either ids, or filter, saved_filter and q".to_owned(),
            ),
            Some(ids) if ids.is_empty() => fault(
                "/ids",
                FaultCode::Required,
                "expected at least one contact".to_owned(),
            ),
            Some(ids) if ids.len() > ids_max => fault(
                "/ids",
                FaultCode::TooLong,
                format!("expected at most {ids_max} contacts; say more by a filter"),
            ),
            Some(ids) => Ok(Selected::Ids(ids)),
            None if narrows => Ok(Selected::Matching {
                filter,
                saved_filter,
                q,
            }),
            None => fault(
                "",
                FaultCode::Required,
                "expected ids, or some of filter, saved_filter and a q with words; everyone is {\"filter\": {\"all\": []}}".to_owned(),
            ),
        }
    }
}

/// The kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BulkActionKind {
    /// Put into a segment; asks for `segments:assign`.
    AddToSegment,
    /// Take out of a segment; asks for `segments:assign`.
    RemoveFromSegment,
    /// Give fields a value; asks for `contacts:write`.
    Set,
    /// Block; asks for `contacts:write`.
    Block,
    /// Take a blocking back; asks for `contacts:write`.
    Unblock,
    /// Delete; asks for `contacts:delete`. Each can be restored for 30 days.
    Delete,
    /// Restore deleted contacts, named by their ids; asks for `contacts:delete`.
    Restore,
}

impl BulkActionKind {
    /// The permission that it asks for beside `contacts:bulk`.
    pub const fn permission(self) -> Permission {
        match self {
            Self::AddToSegment | Self::RemoveFromSegment => Permission::SegmentsAssign,
            Self::Set | Self::Block | Self::Unblock => Permission::ContactsWrite,
            Self::Delete | Self::Restore => Permission::ContactsDelete,
        }
    }
}

/// What is done with each contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkAction {
    /// The kind of change.
    #[serde(rename = "type")]
    pub kind: BulkActionKind,
    /// The segment, for `add_to_segment` and `remove_from_segment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    /// The values, for `set`: at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BulkFields>,
}

/// Values that many contacts can share; absent keys stay, null makes a value missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkFields {
    /// Company, at most 255 characters.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub company: Patch<String>,
    /// City, at most 255 characters.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub city: Patch<String>,
    /// Country: ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub country: Patch<String>,
    /// Language: BCP 47.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub language: Patch<String>,
    /// Values of custom attributes, by their keys.
    #[serde(skip_serializing_if = "CustomValues::is_empty")]
    pub custom: CustomValues,
}

/// A change that is understood.
#[derive(Debug, Clone, PartialEq)]
pub enum BulkChange {
    /// Put into this segment.
    AddToSegment(SegmentId),
    /// Take out of this segment.
    RemoveFromSegment(SegmentId),
    /// Give fields these values.
    Set(Box<ContactChange>),
    /// Block.
    Block,
    /// Take a blocking back.
    Unblock,
    /// Delete.
    Delete,
    /// Restore.
    Restore,
}

impl BulkAction {
    /// Understands the action; faults stand below `/action`.
    pub fn check(&self, definitions: &Definitions) -> Result<BulkChange, Vec<Fault>> {
        let Self {
            kind,
            segment,
            fields,
        } = self;
        let mut faults = Vec::new();
        let takes_segment = matches!(
            kind,
            BulkActionKind::AddToSegment | BulkActionKind::RemoveFromSegment
        );
        if segment.is_some() != takes_segment {
            faults.push(needed("/action/segment", takes_segment, "a segment"));
        }
        let takes_fields = matches!(kind, BulkActionKind::Set);
        if fields.is_some() != takes_fields {
            faults.push(needed("/action/fields", takes_fields, "the values"));
        }
        let change = match (kind, segment, fields) {
            (BulkActionKind::AddToSegment, Some(segment), _) => BulkChange::AddToSegment(*segment),
            (BulkActionKind::RemoveFromSegment, Some(segment), _) => {
                BulkChange::RemoveFromSegment(*segment)
            }
            (BulkActionKind::Set, _, Some(fields)) => match fields.check(definitions) {
                Ok(change) => BulkChange::Set(Box::new(change)),
                Err(wrong) => {
                    faults.extend(wrong);
                    return Err(faults);
                }
            },
            (BulkActionKind::Block, ..) => BulkChange::Block,
            (BulkActionKind::Unblock, ..) => BulkChange::Unblock,
            (BulkActionKind::Delete, ..) => BulkChange::Delete,
            (BulkActionKind::Restore, ..) => BulkChange::Restore,
            _ => return Err(faults),
        };
        if faults.is_empty() {
            Ok(change)
        } else {
            Err(faults)
        }
    }
}

fn needed(pointer: &str, is_needed: bool, what: &str) -> Fault {
    if is_needed {
        Fault::new(
            pointer,
            FaultCode::Required,
            format!("expected {what} for this type"),
        )
    } else {
        Fault::new(
            pointer,
            FaultCode::NotTogether,
            format!("{what} says nothing for this type"),
        )
    }
}

impl BulkFields {
    fn check(&self, definitions: &Definitions) -> Result<ContactChange, Vec<Fault>> {
        if *self == Self::default() {
            return Err(vec![Fault::new(
                "/action/fields",
                FaultCode::Required,
                "expected at least one value",
            )]);
        }
        let Self {
            company,
            city,
            country,
            language,
            custom,
        } = self.clone();
        let patch = ContactPatch {
            company,
            city,
            country,
            language,
            custom,
            ..ContactPatch::default()
        };
        let no_phones = |_: &str| Err(crate::phone::InvalidPhone);
        patch.check(&no_phones, definitions).map_err(|faults| {
            let below = |fault: Fault| Fault {
                pointer: format!("/action/fields{}", fault.pointer),
                ..fault
            };
            faults.into_iter().map(below).collect()
        })
    }
}

/// What a change of many contacts did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// Contacts that the change is for.
    pub matched: u64,
    /// Contacts that are different now.
    pub changed: u64,
    /// Contacts that were as wanted already.
    pub unchanged: u64,
    /// Contacts that could not be changed.
    pub failed: u64,
    /// The first of them, at most 20.
    pub failures: Vec<BulkFailure>,
}

/// The most failures that are told one by one.
pub const FAILURES_MAX: usize = 20;

/// A contact that could not be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkFailure {
    /// The contact.
    pub id: ContactId,
    /// Why, as in the problem that the change of this contact alone would have: `not_found`, `contact_conflict`.
    pub code: crate::Code,
}

/// The answer to a change of many contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkAnswer {
    /// 200: it is done, or was a dry run.
    Done(BulkResult),
    /// 202: it goes on as a job.
    Accepted(Box<crate::job::Job>),
}

/// The answer to a change of who is in a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MembersAnswer {
    /// 200: it is done.
    Done(Changed),
    /// 202: it goes on as a job.
    Accepted(Box<crate::job::Job>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(q: &str) -> Result<Selected, Vec<Fault>> {
        let selection = BulkSelection {
            q: Some(q.to_owned()),
            ..BulkSelection::default()
        };
        selection.check("/select", 10)
    }

    #[test]
    fn nobody_means_everyone_by_an_empty_search_box() {
        for nothing in ["", "  ", "\u{301}", "\t\u{a0}"] {
            let faults = said(nothing).unwrap_err();
            assert_eq!(faults[0].code, FaultCode::Required, "{nothing:?}");
            assert!(faults[0].detail.contains("everyone is"), "{nothing:?}");
        }
        for something in ["a", "王", "%", "1234"] {
            assert!(said(something).is_ok(), "{something}");
        }
    }
}
