//! Small pieces of SQL that the engines say differently.

use crate::Engine;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

impl Engine {
    /// The engine behind a connection.
    pub(crate) fn of(db: &impl ConnectionTrait) -> Self {
        match db.get_database_backend() {
            DbBackend::Postgres => Self::Postgres,
            _ => Self::Sqlite,
        }
    }

    pub(crate) const fn backend(self) -> DbBackend {
        match self {
            Self::Postgres => DbBackend::Postgres,
            Self::Sqlite => DbBackend::Sqlite,
        }
    }

    /// A statement with its values; `$1` and so on are understood by both engines.
    pub(crate) fn statement(
        self,
        sql: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// The rows of a JSON array of texts in parameter `place`, for `IN (…)`: a list is one parameter, however long.
    pub(crate) fn texts(self, place: usize) -> String {
        match self {
            Self::Postgres => format!("SELECT jsonb_array_elements_text(${place}::jsonb)"),
            Self::Sqlite => format!("SELECT value FROM json_each(${place})"),
        }
    }

    /// The rows of a JSON array of whole numbers in parameter `place`, for `IN (…)`.
    pub(crate) fn numbers(self, place: usize) -> String {
        match self {
            Self::Postgres => format!("SELECT jsonb_array_elements_text(${place}::jsonb)::bigint"),
            Self::Sqlite => format!("SELECT value FROM json_each(${place})"),
        }
    }

    /// The condition that `column` is one of the JSON array of whole numbers in parameter `place`, looked up in an index one by one. For PostgreSQL
    /// it is an array and not a join: before a table has statistics, a join may compare each of its rows with each number.
    pub(crate) fn is_among(self, column: &str, place: usize) -> String {
        let numbers = self.numbers(place);
        match self {
            Self::Postgres => format!("{column} = ANY (ARRAY ({numbers}))"),
            Self::Sqlite => format!("{column} IN ({numbers})"),
        }
    }

    /// The character with this number.
    pub(crate) fn character(self, number: u8) -> String {
        match self {
            Self::Postgres => format!("chr({number})"),
            Self::Sqlite => format!("char({number})"),
        }
    }

    /// The values of `column`, whole numbers, in one text: a JSON array.
    pub(crate) fn numbers_as_list(self, column: &str) -> String {
        match self {
            Self::Postgres => format!("json_agg({column})::text"),
            Self::Sqlite => format!("json_group_array({column})"),
        }
    }

    /// Makes SQLite read a table from end to end, or by its ids where they are given, whatever indexes it has. PostgreSQL weighs that by itself.
    pub(crate) const fn whole_table(self) -> &'static str {
        match self {
            Self::Postgres => "",
            Self::Sqlite => " NOT INDEXED",
        }
    }

    /// That a column of true or false is false, as the condition of a partial index says it.
    pub(crate) fn not(self, column: &str) -> String {
        match self {
            Self::Postgres => format!("NOT {column}"),
            Self::Sqlite => format!("{column} = 0"),
        }
    }

    /// Makes SQLite use this index. Without statistics, which a new database lacks, it takes the primary key's first column for as selective as
    /// an index on both columns asked for, and reads all addresses of an account for one contact's. PostgreSQL knows better.
    pub(crate) fn indexed_by(self, index: &str) -> String {
        match self {
            Self::Postgres => String::new(),
            Self::Sqlite => format!(" INDEXED BY {index}"),
        }
    }

    /// Holds the rows that are read until the end of the transaction. SQLite has one writer and needs nothing.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Postgres => " FOR UPDATE",
            Self::Sqlite => "",
        }
    }

    /// As [`for_update`](Self::for_update), beside others who hold them so.
    pub(crate) const fn for_share(self) -> &'static str {
        match self {
            Self::Postgres => " FOR SHARE",
            Self::Sqlite => "",
        }
    }
}

/// A list as the one parameter that [`Engine::texts`] and [`Engine::numbers`] read.
pub(crate) fn json<T: serde::Serialize>(list: &[T]) -> Value {
    serde_json::to_string(list)
        .unwrap_or_else(|_| "[]".to_owned())
        .into()
}
