//! Links that let somebody in: invitations, and links to set a new password.
//!
//! The token of a link is made by the caller; only its hash is kept.

use crate::entity::invitations;
use crate::sessions::read_role;
use crate::users::{self, HashedUser};
use crate::{Actor, Engine, Error, Store, Who, Write, events, members};
use rapport_contract::email::EmailAddress;
use rapport_contract::invitation::{Invitation, LinkOffer, LinkPurpose};
use rapport_contract::role::{Permission, Permissions, Role};
use rapport_contract::{AccountId, Code, Instant, InvitationId, Problem, UserId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// How long an invitation holds: 7 days.
pub const INVITATION_SECONDS: i64 = 7 * 24 * 3600;

/// How long a link to set a new password holds: one day.
pub const RESET_SECONDS: i64 = 24 * 3600;

/// A link as its token names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkKey {
    /// The account.
    pub account: AccountId,
    /// The invitation.
    pub id: InvitationId,
    /// The hash of the token's secret.
    pub secret_hash: String,
}

const fn purpose_name(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::Join => "join",
        LinkPurpose::ResetPassword => "reset_password",
    }
}

/// Makes an invitation; `secret_hash` is the hash of the secret in its link.
pub async fn invite(
    w: &Write<'_>,
    actor: &Actor,
    by: Permissions,
    role: Role,
    email: Option<&EmailAddress>,
    secret_hash: String,
) -> Result<InvitationId, Error> {
    members::refuse_touching_owners(by, [role])?;
    if let Some(email) = email {
        let known = users::credentials_in(w, email).await?;
        if known.is_some_and(|person| person.accounts.contains(&actor.account)) {
            return Err(already_member(email));
        }
    }
    let row = invitations::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        purpose: purpose_name(LinkPurpose::Join).to_owned(),
        token_hash: secret_hash,
        email: email.map(|email| email.as_str().to_owned()),
        role: Some(role.as_str().to_owned()),
        user_id: None,
        made_by: actor.who.person().map(UserId::as_i64),
        created_at: w.now().unix_millis(),
        expires_at: w.now().plus_seconds(INVITATION_SECONDS).unix_millis(),
    };
    insert(w, row).await
}

/// Makes a link with which a member can set a new password; earlier ones stop working. An owner's is made by owners only.
pub async fn offer_reset(
    w: &Write<'_>,
    actor: &Actor,
    by: Permissions,
    user: UserId,
    secret_hash: String,
) -> Result<InvitationId, Error> {
    let member = members::find(w, actor.account, user).await?;
    members::refuse_touching_owners(by, [member.role])?;
    if actor.who != Who::System {
        refuse_if_elsewhere(w, actor, user).await?;
    }
    let earlier = Engine::of(&w.tx).statement(
        "DELETE FROM invitations WHERE account_id = $1 AND user_id = $2 AND purpose = 'reset_password'",
        [actor.account.as_i64().into(), user.as_i64().into()],
    );
    w.tx.execute_raw(earlier).await?;
    let row = invitations::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        purpose: purpose_name(LinkPurpose::ResetPassword).to_owned(),
        token_hash: secret_hash,
        email: Some(member.email),
        role: None,
        user_id: Some(user.as_i64()),
        made_by: actor.who.person().map(UserId::as_i64),
        created_at: w.now().unix_millis(),
        expires_at: w.now().plus_seconds(RESET_SECONDS).unix_millis(),
    };
    insert(w, row).await
}

/// A person signs in everywhere with one password: an account must not be able to take a person over who belongs to another one too.
async fn refuse_if_elsewhere(w: &Write<'_>, actor: &Actor, user: UserId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT 1 AS one FROM members WHERE user_id = $1 AND account_id <> $2 LIMIT 1",
        [user.as_i64().into(), actor.account.as_i64().into()],
    );
    if w.tx.query_one_raw(statement).await?.is_none() {
        return Ok(());
    }
    Err(Problem::new(
        Code::Forbidden,
        "This person is a member of other accounts too. Whoever runs the server can make the link: rapport admin reset-password.",
    )
    .into())
}

