//! Members: the people of an account.

use crate::role::Role;
use crate::{Instant, UserId};
use serde::{Deserialize, Serialize};

/// A person with a role in the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The person.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The e-mail that the person signs in with.
    pub email: String,
    /// What the person may do here.
    pub role: Role,
    /// When the person joined.
    pub joined_at: Instant,
    /// When the person last used the account, to within a quarter of an hour; null if never.
    pub last_seen_at: Option<Instant>,
}

/// A change of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberPatch {
    /// The new role.
    pub role: Role,
}
