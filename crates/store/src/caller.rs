//! Who calls: a person in a session, or a program with an API key, with account and membership as they are at this moment.

use crate::entity::accounts;
use crate::{Actor, Error, Store, Viewer, Who, api_keys, sessions};
use rapport_contract::account::Account;
use rapport_contract::language::Language;
use rapport_contract::role::{Permission, Permissions};
use rapport_contract::{Instant, SessionId, UserId};
use sea_orm::{FromQueryResult, QueryResult};

/// Who calls. Read with one statement on every request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account: nothing outside it can be seen or changed.
    pub account: Account,
    /// Counts the changes of the account's segments and custom attributes: whoever keeps them at hand knows by it when to read them anew.
    pub catalogue_version: i64,
    /// What the caller may do: what the member's role gives now and, for an API key, no more than its scopes.
    pub permissions: Permissions,
    /// The person who is signed in, or who made the API key.
    pub person: UserId,
    /// The session, for a person.
    pub session: Option<SessionId>,
    /// The language that the caller chose.
    pub chosen_language: Option<Language>,
    /// Who is written down for what is done.
    pub who: Who,
}

impl Caller {
    /// Who is written down for what is done, and where.
    pub const fn actor(&self) -> Actor {
        Actor {
            account: self.account.id,
            who: self.who,
        }
    }

    /// The caller as they are now; nobody when the session has ended, the key was deleted, or the person is no member any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn again(&self, store: &Store, now: Instant) -> Result<Option<Self>, Error> {
        let account = self.account.id;
        match (self.session, self.who) {
            (Some(session), _) => {
                let person = sessions::person(store, account, session, now).await?;
                Ok(person.map(Self::from))
            }
            (None, Who::ApiKey { key, .. }) => {
                let program = api_keys::program_by_id(store, account, key, now).await?;
                Ok(program.map(|program| program.caller))
            }
            (None, Who::User(_) | Who::Import(_) | Who::System) => Ok(None),
        }
    }

    /// Who looks at the account's contacts.
    pub fn viewer(&self) -> Viewer {
        self.into()
    }

    /// Whether the caller has this permission.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// The language that the caller is answered in: the person's, else the account's.
    pub fn language(&self) -> Language {
        self.chosen_language.unwrap_or(self.account.language)
    }
}

/// The columns of `accounts a` for [`read_account`].
pub(crate) const ACCOUNT: &str = "a.id AS a_id, a.name AS a_name, a.language AS a_language, a.time_zone AS a_time_zone, \
    a.default_country AS a_default_country, a.created_at AS a_created_at, a.updated_at AS a_updated_at, a.version AS a_version, \
    a.catalogue_version AS a_catalogue_version";

/// The account of a row that has the columns of [`ACCOUNT`], and the version of its catalogue.
pub(crate) fn read_account(row: &QueryResult) -> Result<(Account, i64), Error> {
    let model = accounts::Model::from_query_result(row, "a_")?;
    let catalogue_version = model.catalogue_version;
    Ok((model.try_into()?, catalogue_version))
}
