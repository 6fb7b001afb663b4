//! The first run: the account and its owner.

use crate::account::AccountDraft;
use crate::auth::Secret;
use serde::{Deserialize, Serialize};

/// Whether the first run is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupState {
    /// True until an account exists.
    pub needed: bool,
}

/// The account and the person who will own it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupDraft {
    /// The code that the server printed at its start.
    pub code: Secret,
    /// The account.
    pub account: AccountDraft,
    /// The owner's name.
    pub name: String,
    /// The e-mail that the owner signs in with.
    pub email: String,
    /// The owner's password.
    pub password: Secret,
    /// How many sample contacts to begin with, 0 to 1000.
    #[serde(default)]
    pub sample_contacts: u32,
}
