//! A read transaction of its own: what it sees stays as it was when it began, and the connections that answer lists stay free.
//!
//! Rows are read as they come, so that neither a batch nor a large row is ever held whole beside what is being sent.

use crate::{Engine, Error};
use futures::{FutureExt, TryStreamExt};
use rapport_contract::{AccountId, Code, Problem};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Value};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, PgPool, Postgres, Row, Sqlite, SqlitePool, Transaction};
use std::time::Duration;

/// Snapshots that one process takes at once.
pub(crate) const SNAPSHOTS_MAX: u32 = 8;

/// SQLite finds some hundred contacts in this time, fewer than it may be ahead.
const MOMENT: Duration = Duration::from_millis(1);

/// The connections that snapshots are taken on.
#[derive(Debug, Clone)]
pub(crate) enum Snapshots {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Snapshots {
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// How much one statement reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Some thousand contacts at most.
    Short,
    /// A large part of all.
    Long,
}

/// A read transaction. When it is dropped it ends.
#[derive(Debug)]
pub(super) enum Snapshot {
    Sqlite(Transaction<'static, Sqlite>),
    /// Ends with its connection: to use that again, all rows that are on their way would have to be read first.
    Postgres(PoolConnection<Postgres>),
}

fn failed(error: sqlx::Error) -> Error {
    DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
}

/// No connection: too many are in use, or the database is away.
fn none_free(error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::PoolTimedOut => Problem::new(
            Code::TooManyRequests,
            "The server has as many exports under way as it takes at once. Try again when one of them is done.",
        )
        .into(),
        other => failed(other),
    }
}

/// Binds the values of a statement: those that our statements have, and no others.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                Value::BigInt(value) => query.bind(value),
                Value::Int(value) => query.bind(value),
                Value::Double(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
                Value::String(value) => query.bind(value),
                other => return Err(Error::Corrupt(format!("{other:?} in a statement")).into()),
            };
        }
        query
    }};
}

impl Snapshot {
    /// Begins one, and fixes what it sees.
    pub(super) async fn take(snapshots: &Snapshots, account: AccountId) -> Result<Self, Error> {
        let mut snapshot = match snapshots {
            Snapshots::Sqlite(pool) => Self::Sqlite(pool.begin().await.map_err(none_free)?),
            Snapshots::Postgres(pool) => {
                let mut connection = pool.acquire().await.map_err(none_free)?;
                connection.close_on_drop();
                // Where the server can, it looks whether there is still somebody to answer; before version 14 it cannot.
                let asked = "SET client_connection_check_interval = '1s'";
                if let Err(error) = connection.execute(asked).await {
                    tracing::debug!(%error, "PostgreSQL does not look after its clients");
                }
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                connection.execute(begin).await.map_err(failed)?;
                Self::Postgres(connection)
            }
        };
        // Both engines see what there is at the first reading, not at the beginning.
        let first = "SELECT version FROM accounts WHERE id = $1".to_owned();
        snapshot.one(first, vec![account.as_i64().into()]).await?;
        Ok(snapshot)
    }

    /// Says how much is read at once. A short stretch is looked up contact by contact: for statistics that are a little off, PostgreSQL would read
    /// whole tables for it. For a long one that is what it is to do, as each contact's row lies elsewhere; then it sorts what it has.
    pub(super) async fn expect(&mut self, reading: Reading) -> Result<(), Error> {
        let Self::Postgres(connection) = self else {
            return Ok(());
        };
        let set = match reading {
            Reading::Short => "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off",
            Reading::Long => {
                "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL work_mem = '32MB'"
            }
        };
        connection.execute(set).await.map_err(failed)?;
        Ok(())
    }

    pub(super) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// The first row.
    pub(super) async fn one(
        &mut self,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Option<QueryResult>, Error> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let row = bound!(sql, values).fetch_optional(&mut **tx).await;
                row.map_err(failed)?.map(QueryResult::from)
            }
            Self::Postgres(tx) => {
                let row = bound!(sql, values).fetch_optional(&mut **tx).await;
                row.map_err(failed)?.map(QueryResult::from)
            }
        })
    }

    /// The ids in the first column.
    pub(super) async fn ids(&mut self, sql: String, values: Vec<Value>) -> Result<Vec<i64>, Error> {
        let mut ids = Vec::new();
        match self {
            Self::Sqlite(tx) => {
                let mut rows = bound!(sql, values).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    ids.push(row.try_get(0).map_err(failed)?);
                }
            }
            Self::Postgres(tx) => {
                let mut rows = bound!(sql, values).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    ids.push(row.try_get(0).map_err(failed)?);
                }
            }
        }
        Ok(ids)
    }

    /// Gives the text in the first column of every row to `take`, as the rows come.
    pub(super) async fn lines<E: From<Error>>(
        &mut self,
        sql: String,
        values: Vec<Value>,
        mut take: impl AsyncFnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Sqlite(tx) => {
                let mut rows = bound!(sql, values).fetch(&mut **tx);
                // SQLite's thread hands over one row after the other, and to be woken for each costs more than the row itself. So those that have
                // come are taken, and then none for a moment.
                loop {
                    match rows.try_next().now_or_never() {
                        Some(row) => match row.map_err(failed)? {
                            Some(row) => take(row.try_get(0).map_err(failed)?).await?,
                            None => break,
                        },
                        None => tokio::time::sleep(MOMENT).await,
                    }
                }
            }
            Self::Postgres(tx) => {
                let mut rows = bound!(sql, values).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    take(row.try_get(0).map_err(failed)?).await?;
                }
            }
        }
        Ok(())
    }
}
