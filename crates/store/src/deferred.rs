//! Indexes that are built after a first load: sorting a million keys once is far quicker than finding the place of each.
//!
//! What was dropped stands in `deferred_indexes` until it is there again, so that a process that dies in between leaves nothing undone: the
//! next one builds them when it starts.

use crate::{Engine, Error, Store, Write};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// The tables that a first load fills.
const TABLES: [&str; 9] = [
    "contacts",
    "contact_index",
    "contact_search",
    "contact_emails",
    "contact_phones",
    "identities",
    "segment_members",
    "activities",
    "events",
];

#[derive(FromQueryResult)]
struct Index {
    name: String,
    sql: String,
}

/// Drops the indexes that no rule stands on, if there are no contacts at all yet. Tells whether it did.
pub(crate) async fn defer_indexes(w: &Write<'_>) -> Result<bool, Error> {
    let engine = Engine::of(&w.tx);
    let anybody = engine.statement("SELECT 1 AS one FROM contacts LIMIT 1", []);
    if w.tx.query_one_raw(anybody).await?.is_some() {
        return Ok(false);
    }
    let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
    let indexes = match engine {
        Engine::Postgres => format!(
            "SELECT c.relname::text AS name, pg_get_indexdef(c.oid) AS sql FROM pg_index x \
             JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
             WHERE NOT x.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname IN ({tables})"
        ),
        Engine::Sqlite => format!(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX %' AND tbl_name IN ({tables})"
        ),
    };
    let indexes = Index::find_by_statement(engine.statement(indexes, []));
    for Index { name, sql } in indexes.all(&w.tx).await? {
        let note = engine.statement(
            "INSERT INTO deferred_indexes (name, sql) VALUES ($1, $2)",
            [name.as_str().into(), sql.into()],
        );
        w.tx.execute_raw(note).await?;
        w.tx.execute_unprepared(&format!("DROP INDEX {name}"))
            .await?;
    }
    Ok(true)
}

impl Store {
    /// Builds the indexes that a first load left for later, if there are any.
    pub(crate) async fn build_deferred_indexes(
        &self,
        now: rapport_contract::Instant,
    ) -> Result<(), Error> {
        let noted = self
            .engine()
            .statement("SELECT name, sql FROM deferred_indexes ORDER BY name", []);
        let noted = Index::find_by_statement(noted).all(&self.writer).await?;
        for Index { name, sql } in noted {
            self.write(now, async |w| build(w, &name, &sql).await)
                .await?;
        }
        Ok(())
    }
}

async fn build(w: &Write<'_>, name: &str, sql: &str) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let forget = engine.statement(
        "DELETE FROM deferred_indexes WHERE name = $1",
        [name.into()],
    );
    // Another process may have been quicker.
    if w.tx.execute_raw(forget).await?.rows_affected() == 0 {
        return Ok(());
    }
    if engine == Engine::Postgres {
        w.tx.execute_unprepared("SET LOCAL maintenance_work_mem = '256MB'")
            .await?;
    }
    w.tx.execute_unprepared(sql).await?;
    Ok(())
}
