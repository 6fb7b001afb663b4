//! API keys.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// A deleted key leaves its name behind, for the timelines that it stands in, but not its hash.
const POSTGRES: &str = r#"
CREATE TABLE api_keys (
    account_id   BIGINT NOT NULL REFERENCES accounts (id),
    id           BIGINT NOT NULL,
    name         TEXT NOT NULL,
    start        TEXT NOT NULL,
    secret_hash  TEXT COLLATE "C",
    scopes       TEXT NOT NULL,
    made_by      BIGINT NOT NULL REFERENCES users (id),
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    version      BIGINT NOT NULL,
    deleted_at   BIGINT,
    PRIMARY KEY (account_id, id),
    CHECK ((secret_hash IS NULL) = (deleted_at IS NOT NULL))
);
CREATE UNIQUE INDEX api_keys_secret ON api_keys (secret_hash) WHERE secret_hash IS NOT NULL;
"#;

const SQLITE: &str = r#"
CREATE TABLE api_keys (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    id           INTEGER NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    start        TEXT NOT NULL,
    secret_hash  TEXT,
    scopes       TEXT NOT NULL,
    made_by      INTEGER NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    version      INTEGER NOT NULL,
    deleted_at   INTEGER,
    CHECK ((secret_hash IS NULL) = (deleted_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX api_keys_secret ON api_keys (secret_hash) WHERE secret_hash IS NOT NULL;
CREATE INDEX api_keys_account ON api_keys (account_id);
"#;
