//! The schema is written twice, once for each engine: both have to say the same.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod fresh;

use rapport_store::{Engine, Options, Store};
use sea_orm_migration::sea_orm::{ConnectionTrait, QueryResult, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What a table is, in words that both engines share.
#[derive(Debug, Default, PartialEq)]
struct Table {
    /// Type, and whether it can be missing.
    columns: BTreeMap<String, (String, bool)>,
    /// Columns of each unique key, the primary one among them, and whether it is of some rows only.
    unique: BTreeSet<(Vec<String>, bool)>,
    /// Columns of each foreign key, the table and columns that it points to, and what a deletion does.
    foreign: BTreeSet<(Vec<String>, String, Vec<String>, String)>,
    /// Columns of the other indexes.
    indexes: BTreeSet<Vec<String>>,
}

async fn rows(store: &Store, sql: &str) -> Vec<QueryResult> {
    let db = store.migration_connection();
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap()
}

fn text(row: &QueryResult, column: &str) -> String {
    row.try_get("", column).unwrap()
}

fn list(row: &QueryResult, column: &str) -> Vec<String> {
    text(row, column).split(',').map(str::to_owned).collect()
}

async fn postgres(store: &Store) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for row in rows(
        store,
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'",
    )
    .await
    {
        let kind = match text(&row, "data_type").as_str() {
            "bigint" | "integer" | "boolean" => "number",
            "text" => "text",
            "bytea" => "bytes",
            "double precision" => "real",
            // JSON is text in SQLite.
            "jsonb" => "text",
            other => panic!("a column of type {other}"),
        };
        let column = (kind.to_owned(), text(&row, "is_nullable") == "YES");
        tables
            .entry(text(&row, "table_name"))
            .or_default()
            .columns
            .insert(text(&row, "column_name"), column);
    }
    for row in rows(
        store,
        "SELECT t.relname::text AS name, i.indisunique AS is_unique, i.indpred IS NOT NULL AS partial, \
         (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (number, place) \
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS columns, m.amname::text AS method \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam \
         JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname <> 'seaql_migrations'",
    )
    .await
    {
        // SQLite has tables of trigrams and of pairs instead.
        if text(&row, "method") != "btree" {
            continue;
        }
        let table = tables.get_mut(&text(&row, "name")).unwrap();
        if row.try_get("", "is_unique").unwrap() {
            table.unique.insert((list(&row, "columns"), row.try_get("", "partial").unwrap()));
        } else {
            table.indexes.insert(list(&row, "columns"));
        }
    }
    for row in rows(
        store,
        "SELECT t.relname::text AS name, f.relname::text AS target, c.confdeltype::text AS deletion, \
         (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(c.conkey::int[]) WITH ORDINALITY AS k (number, place) \
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS columns, \
         (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(c.confkey::int[]) WITH ORDINALITY AS k (number, place) \
          JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum = k.number) AS targets \
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid WHERE c.contype = 'f'",
    )
    .await
    {
        let deletion = if text(&row, "deletion") == "c" { "CASCADE" } else { "NO ACTION" };
        let key = (list(&row, "columns"), text(&row, "target"), list(&row, "targets"), deletion.to_owned());
        tables.get_mut(&text(&row, "name")).unwrap().foreign.insert(key);
    }
    tables
}

