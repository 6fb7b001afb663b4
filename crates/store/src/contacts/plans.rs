//! How the engines find the pages of a list: by walking the sort's index, never by sorting the table. A test that fails when an index
//! goes missing, or when a statement no longer fits it.

use super::cursor::Place;
use super::page::{Listing, Part, Stretch, Way};
use super::search;
use super::sort::{KeyValue, SortColumn};
use super::{Ask, ContactList, Selection, explain_count, explain_page};
use crate::demo::fill;
use crate::fresh;
use crate::{Actor, Engine, Store, Who};
use rapport_contract::account::NewAccount;
use rapport_contract::contact::{Sort, SortKey};
use rapport_contract::country::Country;
use rapport_contract::filter::Filter;
use rapport_contract::language::Language;
use rapport_contract::page::Limit;
use rapport_contract::{AccountId, ContactId, Instant};
use sea_orm::{ConnectionTrait, Value};

fn now() -> Instant {
    Instant::from_unix_millis(1_801_389_600_000)
}

fn draft() -> NewAccount {
    NewAccount {
        name: "Plans".to_owned(),
        language: Language::Es,
        time_zone: "UTC".to_owned(),
        default_country: Country::from_code("MX").unwrap(),
    }
}

/// An account with many contacts beside one with as many.
pub(super) async fn filled(store: &Store) -> AccountId {
    store.prepare(now()).await.unwrap();
    let mut last = None;
    for seed in 0..2 {
        let account = store
            .write(now(), async |w| crate::accounts::create(w, &draft()).await)
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

pub(super) async fn plan(store: &Store, sql: &str, values: Vec<Value>) -> String {
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

/// What somebody asks with words and a filter.
pub(super) async fn select(
    store: &Store,
    account: AccountId,
    q: &str,
    filter: Option<serde_json::Value>,
) -> Selection {
    let actor = Actor {
        account,
        who: Who::System,
    };
    let filter = filter.map(|filter| Filter(filter.into()));
    let ask = Ask {
        filter,
        q: q.to_owned(),
        ..Ask::default()
    };
    store.select(&actor.into(), &ask, now()).await.unwrap()
}

/// Every statement of a list in one order: both parts, both ways, from the start and from a place.
fn statements<C: ConnectionTrait>(
    listing: &Listing<'_, C>,
    key: &SortKey,
    way: Way,
) -> Vec<(String, Vec<Value>)> {
    let mut statements = Vec::new();
    let parts: &[Part] = if listing.sort.can_be_missing {
        &[Part::Present, Part::Missing]
    } else {
        &[Part::Present]
    };
    for &part in parts {
        let value = match (part, key) {
            (Part::Missing, _) => None,
            (_, SortKey::Name | SortKey::Email | SortKey::Company | SortKey::City) => {
                Some(KeyValue::Text("m".to_owned()))
            }
            _ => Some(KeyValue::Number(1_000)),
        };
        let place = Place {
            key: value,
            id: ContactId::from_i64(7),
        };
        for backwards in [false, true] {
            for from in [None, Some(&place)] {
                statements.push(listing.statement(
                    Stretch {
                        part,
                        from,
                        backwards,
                        most: 51,
                    },
                    way,
                ));
            }
        }
    }
    statements
}

const fn index(key: &SortKey) -> &'static str {
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
        SortKey::Custom(_) => "contact_index_text_1",
    }
}

fn check(engine: Engine, key: &SortKey, sql: &str, plan: &str) {
    let what = format!("{sql}\n{plan}");
    assert!(
        plan.contains(index(key)),
        "the sort's index is not used: {what}"
    );
    match engine {
        Engine::Sqlite => {
            assert!(
                plan.contains("SEARCH i USING") && !plan.contains("SCAN c"),
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
        store.prepare(now()).await.unwrap();
        let account = store
            .write(now(), async |w| crate::accounts::create(w, &draft()).await)
            .await
            .unwrap();
        let everyone = select(store, account.id, "", None).await;
        for key in SortKey::BUILT_IN {
            let sort = Sort {
                key: key.clone(),
                descending: false,
            };
            let sort = SortColumn::of(&sort, &everyone.catalogue, "/sort").unwrap();
            let listing = Listing::new(&store.reader, &everyone, &sort);
            for (sql, values) in statements(&listing, &key, Way::Straight) {
                let plan = plan(store, &sql, values).await;
                check(store.engine(), &key, &sql, &plan);
                let members = "INDEX segment_members_contact (account_id=? AND contact_id=?)";
                assert!(
                    plan.contains(members),
                    "{members} is not used: {sql}\n{plan}"
                );
                // What a page reads of a contact beside its place in the list and its segments is one row.
                let beside = ["contact_emails", "contact_phones", "identities", "consents"];
                let read = beside.iter().find(|table| sql.contains(**table));
                assert_eq!(read, None, "{sql}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_order_walks_its_index() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let everyone = select(store, account, "", None).await;
        let some = select(store, account, "e a", None).await;
        for key in SortKey::BUILT_IN {
            for descending in [false, true] {
                let sort = Sort {
                    key: key.clone(),
                    descending,
                };
                let sort = SortColumn::of(&sort, &everyone.catalogue, "/sort").unwrap();
                for (selection, way) in [(&everyone, Way::Straight), (&some, Way::Walk(1_000))] {
                    let listing = Listing::new(&store.reader, selection, &sort);
                    for (sql, values) in statements(&listing, &key, way) {
                        let plan = plan(store, &sql, values).await;
                        check(store.engine(), &key, &sql, &plan);
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
        for q in ["garcia", "5255123", "garcia lopez"] {
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

/// Chinese names are found by an index of their own, and as many as reading every search key finds.
#[tokio::test]
async fn short_names_are_looked_up_too() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let engine = store.engine();
        for q in ["王", "建国", "小 王"] {
            let words = search::words(q);
            let mut values = vec![account.as_i64().into()];
            let sql = search::hits(engine, &words, &mut values);
            let plan = plan(store, &sql, values.clone()).await;
            assert!(plan.contains("contact_search_pairs"), "{q}: {plan}");
            let found = store
                .reader
                .query_all_raw(engine.statement(sql, values))
                .await
                .unwrap();
            let has = words
                .iter()
                .map(|word| format!("search_key LIKE '%{word}%'"))
                .collect::<Vec<_>>();
            let read = format!(
                "SELECT id FROM contact_search WHERE account_id = {} AND {}",
                account.as_i64(),
                has.join(" AND ")
            );
            let read = store
                .reader
                .query_all_raw(engine.statement(read, []))
                .await
                .unwrap();
            assert_eq!(found.len(), read.len(), "{q}");
            assert!(q.contains(' ') || !found.is_empty(), "{q}");
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
                ask: Ask {
                    q: q.clone(),
                    ..Ask::default()
                },
                sort: None,
                limit: Limit::DEFAULT,
                cursor: None,
            };
            let actor = Actor {
                account,
                who: Who::System,
            };
            let found = list.page(store, &actor.into(), now()).await;
            assert_eq!(
                found
                    .map(|page| page.data.len())
                    .map_err(|error| error.to_string()),
                Ok(0),
                "{q}"
            );
            let selection = select(store, account, &q, None).await;
            let sort = SortColumn::of(&Sort::default(), &selection.catalogue, "/sort").unwrap();
            let listing = Listing::new(&store.reader, &selection, &sort);
            for way in [Way::Walk(100), Way::Set(None), Way::Set(Some(0))] {
                for (sql, values) in statements(&listing, &SortKey::CreatedAt, way) {
                    let rows = store
                        .reader
                        .query_all_raw(store.engine().statement(sql, values))
                        .await;
                    assert!(rows.is_ok_and(|rows| rows.is_empty()), "{q} {way:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_question_is_explained_by_the_statements_that_answer_it() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let actor = Actor {
            account,
            who: Who::System,
        };
        let filter = serde_json::json!({"field": "city", "op": "eq", "value": "Medellín"});
        let ask = Ask {
            filter: Some(Filter(filter.into())),
            ..Ask::default()
        };
        let list = ContactList {
            ask: ask.clone(),
            sort: None,
            limit: Limit::DEFAULT,
            cursor: None,
        };
        let found = list
            .page(store, &actor.into(), now())
            .await
            .unwrap()
            .data
            .len();
        assert!(found > 0);
        let page = explain_page(store, &actor, &list, now(), 3).await.unwrap();
        assert_eq!(page.statements.last().unwrap().rows, found);
        let counted = explain_count(store, &actor, &ask, Some(5), now(), 3)
            .await
            .unwrap();
        assert_eq!(counted.statements.last().unwrap().rows, 1);
        for explanation in [page, counted] {
            assert_eq!(explanation.repeats, 3);
            assert!(0.0 < explanation.p50_ms && explanation.p50_ms <= explanation.p99_ms);
            for statement in explanation.statements {
                assert!(statement.p50_ms <= explanation.p99_ms);
                assert!(!statement.plan.is_empty(), "{}", statement.sql);
                assert!(!statement.sql.contains("edell"), "{}", statement.sql);
                assert!(statement.sql.contains("$1"), "{}", statement.sql);
            }
        }
    })
    .await;
}
