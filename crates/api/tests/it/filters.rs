//! Filters over the wire: what they find, what lists and counts make of them, and what is said of wrong ones.

use crate::contacts::{person, raw};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::contact::{Contact, ContactDraft, ContactQuery, ContactSearch, CountQuery};
use rapport_contract::filter::Filter;
use rapport_contract::page::Count;
use rapport_contract::{Code, Instant};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_filter_is_found_in_the_address_and_in_the_body;
    words_and_filters_both_have_to_hold;
    every_fault_has_its_place;
    bounds_are_told_apart;
    a_body_with_a_filter_twice_is_refused;
    the_fields_are_published;
    cursors_belong_to_their_filter;
    relative_dates_stay_put_from_page_to_page;
    pages_of_a_filter_fit_together;
    only_the_wanted_keys_are_answered;
    odd_texts_are_ordinary_values;
    counts_with_filters;
    other_accounts_are_not_filtered;
}

fn filter(value: Value) -> Option<Filter> {
    Some(Filter(value.into()))
}

async fn search(client: &Client, condition: Value) -> Vec<String> {
    let search = ContactSearch {
        filter: filter(condition),
        sort: Some("created_at".to_owned()),
        ..ContactSearch::default()
    };
    let page = client.search_contacts(&search).await.unwrap();
    page.data.into_iter().map(|contact| contact.name).collect()
}

