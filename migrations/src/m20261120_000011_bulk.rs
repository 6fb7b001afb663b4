//! Changes of many contacts at once, and the contacts that they are for.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// The contacts are fixed when the change is accepted. A row of `bulk_targets` is a batch: a JSON array of its ids; it goes when the batch is
/// done.
const POSTGRES: &str = r#"
CREATE TABLE bulks (
    account_id   BIGINT NOT NULL REFERENCES accounts (id),
    id           BIGINT NOT NULL,
    action       TEXT NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_id     BIGINT,
    person_id    BIGINT,
    batches      BIGINT NOT NULL,
    batches_done BIGINT NOT NULL,
    matched      BIGINT NOT NULL,
    changed      BIGINT NOT NULL,
    unchanged    BIGINT NOT NULL,
    failed       BIGINT NOT NULL,
    failures     TEXT NOT NULL,
    cancelled_at BIGINT,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE TABLE bulk_targets (
    account_id BIGINT NOT NULL,
    bulk_id    BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    ids        TEXT NOT NULL,
    PRIMARY KEY (account_id, bulk_id, seq),
    FOREIGN KEY (account_id, bulk_id) REFERENCES bulks (account_id, id) ON DELETE CASCADE
);
"#;

const SQLITE: &str = r#"
CREATE TABLE bulks (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    id           INTEGER NOT NULL PRIMARY KEY,
    action       TEXT NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_id     INTEGER,
    person_id    INTEGER,
    batches      INTEGER NOT NULL,
    batches_done INTEGER NOT NULL,
    matched      INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    unchanged    INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    failures     TEXT NOT NULL,
    cancelled_at INTEGER,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    UNIQUE (account_id, id)
) STRICT;
CREATE TABLE bulk_targets (
    account_id INTEGER NOT NULL,
    bulk_id    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    ids        TEXT NOT NULL,
    PRIMARY KEY (account_id, bulk_id, seq),
    FOREIGN KEY (account_id, bulk_id) REFERENCES bulks (account_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
"#;
