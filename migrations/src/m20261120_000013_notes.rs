//! Notes, and the activities that are about one.

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
CREATE TABLE notes (
    account_id  BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    contact_id  BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    body        TEXT NOT NULL,
    author_id   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    deleted_at  BIGINT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX notes_contact ON notes (account_id, contact_id, happened_at, id);
CREATE INDEX notes_deleted ON notes (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE activities ADD COLUMN note_id BIGINT;
CREATE INDEX activities_note ON activities (account_id, note_id) WHERE note_id IS NOT NULL;
"#;

const SQLITE: &str = r#"
CREATE TABLE notes (
    account_id  INTEGER NOT NULL,
    id          INTEGER NOT NULL PRIMARY KEY,
    contact_id  INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    body        TEXT NOT NULL,
    author_id   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    deleted_at  INTEGER,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE INDEX notes_contact ON notes (account_id, contact_id, happened_at, id);
CREATE INDEX notes_deleted ON notes (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE activities ADD COLUMN note_id INTEGER;
CREATE INDEX activities_note ON activities (account_id, note_id) WHERE note_id IS NOT NULL;
"#;
