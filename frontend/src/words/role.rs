//! Words for roles.

use crate::i18n::{Locale, td_string};
use rapport_contract::role::Role;

/// The role's name.
pub(crate) fn role_name(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Viewer => td_string!(locale, role.viewer),
        Role::Agent => td_string!(locale, role.agent),
        Role::Admin => td_string!(locale, role.admin),
        Role::Owner => td_string!(locale, role.owner),
    }
}

/// What the role may do.
pub(crate) fn role_may(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Viewer => td_string!(locale, role.viewer_may),
        Role::Agent => td_string!(locale, role.agent_may),
        Role::Admin => td_string!(locale, role.admin_may),
        Role::Owner => td_string!(locale, role.owner_may),
    }
}