/// Withdraws what a member handed out and may not give any more, with the role that is left (none after removal): nobody keeps a door open
/// behind them.
pub(crate) async fn withdraw_made_by(
    w: &Write<'_>,
    account: AccountId,
    member: UserId,
    role: Option<Role>,
) -> Result<(), Error> {
    let may = |permission| role.is_some_and(|role| role.may(permission));
    let which = if !may(Permission::MembersManage) {
        ""
    } else if !may(Permission::OwnersManage) {
        " AND (role = 'owner' OR user_id IN (SELECT user_id FROM members WHERE account_id = $1 AND role = 'owner'))"
    } else {
        return Ok(());
    };
    let statement = Engine::of(&w.tx).statement(
        format!("DELETE FROM invitations WHERE account_id = $1 AND made_by = $2{which}"),
        [account.as_i64().into(), member.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Withdraws the links to set this person's password that members made: since then the person has become more than those who made them
/// may decide about. Those of whoever runs the server stay.
pub(crate) async fn withdraw_resets(w: &Write<'_>, user: UserId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM invitations WHERE user_id = $1 AND purpose = 'reset_password' AND made_by IS NOT NULL",
        [user.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

async fn insert(w: &Write<'_>, row: invitations::Model) -> Result<InvitationId, Error> {
    let id = InvitationId::from_i64(row.id);
    invitations::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(id)
}

fn already_member(email: &EmailAddress) -> Error {
    Problem::new(
        Code::AlreadyMember,
        format!("{email} is a member of this account already."),
    )
    .into()
}

/// The invitations that stand open, the latest first. Links to set a password are not among them.
pub async fn list(
    store: &Store,
    account: AccountId,
    now: Instant,
) -> Result<Vec<Invitation>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM invitations WHERE account_id = $1 AND purpose = 'join' AND expires_at > $2 ORDER BY id DESC",
        [account.as_i64().into(), now.unix_millis().into()],
    );
    let rows = invitations::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// One invitation that stands open.
pub async fn get(
    store: &Store,
    account: AccountId,
    id: InvitationId,
    now: Instant,
) -> Result<Invitation, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM invitations WHERE account_id = $1 AND id = $2 AND purpose = 'join' AND expires_at > $3",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            now.unix_millis().into(),
        ],
    );
    let row = invitations::Model::find_by_statement(statement)
        .one(&store.reader)
        .await?;
    row.ok_or_else(|| Problem::not_found("invitation"))?
        .try_into()
}

impl TryFrom<invitations::Model> for Invitation {
    type Error = Error;

    fn try_from(row: invitations::Model) -> Result<Self, Error> {
        let invitations::Model {
            account_id: _,
            id,
            purpose: _,
            token_hash: _,
            email,
            role,
            user_id: _,
            made_by,
            created_at,
            expires_at,
        } = row;
        Ok(Self {
            id: InvitationId::from_i64(id),
            email,
            role: read_role(role.as_deref().unwrap_or_default())?,
            invited_by: UserId::from_i64(made_by.unwrap_or_default()),
            created_at: Instant::from_unix_millis(created_at),
            expires_at: Instant::from_unix_millis(expires_at),
        })
    }
}

/// Withdraws an invitation: its link no longer works.
pub async fn withdraw(w: &Write<'_>, actor: &Actor, id: InvitationId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM invitations WHERE account_id = $1 AND id = $2 AND purpose = 'join'",
        [actor.account.as_i64().into(), id.as_i64().into()],
    );
    match w.tx.execute_raw(statement).await?.rows_affected() {
        0 => Err(Problem::not_found("invitation").into()),
        _ => Ok(()),
    }
}

