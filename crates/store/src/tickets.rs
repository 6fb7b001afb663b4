//! Tickets: what a browser opens by itself carries no header, so an address lets it in, once and at once.
//!
//! The secret of a ticket is made by the caller; only its hash is kept.

use crate::entity::tickets;
use crate::{Caller, Engine, Error, Who, Write, api_keys, sessions};
use rapport_contract::{AccountId, ApiKeyId, Instant, SessionId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// How long a ticket holds: one minute.
pub const TICKET_SECONDS: i64 = 60;

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Downloading contacts.
    Export,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
        }
    }
}

/// Makes a ticket of the caller's; `parameters` is what it asks for, as JSON. Gives when it ends.
pub async fn make(
    w: &Write<'_>,
    caller: &Caller,
    purpose: Purpose,
    secret_hash: String,
    parameters: String,
) -> Result<Instant, Error> {
    forget_expired(w).await?;
    let key = match caller.who {
        Who::ApiKey { key, .. } => Some(key.as_i64()),
        Who::User(_) | Who::Import(_) | Who::System => None,
    };
    let expires_at = w.now().plus_seconds(TICKET_SECONDS);
    let row = tickets::Model {
        account_id: caller.account.id.as_i64(),
        secret_hash,
        purpose: purpose.as_str().to_owned(),
        session_id: caller.session.map(SessionId::as_i64),
        api_key_id: key,
        parameters,
        expires_at: expires_at.unix_millis(),
    };
    tickets::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(expires_at)
}

/// Tickets that are forgotten at once.
const FORGOTTEN: u32 = 100;

/// Takes away some of the tickets, of any account, that nobody came with in time, and tells how many.
pub async fn forget_expired(w: &Write<'_>) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let skip = if engine == Engine::Postgres {
        " FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let statement = engine.statement(
        format!(
            "DELETE FROM tickets WHERE secret_hash IN \
             (SELECT secret_hash FROM tickets WHERE expires_at <= $1 ORDER BY expires_at LIMIT {FORGOTTEN}{skip})"
        ),
        [w.now().unix_millis().into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}

/// Spends a ticket: who comes, as they are now, and what they ask for.
///
/// Nobody when there is no such ticket for this purpose, it was spent, has expired, or whoever made it may not come in any more: the session
/// ended, the key was deleted, the person is no member now.
pub async fn redeem(
    w: &Write<'_>,
    secret_hash: &str,
    purpose: Purpose,
) -> Result<Option<(Caller, String)>, Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM tickets WHERE secret_hash = $1 AND purpose = $2 RETURNING *",
        [secret_hash.into(), purpose.as_str().into()],
    );
    let found = tickets::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let Some(row) = found.filter(|row| row.expires_at > w.now().unix_millis()) else {
        return Ok(None);
    };
    let account = AccountId::from_i64(row.account_id);
    let caller = match (row.session_id, row.api_key_id) {
        (Some(session), _) => {
            let person = sessions::person_in(w, account, SessionId::from_i64(session)).await?;
            person.map(Caller::from)
        }
        (None, Some(key)) => {
            let program = api_keys::program_in(w, account, ApiKeyId::from_i64(key)).await?;
            program.map(|program| program.caller)
        }
        (None, None) => None,
    };
    Ok(caller.map(|caller| (caller, row.parameters)))
}
