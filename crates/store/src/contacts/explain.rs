//! What the database does for a page or a count: every statement, how long it takes, and its plan. For whoever asks why a filter is slow.

use super::list::ContactList;
use super::selection::{Ask, understand};
use crate::{Actor, Engine, Error, Store};
use rapport_contract::Instant;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What answering a question costs the database.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// How often the question was answered, after a first time that does not count.
    pub repeats: u32,
    /// All statements of one answer together: the time that half of the answers stayed within, in milliseconds.
    pub p50_ms: f64,
    /// The time that 99 of 100 answers stayed within, in milliseconds.
    pub p99_ms: f64,
    /// The statements, in the order in which they are carried out.
    pub statements: Vec<Explained>,
}

/// One statement and what it costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The statement, with `$1` and so on in the place of values.
    pub sql: String,
    /// The rows that it gave.
    pub rows: usize,
    /// The time that half of its executions stayed within, until all rows were there, in milliseconds.
    pub p50_ms: f64,
    /// The time that 99 of 100 executions stayed within, in milliseconds.
    pub p99_ms: f64,
    /// The lines of `EXPLAIN (ANALYZE, BUFFERS)` on PostgreSQL, where conditions show the values that were asked with, or of
    /// `EXPLAIN QUERY PLAN` on SQLite, indented.
    pub plan: Vec<String>,
}

/// Explains a page of a list. Who asks, and what the account's contacts can be asked, is looked up before and does not count.
///
/// # Errors
/// Those of [`ContactList::page`].
pub async fn explain_page(
    store: &Store,
    actor: &Actor,
    list: &ContactList,
    now: Instant,
    repeats: u32,
) -> Result<Explanation, Error> {
    let catalogue = store.catalogue(actor.account).await?;
    explain(store, repeats, async |db| {
        list.page_through(db, catalogue.clone(), actor, now)
            .await
            .map(drop)
    })
    .await
}

/// Explains a count, up to `at_most` if it is given.
///
/// # Errors
/// Those of [`count`](super::count()).
pub async fn explain_count(
    store: &Store,
    actor: &Actor,
    ask: &Ask,
    at_most: Option<u32>,
    now: Instant,
    repeats: u32,
) -> Result<Explanation, Error> {
    let catalogue = store.catalogue(actor.account).await?;
    explain(store, repeats, async |db| {
        let selection = understand(db, catalogue.clone(), actor, ask, now).await?;
        selection.count(db, at_most).await.map(drop)
    })
    .await
}

