//! Tickets: addresses that let in once, for what carries no header.

use crate::auth::Secret;
use crate::contact::ContactExport;
use crate::filter::Filter;
use crate::{Instant, SavedFilterId};
use serde::{Deserialize, Serialize};

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TicketPurpose {
    /// Download contacts: `GET /contacts.csv`.
    Export,
}

/// What makes a ticket: what it is for, and what would stand in the query of the request that it stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketDraft {
    /// What it is for.
    #[serde(rename = "for")]
    pub purpose: TicketPurpose,
    /// A filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur, as in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order; the saved filter's without it, else `-created_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The columns, in their order; the saved filter's without it, else the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Whether the file begins with a byte-order mark, which spreadsheets take for a sign of UTF-8.
    #[serde(default)]
    pub bom: bool,
}

impl From<ContactExport> for TicketDraft {
    fn from(export: ContactExport) -> Self {
        let ContactExport {
            filter,
            saved_filter,
            q,
            sort,
            columns,
            bom,
        } = export;
        Self {
            purpose: TicketPurpose::Export,
            filter,
            saved_filter,
            q,
            sort,
            columns,
            bom,
        }
    }
}

impl From<TicketDraft> for ContactExport {
    fn from(draft: TicketDraft) -> Self {
        let TicketDraft {
            purpose: TicketPurpose::Export,
            filter,
            saved_filter,
            q,
            sort,
            columns,
            bom,
        } = draft;
        Self {
            filter,
            saved_filter,
            q,
            sort,
            columns,
            bom,
        }
    }
}

/// An address that lets in once, within a minute, as whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// The whole address, for a `GET` without any header.
    pub url: Secret,
    /// When it ends.
    pub expires_at: Instant,
}
