//! Who may do what: the one table of roles and permissions.

use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Merge contacts, and undo it.
    #[serde(rename = "contacts:merge")]
    ContactsMerge,
    /// Change many contacts at once.
    #[serde(rename = "contacts:bulk")]
    ContactsBulk,
    /// Download contacts as a file.
    #[serde(rename = "contacts:export")]
    ContactsExport,
    /// Erase contacts for good.
    #[serde(rename = "contacts:erase")]
    ContactsErase,
    /// Write notes, change and delete one's own.
    #[serde(rename = "notes:write")]
    NotesWrite,
    /// Change and delete what others noted.
    #[serde(rename = "notes:manage")]
    NotesManage,
    /// Put contacts into segments and take them out.
    #[serde(rename = "segments:assign")]
    SegmentsAssign,
    /// Make, change and delete segments.
    #[serde(rename = "segments:manage")]
    SegmentsManage,
    /// Make, change and delete saved filters.
    #[serde(rename = "saved_filters:write")]
    SavedFiltersWrite,
    /// Change and delete saved filters that others share with the account.
    #[serde(rename = "saved_filters:manage")]
    SavedFiltersManage,
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
    /// Every permission there is.
    pub const ALL: [Self; 20] = [
        Self::OwnSelf,
        Self::ContactsRead,
        Self::ContactsWrite,
        Self::ContactsDelete,
        Self::ContactsImport,
        Self::ContactsMerge,
        Self::ContactsBulk,
        Self::ContactsExport,
        Self::ContactsErase,
        Self::NotesWrite,
        Self::NotesManage,
        Self::SegmentsAssign,
        Self::SegmentsManage,
        Self::SavedFiltersWrite,
        Self::SavedFiltersManage,
        Self::CustomAttributesManage,
        Self::ApiKeysManage,
        Self::MembersManage,
        Self::OwnersManage,
        Self::AccountManage,
    ];

    /// The permission with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == name)
    }

    /// The least role that has it.
    pub const fn least_role(self) -> Role {
        match self {
            Self::OwnSelf | Self::ContactsRead => Role::Viewer,
            Self::ContactsWrite
            | Self::NotesWrite
            | Self::SegmentsAssign
            | Self::SavedFiltersWrite => Role::Agent,
            Self::ContactsDelete
            | Self::ContactsImport
            | Self::ContactsMerge
            | Self::ContactsBulk
            | Self::ContactsExport
            | Self::NotesManage
            | Self::SegmentsManage
            | Self::SavedFiltersManage
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
            Self::ContactsMerge => "contacts:merge",
            Self::ContactsBulk => "contacts:bulk",
            Self::ContactsExport => "contacts:export",
            Self::ContactsErase => "contacts:erase",
            Self::NotesWrite => "notes:write",
            Self::NotesManage => "notes:manage",
            Self::SegmentsAssign => "segments:assign",
            Self::SegmentsManage => "segments:manage",
            Self::SavedFiltersWrite => "saved_filters:write",
            Self::SavedFiltersManage => "saved_filters:manage",
            Self::CustomAttributesManage => "custom_attributes:manage",
            Self::ApiKeysManage => "api_keys:manage",
            Self::MembersManage => "members:manage",
            Self::OwnersManage => "owners:manage",
            Self::AccountManage => "account:manage",
        }
    }
}

/// A set of permissions: what a role, or whoever calls, may do.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// All that a member with this role may do.
    pub fn of(role: Role) -> Self {
        let all = Permission::ALL.into_iter();
        all.filter(|permission| role.may(*permission)).collect()
    }

    /// Whether this permission is among them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// Those that are in both sets.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all of these are in `other` too.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Each of them, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        let all = Permission::ALL.into_iter();
        all.filter(move |permission| self.has(*permission))
    }

    const fn bit(permission: Permission) -> u32 {
        1 << (permission as u32)
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let bits = permissions.into_iter().map(Self::bit);
        Self(bits.fold(0, std::ops::BitOr::bitor))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(Permission::as_str);
        f.debug_set().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let everything = Permissions::of(Role::Owner);
        for (place, permission) in Permission::ALL.into_iter().enumerate() {
            assert_eq!(permission as usize, place, "the list is whole and in order");
            assert_eq!(Permission::from_name(permission.as_str()), Some(permission));
            let one: Permissions = [permission].into_iter().collect();
            assert_eq!(one.iter().collect::<Vec<_>>(), [permission]);
            assert!(one.is_within(everything));
            assert!(!everything.is_within(one));
            assert_eq!(everything.both(one), one);
        }
        for role in Role::ALL {
            for permission in Permission::ALL {
                assert_eq!(Permissions::of(role).has(permission), role.may(permission));
            }
        }
    }

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