async fn explain(
    store: &Store,
    repeats: u32,
    answer: impl AsyncFn(&Recorder<'_>) -> Result<(), Error>,
) -> Result<Explanation, Error> {
    // One connection, and no question to it whether it is still there: the statements alone are measured.
    let connection = store.reader.begin().await?;
    let mut all = Vec::new();
    let mut times: Vec<Vec<Duration>> = Vec::new();
    let mut last = Vec::new();
    for round in 0..=repeats {
        let recorder = Recorder::new(&connection);
        answer(&recorder).await?;
        let executed = recorder.into_executed();
        if round > 0 || repeats == 0 {
            all.push(executed.iter().map(|one| one.took).sum());
            times.resize_with(executed.len().max(times.len()), Vec::new);
            for (times, one) in times.iter_mut().zip(&executed) {
                times.push(one.took);
            }
        }
        last = executed;
    }
    let mut statements = Vec::new();
    for (executed, times) in last.into_iter().zip(times) {
        let Executed {
            statement, rows, ..
        } = executed;
        statements.push(Explained {
            plan: plan(&connection, &statement).await?,
            sql: statement.sql,
            rows,
            p50_ms: percentile(times.clone(), 50),
            p99_ms: percentile(times, 99),
        });
    }
    connection.rollback().await?;
    Ok(Explanation {
        repeats: repeats.max(1),
        p50_ms: percentile(all.clone(), 50),
        p99_ms: percentile(all, 99),
        statements,
    })
}

/// By nearest rank, in milliseconds.
fn percentile(mut times: Vec<Duration>, percent: usize) -> f64 {
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    let time = times.get(rank - 1).copied().unwrap_or_default();
    time.as_secs_f64() * 1000.0
}

async fn plan(db: &impl ConnectionTrait, statement: &Statement) -> Result<Vec<String>, Error> {
    // A setting has none.
    if statement.values.is_none() {
        return Ok(Vec::new());
    }
    let engine = Engine::of(db);
    let explain = match engine {
        Engine::Postgres => "EXPLAIN (ANALYZE, BUFFERS)",
        Engine::Sqlite => "EXPLAIN QUERY PLAN",
    };
    let statement = Statement {
        sql: format!("{explain} {}", statement.sql),
        ..statement.clone()
    };
    let rows = db.query_all_raw(statement).await?;
    match engine {
        Engine::Postgres => rows
            .iter()
            .map(|row| Ok(row.try_get("", "QUERY PLAN")?))
            .collect(),
        Engine::Sqlite => {
            let nodes: Result<Vec<_>, DbErr> = rows
                .iter()
                .map(|row| {
                    Ok(Node {
                        id: row.try_get("", "id")?,
                        parent: row.try_get("", "parent")?,
                        detail: row.try_get("", "detail")?,
                    })
                })
                .collect();
            Ok(indented(&nodes?))
        }
    }
}

/// A row of SQLite's plan.
struct Node {
    id: i64,
    parent: i64,
    detail: String,
}

/// Each node two spaces further in than the one that it is part of; parents come before their parts.
fn indented(nodes: &[Node]) -> Vec<String> {
    let mut depths: Vec<(i64, usize)> = vec![];
    let mut lines = Vec::new();
    for node in nodes {
        let above = depths.iter().rev().find(|(id, _)| *id == node.parent);
        let depth = above.map_or(0, |(_, depth)| depth + 1);
        depths.push((node.id, depth));
        lines.push(format!("{}{}", "  ".repeat(depth), node.detail));
    }
    lines
}

/// A statement that was carried out.
struct Executed {
    statement: Statement,
    took: Duration,
    rows: usize,
}

/// A connection that keeps what is asked through it.
struct Recorder<'a> {
    db: &'a DatabaseTransaction,
    executed: Mutex<Vec<Executed>>,
}

impl<'a> Recorder<'a> {
    fn new(db: &'a DatabaseTransaction) -> Self {
        Self {
            db,
            executed: Mutex::default(),
        }
    }

    fn keep(&self, statement: Statement, took: Duration, rows: usize) {
        let mut executed = self.executed.lock().unwrap_or_else(PoisonError::into_inner);
        executed.push(Executed {
            statement,
            took,
            rows,
        });
    }

    fn into_executed(self) -> Vec<Executed> {
        self.executed
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ConnectionTrait for Recorder<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let begun = std::time::Instant::now();
        let done = self.db.execute_raw(statement.clone()).await?;
        self.keep(statement, begun.elapsed(), 0);
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let statement = Statement::from_string(self.get_database_backend(), sql);
        let begun = std::time::Instant::now();
        let done = self.db.execute_unprepared(sql).await?;
        self.keep(statement, begun.elapsed(), 0);
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let begun = std::time::Instant::now();
        let row = self.db.query_one_raw(statement.clone()).await?;
        self.keep(statement, begun.elapsed(), usize::from(row.is_some()));
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let begun = std::time::Instant::now();
        let rows = self.db.query_all_raw(statement.clone()).await?;
        self.keep(statement, begun.elapsed(), rows.len());
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_times() {
        let times: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(times.clone(), 50), 100.0);
        assert_eq!(percentile(times, 99), 198.0);
        assert_eq!(percentile(Vec::new(), 50), 0.0);
    }

    #[test]
    fn parts_stand_below_what_they_are_part_of() {
        let node = |id, parent, detail: &str| Node {
            id,
            parent,
            detail: detail.to_owned(),
        };
        let nodes = [
            node(3, 0, "CO-ROUTINE p"),
            node(7, 3, "SEARCH i"),
            node(40, 0, "SCAN p"),
        ];
        assert_eq!(indented(&nodes), ["CO-ROUTINE p", "  SEARCH i", "SCAN p"]);
    }
}
