//! Saved filters: filters that were given a name, with the order and the columns to show; their members are whoever matches now.

use crate::filter::Filter;
use crate::text::{keep, required_line};
use crate::{Fault, Instant, Patch, SavedFilterId, UserId};
use serde::{Deserialize, Serialize};

/// The longest name of a saved filter, in characters.
pub const NAME_MAX: usize = 80;

/// The most saved filters that an account has, everybody's together.
pub const SAVED_FILTERS_MAX: u64 = 1_000;

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilter {
    /// The saved filter's id.
    pub id: SavedFilterId,
    /// Its name, at most 80 characters. Several may have the same.
    pub name: String,
    /// The filter, in the language of `GET /filter-fields`. The words of the search box are no part of it.
    pub filter: Filter,
    /// What the filter says, as a sentence in the caller's language, also of a filter that is broken.
    pub sentence: String,
    /// The order to show, as in `sort=`; null for the usual one.
    pub sort: Option<String>,
    /// The columns to show, in their order; null for the usual ones. The column of an attribute that was deleted meanwhile shows nothing.
    pub columns: Option<Vec<String>>,
    /// Whether everybody of the account sees it; else only whoever made it does.
    pub shared: bool,
    /// Whether the caller made it.
    pub mine: bool,
    /// Who made it; null for a program.
    pub owner: Option<UserId>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts the changes; what `ETag` says.
    pub version: i64,
    /// What is wrong with it today, each with its place: `/filter/all/0/value`, `/sort`. Empty when it can be used. A filter breaks when an
    /// attribute, a choice or a segment that it asks about is deleted; it is refused then, and never means more than it says.
    pub broken: Vec<Fault>,
}

/// What makes a saved filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilterDraft {
    /// Its name, at most 80 characters.
    pub name: String,
    /// The filter, in the language of `GET /filter-fields`.
    pub filter: Filter,
    /// The order to show, as in `sort=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The columns to show, in their order, each once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Whether everybody of the account sees it.
    #[serde(default)]
    pub shared: bool,
}

/// A change of a saved filter, as a JSON merge patch; the filter changes as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilterPatch {
    /// Its name.
    #[serde(
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub name: Option<String>,
    /// The filter.
    #[serde(
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Filter, required = false))]
    pub filter: Option<Filter>,
    /// The order to show; null for the usual one.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub sort: Patch<String>,
    /// The columns to show; null for the usual ones.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub columns: Patch<Vec<String>>,
    /// Whether everybody of the account sees it. Only whoever made it takes it back.
    #[serde(
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub shared: Option<bool>,
}

/// The most saved filters that are counted in one request.
pub const COUNTED_MAX: usize = 100;

/// Of which saved filters the matching contacts are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilterCountQuery {
    /// The saved filters, at most 100; without it the first 100 of the list. What is none is left out of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<SavedFilterId>>,
    /// Counting each stops there; 10,000 without it, and at most that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

/// How far counting many saved filters goes.
pub const COUNT_MAX: u32 = 10_000;

/// How many contacts match a saved filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilterCount {
    /// The saved filter.
    pub id: SavedFilterId,
    /// How many match; null when the filter is broken.
    pub count: Option<u64>,
    /// False when counting stopped at `at_most`, and there are more.
    pub exact: bool,
    /// Whether the filter cannot be used; the saved filter itself says why.
    pub broken: bool,
}

/// How many contacts match saved filters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilterCounts {
    /// One of each, in the order of the list of saved filters.
    pub counts: Vec<SavedFilterCount>,
}

/// Parses a name, or puts its fault beside the others.
pub fn check_name(raw: &str, faults: &mut Vec<Fault>) -> Option<String> {
    keep(required_line(raw, NAME_MAX, "/name"), faults)
}
