//! Merges of two contacts into one, and what it takes to undo them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// A contact that was merged into another is deleted, and says into which. A merge stays when its contacts are gone, so that their ids lead
/// somewhere; what it takes to undo it is forgotten when that can no longer be.
const POSTGRES: &str = r#"
ALTER TABLE contacts ADD COLUMN merged_into BIGINT;
CREATE INDEX contacts_deleted ON contacts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE merges (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    survivor_id BIGINT NOT NULL,
    merged_id   BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    before      TEXT,
    after       TEXT,
    undone_at   BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX merges_merged ON merges (account_id, merged_id);
CREATE INDEX merges_survivor ON merges (account_id, survivor_id);
CREATE INDEX merges_undoable ON merges (at) WHERE before IS NOT NULL;
ALTER TABLE notes ADD COLUMN merge_id BIGINT;
ALTER TABLE activities ADD COLUMN merge_id BIGINT;
"#;

const SQLITE: &str = r#"
ALTER TABLE contacts ADD COLUMN merged_into INTEGER;
CREATE INDEX contacts_deleted ON contacts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE merges (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    survivor_id INTEGER NOT NULL,
    merged_id   INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    before      TEXT,
    after       TEXT,
    undone_at   INTEGER
) STRICT;
CREATE INDEX merges_merged ON merges (account_id, merged_id);
CREATE INDEX merges_survivor ON merges (account_id, survivor_id);
CREATE INDEX merges_undoable ON merges (at) WHERE before IS NOT NULL;
ALTER TABLE notes ADD COLUMN merge_id INTEGER;
ALTER TABLE activities ADD COLUMN merge_id INTEGER;
"#;
