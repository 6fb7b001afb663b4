//! Jobs, and the files of contacts that they read.

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
CREATE TABLE jobs (
    account_id   BIGINT NOT NULL REFERENCES accounts (id),
    id           BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    subject_id   BIGINT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts     INTEGER NOT NULL,
    leased_until BIGINT NOT NULL,
    lease        BIGINT NOT NULL,
    error        TEXT,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX jobs_open ON jobs (leased_until) WHERE state IN ('queued', 'running');
CREATE TABLE imports (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    file_name   TEXT NOT NULL,
    size        BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('uploading', 'queued', 'running', 'done', 'failed')),
    plan        TEXT,
    rows_total  BIGINT NOT NULL,
    rows_done   BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    unchanged   BIGINT NOT NULL,
    rejected    BIGINT NOT NULL,
    warnings    BIGINT NOT NULL,
    fault       TEXT,
    created_by  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE TABLE import_chunks (
    account_id BIGINT NOT NULL,
    import_id  BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    bytes      BYTEA NOT NULL,
    PRIMARY KEY (account_id, import_id, seq),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
);
ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE import_problems (
    account_id  BIGINT NOT NULL,
    import_id   BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    severity    TEXT NOT NULL,
    code        TEXT NOT NULL,
    column_name TEXT,
    value       TEXT,
    PRIMARY KEY (account_id, import_id, line, seq),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
);
CREATE TABLE import_rejects (
    account_id BIGINT NOT NULL,
    import_id  BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    cells      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (account_id, import_id, line),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
);
"#;

const SQLITE: &str = r#"
CREATE TABLE jobs (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    id           INTEGER NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    subject_id   INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts     INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    lease        INTEGER NOT NULL,
    error        TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;
CREATE INDEX jobs_open ON jobs (leased_until) WHERE state IN ('queued', 'running');
CREATE TABLE imports (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    file_name   TEXT NOT NULL,
    size        INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('uploading', 'queued', 'running', 'done', 'failed')),
    plan        TEXT,
    rows_total  INTEGER NOT NULL,
    rows_done   INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    warnings    INTEGER NOT NULL,
    fault       TEXT,
    created_by  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (account_id, id)
) STRICT;
CREATE TABLE import_chunks (
    account_id INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, import_id, seq),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
) STRICT;
CREATE TABLE import_problems (
    account_id  INTEGER NOT NULL,
    import_id   INTEGER NOT NULL,
    line        INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    severity    TEXT NOT NULL,
    code        TEXT NOT NULL,
    column_name TEXT,
    value       TEXT,
    PRIMARY KEY (account_id, import_id, line, seq),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE import_rejects (
    account_id INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,
    line       INTEGER NOT NULL,
    cells      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (account_id, import_id, line),
    FOREIGN KEY (account_id, import_id) REFERENCES imports (account_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
"#;
