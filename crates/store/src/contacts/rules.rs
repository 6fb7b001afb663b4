//! The rules by which filters become SQL, each seen at the statement that comes out or at the engine's plan for it.

use super::compile::{Around, Found};
use super::cursor::Place;
use super::page::{Listing, Part, Stretch, Way};
use super::plans::{filled, plan, select};
use super::sort::{KeyValue, SortColumn};
use super::{Selection, scan};
use crate::fresh;
use crate::{Engine, Store};
use rapport_contract::{AccountId, ContactId, SegmentId};
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;

fn sorted(selection: &Selection, sort: &str) -> SortColumn {
    SortColumn::of(&sort.parse().unwrap(), &selection.catalogue, "/sort").unwrap()
}

const START: Stretch<'static> = Stretch {
    part: Part::Present,
    from: None,
    backwards: false,
    most: 51,
};

/// The first page's statement.
fn page(store: &Store, selection: &Selection, sort: &str, way: Way) -> (String, Vec<Value>) {
    let sort = sorted(selection, sort);
    Listing::new(&store.reader, selection, &sort).statement(START, way)
}

/// The part of the statement that finds the page; what follows reads its contacts.
fn finding(sql: &str) -> &str {
    let from = sql.find("FROM (SELECT").unwrap_or_default();
    let end = sql.find(") AS p JOIN contacts").unwrap_or(sql.len());
    &sql[from..end]
}

/// A segment with every tenth contact in it, and one with three.
async fn segments(store: &Store, account: AccountId) -> (SegmentId, SegmentId) {
    let mut made = Vec::new();
    for (id, condition) in [
        (71, "id % 10 = 0"),
        (
            72,
            "id IN (SELECT id FROM contact_index ORDER BY id LIMIT 3)",
        ),
    ] {
        let account = account.as_i64();
        let segment = format!(
            "INSERT INTO segments (account_id, id, name, name_key, color, created_at, updated_at, version) \
             VALUES ({account}, {id}, 's{id}', 's{id}', 'teal', 0, 0, 1)"
        );
        let members = format!(
            "INSERT INTO segment_members (account_id, segment_id, contact_id) \
             SELECT {account}, {id}, id FROM contact_index WHERE account_id = {account} AND {condition}"
        );
        for sql in [
            segment,
            members,
            format!(
                "UPDATE accounts SET catalogue_version = catalogue_version + 1 WHERE id = {account}"
            ),
        ] {
            store
                .migration_connection()
                .execute_unprepared(&sql)
                .await
                .unwrap();
        }
        made.push(SegmentId::from_i64(id));
    }
    (made[0], made[1])
}

/// Each condition is a probe in a walk, and a drive where an index knows its contacts; one that few contacts meet is looked up.
#[tokio::test]
async fn few_drive_and_many_are_walked() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let (many, _) = segments(store, account).await;
        let of_segment =
            |id: SegmentId| json!({"field": "segment", "op": "any_of", "value": [id.to_string()]});
        let selection = select(store, account, "", Some(of_segment(many))).await;
        assert_eq!(
            selection
                .narrowest(&store.reader, Found::InIndex, 50)
                .await
                .unwrap(),
            None,
            "too many to look up"
        );
        assert_eq!(
            selection
                .narrowest(&store.reader, Found::InIndex, 5_000)
                .await
                .unwrap(),
            Some(0)
        );

        let (walk, _) = page(store, &selection, "company", Way::Walk(2_000));
        assert!(
            finding(&walk).contains("LIMIT 2000) AS i WHERE") && finding(&walk).contains("EXISTS"),
            "{walk}"
        );
        let (set, values) = page(store, &selection, "company", Way::Set(Some(0)));
        assert!(set.contains("i.id IN (SELECT contact_id"), "{set}");
        let plan = plan(store, &set, values).await;
        assert!(plan.contains("segment_members"), "{plan}");
        assert!(
            !plan.contains("contact_index_company"),
            "the sort's index is walked: {plan}"
        );

        // A negative one is never looked up.
        let not = select(store, account, "", Some(json!({"not": of_segment(many)}))).await;
        for how in [Found::InIndex, Found::ByTrigrams, Found::ByReading] {
            let narrowest = not.narrowest(&store.reader, how, 1_000_000).await.unwrap();
            assert_eq!(narrowest, None);
        }
    })
    .await;
}

