//! Downloads of contacts.

use crate::SavedFilterId;
use crate::filter::Filter;
use serde::{Deserialize, Serialize};

/// Which contacts are downloaded, and how: those of a list with the same filter, saved filter, words and order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactExport {
    /// A filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order; the saved filter's without it, else `-created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The columns, in their order; the saved filter's without it, else the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Whether the file begins with a byte-order mark, which spreadsheets take for a sign of UTF-8.
    pub bom: bool,
}

/// As [`ContactExport`], in an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactExportQuery {
    /// A filter as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// A saved filter that has to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_filter: Option<SavedFilterId>,
    /// Words that must occur, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order; the saved filter's without it, else `-created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The columns in their order, with commas between; the saved filter's without it, else the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    /// Whether the file begins with a byte-order mark.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bom: bool,
    /// A ticket, which says all of this by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

impl From<&ContactExport> for ContactExportQuery {
    fn from(export: &ContactExport) -> Self {
        let ContactExport {
            filter,
            saved_filter,
            q,
            sort,
            columns,
            bom,
        } = export;
        let filter = filter.as_ref().map(serde_json::to_string);
        Self {
            // A filter is a tree of texts, numbers and lists, which always can be written.
            filter: filter.map(Result::unwrap_or_default),
            saved_filter: *saved_filter,
            q: q.clone(),
            sort: sort.clone(),
            columns: columns.as_ref().map(|columns| columns.join(",")),
            bom: *bom,
            ticket: None,
        }
    }
}