/// What the link offers, for whoever has it.
///
/// # Errors
/// `link_spent` when it was used, withdrawn, has expired, or never was.
pub async fn open(store: &Store, key: &LinkKey, now: Instant) -> Result<LinkOffer, Error> {
    let row = find(&store.reader, key, now, "").await?;
    let account = crate::accounts::get(store, key.account).await?;
    Ok(LinkOffer {
        purpose: if row.user_id.is_some() {
            LinkPurpose::ResetPassword
        } else {
            LinkPurpose::Join
        },
        account: account.name,
        email: row.email,
        role: row.role.as_deref().map(read_role).transpose()?,
        expires_at: Instant::from_unix_millis(row.expires_at),
    })
}

async fn find(
    db: &impl ConnectionTrait,
    key: &LinkKey,
    now: Instant,
    lock: &str,
) -> Result<invitations::Model, Error> {
    let statement = Engine::of(db).statement(
        format!(
            "SELECT * FROM invitations WHERE account_id = $1 AND id = $2 AND token_hash = $3 AND expires_at > $4{lock}"
        ),
        [
            key.account.as_i64().into(),
            key.id.as_i64().into(),
            key.secret_hash.as_str().into(),
            now.unix_millis().into(),
        ],
    );
    let row = invitations::Model::find_by_statement(statement)
        .one(db)
        .await?;
    let spent = || {
        Problem::new(
            Code::LinkSpent,
            "The link was used, was withdrawn, or has expired. Ask for a new one.",
        )
    };
    Ok(row.ok_or_else(spent)?)
}

/// Takes the link out of the way: it works once.
async fn spend(
    w: &Write<'_>,
    key: &LinkKey,
    purpose: LinkPurpose,
) -> Result<invitations::Model, Error> {
    let row = find(&w.tx, key, w.now(), Engine::of(&w.tx).for_update()).await?;
    if row.purpose != purpose_name(purpose) {
        return Err(Problem::new(Code::LinkSpent, "This link is for something else.").into());
    }
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM invitations WHERE account_id = $1 AND id = $2",
        [key.account.as_i64().into(), key.id.as_i64().into()],
    );
    w.tx.execute_raw(statement).await?;
    Ok(row)
}

/// Who joins by an invitation.
#[derive(Debug, Clone)]
pub enum Joining {
    /// A person who signs in elsewhere already, and has proved it.
    Known(UserId),
    /// Somebody new.
    New(HashedUser),
}

/// Joins the account by an invitation.
pub async fn accept(
    w: &Write<'_>,
    key: &LinkKey,
    email: &EmailAddress,
    joining: &Joining,
) -> Result<UserId, Error> {
    let row = spend(w, key, LinkPurpose::Join).await?;
    let meant = row
        .email
        .as_deref()
        .and_then(|text| EmailAddress::parse(text).ok());
    if meant.is_some_and(|meant| meant != *email) {
        return Err(Problem::new(
            Code::Forbidden,
            "This invitation is for another e-mail address. Ask for one that is for yours.",
        )
        .into());
    }
    let user = match joining {
        Joining::Known(user) => {
            let known = users::credentials_in(w, email).await?;
            if known.is_some_and(|person| person.accounts.contains(&key.account)) {
                return Err(already_member(email));
            }
            *user
        }
        Joining::New(user) => users::create(w, user).await?,
    };
    let role = read_role(row.role.as_deref().unwrap_or_default())?;
    users::join(w, key.account, user, role).await?;
    withdraw_resets(w, user).await?;
    events::record(w, key.account, "member.joined", user.as_i64()).await?;
    Ok(user)
}

/// Sets a new password by a link; every session of the person ends.
pub async fn reset_password(
    w: &Write<'_>,
    key: &LinkKey,
    password_hash: &str,
) -> Result<(), Error> {
    let row = spend(w, key, LinkPurpose::ResetPassword).await?;
    let user = row
        .user_id
        .ok_or_else(|| Error::Corrupt("a reset link without a person".to_owned()))?;
    users::set_password(w, UserId::from_i64(user), password_hash, None).await
}
