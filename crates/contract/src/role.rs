//! Who may do what: the one table of roles and permissions.

use serde::{Deserialize, Serialize};

/// What a member may do. Each role may all that the one before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also creates and edits contacts.
    Agent,
    /// Also deletes, imports, and manages members.
    Admin,
    /// Also manages owners and the account itself.
    Owner,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Admin, Self::Owner];

    /// The role as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether this role has the permission.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

/// What an operation asks of the person who calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Permission {
    /// Being signed in: one's own name, password and sessions.
    #[serde(rename = "self")]
    OwnSelf,
    /// Read contacts, imports' results, members and the account's settings.
    #[serde(rename = "contacts:read")]
    ContactsRead,
    /// Create and edit contacts.
    #[serde(rename = "contacts:write")]
    ContactsWrite,
    /// Delete and restore contacts.
    #[serde(rename = "contacts:delete")]
    ContactsDelete,
    /// Import contacts, and give `created_at` and `last_activity_at` when creating one.
    #[serde(rename = "contacts:import")]
    ContactsImport,
    /// Change many contacts at once.
    #[serde(rename = "contacts:bulk")]
    ContactsBulk,
    /// Download contacts as a file.
    #[serde(rename = "contacts:export")]
    ContactsExport,
    /// Erase contacts for good.
    #[serde(rename = "contacts:erase")]
    ContactsErase,
    /// Put contacts into segments and take them out.
    #[serde(rename = "segments:assign")]
    SegmentsAssign,
    /// Make, change and delete segments.
    #[serde(rename = "segments:manage")]
    SegmentsManage,
    /// Make, change and delete saved filters.
    #[serde(rename = "saved_filters:write")]
    SavedFiltersWrite,
    /// Define, change and delete custom attributes.
    #[serde(rename = "custom_attributes:manage")]
    CustomAttributesManage,
    /// Make and withdraw API keys.
    #[serde(rename = "api_keys:manage")]
    ApiKeysManage,
    /// Invite, change and remove members who are not owners.
    #[serde(rename = "members:manage")]
    MembersManage,
    /// Make and remove owners.
    #[serde(rename = "owners:manage")]
    OwnersManage,
    /// Change the account's settings.
    #[serde(rename = "account:manage")]
    AccountManage,
}

impl Permission {
    /// The least role that has it.
    pub const fn least_role(self) -> Role {
        match self {
            Self::OwnSelf | Self::ContactsRead => Role::Viewer,
            Self::ContactsWrite | Self::SegmentsAssign | Self::SavedFiltersWrite => Role::Agent,
            Self::ContactsDelete
            | Self::ContactsImport
            | Self::ContactsBulk
            | Self::ContactsExport
            | Self::SegmentsManage
            | Self::CustomAttributesManage
            | Self::ApiKeysManage
            | Self::MembersManage => Role::Admin,
            Self::ContactsErase | Self::OwnersManage | Self::AccountManage => Role::Owner,
        }
    }

    /// The permission as it stands in the OpenAPI document and in problems.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnSelf => "self",
            Self::ContactsRead => "contacts:read",
            Self::ContactsWrite => "contacts:write",
            Self::ContactsDelete => "contacts:delete",
            Self::ContactsImport => "contacts:import",
            Self::ContactsBulk => "contacts:bulk",
            Self::ContactsExport => "contacts:export",
            Self::ContactsErase => "contacts:erase",
            Self::SegmentsAssign => "segments:assign",
            Self::SegmentsManage => "segments:manage",
            Self::SavedFiltersWrite => "saved_filters:write",
            Self::CustomAttributesManage => "custom_attributes:manage",
            Self::ApiKeysManage => "api_keys:manage",
            Self::MembersManage => "members:manage",
            Self::OwnersManage => "owners:manage",
            Self::AccountManage => "account:manage",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_all_that_the_lesser_may() {
        assert!(Role::Viewer.may(Permission::ContactsRead));
        assert!(!Role::Viewer.may(Permission::ContactsWrite));
        assert!(Role::Agent.may(Permission::ContactsWrite));
        assert!(!Role::Agent.may(Permission::ContactsDelete));
        assert!(Role::Admin.may(Permission::MembersManage));
        assert!(!Role::Admin.may(Permission::AccountManage));
        assert!(Role::Owner.may(Permission::ContactsErase));
    }

    #[test]
    fn names_are_the_same_in_rust_and_on_the_wire() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(Role::from_name(role.as_str()), Some(role));
        }
        assert_eq!(
            serde_json::to_value(Permission::ContactsErase).unwrap(),
            Permission::ContactsErase.as_str()
        );
    }
}
