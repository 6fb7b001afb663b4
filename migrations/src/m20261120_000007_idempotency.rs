//! Answers that are kept, so that a request that is sent again is answered again and not carried out again.

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
CREATE TABLE kept_answers (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    request     TEXT NOT NULL COLLATE "C",
    fingerprint TEXT NOT NULL,
    answer      BYTEA NOT NULL,
    subject_id  BIGINT,
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (account_id, request)
);
CREATE INDEX kept_answers_expiry ON kept_answers (expires_at);
CREATE INDEX kept_answers_subject ON kept_answers (account_id, subject_id) WHERE subject_id IS NOT NULL;
"#;

const SQLITE: &str = r#"
CREATE TABLE kept_answers (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    request     TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer      BLOB NOT NULL,
    subject_id  INTEGER,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (account_id, request)
) STRICT;
CREATE INDEX kept_answers_expiry ON kept_answers (expires_at);
CREATE INDEX kept_answers_subject ON kept_answers (account_id, subject_id) WHERE subject_id IS NOT NULL;
"#;
