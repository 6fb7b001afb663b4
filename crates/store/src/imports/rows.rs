//! The rows of a file, batch by batch: each batch, with how far the import has come, is one transaction.

use super::matching::Work;
use super::tally::{Done, Tally};
use crate::entity::imports;
use crate::jobs::{self, Claim};
use crate::{Actor, Engine, Error, Store, Who, Write, events};
use rapport_contract::contact::ContactFields;
use rapport_contract::import::{Dialect, ImportColumn, ImportFault, RowProblem};
use rapport_contract::{AccountId, ImportId, Instant};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

/// How a file is read: found out once, kept for whoever goes on with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// How the file is written.
    pub dialect: Dialect,
    /// What its columns are.
    pub columns: Vec<ImportColumn>,
}

/// The values of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFields {
    /// The contact's values.
    pub fields: ContactFields,
    /// Whether `first_name` holds a full name, from a column of full names.
    pub whole_name: bool,
    /// When the contact was first known.
    pub created_at: Option<Instant>,
    /// When the contact last did something.
    pub last_activity_at: Option<Instant>,
}

/// One row of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// The line on which it begins.
    pub line: u64,
    /// Its values, or nothing when the reader rejected it: then `problems` says why.
    pub values: Option<RowFields>,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
    /// Its cells as they stand in the file.
    pub cells: Vec<String>,
}

/// Rows that follow one another in the file.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Rows of the file that were done before these.
    pub done_before: u64,
    /// The rows.
    pub rows: Vec<ImportRow>,
}

/// How many rows of the import are done, for whoever takes it up; nothing when there is no more to do.
pub async fn rows_done(
    store: &Store,
    account: AccountId,
    id: ImportId,
) -> Result<Option<u64>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM imports WHERE account_id = $1 AND id = $2 AND state IN ('queued', 'running')",
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = imports::Model::find_by_statement(statement)
        .one(&store.reader)
        .await?;
    Ok(row.map(|row| u64::try_from(row.rows_done).unwrap_or_default()))
}

/// Keeps how the file is read, before the first row. False: somebody else has taken the job over.
pub async fn start(
    w: &Write<'_>,
    claim: &Claim,
    plan: &Plan,
    rows_total: u64,
) -> Result<bool, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(false);
    }
    let plan = serde_json::to_string(plan).map_err(|error| Error::Corrupt(error.to_string()))?;
    let statement = Engine::of(&w.tx).statement(
        "UPDATE imports SET state = 'running', plan = $3, rows_total = $4 WHERE account_id = $1 AND id = $2",
        [
            claim.account.as_i64().into(),
            claim.subject.into(),
            plan.into(),
            i64::try_from(rows_total).unwrap_or(i64::MAX).into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    Ok(true)
}

/// Does the rows of a batch, and writes down how far the import has come: all of it, or nothing. False: somebody else has taken the job
/// over, or has done these rows.
pub async fn apply(w: &Write<'_>, claim: &Claim, batch: &Batch) -> Result<bool, Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(false);
    }
    let import = ImportId::from_i64(claim.subject);
    let actor = Actor {
        account: claim.account,
        who: Who::Import(import),
    };
    let mut work = Work::begin(w, &actor, &batch.rows).await?;
    let mut report = Tally::default();
    for row in &batch.rows {
        let mut problems = row.problems.clone();
        let done = match &row.values {
            Some(values) => work.row(row.line, values, &mut problems).await?,
            None => Done::Rejected,
        };
        report.add(row, done, problems);
    }
    work.flush().await?;
    report
        .write(w, claim, batch.done_before, batch.rows.len())
        .await
}

/// The last row is done.
pub async fn finish(w: &Write<'_>, claim: &Claim) -> Result<(), Error> {
    end(w, claim, "done", None).await?;
    jobs::finish(w, claim, None).await
}

/// The file cannot be used.
pub async fn fail(w: &Write<'_>, claim: &Claim, fault: &ImportFault) -> Result<(), Error> {
    let text = serde_json::to_string(fault).map_err(|error| Error::Corrupt(error.to_string()))?;
    end(w, claim, "failed", Some(text)).await?;
    jobs::finish(w, claim, Some(&fault.detail)).await
}

async fn end(
    w: &Write<'_>,
    claim: &Claim,
    state: &str,
    fault: Option<String>,
) -> Result<(), Error> {
    if !jobs::hold(w, claim).await? {
        return Ok(());
    }
    let statement = Engine::of(&w.tx).statement(
        "UPDATE imports SET state = $3, fault = $4, finished_at = $5 WHERE account_id = $1 AND id = $2",
        [
            claim.account.as_i64().into(),
            claim.subject.into(),
            state.into(),
            fault.into(),
            w.now().unix_millis().into(),
        ],
    );
    w.tx.execute_raw(statement).await?;
    events::record(w, claim.account, "import.finished", claim.subject).await
}
