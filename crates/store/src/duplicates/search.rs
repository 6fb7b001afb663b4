//! The search for everybody in an account who is likely there twice.

use super::alike::PLAIN;
use crate::entity::duplicates;
use crate::jobs::{self, Claim, Kind};
use crate::{Actor, Engine, Error, Store, Write};
use rapport_contract::AccountId;
use rapport_contract::duplicate::DuplicateReason;
use rapport_contract::job::Job;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Contacts that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    reason: DuplicateReason,
    /// The first of them, by id.
    contacts: Vec<i64>,
    size: i64,
}

/// The most groups that are kept for each reason: who has more has another problem.
const GROUPS_MAX: usize = 10_000;

/// The most contacts of a group that are kept.
const CONTACTS_MAX: usize = 100;

/// Asks for a search, unless one is asked for that has not begun.
///
/// # Errors
/// When the database fails.
pub async fn begin(w: &Write<'_>, actor: &Actor) -> Result<Job, Error> {
    let account = actor.account;
    let queued = Engine::of(&w.tx).statement(
        "SELECT id FROM jobs WHERE account_id = $1 AND kind = 'duplicates' AND state = 'queued' AND attempts = 0 LIMIT 1",
        [account.as_i64().into()],
    );
    let id = match w.tx.query_one_raw(queued).await? {
        Some(row) => rapport_contract::JobId::from_i64(row.try_get("", "id")?),
        None => jobs::enqueue(w, account, Kind::Duplicates, account.as_i64()).await?,
    };
    jobs::find(&w.tx, account, id).await
}

#[derive(FromQueryResult)]
struct Row {
    ids: String,
    size: i64,
}

/// Those who are alike for one reason. Reads the account's whole table once, and changes nothing.
pub async fn groups(
    store: &Store,
    account: AccountId,
    reason: DuplicateReason,
) -> Result<Vec<Found>, Error> {
    let engine = store.engine();
    let (what, of) = match reason {
        DuplicateReason::Email => (
            "email_key AS alike, contact_id AS id".to_owned(),
            "contact_emails WHERE account_id = $1 AND email_key IS NOT NULL",
        ),
        DuplicateReason::Phone => (
            format!("{PLAIN} AS alike, contact_id AS id"),
            "contact_phones WHERE account_id = $1",
        ),
        DuplicateReason::NameAndCompany => (
            // No key has a control character.
            format!(
                "name_key || {} || company_key AS alike, id",
                engine.character(31)
            ),
            "contact_index WHERE account_id = $1 AND name_key IS NOT NULL AND company_key IS NOT NULL",
        ),
    };
    let list = engine.numbers_as_list("id");
    let statement = engine.statement(
        format!(
            "SELECT {list} AS ids, count(*) AS size FROM (SELECT DISTINCT {what} FROM {of}) AS traits \
             GROUP BY alike HAVING count(*) > 1 ORDER BY min(id) LIMIT {GROUPS_MAX}"
        ),
        [account.as_i64().into()],
    );
    let rows = Row::find_by_statement(statement).all(&store.reader).await?;
    rows.into_iter()
        .map(|row| {
            let mut contacts: Vec<i64> = serde_json::from_str(&row.ids)
                .map_err(|error| Error::Corrupt(format!("a list of ids: {error}")))?;
            contacts.sort_unstable();
            contacts.truncate(CONTACTS_MAX);
            Ok(Found {
                reason,
                contacts,
                size: row.size,
            })
        })
        .collect()
}

/// Keeps what was found. Gives false when somebody else took the job over.
pub async fn keep(w: &Write<'_>, claim: &Claim, found: &[Found]) -> Result<bool, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(false);
    }
    let rows = found
        .iter()
        .map(|found| {
            Ok(duplicates::Model {
                account_id: claim.account.as_i64(),
                id: w.id()?,
                job_id: claim.job.as_i64(),
                reason: found.reason.as_str().to_owned(),
                contact_ids: serde_json::to_string(&found.contacts)
                    .map_err(|error| Error::Corrupt(error.to_string()))?,
                size: found.size,
                found_at: w.now().unix_millis(),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    crate::contacts::insert_rows::<duplicates::Entity, _>(w, rows).await?;
    Ok(true)
}

/// Forgets up to `most` of what earlier searches found, or ends the job when there is nothing left of it. Gives how many went; none when the job is
/// ended, or somebody else's.
pub async fn end(w: &Write<'_>, claim: &Claim, most: u32) -> Result<u64, Error> {
    let gone = forget(w, claim, "<>", most).await?;
    if gone == Some(0) {
        jobs::finish(w, claim, None).await?;
    }
    Ok(gone.unwrap_or_default())
}

/// Forgets what an earlier try of this search found, up to `most`. Gives how many went.
pub async fn forget_own(w: &Write<'_>, claim: &Claim, most: u32) -> Result<u64, Error> {
    Ok(forget(w, claim, "=", most).await?.unwrap_or_default())
}

async fn forget(
    w: &Write<'_>,
    claim: &Claim,
    whose: &str,
    most: u32,
) -> Result<Option<u64>, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(None);
    }
    let statement = Engine::of(&w.tx).statement(
        format!(
            "DELETE FROM duplicates WHERE (account_id, id) IN \
             (SELECT account_id, id FROM duplicates WHERE account_id = $1 AND job_id {whose} $2 LIMIT {most})"
        ),
        [claim.account.as_i64().into(), claim.job.as_i64().into()],
    );
    Ok(Some(w.tx.execute_raw(statement).await?.rows_affected()))
}
