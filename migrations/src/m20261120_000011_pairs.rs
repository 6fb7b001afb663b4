//! Words of one or two Chinese, Japanese or Korean characters, which make no trigram, are found by an index of their own.
//!
//! `pairs` has each such character of the search key and each two that stand together, with spaces between; missing where there are none.

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
ALTER TABLE contact_search ADD COLUMN pairs TEXT COLLATE "C";
CREATE INDEX contact_search_pairs ON contact_search USING gin (string_to_array(pairs, ' ')) WHERE pairs IS NOT NULL;
"#;

const SQLITE: &str = r#"
ALTER TABLE contact_search ADD COLUMN pairs TEXT;
CREATE VIRTUAL TABLE contact_search_pairs USING fts5 (
    pairs, content = 'contact_search', content_rowid = 'id', tokenize = 'ascii', detail = none, columnsize = 0
);
CREATE TRIGGER contact_search_pairs_inserted AFTER INSERT ON contact_search WHEN new.pairs IS NOT NULL BEGIN
    INSERT INTO contact_search_pairs (rowid, pairs) VALUES (new.id, new.pairs);
END;
CREATE TRIGGER contact_search_pairs_deleted AFTER DELETE ON contact_search WHEN old.pairs IS NOT NULL BEGIN
    INSERT INTO contact_search_pairs (contact_search_pairs, rowid, pairs) VALUES ('delete', old.id, old.pairs);
END;
CREATE TRIGGER contact_search_pairs_updated AFTER UPDATE OF pairs ON contact_search WHEN old.pairs IS NOT new.pairs BEGIN
    INSERT INTO contact_search_pairs (contact_search_pairs, rowid, pairs)
        SELECT 'delete', old.id, old.pairs WHERE old.pairs IS NOT NULL;
    INSERT INTO contact_search_pairs (rowid, pairs)
        SELECT new.id, new.pairs WHERE new.pairs IS NOT NULL;
END;
"#;
