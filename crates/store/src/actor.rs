//! Who changes something, and in which account.

use rapport_contract::{AccountId, ImportId, UserId};

/// Who does something in an account. Every change is written down with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account: nothing outside it can be seen or changed.
    pub account: AccountId,
    /// The one who acts.
    pub who: Who,
}

/// The one who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person who is signed in.
    User(UserId),
    /// A row of an import.
    Import(ImportId),
    /// The product itself: the sample contacts of the first run, `rapport demo`.
    System,
}

impl Who {
    /// As it stands in the database: a kind, and an id where there is one.
    pub(crate) fn columns(self) -> (&'static str, Option<i64>) {
        match self {
            Self::User(id) => ("user", Some(id.as_i64())),
            Self::Import(id) => ("import", Some(id.as_i64())),
            Self::System => ("system", None),
        }
    }
}
