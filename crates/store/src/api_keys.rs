//! API keys: what programs call with. The key itself is made by the caller; only its hash is kept.

use crate::accounts::check_version;
use crate::caller::{ACCOUNT, Caller, read_account};
use crate::entity::api_keys;
use crate::sessions::read_role;
use crate::{Actor, Engine, Error, Store, Who, Write, events};
use rapport_contract::api_key::{ApiKey, ApiKeyPatch, NewApiKey};
use rapport_contract::role::{Permission, Permissions};
use rapport_contract::{
    AccountId, ApiKeyId, Code, Fault, FaultCode, Instant, Patch, Problem, UserId,
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Value};

/// How long the use of a key need not be written down again.
pub const USE_SECONDS: i64 = 60;

impl TryFrom<api_keys::Model> for ApiKey {
    type Error = Error;

    fn try_from(row: api_keys::Model) -> Result<Self, Error> {
        let api_keys::Model {
            account_id: _,
            id,
            name,
            start,
            secret_hash: _,
            scopes,
            made_by,
            created_at,
            updated_at,
            expires_at,
            last_used_at,
            version,
            deleted_at: _,
        } = row;
        Ok(Self {
            id: ApiKeyId::from_i64(id),
            name,
            start,
            scopes: read_scopes(&scopes)?.iter().collect(),
            made_by: UserId::from_i64(made_by),
            created_at: Instant::from_unix_millis(created_at),
            updated_at: Instant::from_unix_millis(updated_at),
            expires_at: expires_at.map(Instant::from_unix_millis),
            last_used_at: last_used_at.map(Instant::from_unix_millis),
            version,
        })
    }
}

/// Permissions that a later version took away are not in it any more.
fn read_scopes(text: &str) -> Result<Permissions, Error> {
    let names: Vec<String> =
        serde_json::from_str(text).map_err(|_| Error::Corrupt(format!("scopes {text:?}")))?;
    let known = names.iter().filter_map(|name| Permission::from_name(name));
    Ok(known.collect())
}

fn write_scopes(scopes: Permissions) -> Result<String, Error> {
    let names: Vec<_> = scopes.iter().map(Permission::as_str).collect();
    serde_json::to_string(&names).map_err(|error| Error::Corrupt(error.to_string()))
}

/// A key as it was made: how it begins, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedKey {
    /// The first characters.
    pub start: String,
    /// The hash of the whole.
    pub hash: String,
}

/// Makes an API key of the caller's.
///
/// # Errors
/// A fault when a key is to make one that outlives it.
pub async fn create(
    w: &Write<'_>,
    caller: &Caller,
    new: &NewApiKey,
    key: HashedKey,
) -> Result<ApiKey, Error> {
    let NewApiKey {
        name,
        scopes,
        expires_at,
    } = new;
    refuse_outliving(w, caller, *expires_at).await?;
    let row = api_keys::Model {
        account_id: caller.account.id.as_i64(),
        id: w.id()?,
        name: name.clone(),
        start: key.start,
        secret_hash: Some(key.hash),
        scopes: write_scopes(*scopes)?,
        made_by: caller.person.as_i64(),
        created_at: w.now().unix_millis(),
        updated_at: w.now().unix_millis(),
        expires_at: expires_at.map(Instant::unix_millis),
        last_used_at: None,
        version: 1,
        deleted_at: None,
    };
    api_keys::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    events::record(w, caller.account.id, "api_key.created", row.id).await?;
    row.try_into()
}

/// Whoever has a key that ends must not get one with it that does not.
async fn refuse_outliving(
    w: &Write<'_>,
    caller: &Caller,
    end: Option<Instant>,
) -> Result<(), Error> {
    let Who::ApiKey { key, .. } = caller.who else {
        return Ok(());
    };
    let latest = find(&w.tx, caller.account.id, key, "").await?.expires_at;
    let Some(latest) = latest.filter(|latest| end.is_none_or(|end| end > *latest)) else {
        return Ok(());
    };
    Err(Problem::invalid(vec![Fault::new(
        "/expires_at",
        FaultCode::OutOfRange,
        format!("expected {latest} at the latest: the key that asks for it ends then"),
    )])
    .into())
}

/// The account's keys, the latest first.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<ApiKey>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM api_keys WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id DESC",
        [account.as_i64().into()],
    );
    let rows = api_keys::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// One of the account's keys.
pub async fn get(store: &Store, account: AccountId, id: ApiKeyId) -> Result<ApiKey, Error> {
    find(&store.reader, account, id, "").await
}