async fn add(client: &Client, name: &str, change: impl FnOnce(&mut ContactDraft)) -> Contact {
    let mut draft = person(name, "");
    change(&mut draft);
    client.create_contact(&draft).await.unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Four people of different countries and cities.
async fn four(client: &Client) {
    for (name, country, city) in [
        ("Ana", "MX", "Mérida"),
        ("Bea", "ES", "Mérida"),
        ("Caro", "PE", ""),
        ("Dora", "", "Lima"),
    ] {
        add(client, name, |draft| {
            draft.country = some(country);
            draft.city = some(city);
        })
        .await;
    }
}

async fn a_filter_is_found_in_the_address_and_in_the_body(server: &Server) {
    let owner = server.owner().await;
    four(&owner).await;
    let condition = json!({"all": [
        {"field": "country", "op": "any_of", "value": ["mx", "ES", "PE"]},
        {"not": {"field": "city", "op": "eq", "value": "merida"}}
    ]});
    assert_eq!(search(&owner, condition.clone()).await, ["Caro"]);
    let query = ContactQuery {
        filter: Some(condition.to_string()),
        ..ContactQuery::default()
    };
    let page = owner.contacts(&query).await.unwrap();
    assert_eq!(page.data.len(), 1);
    assert_eq!(page.data[0].name, "Caro");
    assert_eq!(
        search(&owner, json!({"all": []})).await,
        ["Ana", "Bea", "Caro", "Dora"]
    );
    assert_eq!(search(&owner, json!({"any": []})).await, [""; 0]);
    assert_eq!(
        search(
            &owner,
            json!({"field": "city", "op": "not_eq", "value": "Lima"})
        )
        .await,
        ["Ana", "Bea", "Caro"]
    );
}

async fn words_and_filters_both_have_to_hold(server: &Server) {
    let owner = server.owner().await;
    four(&owner).await;
    let search = ContactSearch {
        filter: filter(json!({"field": "country", "op": "is_not_empty"})),
        q: some("merida"),
        sort: some("-name"),
        ..ContactSearch::default()
    };
    let page = owner.search_contacts(&search).await.unwrap();
    let names: Vec<_> = page
        .data
        .iter()
        .map(|contact| contact.name.as_str())
        .collect();
    assert_eq!(names, ["Bea", "Ana"]);
    let count = CountQuery {
        filter: search.filter,
        q: search.q,
        ..CountQuery::default()
    };
    assert_eq!(
        owner.count_contacts(&count, None).await.unwrap(),
        Count {
            count: 2,
            exact: true
        }
    );
}

/// The place and code of each fault of a search.
async fn faults(client: &Client, body: Value) -> (u16, String, Vec<(String, String)>) {
    let (status, problem) = raw(
        client,
        Method::POST,
        "/contacts/search",
        Some(&body.to_string()),
    )
    .await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let faults = problem["faults"].as_array().cloned().unwrap_or_default();
    let faults = faults
        .iter()
        .map(|fault| (text(&fault["pointer"]), text(&fault["code"])))
        .collect();
    (status, text(&problem["code"]), faults)
}

async fn every_fault_has_its_place(server: &Server) {
    let owner = server.owner().await;
    let wrong = json!({"all": [
        {"any": [{"field": "country", "op": "any_of", "value": ["MX", "XX"]}]},
        {"field": "shoe_size", "op": "eq", "value": 3},
        {"field": "city", "op": "gt", "value": "a"},
        {"field": "created_at", "op": "before", "value": "2027-02-30"},
        {"field": "segment", "op": "any_of", "value": ["sg_0g4zk8q1w9r2t"]},
        {"field": "blocked", "op": "eq", "value": "yes"},
        {"field": "city", "op": "eq"},
        {"field": "custom.plan", "op": "is_empty"},
        {"field": "phone", "op": "eq", "value": "12"},
        {"field": "city", "op": "contains", "value": "  "},
        {"field": "city", "op": "any_of", "value": []},
        {"field": "last_activity_at", "op": "in_last", "value": {"count": 0, "unit": "day"}}
    ]});
    let expected = [
        ("/all/0/any/0/value/1", "unknown_value"),
        ("/all/1/field", "unknown_field"),
        ("/all/2/op", "unknown_operator"),
        ("/all/3/value", "invalid_date"),
        ("/all/4/value/0", "unknown_value"),
        ("/all/5/value", "wrong_type"),
        ("/all/6/value", "required"),
        ("/all/7/field", "unknown_field"),
        ("/all/8/value", "invalid_phone"),
        ("/all/9/value", "empty"),
        ("/all/10/value", "empty"),
        ("/all/11/value/count", "out_of_range"),
    ];
    let (status, code, found) = faults(&owner, json!({"filter": wrong})).await;
    assert_eq!((status, code.as_str()), (422, "validation_failed"));
    let in_body: Vec<_> = expected
        .iter()
        .map(|(place, code)| (format!("/filter{place}"), (*code).to_owned()))
        .collect();
    assert_eq!(found, in_body);

    let query = ContactQuery {
        filter: Some(wrong.to_string()),
        ..ContactQuery::default()
    };
    let problem = owner
        .contacts(&query)
        .await
        .unwrap_err()
        .problem()
        .unwrap()
        .clone();
    assert_eq!(problem.code, Code::InvalidQuery);
    let in_query: Vec<_> = problem
        .faults
        .iter()
        .map(|fault| fault.pointer.as_str())
        .collect();
    assert_eq!(in_query, expected.map(|(place, _)| place));

    for (filter, place) in [
        ("{", "filter"),
        ("", "filter"),
        ("[]", ""),
        ("null", ""),
        ("{\"all\":[1]}", "/all/0"),
    ] {
        let query = ContactQuery {
            filter: some(filter),
            ..ContactQuery::default()
        };
        let problem = owner
            .contacts(&query)
            .await
            .unwrap_err()
            .problem()
            .unwrap()
            .clone();
        assert_eq!(
            (problem.code, problem.faults[0].pointer.as_str()),
            (Code::InvalidQuery, place),
            "{filter}"
        );
    }
}

async fn bounds_are_told_apart(server: &Server) {
    let owner = server.owner().await;
    let city = || json!({"field": "city", "op": "eq", "value": "Lima"});
    let deep = |levels: usize| (0..levels).fold(city(), |inner, _| json!({"all": [inner]}));
    assert!(search(&owner, deep(10)).await.is_empty());
    let code = async |filter: Value| {
        let (status, _, faults) = faults(&owner, json!({"filter": filter})).await;
        assert_eq!(status, 422);
        faults[0].1.clone()
    };
    assert_eq!(code(deep(11)).await, "too_deep");
    let wide = |conditions: usize| json!({"any": vec![city(); conditions]});
    assert!(search(&owner, wide(500)).await.is_empty());
    assert_eq!(code(wide(501)).await, "too_many");
    let list = |values: usize| {
        let values: Vec<_> = (0..values).map(|n| format!("city {n}")).collect();
        json!({"field": "city", "op": "any_of", "value": values})
    };
    assert!(search(&owner, list(1_000)).await.is_empty());
    assert_eq!(code(list(1_001)).await, "too_many");
    assert!(
        search(&owner, json!({"any": vec![list(1_000); 5]}))
            .await
            .is_empty()
    );
    assert_eq!(code(json!({"any": [list(1_000), list(1_000), list(1_000), list(1_000), list(1_000), city()]})).await, "too_many");
    let text = |characters: usize| json!({"field": "city", "op": "contains", "value": "é".repeat(characters)});
    assert!(search(&owner, text(1_000)).await.is_empty());
    assert_eq!(code(text(1_001)).await, "too_long");
}

async fn a_body_with_a_filter_twice_is_refused(server: &Server) {
    let owner = server.owner().await;
    let twice = r#"{"filter": {"field": "city", "op": "eq", "op": "is_empty", "value": "Lima"}}"#;
    let (status, problem) = raw(&owner, Method::POST, "/contacts/search", Some(twice)).await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(problem["faults"][0]["pointer"], "/filter/op");
    assert_eq!(problem["faults"][0]["code"], "repeated_key");
    let deep = format!(r#"{{"filter": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let (status, problem) = raw(&owner, Method::POST, "/contacts/search", Some(&deep)).await;
    assert!(matches!(status, 400 | 422), "{problem}");
}

async fn the_fields_are_published(server: &Server) {
    let owner = server.owner().await;
    let fields = owner.filter_fields().await.unwrap();
    let city = fields.iter().find(|field| field.field == "city").unwrap();
    assert_eq!(
        (city.kind.as_str(), city.many, city.indexed),
        ("text", false, true)
    );
    assert!(city.operators.iter().any(|op| op == "starts_with") && city.choices.is_none());
    let segment = fields
        .iter()
        .find(|field| field.field == "segment")
        .unwrap();
    assert_eq!(segment.choices.as_deref(), Some(&[][..]));
    let country = fields
        .iter()
        .find(|field| field.field == "country")
        .unwrap();
    assert_eq!(country.choices.as_ref().unwrap().len(), 250);
    let id = fields.iter().find(|field| field.field == "id").unwrap();
    assert!(!id.offered);
}

async fn cursors_belong_to_their_filter(server: &Server) {
    let owner = server.owner().await;
    four(&owner).await;
    let ask = async |condition: Value, cursor: Option<String>| {
        let search = ContactSearch {
            filter: filter(condition),
            limit: Some(1),
            cursor,
            ..ContactSearch::default()
        };
        owner.search_contacts(&search).await
    };
    let known = json!({"field": "country", "op": "is_not_empty"});
    let first = ask(known.clone(), None).await.unwrap();
    let next = first.page.next.clone().unwrap();
    assert_eq!(ask(known, Some(next.clone())).await.unwrap().data.len(), 1);
    for other in [
        json!({"all": []}),
        json!({"field": "country", "op": "is_empty"}),
    ] {
        let refused = ask(other, Some(next.clone())).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::InvalidCursor));
    }
}

