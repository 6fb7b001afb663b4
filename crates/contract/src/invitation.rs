//! Links that let somebody in: to join an account, or to set a new password.

use crate::auth::Secret;
use crate::role::Role;
use crate::{Instant, InvitationId, UserId};
use serde::{Deserialize, Serialize};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LinkPurpose {
    /// Join the account.
    Join,
    /// Set a new password.
    ResetPassword,
}

/// An invitation that stands open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The invitation's id.
    pub id: InvitationId,
    /// Whom it is for, if that was said: only this e-mail can join with it.
    pub email: Option<String>,
    /// The role that it gives.
    pub role: Role,
    /// Who made it.
    pub invited_by: UserId,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
}

/// What makes an invitation. It holds for seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationDraft {
    /// The role to give; never more than one's own.
    pub role: Role,
    /// Whom it is for; without it, anybody who has the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A link, shown once: hand it to the person by a way you trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// The invitation behind it.
    pub id: InvitationId,
    /// The whole address; its token stands behind `#`, where no server log sees it.
    pub url: Secret,
    /// When it ends.
    pub expires_at: Instant,
}

/// The token of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkToken {
    /// What stands behind `#token=` in the link.
    pub token: Secret,
}

/// What a link offers, for whoever has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkOffer {
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The account's name.
    pub account: String,
    /// Whom it is for, if that was said.
    pub email: Option<String>,
    /// The role it gives, for an invitation.
    pub role: Option<Role>,
    /// When it ends.
    pub expires_at: Instant,
}

/// What accepts an invitation. A person who signs in already (in another account) gives the password they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acceptance {
    /// The link's token.
    pub token: Secret,
    /// The person's name.
    pub name: String,
    /// The e-mail to sign in with.
    pub email: String,
    /// The password.
    pub password: Secret,
}

/// A new password by a link. Every session of the person ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    /// The link's token.
    pub token: Secret,
    /// The new password.
    pub password: Secret,
}
