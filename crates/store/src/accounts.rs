//! Accounts: the settings that everything else in them obeys.

use crate::entity::accounts;
use crate::{Actor, Engine, Error, Store, Write, events, jobs};
use rapport_contract::account::{Account, NewAccount};
use rapport_contract::country::Country;
use rapport_contract::language::Language;
use rapport_contract::{AccountId, Code, Instant, Problem};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

impl TryFrom<accounts::Model> for Account {
    type Error = Error;

    fn try_from(row: accounts::Model) -> Result<Self, Error> {
        let accounts::Model {
            id,
            name,
            language,
            time_zone,
            default_country,
            created_at,
            updated_at,
            version,
            catalogue_version: _,
        } = row;
        Ok(Self {
            id: AccountId::from_i64(id),
            name,
            language: read_language(&language)?,
            time_zone,
            default_country: read_country(&default_country)?,
            created_at: Instant::from_unix_millis(created_at),
            updated_at: Instant::from_unix_millis(updated_at),
            version,
        })
    }
}

pub(crate) fn read_language(text: &str) -> Result<Language, Error> {
    Language::from_tag(text).ok_or_else(|| Error::Corrupt(format!("language {text:?}")))
}

pub(crate) fn read_country(text: &str) -> Result<Country, Error> {
    Country::from_code(text).map_err(|_| Error::Corrupt(format!("country {text:?}")))
}

/// Makes an account.
pub(crate) async fn create(w: &Write<'_>, draft: &NewAccount) -> Result<Account, Error> {
    let NewAccount {
        name,
        language,
        time_zone,
        default_country,
    } = draft;
    let now = w.now().unix_millis();
    let row = accounts::Model {
        id: w.id()?,
        name: name.clone(),
        language: language.as_str().to_owned(),
        time_zone: time_zone.clone(),
        default_country: default_country.code().to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
        catalogue_version: 1,
    };
    accounts::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    row.try_into()
}

/// The account itself.
pub async fn get(store: &Store, account: AccountId) -> Result<Account, Error> {
    find(&store.reader, account, "").await
}

/// Every account, the oldest first.
pub async fn list(store: &Store) -> Result<Vec<Account>, Error> {
    let statement = store
        .engine()
        .statement("SELECT * FROM accounts ORDER BY id", []);
    let rows = accounts::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(Account::try_from).collect()
}

/// The account as a change sees it: its settings cannot change before the change is done.
pub(crate) async fn settings(w: &Write<'_>, account: AccountId) -> Result<Account, Error> {
    find(&w.tx, account, Engine::of(&w.tx).for_share()).await
}

async fn find(db: &impl ConnectionTrait, account: AccountId, lock: &str) -> Result<Account, Error> {
    let statement = Engine::of(db).statement(
        format!("SELECT * FROM accounts WHERE id = $1{lock}"),
        [account.as_i64().into()],
    );
    accounts::Model::find_by_statement(statement)
        .one(db)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?
        .try_into()
}

/// What changes of an account's settings; what is not there stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The organisation's name.
    pub name: Option<String>,
    /// The account's language. Contacts are sorted by country anew, by a job.
    pub language: Option<Language>,
    /// An IANA time zone.
    pub time_zone: Option<String>,
    /// The country with which national phone numbers are read.
    pub default_country: Option<Country>,
}

/// Changes the settings; with `if_version`, only if nobody changed them meanwhile.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    change: &AccountChange,
    if_version: Option<i64>,
) -> Result<Account, Error> {
    let before = find(&w.tx, actor.account, Engine::of(&w.tx).for_update()).await?;
    check_version(before.version, if_version)?;
    let AccountChange {
        name,
        language,
        time_zone,
        default_country,
    } = change.clone();
    let after = Account {
        name: name.unwrap_or_else(|| before.name.clone()),
        language: language.unwrap_or(before.language),
        time_zone: time_zone.unwrap_or_else(|| before.time_zone.clone()),
        default_country: default_country.unwrap_or(before.default_country),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    let after = Account {
        updated_at: w.now(),
        version: before.version + 1,
        ..after
    };
    let statement = Engine::of(&w.tx).statement(
        "UPDATE accounts SET name = $2, language = $3, time_zone = $4, default_country = $5, updated_at = $6, version = $7 \
         WHERE id = $1",
        [
            actor.account.as_i64().into(),
            after.name.clone().into(),
            after.language.as_str().into(),
            after.time_zone.clone().into(),
            after.default_country.code().into(),
            after.updated_at.unix_millis().into(),
            after.version.into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    if after.language != before.language {
        jobs::enqueue(
            w,
            actor.account,
            jobs::Kind::RankCountries,
            actor.account.as_i64(),
        )
        .await?;
    }
    events::record(w, actor.account, "account.updated", actor.account.as_i64()).await?;
    Ok(after)
}

/// Counts a change of the account's segments or custom attributes. The account is held until the transaction ends: those who define them come
/// one after another.
pub(crate) async fn catalogue_changed(w: &Write<'_>, account: AccountId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE accounts SET catalogue_version = catalogue_version + 1 WHERE id = $1",
        [account.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Refuses a change that was made for another version than the one that stands.
pub(crate) fn check_version(stands: i64, expected: Option<i64>) -> Result<(), Error> {
    if expected.is_none_or(|expected| expected == stands) {
        return Ok(());
    }
    Err(Problem {
        version: Some(stands),
        ..Problem::new(
            Code::VersionMismatch,
            format!("It was changed meanwhile and is at version {stands} now. Read it again, then repeat the change."),
        )
    }
    .into())
}