/// A walk sees so many contacts of the sort's index and no more; PostgreSQL cannot make a join of what is asked of each, and neither engine
/// sorts.
#[tokio::test]
async fn a_walk_is_bounded_and_does_not_sort() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let (many, few) = segments(store, account).await;
        let filter = json!({"any": [
            {"field": "segment", "op": "none_of", "value": [many.to_string()]},
            {"all": [{"field": "email", "op": "contains", "value": "@example"},
                     {"field": "segment", "op": "all_of", "value": [many.to_string(), few.to_string()]}]}
        ]});
        let selection = select(store, account, "", Some(filter)).await;
        for sort in ["city", "-last_activity_at", "-created_at"] {
            let (sql, values) = page(store, &selection, sort, Way::Walk(500));
            let plan = plan(store, &sql, values).await;
            match store.engine() {
                Engine::Postgres => {
                    assert_eq!(sql.matches("OFFSET 0").count(), sql.matches("EXISTS").count(), "{sql}");
                    assert_eq!(plan.matches("Limit").count(), 2, "{plan}");
                    let joined = ["hashed SubPlan", "Semi Join", "Anti Join"];
                    assert!(!joined.iter().any(|join| plan.contains(join)), "{plan}");
                    assert_eq!(plan.matches("Sort").count(), 2, "the page's own rows alone: {plan}");
                }
                Engine::Sqlite => {
                    assert!(plan.contains("CO-ROUTINE i"), "{plan}");
                    let walk = plan.split("SCAN p").next().unwrap_or_default();
                    assert!(!walk.contains("TEMP B-TREE"), "{plan}");
                }
            }
        }
    })
    .await;
}

/// A page among many who have the same key begins where it begins: neither engine passes over those before it.
#[tokio::test]
async fn a_deep_page_among_equals_begins_by_its_index() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let from = Place {
            key: Some(KeyValue::Number(100)),
            id: ContactId::from_i64(7),
        };
        let everyone = select(store, account, "", None).await;
        let some = select(store, account, "e", None).await;
        let sort = sorted(&everyone, "country");
        for (selection, way) in [(&everyone, Way::Straight), (&some, Way::Walk(500))] {
            for backwards in [false, true] {
                let stretch = Stretch {
                    from: Some(&from),
                    backwards,
                    ..START
                };
                let (sql, values) =
                    Listing::new(&store.reader, selection, &sort).statement(stretch, way);
                let plan = plan(store, &sql, values).await;
                let by_id = match store.engine() {
                    Engine::Postgres => "ROW(",
                    Engine::Sqlite if backwards => "country_rank=? AND id<?)",
                    Engine::Sqlite => "country_rank=? AND id>?)",
                };
                assert!(plan.contains(by_id), "{sql}\n{plan}");
            }
        }
    })
    .await;
}

/// A condition on what the list is sorted by is a range of the index: the oldest contacts are not met by walking past all others.
#[tokio::test]
async fn a_range_of_the_sort_is_where_the_walk_begins() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let early = json!({"all": [
            {"field": "created_at", "op": "before", "value": "2024-03-01"},
            {"field": "city", "op": "is_not_empty"}
        ]});
        let selection = select(store, account, "", Some(early)).await;
        let (sql, values) = page(store, &selection, "-created_at", Way::Walk(2_000));
        let (inner, _) = finding(&sql).split_once("LIMIT 2000").unwrap();
        assert!(inner.contains("i.created_at < $"), "{sql}");
        let plan = plan(store, &sql, values).await;
        match store.engine() {
            Engine::Postgres => assert!(plan.contains("created_at <"), "{plan}"),
            Engine::Sqlite => assert!(
                plan.contains("contact_index_created (account_id=? AND created_at<?)"),
                "{plan}"
            ),
        }
    })
    .await;
}

/// Whoever lacks the key is another range of the index, never `NULLS LAST`; whoever cannot be on the list is not looked for.
#[tokio::test]
async fn the_missing_are_a_part_of_their_own() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let everyone = select(store, account, "", None).await;
        let parts = |selection: &Selection, sort: &str, backwards| {
            let sort = sorted(selection, sort);
            Listing::new(&store.reader, selection, &sort).parts(backwards)
        };
        assert_eq!(
            parts(&everyone, "city", false),
            [Part::Present, Part::Missing]
        );
        assert_eq!(
            parts(&everyone, "-city", true),
            [Part::Missing, Part::Present]
        );
        assert_eq!(parts(&everyone, "created_at", false), [Part::Present]);
        let in_lima = select(
            store,
            account,
            "",
            Some(json!({"field": "city", "op": "eq", "value": "Lima"})),
        )
        .await;
        assert_eq!(parts(&in_lima, "city", false), [Part::Present]);
        let elsewhere = select(
            store,
            account,
            "",
            Some(json!({"field": "city", "op": "not_eq", "value": "Lima"})),
        )
        .await;
        assert_eq!(
            parts(&elsewhere, "city", false),
            [Part::Present, Part::Missing]
        );
        for way in [Way::Straight, Way::Walk(9), Way::Set(None)] {
            let (sql, _) = page(store, &everyone, "city", way);
            assert!(
                !sql.contains("NULLS") && sql.contains("i.city_key IS NOT NULL"),
                "{sql}"
            );
        }
    })
    .await;
}

