//! Accounts, the people who sign in, their memberships, sessions and links.

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
CREATE TABLE nodes (
    node         INTEGER NOT NULL PRIMARY KEY CHECK (node BETWEEN 0 AND 1023),
    holder       TEXT NOT NULL,
    leased_until BIGINT NOT NULL
);
CREATE TABLE first_run (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    done_at BIGINT NOT NULL
);
CREATE TABLE accounts (
    id              BIGINT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    language        TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    default_country TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL
);
CREATE TABLE users (
    id            BIGINT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL,
    email_id      TEXT NOT NULL COLLATE "C" UNIQUE,
    name          TEXT NOT NULL,
    language      TEXT,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
CREATE TABLE members (
    account_id   BIGINT NOT NULL REFERENCES accounts (id),
    user_id      BIGINT NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
    joined_at    BIGINT NOT NULL,
    last_seen_at BIGINT,
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX members_user ON members (user_id);
CREATE TABLE sessions (
    account_id   BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    generation   BIGINT NOT NULL,
    rotated_at   BIGINT NOT NULL,
    user_agent   TEXT,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE TABLE invitations (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id         BIGINT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('join', 'reset_password')),
    token_hash TEXT NOT NULL,
    email      TEXT,
    role       TEXT,
    user_id    BIGINT,
    made_by    BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id) ON DELETE CASCADE
);
"#;

const SQLITE: &str = r#"
CREATE TABLE nodes (
    node         INTEGER NOT NULL PRIMARY KEY CHECK (node BETWEEN 0 AND 1023),
    holder       TEXT NOT NULL,
    leased_until INTEGER NOT NULL
) STRICT;
CREATE TABLE first_run (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    done_at INTEGER NOT NULL
) STRICT;
CREATE TABLE accounts (
    id              INTEGER NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    language        TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    default_country TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
    id            INTEGER NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL,
    email_id      TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    language      TEXT,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE members (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    user_id      INTEGER NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
    joined_at    INTEGER NOT NULL,
    last_seen_at INTEGER,
    PRIMARY KEY (account_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id);
CREATE TABLE sessions (
    account_id   INTEGER NOT NULL,
    id           INTEGER NOT NULL PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    rotated_at   INTEGER NOT NULL,
    user_agent   TEXT,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_member ON sessions (account_id, user_id);
CREATE TABLE invitations (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    id         INTEGER NOT NULL PRIMARY KEY,
    purpose    TEXT NOT NULL CHECK (purpose IN ('join', 'reset_password')),
    token_hash TEXT NOT NULL,
    email      TEXT,
    role       TEXT,
    user_id    INTEGER,
    made_by    INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX invitations_account ON invitations (account_id);
"#;
