//! The people who sign in, and the first run that makes the first of them.

use crate::accounts::{self, check_version};
use crate::entity::{members, users};
use crate::version::of_content;
use crate::{Engine, Error, Store, Write};
use rapport_contract::account::{Account, NewAccount};
use rapport_contract::auth::{Me, MePatch};
use rapport_contract::email::EmailAddress;
use rapport_contract::language::Language;
use rapport_contract::role::Role;
use rapport_contract::{AccountId, Code, Patch, Problem, UserId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Value};

/// A person who will sign in, with the password hashed.
#[derive(Debug, Clone)]
pub struct HashedUser {
    /// The person's name.
    pub name: String,
    /// The e-mail to sign in with.
    pub email: EmailAddress,
    /// The password as a PHC string.
    pub password_hash: String,
}

/// What a login is checked against.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The person.
    pub user: UserId,
    /// The password as a PHC string.
    pub password_hash: String,
    /// The accounts that the person is a member of, the one joined first first.
    pub accounts: Vec<AccountId>,
}

/// Whether the first run is over: an account exists.
pub async fn is_set_up(store: &Store) -> Result<bool, Error> {
    let statement = store
        .engine()
        .statement("SELECT 1 AS one FROM accounts LIMIT 1", []);
    Ok(store.reader.query_one_raw(statement).await?.is_some())
}

/// The first run: makes the account and its owner. Only one can ever succeed.
///
/// # Errors
/// `already_set_up` when an account exists.
pub async fn set_up(
    w: &Write<'_>,
    account: &NewAccount,
    owner: &HashedUser,
) -> Result<(Account, UserId), Error> {
    if !end_first_run(w).await? {
        return Err(Problem::new(
            Code::AlreadySetUp,
            "An account exists already. Sign in, or ask one of its members for an invitation.",
        )
        .into());
    }
    create_account(w, account, owner).await
}

/// Makes an account and its owner, a person who is not known yet; the first run is over with it.
pub async fn create_account(
    w: &Write<'_>,
    account: &NewAccount,
    owner: &HashedUser,
) -> Result<(Account, UserId), Error> {
    end_first_run(w).await?;
    let account = accounts::create(w, account).await?;
    let user = create(w, owner).await?;
    join(w, account.id, user, Role::Owner).await?;
    Ok((account, user))
}

/// The first run is over. False: it was already.
async fn end_first_run(w: &Write<'_>) -> Result<bool, Error> {
    let end = Engine::of(&w.tx).statement(
        "INSERT INTO first_run (one, done_at) VALUES (1, $1) ON CONFLICT (one) DO NOTHING",
        [w.now().unix_millis().into()],
    );
    Ok(w.tx.execute_raw(end).await?.rows_affected() == 1)
}

/// Makes a person.
pub(crate) async fn create(w: &Write<'_>, user: &HashedUser) -> Result<UserId, Error> {
    let HashedUser {
        name,
        email,
        password_hash,
    } = user;
    if by_email(&w.tx, email).await?.is_some() {
        return Err(Problem::new(
            Code::EmailTaken,
            format!("Somebody signs in with {email} already."),
        )
        .into());
    }
    let row = users::Model {
        id: w.id()?,
        email: email.as_str().to_owned(),
        email_id: email.identity().to_owned(),
        name: name.clone(),
        language: None,
        password_hash: password_hash.clone(),
        created_at: w.now().unix_millis(),
        updated_at: w.now().unix_millis(),
    };
    let id = UserId::from_i64(row.id);
    users::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(id)
}

/// Makes a person a member.
pub(crate) async fn join(
    w: &Write<'_>,
    account: AccountId,
    user: UserId,
    role: Role,
) -> Result<(), Error> {
    let row = members::Model {
        account_id: account.as_i64(),
        user_id: user.as_i64(),
        role: role.as_str().to_owned(),
        joined_at: w.now().unix_millis(),
        last_seen_at: None,
    };
    members::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(())
}

