//! What else there is to know of a contact: whether it is blocked, custom attributes, identities, consent, segments.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

/// Custom attributes have typed slots in `contact_index`: an attribute is given a slot when it is defined, and the slot's index holds
/// nothing while it is empty.
const POSTGRES: &str = r#"
ALTER TABLE contacts ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contacts ADD COLUMN custom TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contact_index ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contact_index ADD COLUMN flags BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact_index ADD COLUMN more JSONB;
ALTER TABLE contact_index ADD COLUMN text_1 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_2 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_3 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_4 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_5 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_6 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_7 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN text_8 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN number_1 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_2 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_3 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_4 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_5 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_6 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_7 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN number_8 DOUBLE PRECISION;
ALTER TABLE contact_index ADD COLUMN date_1 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_2 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_3 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_4 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_5 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_6 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_7 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN date_8 TEXT COLLATE "C";
ALTER TABLE contact_index ADD COLUMN yes_no_1 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_2 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_3 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_4 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_5 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_6 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_7 BOOLEAN;
ALTER TABLE contact_index ADD COLUMN yes_no_8 BOOLEAN;
CREATE INDEX contact_index_text_1 ON contact_index (account_id, text_1, id) WHERE text_1 IS NOT NULL;
CREATE INDEX contact_index_text_2 ON contact_index (account_id, text_2, id) WHERE text_2 IS NOT NULL;
CREATE INDEX contact_index_text_3 ON contact_index (account_id, text_3, id) WHERE text_3 IS NOT NULL;
CREATE INDEX contact_index_text_4 ON contact_index (account_id, text_4, id) WHERE text_4 IS NOT NULL;
CREATE INDEX contact_index_text_5 ON contact_index (account_id, text_5, id) WHERE text_5 IS NOT NULL;
CREATE INDEX contact_index_text_6 ON contact_index (account_id, text_6, id) WHERE text_6 IS NOT NULL;
CREATE INDEX contact_index_text_7 ON contact_index (account_id, text_7, id) WHERE text_7 IS NOT NULL;
CREATE INDEX contact_index_text_8 ON contact_index (account_id, text_8, id) WHERE text_8 IS NOT NULL;
CREATE INDEX contact_index_number_1 ON contact_index (account_id, number_1, id) WHERE number_1 IS NOT NULL;
CREATE INDEX contact_index_number_2 ON contact_index (account_id, number_2, id) WHERE number_2 IS NOT NULL;
CREATE INDEX contact_index_number_3 ON contact_index (account_id, number_3, id) WHERE number_3 IS NOT NULL;
CREATE INDEX contact_index_number_4 ON contact_index (account_id, number_4, id) WHERE number_4 IS NOT NULL;
CREATE INDEX contact_index_number_5 ON contact_index (account_id, number_5, id) WHERE number_5 IS NOT NULL;
CREATE INDEX contact_index_number_6 ON contact_index (account_id, number_6, id) WHERE number_6 IS NOT NULL;
CREATE INDEX contact_index_number_7 ON contact_index (account_id, number_7, id) WHERE number_7 IS NOT NULL;
CREATE INDEX contact_index_number_8 ON contact_index (account_id, number_8, id) WHERE number_8 IS NOT NULL;
CREATE INDEX contact_index_date_1 ON contact_index (account_id, date_1, id) WHERE date_1 IS NOT NULL;
CREATE INDEX contact_index_date_2 ON contact_index (account_id, date_2, id) WHERE date_2 IS NOT NULL;
CREATE INDEX contact_index_date_3 ON contact_index (account_id, date_3, id) WHERE date_3 IS NOT NULL;
CREATE INDEX contact_index_date_4 ON contact_index (account_id, date_4, id) WHERE date_4 IS NOT NULL;
CREATE INDEX contact_index_date_5 ON contact_index (account_id, date_5, id) WHERE date_5 IS NOT NULL;
CREATE INDEX contact_index_date_6 ON contact_index (account_id, date_6, id) WHERE date_6 IS NOT NULL;
CREATE INDEX contact_index_date_7 ON contact_index (account_id, date_7, id) WHERE date_7 IS NOT NULL;
CREATE INDEX contact_index_date_8 ON contact_index (account_id, date_8, id) WHERE date_8 IS NOT NULL;
CREATE INDEX contact_index_yes_no_1 ON contact_index (account_id, yes_no_1, id) WHERE yes_no_1 IS NOT NULL;
CREATE INDEX contact_index_yes_no_2 ON contact_index (account_id, yes_no_2, id) WHERE yes_no_2 IS NOT NULL;
CREATE INDEX contact_index_yes_no_3 ON contact_index (account_id, yes_no_3, id) WHERE yes_no_3 IS NOT NULL;
CREATE INDEX contact_index_yes_no_4 ON contact_index (account_id, yes_no_4, id) WHERE yes_no_4 IS NOT NULL;
CREATE INDEX contact_index_yes_no_5 ON contact_index (account_id, yes_no_5, id) WHERE yes_no_5 IS NOT NULL;
CREATE INDEX contact_index_yes_no_6 ON contact_index (account_id, yes_no_6, id) WHERE yes_no_6 IS NOT NULL;
CREATE INDEX contact_index_yes_no_7 ON contact_index (account_id, yes_no_7, id) WHERE yes_no_7 IS NOT NULL;
CREATE INDEX contact_index_yes_no_8 ON contact_index (account_id, yes_no_8, id) WHERE yes_no_8 IS NOT NULL;
CREATE INDEX contact_index_country_code ON contact_index (account_id, country);
CREATE INDEX contact_index_source ON contact_index (account_id, source);
CREATE INDEX contact_emails_others ON contact_emails (account_id, email_key) WHERE NOT is_primary;
CREATE TABLE identities (
    account_id  BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    contact_id  BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    external_id TEXT NOT NULL COLLATE "C",
    verified    TEXT NOT NULL,
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE UNIQUE INDEX identities_external ON identities (account_id, kind, external_id);
CREATE INDEX identities_contact ON identities (account_id, contact_id);
CREATE TABLE consents (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    channel    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('granted', 'refused')),
    at         BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id, channel),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE TABLE custom_attributes (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    key         TEXT NOT NULL COLLATE "C",
    label       TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'number', 'date', 'yes_no', 'list', 'link')),
    choices     TEXT NOT NULL,
    description TEXT,
    slot        TEXT,
    slot_filled BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    deleted_at  BIGINT, PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX custom_attributes_key ON custom_attributes (account_id, key);