async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ApiKeyId,
    lock: &str,
) -> Result<ApiKey, Error> {
    let statement = Engine::of(db).statement(
        format!(
            "SELECT * FROM api_keys WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL{lock}"
        ),
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = api_keys::Model::find_by_statement(statement)
        .one(db)
        .await?;
    row.ok_or_else(|| Problem::not_found("API key"))?.try_into()
}

/// Changes a key's name or its end; with `if_version`, only if nobody changed it meanwhile. A key that may what the caller may not is
/// changed by others.
pub async fn update(
    w: &Write<'_>,
    caller: &Caller,
    id: ApiKeyId,
    patch: &ApiKeyPatch,
    if_version: Option<i64>,
) -> Result<ApiKey, Error> {
    let account = caller.account.id;
    let before = find(&w.tx, account, id, Engine::of(&w.tx).for_update()).await?;
    check_version(before.version, if_version)?;
    let scopes: Permissions = before.scopes.iter().copied().collect();
    if !scopes.is_within(caller.permissions) {
        return Err(Problem::new(
            Code::Forbidden,
            "This key may more than you may. Whoever may as much can change it; you can delete it.",
        )
        .into());
    }
    let ApiKeyPatch { name, expires_at } = patch.clone();
    if !expires_at.is_absent() {
        refuse_outliving(w, caller, Patch::apply(expires_at, None)).await?;
    }
    let after = ApiKey {
        name: name.unwrap_or_else(|| before.name.clone()),
        expires_at: expires_at.apply(before.expires_at),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    let after = ApiKey {
        updated_at: w.now(),
        version: before.version + 1,
        ..after
    };
    let statement = Engine::of(&w.tx).statement(
        "UPDATE api_keys SET name = $3, expires_at = $4, updated_at = $5, version = $6 WHERE account_id = $1 AND id = $2",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            after.name.clone().into(),
            after.expires_at.map(Instant::unix_millis).into(),
            after.updated_at.unix_millis().into(),
            after.version.into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    events::record(w, account, "api_key.updated", id.as_i64()).await?;
    Ok(after)
}

/// Deletes a key: it stops working at once. Its name stays for the timelines that it stands in.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    id: ApiKeyId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let lock = Engine::of(&w.tx).for_update();
    let before = find(&w.tx, actor.account, id, lock).await?;
    check_version(before.version, if_version)?;
    let statement = Engine::of(&w.tx).statement(
        "UPDATE api_keys SET secret_hash = NULL, deleted_at = $3, version = version + 1 WHERE account_id = $1 AND id = $2",
        [
            actor.account.as_i64().into(),
            id.as_i64().into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    events::record(w, actor.account, "api_key.deleted", id.as_i64()).await
}

/// Deletes the keys that somebody made who is a member no longer: none of them may work again if the person comes back.
pub(crate) async fn delete_made_by(
    w: &Write<'_>,
    actor: &Actor,
    member: UserId,
) -> Result<(), Error> {
    #[derive(FromQueryResult)]
    struct Id {
        id: i64,
    }

    let made = Engine::of(&w.tx).statement(
        "SELECT id FROM api_keys WHERE account_id = $1 AND made_by = $2 AND deleted_at IS NULL ORDER BY id",
        [actor.account.as_i64().into(), member.as_i64().into()],
    );
    for Id { id } in Id::find_by_statement(made).all(&w.tx).await? {
        delete(w, actor, ApiKeyId::from_i64(id), None).await?;
    }
    Ok(())
}

/// A program that calls with a key.
#[derive(Debug, Clone)]
pub struct Program {
    /// Who calls.
    pub caller: Caller,
    /// The key.
    pub key: ApiKeyId,
    /// When the key was last used, as far as that was written down.
    pub last_used_at: Option<Instant>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    scopes: String,
    made_by: i64,
    last_used_at: Option<i64>,
    role: String,
}

/// Who calls with the key of this hash: what its maker's role allows now, within its scopes. Nobody when there is no such key, or none that
/// holds.
pub async fn program(
    store: &Store,
    secret_hash: &str,
    now: Instant,
) -> Result<Option<Program>, Error> {
    find_program(
        &store.keyed,
        now,
        "k.secret_hash = $2",
        [secret_hash.into()],
    )
    .await
}

/// As [`program`], by the key's id.
pub(crate) async fn program_by_id(
    store: &Store,
    account: AccountId,
    id: ApiKeyId,
    now: Instant,
) -> Result<Option<Program>, Error> {
    let which = [account.as_i64().into(), id.as_i64().into()];
    find_program(&store.keyed, now, "k.account_id = $2 AND k.id = $3", which).await
}

/// As [`program`], by the key's id and inside a change.
pub(crate) async fn program_in(
    w: &Write<'_>,
    account: AccountId,
    id: ApiKeyId,
) -> Result<Option<Program>, Error> {
    let which = [account.as_i64().into(), id.as_i64().into()];
    find_program(&w.tx, w.now(), "k.account_id = $2 AND k.id = $3", which).await
}

async fn find_program(
    db: &impl ConnectionTrait,
    now: Instant,
    which: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Program>, Error> {
    let statement = Engine::of(db).statement(
        format!(
            "SELECT k.id, k.scopes, k.made_by, k.last_used_at, m.role, {ACCOUNT} FROM api_keys k \
             JOIN members m ON m.account_id = k.account_id AND m.user_id = k.made_by \
             JOIN accounts a ON a.id = k.account_id \
             WHERE {which} AND k.deleted_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $1)"
        ),
        std::iter::once(now.unix_millis().into()).chain(values),
    );
    let Some(found) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let (account, catalogue_version) = read_account(&found)?;
    let row = Row::from_query_result(&found, "")?;
    let (key, maker) = (ApiKeyId::from_i64(row.id), UserId::from_i64(row.made_by));
    let role = Permissions::of(read_role(&row.role)?);
    Ok(Some(Program {
        caller: Caller {
            account,
            catalogue_version,
            permissions: role.both(read_scopes(&row.scopes)?),
            person: maker,
            session: None,
            chosen_language: None,
            who: Who::ApiKey { key, maker },
        },
        key,
        last_used_at: row.last_used_at.map(Instant::from_unix_millis),
    }))
}

/// Writes down that a key was used, unless that was done within the last minute.
pub async fn used(w: &Write<'_>, account: AccountId, key: ApiKeyId) -> Result<(), Error> {
    let now = w.now();
    let statement = Engine::of(&w.tx).statement(
        "UPDATE api_keys SET last_used_at = $3 WHERE account_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)",
        [
            account.as_i64().into(),
            key.as_i64().into(),
            now.unix_millis().into(),
            now.plus_seconds(-USE_SECONDS).unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
