//! Contacts that are likely the same person, as the latest search for them found.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// `contact_ids` is a JSON array of ids, the smallest first; `size` how many alike contacts there were, which may be more.
const POSTGRES: &str = r#"
CREATE TABLE duplicates (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    job_id      BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    contact_ids TEXT NOT NULL,
    size        BIGINT NOT NULL,
    found_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX duplicates_job ON duplicates (account_id, job_id, id);
"#;

const SQLITE: &str = r#"
CREATE TABLE duplicates (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    job_id      INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    contact_ids TEXT NOT NULL,
    size        INTEGER NOT NULL,
    found_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX duplicates_job ON duplicates (account_id, job_id, id);
"#;
