//! Lists on the wire: a page of rows and the cursors to its neighbours.

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub data: Vec<T>,
    /// Where the neighbouring pages begin.
    pub page: Cursors,
}

/// Opaque cursors; each is good for the same query only (`invalid_cursor` otherwise).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursors {
    /// The page after this one, or null at the end.
    pub next: Option<String>,
    /// The page before this one, or null at the start.
    pub prev: Option<String>,
}

/// How many rows a page holds: 1 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// What a list gives when nobody says otherwise.
    pub const DEFAULT: Self = Self(50);
    /// The most that one page may hold.
    pub const MAX: u16 = 1000;

    /// The limit with this number of rows, if it is allowed.
    pub fn new(rows: i64) -> Option<Self> {
        u16::try_from(rows)
            .ok()
            .filter(|rows| (1..=Self::MAX).contains(rows))
            .map(Self)
    }

    /// The number of rows.
    pub const fn rows(self) -> usize {
        self.0 as usize
    }
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count {
    /// The number counted.
    pub count: u64,
    /// False when counting stopped at `at_most`, and there are more.
    pub exact: bool,
}
