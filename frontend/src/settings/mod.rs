//! Settings: of the person, and of the account.

mod account;
mod frame;
mod imports;
mod invitations;
mod link;
mod members;
mod password;
mod profile;
mod sessions;

pub(crate) use account::AccountSettings;
pub(crate) use frame::SettingsFrame;
pub(crate) use imports::ImportSettings;
pub(crate) use members::MemberSettings;
pub(crate) use profile::ProfileSettings;