async fn relative_dates_stay_put_from_page_to_page(server: &Server) {
    let owner = server.owner().await;
    let ago =
        |minutes: i64| Instant::from_unix_millis(server.now().unix_millis() - minutes * 60_000);
    for minutes in [60, 120, 180, 240, 300, 355] {
        add(&owner, &format!("{minutes} minutes ago"), |draft| {
            draft.last_activity_at = Some(ago(minutes))
        })
        .await;
    }
    let search = |cursor: Option<String>| ContactSearch {
        filter: filter(
            json!({"field": "last_activity_at", "op": "in_last", "value": {"count": 6, "unit": "hour"}}),
        ),
        sort: some("-last_activity_at"),
        limit: Some(4),
        cursor,
        ..ContactSearch::default()
    };
    let first = owner.search_contacts(&search(None)).await.unwrap();
    assert_eq!(first.data.len(), 4);
    server.later(600).await;
    let second = owner
        .search_contacts(&search(first.page.next))
        .await
        .unwrap();
    let names: Vec<_> = second
        .data
        .iter()
        .map(|contact| contact.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["300 minutes ago", "355 minutes ago"],
        "counted from the first page"
    );
    let count = CountQuery {
        filter: search(None).filter,
        ..CountQuery::default()
    };
    assert_eq!(
        owner.count_contacts(&count, None).await.unwrap().count,
        5,
        "counted from now"
    );
}

