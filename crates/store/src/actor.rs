//! Who changes something, and in which account.

use crate::Error;
use rapport_contract::{AccountId, ApiKeyId, ImportId, UserId};

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
    /// A program with an API key.
    ApiKey {
        /// The key.
        key: ApiKeyId,
        /// Who made it, and answers for what it does.
        maker: UserId,
    },
    /// A row of an import.
    Import(ImportId),
    /// The product itself: the sample contacts of the first run, `rapport demo`.
    System,
}

impl Who {
    /// The person who answers for it, where there is one.
    pub const fn person(self) -> Option<UserId> {
        match self {
            Self::User(person) | Self::ApiKey { maker: person, .. } => Some(person),
            Self::Import(_) | Self::System => None,
        }
    }

    /// The one who stands in the database so: the columns of [`columns`](Self::columns), and the person who answers for a program.
    pub(crate) fn read(kind: &str, id: Option<i64>, person: Option<i64>) -> Result<Self, Error> {
        Ok(match (kind, id, person) {
            ("user", Some(id), _) => Self::User(UserId::from_i64(id)),
            ("api_key", Some(key), Some(maker)) => Self::ApiKey {
                key: ApiKeyId::from_i64(key),
                maker: UserId::from_i64(maker),
            },
            ("import", Some(id), _) => Self::Import(ImportId::from_i64(id)),
            ("system", None, _) => Self::System,
            _ => return Err(Error::Corrupt(format!("actor {kind:?} {id:?}"))),
        })
    }

    /// As it stands in the database: a kind, and an id where there is one.
    pub(crate) fn columns(self) -> (&'static str, Option<i64>) {
        match self {
            Self::User(id) => ("user", Some(id.as_i64())),
            Self::ApiKey { key, maker: _ } => ("api_key", Some(key.as_i64())),
            Self::Import(id) => ("import", Some(id.as_i64())),
            Self::System => ("system", None),
        }
    }
}
