//! Sessions: sign-ins of people on devices.

use crate::accounts::read_language;
use crate::caller::{ACCOUNT, Caller, read_account};
use crate::entity::sessions;
use crate::{Engine, Error, Store, Who, Write};
use rapport_contract::auth::{Me, Session};
use rapport_contract::role::{Permissions, Role};
use rapport_contract::{AccountId, Instant, Problem, SessionId, UserId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// How long a session lives without being refreshed: 30 days.
pub const LIFETIME_SECONDS: i64 = 30 * 24 * 3600;

/// How long a spent refresh token still gives its successor: two tabs can refresh at once, and an answer can get lost.
pub const GRACE_SECONDS: i64 = 30;

/// A session as its refresh token names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionKey {
    /// The account that the session is for.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// How often it was refreshed: each refresh token is of one generation.
    pub generation: i64,
}

/// Opens a session for a member.
pub async fn open(
    w: &Write<'_>,
    account: AccountId,
    user: UserId,
    user_agent: Option<String>,
) -> Result<SessionKey, Error> {
    let now = w.now().unix_millis();
    let row = sessions::Model {
        account_id: account.as_i64(),
        id: w.id()?,
        user_id: user.as_i64(),
        generation: 1,
        rotated_at: now,
        user_agent,
        created_at: now,
        last_seen_at: now,
        expires_at: w.now().plus_seconds(LIFETIME_SECONDS).unix_millis(),
    };
    let session = SessionId::from_i64(row.id);
    // Nobody else tidies up behind sessions that were left to expire.
    let expired = Engine::of(&w.tx).statement(
        "DELETE FROM sessions WHERE account_id = $1 AND user_id = $2 AND expires_at <= $3",
        [account.as_i64().into(), user.as_i64().into(), now.into()],
    );
    w.tx.execute_raw(expired).await?;
    sessions::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    seen(w, account, user).await?;
    Ok(SessionKey {
        account,
        session,
        generation: 1,
    })
}