async fn pages_of_a_filter_fit_together(server: &Server) {
    let owner = server.owner().await;
    for n in 0..40 {
        add(&owner, &format!("Person {n:02}"), |draft| {
            draft.city = (n % 3 != 0).then(|| format!("City {}", n % 4));
            draft.country = (n % 2 == 0).then(|| "MX".to_owned());
        })
        .await;
    }
    let condition = json!({"any": [{"field": "country", "op": "eq", "value": "MX"}, {"field": "city", "op": "eq", "value": "city 1"}]});
    for sort in ["city", "-city", "country", "-created_at", "name"] {
        let ask = async |limit: i64, cursor: Option<String>| {
            let search = ContactSearch {
                filter: filter(condition.clone()),
                sort: some(sort),
                limit: Some(limit),
                cursor,
                ..ContactSearch::default()
            };
            owner.search_contacts(&search).await.unwrap()
        };
        let whole = ask(1_000, None).await;
        assert!(whole.page.next.is_none() && whole.data.len() > 20);
        let mut page = ask(7, None).await;
        let mut forwards = page.data.clone();
        let mut pages = vec![page.data.clone()];
        while let Some(next) = page.page.next.take() {
            page = ask(7, Some(next)).await;
            forwards.extend(page.data.clone());
            pages.push(page.data.clone());
        }
        assert_eq!(forwards, whole.data, "{sort}");
        // And back again.
        while let Some(prev) = page.page.prev.take() {
            pages.pop();
            page = ask(7, Some(prev)).await;
            assert_eq!(Some(&page.data), pages.last(), "{sort}");
        }
        assert_eq!(pages.len(), 1);
    }
}

