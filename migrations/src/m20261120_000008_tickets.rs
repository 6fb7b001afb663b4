//! Tickets: addresses that let in once.

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
CREATE TABLE tickets (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    secret_hash TEXT NOT NULL COLLATE "C" PRIMARY KEY,
    purpose     TEXT NOT NULL CHECK (purpose IN ('export')),
    session_id  BIGINT,
    api_key_id  BIGINT,
    parameters  TEXT NOT NULL,
    expires_at  BIGINT NOT NULL,
    CHECK ((session_id IS NULL) <> (api_key_id IS NULL))
);
CREATE INDEX tickets_expiry ON tickets (expires_at);
"#;

const SQLITE: &str = r#"
CREATE TABLE tickets (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    secret_hash TEXT NOT NULL PRIMARY KEY,
    purpose     TEXT NOT NULL CHECK (purpose IN ('export')),
    session_id  INTEGER,
    api_key_id  INTEGER,
    parameters  TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    CHECK ((session_id IS NULL) <> (api_key_id IS NULL))
) STRICT;
CREATE INDEX tickets_expiry ON tickets (expires_at);
"#;