/// What a login with this e-mail is checked against, if somebody signs in with it.
pub async fn credentials(
    store: &Store,
    email: &EmailAddress,
) -> Result<Option<Credentials>, Error> {
    by_email(&store.reader, email).await
}

/// As [`credentials`], inside a change.
pub async fn credentials_in(
    w: &Write<'_>,
    email: &EmailAddress,
) -> Result<Option<Credentials>, Error> {
    by_email(&w.tx, email).await
}

async fn by_email(
    db: &impl ConnectionTrait,
    email: &EmailAddress,
) -> Result<Option<Credentials>, Error> {
    let find = Engine::of(db).statement(
        "SELECT * FROM users WHERE email_id = $1",
        [email.identity().into()],
    );
    let Some(user) = users::Model::find_by_statement(find).one(db).await? else {
        return Ok(None);
    };
    let memberships = Engine::of(db).statement(
        "SELECT * FROM members WHERE user_id = $1 ORDER BY joined_at, account_id",
        [user.id.into()],
    );
    let accounts = members::Model::find_by_statement(memberships)
        .all(db)
        .await?;
    Ok(Some(Credentials {
        user: UserId::from_i64(user.id),
        password_hash: user.password_hash,
        accounts: accounts
            .iter()
            .map(|row| AccountId::from_i64(row.account_id))
            .collect(),
    }))
}

/// The hash of a person's password.
pub async fn password_hash(store: &Store, user: UserId) -> Result<String, Error> {
    let find = store
        .engine()
        .statement("SELECT * FROM users WHERE id = $1", [user.as_i64().into()]);
    let user = users::Model::find_by_statement(find)
        .one(&store.reader)
        .await?;
    Ok(user
        .ok_or_else(|| Problem::not_found("person"))?
        .password_hash)
}

/// Gives a person a new password, and ends the person's sessions in every account, but for `keep`.
pub async fn set_password(
    w: &Write<'_>,
    user: UserId,
    password_hash: &str,
    keep: Option<rapport_contract::SessionId>,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let set = engine.statement(
        "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1",
        [
            user.as_i64().into(),
            password_hash.into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(set).await?;
    let end = engine.statement(
        "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
        [
            user.as_i64().into(),
            keep.map_or(0, |session| session.as_i64()).into(),
        ],
    );
    w.tx.execute_raw(end).await?;
    Ok(())
}

/// The version of what a person can change of themselves: name and language.
pub fn version(me: &Me) -> i64 {
    of_content(&(&me.name, me.language.map(Language::as_str)))
}

/// Changes one's own name and language; with `if_version`, only if nobody changed them meanwhile. The name has been checked.
pub async fn update_me(
    w: &Write<'_>,
    user: UserId,
    patch: &MePatch,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let stands = Engine::of(&w.tx).statement(
        format!(
            "SELECT * FROM users WHERE id = $1{}",
            Engine::of(&w.tx).for_update()
        ),
        [user.as_i64().into()],
    );
    let stands = users::Model::find_by_statement(stands).one(&w.tx).await?;
    let stands = stands.ok_or_else(|| Problem::not_found("person"))?;
    check_version(of_content(&(&stands.name, &stands.language)), if_version)?;
    let MePatch { name, language } = patch;
    let engine = Engine::of(&w.tx);
    let now: Value = w.now().unix_millis().into();
    if let Some(name) = name {
        let set = engine.statement(
            "UPDATE users SET name = $2, updated_at = $3 WHERE id = $1",
            [user.as_i64().into(), name.clone().into(), now.clone()],
        );
        w.tx.execute_raw(set).await?;
    }
    let language: Option<Option<String>> = match language {
        Patch::Absent => None,
        Patch::Null => Some(None),
        Patch::Set(language) => Some(Some(language.as_str().to_owned())),
    };
    if let Some(language) = language {
        let set = engine.statement(
            "UPDATE users SET language = $2, updated_at = $3 WHERE id = $1",
            [user.as_i64().into(), language.into(), now],
        );
        w.tx.execute_raw(set).await?;
    }
    Ok(())
}