async fn sqlite(store: &Store) -> BTreeMap<String, Table> {
    let mut tables = BTreeMap::new();
    let names = rows(
        store,
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations' \
         AND name NOT LIKE 'contact_search_trigrams%' AND name NOT LIKE 'contact_search_pairs%'",
    )
    .await;
    for row in names {
        let name = text(&row, "name");
        assert!(
            text(&row, "sql").contains("STRICT"),
            "{name} takes values of any type"
        );
        let mut table = Table::default();
        let mut primary = BTreeMap::new();
        for row in rows(
            store,
            &format!("SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}')"),
        )
        .await
        {
            let kind = match text(&row, "type").as_str() {
                "INTEGER" => "number",
                "TEXT" => "text",
                "BLOB" => "bytes",
                "REAL" => "real",
                other => panic!("a column of type {other}"),
            };
            let not_null: i64 = row.try_get("", "notnull").unwrap();
            let place: i64 = row.try_get("", "pk").unwrap();
            let column = text(&row, "name");
            if place > 0 {
                primary.insert(place, column.clone());
            }
            table
                .columns
                .insert(column, (kind.to_owned(), not_null == 0));
        }
        table
            .unique
            .insert((primary.into_values().collect(), false));
        for row in rows(
            store,
            &format!("SELECT name, \"unique\", partial FROM pragma_index_list('{name}')"),
        )
        .await
        {
            let index = text(&row, "name");
            let columns = rows(
                store,
                &format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno"),
            )
            .await;
            let columns: Vec<_> = columns.iter().map(|row| text(row, "name")).collect();
            let (unique, partial): (i64, i64) = (
                row.try_get("", "unique").unwrap(),
                row.try_get("", "partial").unwrap(),
            );
            if unique == 1 {
                table.unique.insert((columns, partial == 1));
            } else {
                table.indexes.insert(columns);
            }
        }
        let mut foreign: BTreeMap<i64, (Vec<String>, String, Vec<String>, String)> =
            BTreeMap::new();
        let keys = format!(
            "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list('{name}') ORDER BY id, seq"
        );
        for row in rows(store, &keys).await {
            let id: i64 = row.try_get("", "id").unwrap();
            let key = foreign.entry(id).or_default();
            key.0.push(text(&row, "from"));
            key.1 = text(&row, "table");
            key.2.push(text(&row, "to"));
            key.3 = text(&row, "on_delete");
        }
        table.foreign = foreign.into_values().collect();
        tables.insert(name, table);
    }
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let found = Mutex::new(Vec::new());
    fresh::on_both(async |store| {
        let tables = match store.engine() {
            Engine::Sqlite => sqlite(store).await,
            Engine::Postgres => postgres(store).await,
        };
        found.lock().unwrap().push(tables);
    })
    .await;
    let [sqlite, postgres] = found.into_inner().unwrap().try_into().unwrap();
    assert!(
        sqlite.keys().eq(postgres.keys()),
        "{:?} and {:?}",
        sqlite.keys(),
        postgres.keys()
    );
    assert!(sqlite.len() > 15);
    for (name, on_postgres) in &postgres {
        let on_sqlite = &sqlite[name];
        assert_eq!(on_sqlite.columns, on_postgres.columns, "columns of {name}");
        assert_eq!(
            on_sqlite.foreign, on_postgres.foreign,
            "foreign keys of {name}"
        );
        // Ids are unique by themselves in SQLite, where they are the rowid; in PostgreSQL every key begins with the account, so that
        // tables can be distributed by it.
        let with_account = |keys: &BTreeSet<(Vec<String>, bool)>| -> BTreeSet<(Vec<String>, bool)> {
            let has_account = on_postgres.columns.contains_key("account_id");
            let account = |columns: &Vec<String>| {
                if has_account && *columns == ["id"] {
                    vec!["account_id".to_owned(), "id".to_owned()]
                } else {
                    columns.clone()
                }
            };
            keys.iter()
                .map(|(columns, partial)| (account(columns), *partial))
                .collect()
        };
        assert_eq!(
            with_account(&on_sqlite.unique),
            on_postgres.unique,
            "unique keys of {name}"
        );
        // Whoever comes with a secret alone says by it which account it is about.
        let by_secret = ["api_keys", "tickets"].contains(&name.as_str());
        if on_postgres.columns.contains_key("account_id") && !by_secret {
            assert!(
                on_postgres
                    .unique
                    .iter()
                    .all(|(columns, _)| columns[0] == "account_id"),
                "unique keys of {name}"
            );
        }
        // What PostgreSQL finds by its keys that begin with the account, SQLite may have as an index of its own.
        let served = |columns: &Vec<String>| {
            let longer = |key: &Vec<String>| key.starts_with(columns);
            on_postgres.indexes.iter().any(longer)
                || on_postgres.unique.iter().any(|(key, _)| longer(key))
        };
        let only_sqlite: Vec<_> = on_sqlite
            .indexes
            .difference(&on_postgres.indexes)
            .filter(|columns| !served(columns))
            .collect();
        let reason_known = ["sessions", "invitations"].contains(&name.as_str());
        assert!(
            only_sqlite.is_empty() || reason_known,
            "only SQLite has {only_sqlite:?} on {name}"
        );
        let only_postgres: Vec<_> = on_postgres.indexes.difference(&on_sqlite.indexes).collect();
        assert!(
            only_postgres.is_empty(),
            "only PostgreSQL has {only_postgres:?} on {name}"
        );
    }
}
