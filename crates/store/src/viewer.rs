//! Who looks at an account's contacts.

use crate::catalogue::Versions;
use crate::{Actor, Caller};

/// Who looks at an account's contacts. A [`Caller`] has been looked up with the versions of what the contacts can be asked, so that they need not
/// be looked up again for what it calls for.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// Where, and who: saved filters are for some to see and not for others.
    pub actor: Actor,
    pub(crate) versions: Option<Versions>,
}

impl From<Actor> for Viewer {
    fn from(actor: Actor) -> Self {
        Self {
            actor,
            versions: None,
        }
    }
}

impl From<&Caller> for Viewer {
    fn from(caller: &Caller) -> Self {
        Self {
            actor: caller.actor(),
            versions: Some((caller.account.version, caller.catalogue_version)),
        }
    }
}
