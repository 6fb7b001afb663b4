//! Members: the people of an account, and their roles.

use crate::accounts::check_version;
use crate::sessions::read_role;
use crate::version::of_content;
use crate::{Actor, Engine, Error, Store, Write, api_keys, events, invitations};
use rapport_contract::member::Member;
use rapport_contract::role::{Permission, Permissions, Role};
use rapport_contract::{AccountId, Code, Instant, Problem, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Row {
    user_id: i64,
    name: String,
    email: String,
    role: String,
    joined_at: i64,
    last_seen_at: Option<i64>,
}

impl TryFrom<Row> for Member {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row {
            user_id,
            name,
            email,
            role,
            joined_at,
            last_seen_at,
        } = row;
        Ok(Self {
            id: UserId::from_i64(user_id),
            name,
            email,
            role: read_role(&role)?,
            joined_at: Instant::from_unix_millis(joined_at),
            last_seen_at: last_seen_at.map(Instant::from_unix_millis),
        })
    }
}

const SELECT: &str = "SELECT m.user_id, u.name, u.email, m.role, m.joined_at, m.last_seen_at \
                      FROM members m JOIN users u ON u.id = m.user_id WHERE m.account_id = $1";

/// Everybody, in the order they joined.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<Member>, Error> {
    let statement = store.engine().statement(
        format!("{SELECT} ORDER BY m.joined_at, m.user_id"),
        [account.as_i64().into()],
    );
    let rows = Row::find_by_statement(statement).all(&store.reader).await?;
    rows.into_iter().map(Member::try_from).collect()
}

/// One member.
pub async fn get(store: &Store, account: AccountId, user: UserId) -> Result<Member, Error> {
    find_in(&store.reader, account, user).await
}

/// As [`get`], for a change.
pub(crate) async fn find(w: &Write<'_>, account: AccountId, user: UserId) -> Result<Member, Error> {
    find_in(&w.tx, account, user).await
}

async fn find_in(
    db: &impl ConnectionTrait,
    account: AccountId,
    user: UserId,
) -> Result<Member, Error> {
    let statement = Engine::of(db).statement(
        format!("{SELECT} AND m.user_id = $2"),
        [account.as_i64().into(), user.as_i64().into()],
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    row.ok_or_else(|| Problem::not_found("member"))?.try_into()
}

/// The version of what the account can change of a member: the role.
pub fn version(member: &Member) -> i64 {
    of_content(&member.role)
}

/// Gives a member another role; with `if_version`, only if nobody changed it meanwhile. Only owners make owners and take that from them, and one owner stays. Links that the member made and may
/// not make any more stop working.
pub async fn set_role(
    w: &Write<'_>,
    actor: &Actor,
    by: Permissions,
    user: UserId,
    role: Role,
    if_version: Option<i64>,
) -> Result<Member, Error> {
    let owners = lock_owners(w, actor.account).await?;
    let member = lock(w, actor.account, user).await?;
    check_version(version(&member), if_version)?;
    refuse_touching_owners(by, [member.role, role])?;
    if member.role == role {
        return Ok(member);
    }
    if member.role == Role::Owner {
        refuse_last_owner(owners)?;
    }
    let statement = Engine::of(&w.tx).statement(
        "UPDATE members SET role = $3 WHERE account_id = $1 AND user_id = $2",
        [
            actor.account.as_i64().into(),
            user.as_i64().into(),
            role.as_str().into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    invitations::withdraw_made_by(w, actor.account, user, Some(role)).await?;
    if role == Role::Owner {
        invitations::withdraw_resets(w, user).await?;
    }
    events::record(w, actor.account, "member.updated", user.as_i64()).await?;
    Ok(Member { role, ..member })
}

/// Takes a member out of the account, with `if_version` only if nobody changed the role meanwhile; the person's sessions here end with it, and the links and API keys that the person made stop working.
pub async fn remove(
    w: &Write<'_>,
    actor: &Actor,
    by: Permissions,
    user: UserId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let owners = lock_owners(w, actor.account).await?;
    let member = lock(w, actor.account, user).await?;
    check_version(version(&member), if_version)?;
    refuse_touching_owners(by, [member.role])?;
    if member.role == Role::Owner {
        refuse_last_owner(owners)?;
    }
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM members WHERE account_id = $1 AND user_id = $2",
        [actor.account.as_i64().into(), user.as_i64().into()],
    );
    w.tx.execute_raw(statement).await?;
    invitations::withdraw_made_by(w, actor.account, user, None).await?;
    api_keys::delete_made_by(w, actor, user).await?;
    events::record(w, actor.account, "member.removed", user.as_i64()).await
}

/// One member, whom nobody else changes until the change is done.
async fn lock(w: &Write<'_>, account: AccountId, user: UserId) -> Result<Member, Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT 1 AS one FROM members WHERE account_id = $1 AND user_id = $2{}",
            engine.for_update()
        ),
        [account.as_i64().into(), user.as_i64().into()],
    );
    w.tx.query_one_raw(statement).await?;
    find(w, account, user).await
}

/// Counts the owners, and lets nobody else change who they are until the change is done.
async fn lock_owners(w: &Write<'_>, account: AccountId) -> Result<usize, Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT user_id FROM members WHERE account_id = $1 AND role = 'owner' ORDER BY user_id{}",
            engine.for_update()
        ),
        [account.as_i64().into()],
    );
    Ok(w.tx.query_all_raw(statement).await?.len())
}

pub(crate) fn refuse_touching_owners(
    by: Permissions,
    roles: impl IntoIterator<Item = Role>,
) -> Result<(), Error> {
    if roles.into_iter().all(|role| role != Role::Owner) || by.has(Permission::OwnersManage) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Forbidden,
        "Only an owner can make, change or remove owners.",
    )
    .into())
}

fn refuse_last_owner(owners: usize) -> Result<(), Error> {
    if owners > 1 {
        return Ok(());
    }
    Err(Problem::new(Code::LastOwner, "Make somebody else an owner first.").into())
}