async fn only_the_wanted_keys_are_answered(server: &Server) {
    let owner = server.owner().await;
    four(&owner).await;
    let (status, page) = raw(
        &owner,
        Method::GET,
        "/contacts?fields=name,city&sort=name&limit=1",
        None,
    )
    .await;
    assert_eq!(status, 200, "{page}");
    let keys: Vec<_> = page["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["city", "id", "name"]);
    let (status, problem) = raw(&owner, Method::GET, "/contacts?fields=name,shoe", None).await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (400, &json!("fields"))
    );
    let (status, problem) = raw(
        &owner,
        Method::POST,
        "/contacts/search",
        Some(r#"{"fields": ["shoe"]}"#),
    )
    .await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (422, &json!("/fields"))
    );
    for (body, place) in [
        (r#"{"limit": 0}"#, "/limit"),
        (r#"{"limit": 1001}"#, "/limit"),
        (r#"{"sort": "shoe"}"#, "/sort"),
        (r#"{"sort": "custom.shoe"}"#, "/sort"),
        (r#"{"q": "a\u0000b"}"#, "/q"),
    ] {
        let (status, problem) = raw(&owner, Method::POST, "/contacts/search", Some(body)).await;
        assert_eq!(
            (status, &problem["faults"][0]["pointer"]),
            (422, &json!(place)),
            "{body}"
        );
    }
    let (status, problem) = raw(&owner, Method::GET, "/contacts?sort=custom.shoe", None).await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (400, &json!("sort"))
    );
    let (status, _) = raw(
        &owner,
        Method::GET,
        "/contacts?saved_filter=sf_0000000000001",
        None,
    )
    .await;
    assert_eq!(status, 404);
}

async fn odd_texts_are_ordinary_values(server: &Server) {
    let owner = server.owner().await;
    let odd = [
        "100%",
        "a_b",
        r"back\slash",
        "it's \"quoted\"",
        "🧉 mate",
        "مرحبا بك",
        "x' OR 1=1 --",
        "$1",
        "{}",
        "ze\u{301}ta",
    ];
    for city in odd {
        add(&owner, city, |draft| draft.city = some(city)).await;
    }
    for city in odd {
        for op in ["eq", "contains", "starts_with", "ends_with"] {
            let found = search(&owner, json!({"field": "city", "op": op, "value": city})).await;
            assert_eq!(found.len(), 1, "{op} {city}: {found:?}");
        }
        let others = search(
            &owner,
            json!({"field": "city", "op": "not_contains", "value": city}),
        )
        .await;
        assert_eq!(others.len(), odd.len() - 1, "{city}");
    }
    for body in [
        r#"{"filter": {"field": "city", "op": "eq", "value": "a\u0000"}}"#,
        r#"{"filter": {"field": "city", "op": "eq", "value": "\ud800"}}"#,
    ] {
        let (status, problem) = raw(&owner, Method::POST, "/contacts/search", Some(body)).await;
        assert!(matches!(status, 400 | 422), "{problem}");
        assert!(problem["code"].is_string());
    }
}

async fn counts_with_filters(server: &Server) {
    let owner = server.owner().await;
    four(&owner).await;
    let count = async |condition: Value, at_most: Option<u32>| {
        let query = CountQuery {
            filter: filter(condition),
            ..CountQuery::default()
        };
        owner.count_contacts(&query, at_most).await.unwrap()
    };
    let known = json!({"field": "country", "op": "is_not_empty"});
    assert_eq!(
        count(known.clone(), None).await,
        Count {
            count: 3,
            exact: true
        }
    );
    assert_eq!(
        count(known.clone(), Some(2)).await,
        Count {
            count: 2,
            exact: false
        }
    );
    assert_eq!(
        count(known, Some(3)).await,
        Count {
            count: 3,
            exact: true
        }
    );
    assert_eq!(
        count(json!({"any": []}), None).await,
        Count {
            count: 0,
            exact: true
        }
    );
    // What was written is counted at once.
    let mexico = json!({"field": "country", "op": "eq", "value": "MX"});
    assert_eq!(count(mexico.clone(), None).await.count, 1);
    add(&owner, "Eva", |draft| draft.country = some("MX")).await;
    assert_eq!(count(mexico, None).await.count, 2);
}

async fn other_accounts_are_not_filtered(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    four(&owner).await;
    let theirs = add(&stranger, "Ana", |draft| draft.country = some("MX")).await;
    let mine = search(
        &owner,
        json!({"field": "country", "op": "eq", "value": "MX"}),
    )
    .await;
    assert_eq!(mine, ["Ana"]);
    let by_id = json!({"field": "id", "op": "any_of", "value": [theirs.id.to_string()]});
    assert!(search(&owner, by_id.clone()).await.is_empty());
    assert_eq!(search(&stranger, by_id).await, ["Ana"]);
    assert_eq!(
        search(&stranger, json!({"not": {"any": []}})).await,
        ["Ana"]
    );
}
