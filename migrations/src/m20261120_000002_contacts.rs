//! Contacts: the truth, their addresses, the narrow tables that lists stand on, activities and the feed of events.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// `contact_emails`, `contact_phones`, `contact_index` and `contact_search` hold live contacts only, so that no list, count or
/// unique key has to ask whether a contact is deleted.
const POSTGRES: &str = r#"
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE contacts (
    account_id       BIGINT NOT NULL REFERENCES accounts (id),
    id               BIGINT NOT NULL,
    first_name       TEXT,
    last_name        TEXT,
    identifier       TEXT,
    company          TEXT,
    city             TEXT,
    country          TEXT,
    language         TEXT,
    source           TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    last_activity_at BIGINT,
    version          BIGINT NOT NULL,
    deleted_at       BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE TABLE contact_emails (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    email_id   TEXT NOT NULL COLLATE "C",
    address    TEXT NOT NULL,
    email_key  TEXT COLLATE "C",
    is_primary BOOLEAN NOT NULL,
    verified   TEXT NOT NULL,
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, email_id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX contact_emails_contact ON contact_emails (account_id, contact_id);
CREATE UNIQUE INDEX contact_emails_primary ON contact_emails (account_id, contact_id) WHERE is_primary;
CREATE TABLE contact_phones (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    number     TEXT NOT NULL COLLATE "C",
    is_primary BOOLEAN NOT NULL,
    verified   TEXT NOT NULL,
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, number),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX contact_phones_contact ON contact_phones (account_id, contact_id);
CREATE UNIQUE INDEX contact_phones_primary ON contact_phones (account_id, contact_id) WHERE is_primary;
CREATE TABLE contact_index (
    account_id       BIGINT NOT NULL,
    id               BIGINT NOT NULL,
    name_key         TEXT COLLATE "C",
    first_name_key   TEXT COLLATE "C",
    last_name_key    TEXT COLLATE "C",
    email_key        TEXT COLLATE "C",
    phone_num        BIGINT,
    company_key      TEXT COLLATE "C",
    city_key         TEXT COLLATE "C",
    country          TEXT COLLATE "C",
    country_rank     BIGINT,
    identifier       TEXT COLLATE "C",
    language         TEXT COLLATE "C",
    source           TEXT NOT NULL COLLATE "C",
    channels         BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    last_activity_at BIGINT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
);
CREATE INDEX contact_index_name ON contact_index (account_id, name_key, id);
CREATE INDEX contact_index_email ON contact_index (account_id, email_key, id);
CREATE INDEX contact_index_phone ON contact_index (account_id, phone_num, id);
CREATE INDEX contact_index_company ON contact_index (account_id, company_key, id);
CREATE INDEX contact_index_city ON contact_index (account_id, city_key, id);
CREATE INDEX contact_index_country ON contact_index (account_id, country_rank, id);
CREATE INDEX contact_index_created ON contact_index (account_id, created_at, id);
CREATE INDEX contact_index_updated ON contact_index (account_id, updated_at, id);
CREATE INDEX contact_index_activity ON contact_index (account_id, last_activity_at, id);
CREATE UNIQUE INDEX contact_index_identifier ON contact_index (account_id, identifier) WHERE identifier IS NOT NULL;
CREATE TABLE contact_search (
    account_id BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    search_key TEXT NOT NULL COLLATE "C",
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
);
CREATE INDEX contact_search_trigrams ON contact_search USING gin (search_key gin_trgm_ops)
    WITH (gin_pending_list_limit = 65536);
CREATE TABLE deleted_contacts (
    account_id BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    deleted_at BIGINT NOT NULL,
    kept       TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
);
CREATE INDEX deleted_contacts_when ON deleted_contacts (account_id, deleted_at);
CREATE TABLE activities (
    account_id BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    changes    TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   BIGINT,
    at         BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX activities_contact ON activities (account_id, contact_id, id);
CREATE TABLE events (
    account_id BIGINT NOT NULL,
    xid        BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    id         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX events_feed ON events (account_id, xid, id);
"#;

const SQLITE: &str = r#"
CREATE TABLE contacts (
    account_id       INTEGER NOT NULL REFERENCES accounts (id),
    id               INTEGER NOT NULL PRIMARY KEY,
    first_name       TEXT,
    last_name        TEXT,
    identifier       TEXT,
    company          TEXT,
    city             TEXT,
    country          TEXT,
    language         TEXT,
    source           TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    last_activity_at INTEGER,
    version          INTEGER NOT NULL,
    deleted_at       INTEGER,
    UNIQUE (account_id, id)
) STRICT;
CREATE TABLE contact_emails (
    account_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    email_id   TEXT NOT NULL,
    address    TEXT NOT NULL,
    email_key  TEXT,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    verified   TEXT NOT NULL,
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, email_id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_emails_contact ON contact_emails (account_id, contact_id);
CREATE UNIQUE INDEX contact_emails_primary ON contact_emails (account_id, contact_id) WHERE is_primary;
CREATE TABLE contact_phones (
    account_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    number     TEXT NOT NULL,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    verified   TEXT NOT NULL,
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, number),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_phones_contact ON contact_phones (account_id, contact_id);
CREATE UNIQUE INDEX contact_phones_primary ON contact_phones (account_id, contact_id) WHERE is_primary;
CREATE TABLE contact_index (
    account_id       INTEGER NOT NULL,
    id               INTEGER NOT NULL PRIMARY KEY,
    name_key         TEXT,
    first_name_key   TEXT,
    last_name_key    TEXT,
    email_key        TEXT,
    phone_num        INTEGER,
    company_key      TEXT,
    city_key         TEXT,
    country          TEXT,
    country_rank     INTEGER,
    identifier       TEXT,
    language         TEXT,
    source           TEXT NOT NULL,
    channels         INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    last_activity_at INTEGER,
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE INDEX contact_index_name ON contact_index (account_id, name_key, id);
CREATE INDEX contact_index_email ON contact_index (account_id, email_key, id);
CREATE INDEX contact_index_phone ON contact_index (account_id, phone_num, id);
CREATE INDEX contact_index_company ON contact_index (account_id, company_key, id);
CREATE INDEX contact_index_city ON contact_index (account_id, city_key, id);
CREATE INDEX contact_index_country ON contact_index (account_id, country_rank, id);
CREATE INDEX contact_index_created ON contact_index (account_id, created_at, id);
CREATE INDEX contact_index_updated ON contact_index (account_id, updated_at, id);
CREATE INDEX contact_index_activity ON contact_index (account_id, last_activity_at, id);
CREATE UNIQUE INDEX contact_index_identifier ON contact_index (account_id, identifier) WHERE identifier IS NOT NULL;
CREATE TABLE contact_search (
    account_id INTEGER NOT NULL,
    id         INTEGER NOT NULL PRIMARY KEY,
    search_key TEXT NOT NULL,
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE INDEX contact_search_account ON contact_search (account_id, id);
CREATE VIRTUAL TABLE contact_search_trigrams USING fts5 (
    search_key, content = 'contact_search', content_rowid = 'id',
    tokenize = 'trigram case_sensitive 1', detail = none
);
CREATE TRIGGER contact_search_inserted AFTER INSERT ON contact_search BEGIN
    INSERT INTO contact_search_trigrams (rowid, search_key) VALUES (new.id, new.search_key);
END;
CREATE TRIGGER contact_search_deleted AFTER DELETE ON contact_search BEGIN
    INSERT INTO contact_search_trigrams (contact_search_trigrams, rowid, search_key)
        VALUES ('delete', old.id, old.search_key);
END;
CREATE TRIGGER contact_search_updated AFTER UPDATE OF search_key ON contact_search BEGIN
    INSERT INTO contact_search_trigrams (contact_search_trigrams, rowid, search_key)
        VALUES ('delete', old.id, old.search_key);
    INSERT INTO contact_search_trigrams (rowid, search_key) VALUES (new.id, new.search_key);
END;
CREATE TABLE deleted_contacts (
    account_id INTEGER NOT NULL,
    id         INTEGER NOT NULL PRIMARY KEY,
    deleted_at INTEGER NOT NULL,
    kept       TEXT NOT NULL,
    FOREIGN KEY (account_id, id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE INDEX deleted_contacts_when ON deleted_contacts (account_id, deleted_at);
CREATE TABLE activities (
    account_id INTEGER NOT NULL,
    id         INTEGER NOT NULL PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    changes    TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   INTEGER,
    at         INTEGER NOT NULL,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE INDEX activities_contact ON activities (account_id, contact_id, id);
CREATE TABLE events (
    account_id INTEGER NOT NULL,
    xid        INTEGER NOT NULL DEFAULT 0,
    id         INTEGER NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX events_feed ON events (account_id, xid, id);
"#;
