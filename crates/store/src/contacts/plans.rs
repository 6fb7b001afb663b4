//! How the engines find the pages of a list: by walking the sort's index, never by sorting the table. A test that fails when an index
//! goes missing, or when a statement no longer fits it.

use super::ContactList;
use super::cursor::{KeyValue, Place, column, is_text};
use super::page::{Listing, Part};
use super::search::{self, Strategy};
use crate::demo::fill;
use crate::{Engine, Options, Store};
use rapport_contract::account::NewAccount;
use rapport_contract::contact::{Sort, SortKey};
use rapport_contract::country::Country;
use rapport_contract::language::Language;
use rapport_contract::page::Limit;
use rapport_contract::{AccountId, ContactId, Instant};
use sea_orm::{ConnectionTrait, Value};

#[path = "../../tests/fresh/mod.rs"]
mod fresh;

fn now() -> Instant {
    Instant::from_unix_millis(1_801_389_600_000)
}

/// An account with many contacts beside one with as many.
async fn filled(store: &Store) -> AccountId {
    store.prepare(now()).await.unwrap();
    let mut last = None;
    for seed in 0..2 {
        let draft = NewAccount {
            name: "Plans".to_owned(),
            language: Language::Es,
            time_zone: "UTC".to_owned(),
            default_country: Country::from_code("MX").unwrap(),
        };
        let account = store
            .write(now(), async |w| crate::accounts::create(w, &draft).await)
            .await
            .unwrap();
        fill(store, now, account.id, seed, 2_000, |_| {})
            .await
            .unwrap();
        last = Some(account.id);
    }
    let analyze = match store.engine() {
        Engine::Postgres => "VACUUM ANALYZE",
        Engine::Sqlite => "ANALYZE",
    };
    store
        .migration_connection()
        .execute_unprepared(analyze)
        .await
        .unwrap();
    last.unwrap()
}

async fn plan(store: &Store, sql: &str, values: Vec<Value>) -> String {
    let engine = store.engine();
    let (explain, column) = match engine {
        Engine::Postgres => ("EXPLAIN", "QUERY PLAN"),
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
    };
    let statement = engine.statement(format!("{explain} {sql}"), values);
    let rows = store.reader.query_all_raw(statement).await.unwrap();
    let lines = rows
        .iter()
        .map(|row| row.try_get::<String>("", column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Every statement of a list in one order: both parts, both ways, from the start and from a place.
fn statements(listing: &Listing<'_>) -> Vec<(String, Vec<Value>)> {
    let mut statements = Vec::new();
    for part in [Part::Present, Part::Missing] {
        let key = match part {
            Part::Missing => None,
            Part::Present if is_text(listing.sort.key) => Some(KeyValue::Text("m".to_owned())),
            Part::Present => Some(KeyValue::Number(1_000)),
        };
        let place = Place {
            key,
            id: ContactId::from_i64(7),
        };
        for backwards in [false, true] {
            statements.push(listing.statement(part, None, backwards, 51));
            statements.push(listing.statement(part, Some(&place), backwards, 51));
        }
    }
    statements
}

const fn index(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "contact_index_name",
        SortKey::Email => "contact_index_email",
        SortKey::Phone => "contact_index_phone",
        SortKey::Company => "contact_index_company",
        SortKey::City => "contact_index_city",
        SortKey::Country => "contact_index_country",
        SortKey::CreatedAt => "contact_index_created",
        SortKey::UpdatedAt => "contact_index_updated",
        SortKey::LastActivityAt => "contact_index_activity",
    }
}

fn check(engine: Engine, key: SortKey, sql: &str, plan: &str) {
    let what = format!("{sql}\n{plan}");
    assert!(
        plan.contains(index(key)),
        "the sort's index is not used: {what}"
    );
    match engine {
        Engine::Sqlite => {
            assert!(
                !plan.contains("SCAN i\n") && !plan.contains("SCAN c"),
                "the table is read: {what}"
            );
            // The page's own rows may be put into order again behind the join; the walk itself needs no sorting.
            let walk = plan.split("SCAN p").next().unwrap_or_default();
            assert!(!walk.contains("TEMP B-TREE"), "the table is sorted: {what}");
        }
        Engine::Postgres => {
            // The page's fifty contacts it may look up as it likes: that depends on how large the table is.
            let reads = ["Seq Scan on contact_index", "Seq Scan on contact_search"];
            assert!(
                !reads.iter().any(|read| plan.contains(read)),
                "the table is read: {what}"
            );
            let walk = plan.split("Limit").nth(1).unwrap_or_default();
            assert!(!walk.contains("Sort"), "the table is sorted: {what}");
        }
    }
}

/// A new database that has never been restarted: SQLite's planner has nothing to go by.
#[tokio::test]
async fn without_statistics_addresses_and_orders_are_found_by_their_indexes() {
    fresh::on_both(async |store| {
        if store.engine() == Engine::Postgres {
            return;
        }
        for key in SortKey::ALL {
            let listing = Listing {
                store,
                account: AccountId::from_i64(1),
                sort: Sort {
                    key,
                    descending: false,
                },
                search: None,
            };
            for (sql, values) in statements(&listing) {
                let plan = plan(store, &sql, values).await;
                check(store.engine(), key, &sql, &plan);
                for index in ["contact_emails_contact", "contact_phones_contact"] {
                    let both = format!("{index} (account_id=? AND contact_id=?)");
                    assert!(plan.contains(&both), "{index} is not used: {sql}\n{plan}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_order_walks_its_index() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                for search in [
                    None,
                    Some((vec!["e".to_owned(), "a".to_owned()], Strategy::Probe)),
                ] {
                    let listing = Listing {
                        store,
                        account,
                        sort,
                        search,
                    };
                    for (sql, values) in statements(&listing) {
                        if sql.contains(&format!("i.{} IS NULL", column(key)))
                            && !super::cursor::can_be_missing(key)
                        {
                            continue;
                        }
                        let plan = plan(store, &sql, values).await;
                        check(store.engine(), key, &sql, &plan);
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn words_are_looked_up_in_the_trigrams() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let engine = store.engine();
        for q in ["garcia", "5255123", "garcia example"] {
            let words = search::words(q);
            let mut values = vec![account.as_i64().into()];
            let sql = search::hits(engine, &words, &mut values);
            let plan = plan(store, &sql, values).await;
            let used = match engine {
                Engine::Postgres => "Bitmap Index Scan on contact_search_trigrams",
                Engine::Sqlite => "SCAN contact_search_trigrams VIRTUAL TABLE INDEX",
            };
            assert!(plan.contains(used), "{q}: {plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_longest_searches_are_answered() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let letters = || '\u{4e00}'..;
        let apart = |most: usize| letters().take(most).map(String::from).collect::<Vec<_>>();
        for q in [
            "x".repeat(1000),
            letters().take(1000).collect(),
            apart(500).join(" "),
            apart(250).join("abc "),
        ] {
            let list = ContactList {
                sort: Sort::default(),
                q: q.clone(),
                limit: Limit::DEFAULT,
                cursor: None,
            };
            let found = list.page(store, account).await;
            assert_eq!(
                found
                    .map(|page| page.data.len())
                    .map_err(|error| error.to_string()),
                Ok(0),
                "{q}"
            );
            let many = Listing {
                store,
                account,
                sort: Sort::default(),
                search: Some((search::words(&q), Strategy::Probe)),
            };
            assert!(
                many.stretch(None, false, 51)
                    .await
                    .is_ok_and(|rows| rows.is_empty()),
                "{q}"
            );
        }
    })
    .await;
}