async fn seen(w: &Write<'_>, account: AccountId, user: UserId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE members SET last_seen_at = $3 WHERE account_id = $1 AND user_id = $2",
        [
            account.as_i64().into(),
            user.as_i64().into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// What became of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// The session goes on with this key.
    Key(SessionKey),
    /// The session is over, was never there, or its token was used twice, which ended it.
    Ended,
}

/// Spends a refresh token: the session goes on with the next generation.
///
/// A token spent up to [`GRACE_SECONDS`] ago gives the same successor again; after that its use ends the session, for one of the two who
/// have it is a thief.
pub async fn refresh(w: &Write<'_>, key: SessionKey) -> Result<Refreshed, Error> {
    let engine = Engine::of(&w.tx);
    let find = engine.statement(
        format!(
            "SELECT * FROM sessions WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        [key.account.as_i64().into(), key.session.as_i64().into()],
    );
    let Some(row) = sessions::Model::find_by_statement(find).one(&w.tx).await? else {
        return Ok(Refreshed::Ended);
    };
    let now = w.now();
    let since_rotation = now.millis_since(Instant::from_unix_millis(row.rotated_at));
    let ended = row.expires_at <= now.unix_millis();
    if !ended && key.generation == row.generation {
        let generation = row.generation + 1;
        let rotate = engine.statement(
            "UPDATE sessions SET generation = $3, rotated_at = $4, last_seen_at = $4, expires_at = $5 \
             WHERE account_id = $1 AND id = $2",
            [
                key.account.as_i64().into(),
                key.session.as_i64().into(),
                generation.into(),
                now.unix_millis().into(),
                now.plus_seconds(LIFETIME_SECONDS).unix_millis().into(),
            ],
        );
        w.tx.execute_raw(rotate).await?;
        seen(w, key.account, UserId::from_i64(row.user_id)).await?;
        return Ok(Refreshed::Key(SessionKey { generation, ..key }));
    }
    if !ended && key.generation + 1 == row.generation && since_rotation <= GRACE_SECONDS * 1000 {
        return Ok(Refreshed::Key(SessionKey {
            generation: row.generation,
            ..key
        }));
    }
    end(w, key.account, UserId::from_i64(row.user_id), key.session).await?;
    Ok(Refreshed::Ended)
}

/// A person in a session.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person, with role and account as they are now.
    pub me: Me,
    /// As [`Caller::catalogue_version`].
    pub catalogue_version: i64,
}

impl From<Person> for Caller {
    fn from(
        Person {
            me,
            catalogue_version,
        }: Person,
    ) -> Self {
        let Me {
            id,
            name: _,
            email: _,
            language,
            role,
            account,
            session,
        } = me;
        Self {
            account,
            catalogue_version,
            permissions: Permissions::of(role),
            person: id,
            session: Some(session),
            chosen_language: language,
            who: Who::User(id),
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    user_id: i64,
    user_name: String,
    email: String,
    user_language: Option<String>,
    role: String,
}

/// Who acts in this session, with role and account as they are now; nobody when it has ended or the person was removed.
pub async fn person(
    store: &Store,
    account: AccountId,
    session: SessionId,
    now: Instant,
) -> Result<Option<Person>, Error> {
    find_person(&store.keyed, account, session, now).await
}

/// As [`person`], inside a change.
pub async fn person_in(
    w: &Write<'_>,
    account: AccountId,
    session: SessionId,
) -> Result<Option<Person>, Error> {
    find_person(&w.tx, account, session, w.now()).await
}

async fn find_person(
    db: &impl ConnectionTrait,
    account: AccountId,
    session: SessionId,
    now: Instant,
) -> Result<Option<Person>, Error> {
    let statement = Engine::of(db).statement(
        format!(
            "SELECT u.id AS user_id, u.name AS user_name, u.email, u.language AS user_language, m.role, {ACCOUNT} \
             FROM sessions s \
             JOIN members m ON m.account_id = s.account_id AND m.user_id = s.user_id \
             JOIN users u ON u.id = s.user_id \
             JOIN accounts a ON a.id = s.account_id \
             WHERE s.account_id = $1 AND s.id = $2 AND s.expires_at > $3"
        ),
        [account.as_i64().into(), session.as_i64().into(), now.unix_millis().into()],
    );
    let Some(found) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let (account, catalogue_version) = read_account(&found)?;
    let row = Row::from_query_result(&found, "")?;
    let language = row
        .user_language
        .as_deref()
        .map(read_language)
        .transpose()?;
    let me = Me {
        id: UserId::from_i64(row.user_id),
        name: row.user_name,
        email: row.email,
        language,
        role: read_role(&row.role)?,
        account,
        session,
    };
    Ok(Some(Person {
        me,
        catalogue_version,
    }))
}

pub(crate) fn read_role(text: &str) -> Result<Role, Error> {
    Role::from_name(text).ok_or_else(|| Error::Corrupt(format!("role {text:?}")))
}

/// A person's sessions in an account, the latest first.
pub async fn list(
    store: &Store,
    account: AccountId,
    user: UserId,
    current: SessionId,
    now: Instant,
) -> Result<Vec<Session>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM sessions WHERE account_id = $1 AND user_id = $2 AND expires_at > $3 \
         ORDER BY last_seen_at DESC, id DESC",
        [
            account.as_i64().into(),
            user.as_i64().into(),
            now.unix_millis().into(),
        ],
    );
    let rows = sessions::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    let session = |row: sessions::Model| {
        let sessions::Model {
            account_id: _,
            id,
            user_id: _,
            generation: _,
            rotated_at: _,
            user_agent,
            created_at,
            last_seen_at,
            expires_at,
        } = row;
        Session {
            id: SessionId::from_i64(id),
            current: id == current.as_i64(),
            user_agent,
            created_at: Instant::from_unix_millis(created_at),
            last_seen_at: Instant::from_unix_millis(last_seen_at),
            expires_at: Instant::from_unix_millis(expires_at),
        }
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Ends one of a person's sessions.
///
/// # Errors
/// `not_found` when the person has no such session here.
pub async fn end(
    w: &Write<'_>,
    account: AccountId,
    user: UserId,
    session: SessionId,
) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM sessions WHERE account_id = $1 AND user_id = $2 AND id = $3",
        [
            account.as_i64().into(),
            user.as_i64().into(),
            session.as_i64().into(),
        ],
    );
    match w.tx.execute_raw(statement).await?.rows_affected() {
        0 => Err(Problem::not_found("session").into()),
        _ => Ok(()),
    }
}

/// Ends the session that a refresh token names, whatever its generation; one that is not there is ended already.
pub async fn end_by_key(w: &Write<'_>, key: SessionKey) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM sessions WHERE account_id = $1 AND id = $2",
        [key.account.as_i64().into(), key.session.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