/// A whole set is found apart from the order, so that no planner walks the sort's index in the hope of meeting enough of it.
#[tokio::test]
async fn a_set_is_found_and_then_sorted() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let rare = json!({"field": "company", "op": "ends_with", "value": "zzz"});
        let selection = select(store, account, "", Some(rare)).await;
        let (sql, values) = page(store, &selection, "name", Way::Set(None));
        let plan = plan(store, &sql, values).await;
        assert!(!plan.contains("contact_index_name"), "{plan}");
        match store.engine() {
            Engine::Postgres => assert!(
                sql.contains("AS MATERIALIZED") && plan.contains("CTE m"),
                "{plan}"
            ),
            Engine::Sqlite => assert!(sql.contains("NOT INDEXED"), "{plan}"),
        }
    })
    .await;
}

/// Where one table knows, it alone is counted.
#[tokio::test]
async fn counts_come_from_the_table_that_knows() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        let (many, _) = segments(store, account).await;
        let cases = [
            (json!({"all": []}), "contact_index"),
            (
                json!({"field": "segment", "op": "eq", "value": many.to_string()}),
                "segment_members",
            ),
            (
                json!({"field": "country", "op": "any_of", "value": ["MX", "ES"]}),
                "contact_index_country_code",
            ),
        ];
        for (filter, knows) in cases {
            let selection = select(store, account, "", Some(filter)).await;
            let (sql, values) = selection.known(store.engine()).unwrap();
            let plan = plan(store, &format!("SELECT count(*) FROM ({sql}) AS m"), values).await;
            assert!(plan.contains(knows), "{plan}");
            let other = ["contact_emails", "contact_search", "contacts "];
            assert!(!other.iter().any(|table| plan.contains(table)), "{plan}");
            if knows == "segment_members" {
                assert!(!plan.contains("contact_index"), "{plan}");
            }
        }
    })
    .await;
}

/// Where no index knows, the table is read in parts, which are all of it and never overlap; a count that has enough stops.
#[tokio::test]
async fn the_table_is_counted_in_parts() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        for (q, filter) in [
            ("a", None),
            (
                "",
                Some(json!({"field": "city", "op": "ends_with", "value": "a"})),
            ),
            (
                "e",
                Some(json!({"field": "city", "op": "not_contains", "value": "lima"})),
            ),
        ] {
            let selection = select(store, account, q, filter).await;
            let (sql, values) = selection.set(store.engine(), None);
            let statement = store.engine().statement(sql, values);
            let all = store.reader.query_all_raw(statement).await.unwrap().len() as u64;
            assert!((200..2_000).contains(&all), "{all}");
            assert_eq!(
                scan::number(&selection, &store.reader, None).await.unwrap(),
                all
            );
            assert_eq!(selection.count_in(store, None).await.unwrap().count, all);
            let capped = selection.count_in(store, Some(150)).await.unwrap();
            assert_eq!((capped.count, capped.exact), (150, false));
            let capped = selection.count_in(store, Some(u32::MAX)).await.unwrap();
            assert_eq!((capped.count, capped.exact), (all, true));
        }
    })
    .await;
}

/// Values are parameters, a list is one of them, and a filter at its bounds is a statement that both engines take.
#[tokio::test]
async fn the_largest_filters_are_statements() {
    fresh::on_both(async |store| {
        let account = filled(store).await;
        // 4,505 in lists and 495 texts: 5,000 values.
        let ids: Vec<String> = (1..=901).map(|n| format!("company {n}")).collect();
        let conditions: Vec<_> = (0..5)
            .map(|_| json!({"field": "company", "op": "any_of", "value": ids}))
            .chain((0..495).map(|n| json!({"field": "city", "op": if n % 2 == 0 { "contains" } else { "not_contains" }, "value": format!("x{n}")})))
            .collect();
        for group in ["all", "any"] {
            let mut filter = json!({ group: conditions });
            for depth in 0..9 {
                filter = if depth % 2 == 0 { json!({"not": filter}) } else { json!({"any": [filter]}) };
            }
            let selection = select(store, account, "", Some(filter)).await;
            let mut compiler = selection.compiler(store.engine(), Around::Set);
            let _ = selection.set_conditions(&mut compiler, None);
            assert!(compiler.into_values().len() <= 1_200);
            for way in [Way::Walk(2_000), Way::Set(None)] {
                let (sql, values) = page(store, &selection, "name", way);
                let rows = store.reader.query_all_raw(store.engine().statement(sql, values)).await;
                rows.unwrap_or_else(|error| panic!("{group} {way:?}: {error}"));
            }
            selection.count_in(store, None).await.unwrap();
        }
    })
    .await;
}
