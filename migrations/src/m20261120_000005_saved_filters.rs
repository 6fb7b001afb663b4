//! Saved filters: filters with a name, private or shared with the account.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

const POSTGRES: &str = r#"
CREATE TABLE saved_filters (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    name        TEXT NOT NULL,
    filter      TEXT NOT NULL,
    sort        TEXT,
    columns     TEXT,
    owner_kind  TEXT NOT NULL,
    owner_id    BIGINT,
    shared      BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    deleted_at  BIGINT,
    PRIMARY KEY (account_id, id)
);
"#;

const SQLITE: &str = r#"
CREATE TABLE saved_filters (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    filter      TEXT NOT NULL,
    sort        TEXT,
    columns     TEXT,
    owner_kind  TEXT NOT NULL,
    owner_id    INTEGER,
    shared      INTEGER NOT NULL CHECK (shared IN (0, 1)),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    deleted_at  INTEGER,
    UNIQUE (account_id, id)
) STRICT;
"#;