CREATE UNIQUE INDEX custom_attributes_slot ON custom_attributes (account_id, slot) WHERE slot IS NOT NULL;
CREATE TABLE segments (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    id          BIGINT NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL COLLATE "C",
    color       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    deleted_at  BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX segments_name ON segments (account_id, name_key) WHERE deleted_at IS NULL;
CREATE TABLE segment_members (
    account_id BIGINT NOT NULL,
    segment_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, segment_id, contact_id),
    FOREIGN KEY (account_id, segment_id) REFERENCES segments (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX segment_members_contact ON segment_members (account_id, contact_id, segment_id);
ALTER TABLE accounts ADD COLUMN catalogue_version BIGINT NOT NULL DEFAULT 1;
"#;

const SQLITE: &str = r#"
ALTER TABLE contacts ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));
ALTER TABLE contacts ADD COLUMN custom TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contact_index ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));
ALTER TABLE contact_index ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact_index ADD COLUMN more TEXT;
ALTER TABLE contact_index ADD COLUMN text_1 TEXT;
ALTER TABLE contact_index ADD COLUMN text_2 TEXT;
ALTER TABLE contact_index ADD COLUMN text_3 TEXT;
ALTER TABLE contact_index ADD COLUMN text_4 TEXT;
ALTER TABLE contact_index ADD COLUMN text_5 TEXT;
ALTER TABLE contact_index ADD COLUMN text_6 TEXT;
ALTER TABLE contact_index ADD COLUMN text_7 TEXT;
ALTER TABLE contact_index ADD COLUMN text_8 TEXT;
ALTER TABLE contact_index ADD COLUMN number_1 REAL;
ALTER TABLE contact_index ADD COLUMN number_2 REAL;
ALTER TABLE contact_index ADD COLUMN number_3 REAL;
ALTER TABLE contact_index ADD COLUMN number_4 REAL;
ALTER TABLE contact_index ADD COLUMN number_5 REAL;
ALTER TABLE contact_index ADD COLUMN number_6 REAL;
ALTER TABLE contact_index ADD COLUMN number_7 REAL;
ALTER TABLE contact_index ADD COLUMN number_8 REAL;
ALTER TABLE contact_index ADD COLUMN date_1 TEXT;
ALTER TABLE contact_index ADD COLUMN date_2 TEXT;
ALTER TABLE contact_index ADD COLUMN date_3 TEXT;
ALTER TABLE contact_index ADD COLUMN date_4 TEXT;
ALTER TABLE contact_index ADD COLUMN date_5 TEXT;
ALTER TABLE contact_index ADD COLUMN date_6 TEXT;
ALTER TABLE contact_index ADD COLUMN date_7 TEXT;
ALTER TABLE contact_index ADD COLUMN date_8 TEXT;
ALTER TABLE contact_index ADD COLUMN yes_no_1 INTEGER CHECK (yes_no_1 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_2 INTEGER CHECK (yes_no_2 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_3 INTEGER CHECK (yes_no_3 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_4 INTEGER CHECK (yes_no_4 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_5 INTEGER CHECK (yes_no_5 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_6 INTEGER CHECK (yes_no_6 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_7 INTEGER CHECK (yes_no_7 IN (0, 1));
ALTER TABLE contact_index ADD COLUMN yes_no_8 INTEGER CHECK (yes_no_8 IN (0, 1));
CREATE INDEX contact_index_text_1 ON contact_index (account_id, text_1, id) WHERE text_1 IS NOT NULL;
CREATE INDEX contact_index_text_2 ON contact_index (account_id, text_2, id) WHERE text_2 IS NOT NULL;
CREATE INDEX contact_index_text_3 ON contact_index (account_id, text_3, id) WHERE text_3 IS NOT NULL;
CREATE INDEX contact_index_text_4 ON contact_index (account_id, text_4, id) WHERE text_4 IS NOT NULL;
CREATE INDEX contact_index_text_5 ON contact_index (account_id, text_5, id) WHERE text_5 IS NOT NULL;
CREATE INDEX contact_index_text_6 ON contact_index (account_id, text_6, id) WHERE text_6 IS NOT NULL;
CREATE INDEX contact_index_text_7 ON contact_index (account_id, text_7, id) WHERE text_7 IS NOT NULL;
CREATE INDEX contact_index_text_8 ON contact_index (account_id, text_8, id) WHERE text_8 IS NOT NULL;
CREATE INDEX contact_index_number_1 ON contact_index (account_id, number_1, id) WHERE number_1 IS NOT NULL;
CREATE INDEX contact_index_number_2 ON contact_index (account_id, number_2, id) WHERE number_2 IS NOT NULL;
CREATE INDEX contact_index_number_3 ON contact_index (account_id, number_3, id) WHERE number_3 IS NOT NULL;
CREATE INDEX contact_index_number_4 ON contact_index (account_id, number_4, id) WHERE number_4 IS NOT NULL;
CREATE INDEX contact_index_number_5 ON contact_index (account_id, number_5, id) WHERE number_5 IS NOT NULL;
CREATE INDEX contact_index_number_6 ON contact_index (account_id, number_6, id) WHERE number_6 IS NOT NULL;
CREATE INDEX contact_index_number_7 ON contact_index (account_id, number_7, id) WHERE number_7 IS NOT NULL;
CREATE INDEX contact_index_number_8 ON contact_index (account_id, number_8, id) WHERE number_8 IS NOT NULL;
CREATE INDEX contact_index_date_1 ON contact_index (account_id, date_1, id) WHERE date_1 IS NOT NULL;
CREATE INDEX contact_index_date_2 ON contact_index (account_id, date_2, id) WHERE date_2 IS NOT NULL;
CREATE INDEX contact_index_date_3 ON contact_index (account_id, date_3, id) WHERE date_3 IS NOT NULL;
CREATE INDEX contact_index_date_4 ON contact_index (account_id, date_4, id) WHERE date_4 IS NOT NULL;
CREATE INDEX contact_index_date_5 ON contact_index (account_id, date_5, id) WHERE date_5 IS NOT NULL;
CREATE INDEX contact_index_date_6 ON contact_index (account_id, date_6, id) WHERE date_6 IS NOT NULL;
CREATE INDEX contact_index_date_7 ON contact_index (account_id, date_7, id) WHERE date_7 IS NOT NULL;
CREATE INDEX contact_index_date_8 ON contact_index (account_id, date_8, id) WHERE date_8 IS NOT NULL;
CREATE INDEX contact_index_yes_no_1 ON contact_index (account_id, yes_no_1, id) WHERE yes_no_1 IS NOT NULL;
CREATE INDEX contact_index_yes_no_2 ON contact_index (account_id, yes_no_2, id) WHERE yes_no_2 IS NOT NULL;
CREATE INDEX contact_index_yes_no_3 ON contact_index (account_id, yes_no_3, id) WHERE yes_no_3 IS NOT NULL;
CREATE INDEX contact_index_yes_no_4 ON contact_index (account_id, yes_no_4, id) WHERE yes_no_4 IS NOT NULL;
CREATE INDEX contact_index_yes_no_5 ON contact_index (account_id, yes_no_5, id) WHERE yes_no_5 IS NOT NULL;
CREATE INDEX contact_index_yes_no_6 ON contact_index (account_id, yes_no_6, id) WHERE yes_no_6 IS NOT NULL;
CREATE INDEX contact_index_yes_no_7 ON contact_index (account_id, yes_no_7, id) WHERE yes_no_7 IS NOT NULL;
CREATE INDEX contact_index_yes_no_8 ON contact_index (account_id, yes_no_8, id) WHERE yes_no_8 IS NOT NULL;
CREATE INDEX contact_index_country_code ON contact_index (account_id, country);
CREATE INDEX contact_index_source ON contact_index (account_id, source);
CREATE INDEX contact_emails_others ON contact_emails (account_id, email_key) WHERE is_primary = 0;
CREATE TABLE identities (
    account_id  INTEGER NOT NULL,
    id          INTEGER NOT NULL PRIMARY KEY,
    contact_id  INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    external_id TEXT NOT NULL,
    verified    TEXT NOT NULL,
    added_at    INTEGER NOT NULL,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT;
CREATE UNIQUE INDEX identities_external ON identities (account_id, kind, external_id);
CREATE INDEX identities_contact ON identities (account_id, contact_id);
CREATE TABLE consents (
    account_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    channel    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('granted', 'refused')),
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, contact_id, channel),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE custom_attributes (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    key         TEXT NOT NULL,
    label       TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'number', 'date', 'yes_no', 'list', 'link')),
    choices     TEXT NOT NULL,
    description TEXT,
    slot        TEXT,
    slot_filled INTEGER NOT NULL CHECK (slot_filled IN (0, 1)),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    deleted_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX custom_attributes_key ON custom_attributes (account_id, key);
CREATE UNIQUE INDEX custom_attributes_slot ON custom_attributes (account_id, slot) WHERE slot IS NOT NULL;
CREATE TABLE segments (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    id          INTEGER NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    color       TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    deleted_at  INTEGER,
    UNIQUE (account_id, id)
) STRICT;
CREATE UNIQUE INDEX segments_name ON segments (account_id, name_key) WHERE deleted_at IS NULL;
CREATE TABLE segment_members (
    account_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (account_id, segment_id, contact_id),
    FOREIGN KEY (account_id, segment_id) REFERENCES segments (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_members_contact ON segment_members (account_id, contact_id, segment_id);
ALTER TABLE accounts ADD COLUMN catalogue_version INTEGER NOT NULL DEFAULT 1;
"#;
