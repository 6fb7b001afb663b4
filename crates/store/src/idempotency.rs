//! Requests that can be sent again: the answer is kept in the transaction of the change, so that either both are there or neither is.
//!
//! Who asks, and what, comes as keyed hashes; the answer comes encrypted. What they mean is known to the API alone.

use crate::entity::kept_answers;
use crate::{Engine, Error, Write};
use rapport_contract::{AccountId, Code, ContactId, Problem};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// How long an answer is kept: 24 hours.
pub const KEPT_SECONDS: i64 = 24 * 3600;

/// A request that carries an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The account.
    pub account: AccountId,
    /// A hash of who asks and of the key.
    pub request: String,
    /// A hash of what is asked.
    pub fingerprint: String,
}

/// The answer that the request got before, if it was sent before.
///
/// Nobody else can begin the same request until the change is done.
///
/// # Errors
/// `idempotency_key_reused` when the key came with something else before; `idempotency_in_progress` when another process of the server is at
/// it right now.
pub async fn find(w: &Write<'_>, keyed: &Keyed) -> Result<Option<Vec<u8>>, Error> {
    hold(w, keyed).await?;
    let statement = Engine::of(&w.tx).statement(
        "SELECT * FROM kept_answers WHERE account_id = $1 AND request = $2",
        [keyed.account.as_i64().into(), keyed.request.as_str().into()],
    );
    let Some(row) = kept_answers::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?
    else {
        return Ok(None);
    };
    if row.expires_at <= w.now().unix_millis() {
        let statement = Engine::of(&w.tx).statement(
            "DELETE FROM kept_answers WHERE account_id = $1 AND request = $2",
            [keyed.account.as_i64().into(), keyed.request.as_str().into()],
        );
        w.tx.execute_raw(statement).await?;
        return Ok(None);
    }
    if row.fingerprint != keyed.fingerprint {
        return Err(Problem::new(
            Code::IdempotencyKeyReused,
            "This Idempotency-Key came with another request before. Send each request with a key of its own, and the same request with the same key.",
        )
        .into());
    }
    Ok(Some(row.answer))
}

/// Lets one at a time do this request. SQLite has one writer, and one process.
async fn hold(w: &Write<'_>, keyed: &Keyed) -> Result<(), Error> {
    if Engine::of(&w.tx) == Engine::Sqlite {
        return Ok(());
    }
    let statement = Engine::Postgres.statement(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held",
        [keyed.request.as_str().into()],
    );
    let row = w.tx.query_one_raw(statement).await?;
    let held = row.map(|row| row.try_get("", "held")).transpose()?;
    if held == Some(true) {
        return Ok(());
    }
    Err(in_progress().into())
}

/// The same request is being carried out.
pub fn in_progress() -> Problem {
    Problem::new(
        Code::IdempotencyInProgress,
        "The same request is being carried out right now. Send it again in a moment to get its answer.",
    )
}

/// Keeps the answer. `subject` is the contact whose data it shows, if it shows one's.
pub async fn keep(
    w: &Write<'_>,
    keyed: &Keyed,
    answer: Vec<u8>,
    subject: Option<ContactId>,
) -> Result<(), Error> {
    forget_expired(w).await?;
    let row = kept_answers::Model {
        account_id: keyed.account.as_i64(),
        request: keyed.request.clone(),
        fingerprint: keyed.fingerprint.clone(),
        answer,
        subject_id: subject.map(ContactId::as_i64),
        expires_at: w.now().plus_seconds(KEPT_SECONDS).unix_millis(),
    };
    kept_answers::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(())
}

/// Keeps another answer in the place of the one that is kept.
pub async fn replace(w: &Write<'_>, keyed: &Keyed, answer: Vec<u8>) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE kept_answers SET answer = $3 WHERE account_id = $1 AND request = $2",
        [
            keyed.account.as_i64().into(),
            keyed.request.as_str().into(),
            answer.into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Answers that are forgotten at once.
const FORGOTTEN: u32 = 100;

/// Takes away some of the answers, of any account, that have been kept long enough, and tells how many. Whoever keeps one tidies up behind
/// others.
pub async fn forget_expired(w: &Write<'_>) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let skip = if engine == Engine::Postgres {
        " FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let statement = engine.statement(
        format!(
            "DELETE FROM kept_answers WHERE (account_id, request) IN \
             (SELECT account_id, request FROM kept_answers WHERE expires_at <= $1 ORDER BY expires_at LIMIT {FORGOTTEN}{skip})"
        ),
        [w.now().unix_millis().into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}

/// Forgets the answers that show this contact: it is erased.
pub async fn forget(w: &Write<'_>, account: AccountId, subject: ContactId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM kept_answers WHERE account_id = $1 AND subject_id = $2",
        [account.as_i64().into(), subject.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
