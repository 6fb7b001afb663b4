//! Why the store could not do it.

use rapport_contract::problem::Conflict;
use rapport_contract::{Code, Fault, FaultCode, Problem};
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that cannot be; nothing was changed.
    #[error(transparent)]
    Problem(Box<Problem>),
    /// Another writer got in between. [`Store::write`](crate::Store::write) tries again; nobody else sees it.
    #[error("another writer got in between")]
    Raced(#[source] DbErr),
    /// The database cannot be reached, or broke the connection.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[source] DbErr),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] DbErr),
    /// A row holds what it cannot hold: the database was changed by other hands, or there is a bug.
    #[error("a row that cannot be read: {0}")]
    Corrupt(String),
    /// This process has lost its node number and makes no ids until it has one again.
    #[error("no node number is leased to this process at the moment")]
    NoNode,
}

impl Error {
    /// Another contact has the value at `pointer`.
    pub(crate) fn taken(pointer: &str, conflict: Conflict) -> Self {
        let fault = Fault::new(
            pointer,
            FaultCode::Taken,
            format!("{} has this value", conflict.name),
        );
        Problem {
            faults: vec![fault],
            detail: format!(
                "{} ({}) has this value already.",
                conflict.name, conflict.id
            ),
            conflict: Some(conflict),
            ..Problem::new(Code::ContactConflict, "")
        }
        .into()
    }
}

impl Error {
    /// Whether it says that another contact has a value.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == Code::ContactConflict)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Box<Problem>> for Error {
    fn from(problem: Box<Problem>) -> Self {
        Self::Problem(problem)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let raced = matches!(
            error.sql_err(),
            Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_))
        ) || is_serialization_failure(&error);
        if raced {
            Self::Raced(error)
        } else if is_unreachable(&error) {
            Self::Unreachable(error)
        } else {
            Self::Database(error)
        }
    }
}

/// PostgreSQL's `serialization_failure` and `deadlock_detected`.
fn is_serialization_failure(error: &DbErr) -> bool {
    let text = error.to_string();
    text.contains("40001") || text.contains("40P01") || text.contains("deadlock detected")
}

/// No connection can be had, or the one at hand broke: PostgreSQL stops (57P01 to 57P03), restarts, or is away.
fn is_unreachable(error: &DbErr) -> bool {
    let (DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner)) = error else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    let RuntimeErr::SqlxError(inner) = inner else {
        return false;
    };
    match inner.as_ref() {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| code.starts_with("57P"))
        }
        _ => false,
    }
}
