//! What became of an import.

use super::files::UPLOADING;
use super::rows::Plan;
use crate::entity::{import_problems, import_rejects, imports};
use crate::{Engine, Error, Store};
use rapport_contract::import::{Import, ImportCounts, ImportFault, ImportState, RowProblem};
use rapport_contract::page::{Cursors, Page};
use rapport_contract::{AccountId, Code, ImportId, Instant, Problem, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

impl TryFrom<imports::Model> for Import {
    type Error = Error;

    fn try_from(row: imports::Model) -> Result<Self, Error> {
        let imports::Model {
            account_id: _,
            id,
            file_name,
            size,
            state,
            plan,
            rows_total,
            rows_done,
            created,
            updated,
            unchanged,
            rejected,
            warnings,
            fault,
            created_by,
            created_at,
            finished_at,
        } = row;
        let state = ImportState::from_name(&state)
            .ok_or_else(|| Error::Corrupt(format!("import state {state:?}")))?;
        let plan: Option<Plan> = plan.as_deref().map(read_json).transpose()?;
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        let share = |done: i64, total: i64| {
            if total > 0 {
                (done as f64 / total as f64).clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        Ok(Self {
            id: ImportId::from_i64(id),
            file_name,
            size: count(size),
            progress: if state.is_final() {
                1.0
            } else {
                share(rows_done, rows_total)
            },
            state,
            dialect: plan.as_ref().map(|plan| plan.dialect.clone()),
            columns: plan.map(|plan| plan.columns).unwrap_or_default(),
            counts: ImportCounts {
                created: count(created),
                updated: count(updated),
                unchanged: count(unchanged),
                rejected: count(rejected),
                warnings: count(warnings),
            },
            fault: fault.as_deref().map(read_json::<ImportFault>).transpose()?,
            created_by: UserId::from_i64(created_by),
            created_at: Instant::from_unix_millis(created_at),
            finished_at: finished_at.map(Instant::from_unix_millis),
        })
    }
}

fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Corrupt(error.to_string()))
}

/// The latest hundred imports, the latest first.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<Import>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM imports WHERE account_id = $1 AND state <> $2 ORDER BY id DESC LIMIT 100",
        [account.as_i64().into(), UPLOADING.into()],
    );
    let rows = imports::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(Import::try_from).collect()
}

/// One import.
pub async fn get(store: &Store, account: AccountId, id: ImportId) -> Result<Import, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM imports WHERE account_id = $1 AND id = $2 AND state <> $3",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            UPLOADING.into(),
        ],
    );
    let row = imports::Model::find_by_statement(statement)
        .one(&store.reader)
        .await?;
    row.ok_or_else(|| Problem::not_found("import"))?.try_into()
}

/// Problems on one page.
const PROBLEMS: usize = 100;

/// One page of what is wrong with rows, in the order of the file.
pub async fn problems(
    store: &Store,
    account: AccountId,
    id: ImportId,
    cursor: Option<&str>,
) -> Result<Page<RowProblem>, Error> {
    get(store, account, id).await?;
    let (line, seq) = match cursor {
        None => (-1, -1),
        Some(text) => read_cursor(text).ok_or_else(|| {
            Problem::new(
                Code::InvalidCursor,
                "Take cursors from a page of the same list, or ask for the first page.",
            )
        })?,
    };
    let values: [Value; 4] = [
        account.as_i64().into(),
        id.as_i64().into(),
        line.into(),
        seq.into(),
    ];
    let statement = store.engine().statement(
        format!(
            "SELECT * FROM import_problems WHERE account_id = $1 AND import_id = $2 AND (line, seq) > ($3, $4) \
             ORDER BY line, seq LIMIT {}",
            PROBLEMS + 1
        ),
        values,
    );
    let mut rows = import_problems::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    let more = rows.len() > PROBLEMS;
    rows.truncate(PROBLEMS);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}-{}", row.line, row.seq));
    let data = rows
        .into_iter()
        .map(read_problem)
        .collect::<Result<_, Error>>()?;
    Ok(Page {
        data,
        page: Cursors { next, prev: None },
    })
}

fn read_cursor(text: &str) -> Option<(i64, i64)> {
    let (line, seq) = text.split_once('-')?;
    Some((line.parse().ok()?, seq.parse().ok()?))
}

fn read_problem(row: import_problems::Model) -> Result<RowProblem, Error> {
    let name = |text: String| serde_json::Value::String(text);
    Ok(RowProblem {
        line: u64::try_from(row.line).unwrap_or_default(),
        severity: serde_json::from_value(name(row.severity))
            .map_err(|error| Error::Corrupt(error.to_string()))?,
        code: serde_json::from_value(name(row.code))
            .map_err(|error| Error::Corrupt(error.to_string()))?,
        column: row.column_name,
        value: row.value,
    })
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line of the file on which it begins.
    pub line: u64,
    /// Its cells as they stand in the file.
    pub cells: Vec<String>,
    /// Why: the codes of its problems.
    pub reason: String,
}

/// Up to 500 rejected rows behind a line, in the order of the file.
pub async fn rejected(
    store: &Store,
    account: AccountId,
    id: ImportId,
    after_line: u64,
) -> Result<Vec<RejectedRow>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM import_rejects WHERE account_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT 500",
        [
            account.as_i64().into(),
            id.as_i64().into(),
            i64::try_from(after_line).unwrap_or(i64::MAX).into(),
        ],
    );
    let rows = import_rejects::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RejectedRow {
                line: u64::try_from(row.line).unwrap_or_default(),
                cells: read_json(&row.cells)?,
                reason: row.reason,
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct Row {
    rows_total: i64,
    rows_done: i64,
    plan: Option<String>,
}

/// How far an import is.
pub(crate) struct Progress {
    /// Rows of the file; nothing until that is known.
    pub(crate) total: Option<u64>,
    /// Rows that are done.
    pub(crate) done: u64,
}

/// How far an import is; nothing when there is no such import.
pub(crate) async fn progress(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ImportId,
) -> Result<Option<Progress>, Error> {
    let statement = Engine::of(db).statement(
        "SELECT rows_total, rows_done, plan FROM imports WHERE account_id = $1 AND id = $2",
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(row.map(|row| Progress {
        total: row.plan.map(|_| number(row.rows_total)),
        done: number(row.rows_done),
    }))
}
