//! The values of custom attributes on contacts: taken, refused, shown, told, found.

use crate::contacts::{person, raw};
use crate::history::{activities, count};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::contact::{Contact, ContactDraft, ContactPatch, ContactQuery, CountQuery};
use rapport_contract::custom_attribute::{CustomAttribute, CustomValues};
use rapport_contract::filter::Filter;
use rapport_contract::{ContactId, Patch};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    values_of_every_type_come_and_go;
    what_is_no_value_is_named;
    the_timeline_tells_of_values;
    filters_and_sorts_find_values;
    more_attributes_than_slots_work_all_the_same;
}

/// Defines an attribute.
pub(crate) async fn define(client: &Client, key: &str, kind: &str) -> CustomAttribute {
    let mut draft = json!({"key": key, "label": key.to_uppercase(), "type": kind});
    if kind == "list" {
        draft["choices"] = json!([
            {"key": "free", "label": "Free"}, {"key": "pro", "label": "Pro", "color": "teal"},
            {"key": "team", "label": "Team"},
        ]);
    }
    let draft = serde_json::from_value(draft).unwrap();
    client.create_custom_attribute(&draft).await.unwrap()
}

/// One attribute of each type; its key is the type's name.
pub(crate) async fn define_all(client: &Client) {
    for kind in ["text", "number", "date", "yes_no", "list", "link"] {
        define(client, kind, kind).await;
    }
}

pub(crate) fn values(values: Value) -> CustomValues {
    serde_json::from_value(values).unwrap()
}

/// Makes a contact with these values.
pub(crate) async fn having(client: &Client, name: &str, custom: Value) -> Contact {
    let draft = ContactDraft {
        custom: values(custom),
        ..person(name, "")
    };
    client.create_contact(&draft).await.unwrap()
}

/// Changes values of a contact.
pub(crate) async fn change(client: &Client, id: ContactId, custom: Value) -> Contact {
    let patch = ContactPatch {
        custom: values(custom),
        ..ContactPatch::default()
    };
    client.update_contact(id, &patch, None).await.unwrap().value
}

/// How many contacts match a condition.
pub(crate) async fn matching(client: &Client, field: &str, op: &str, value: Value) -> u64 {
    let mut condition = json!({"field": field, "op": op});
    if !value.is_null() {
        condition["value"] = value;
    }
    let query = CountQuery {
        filter: Some(Filter(condition.into())),
        ..CountQuery::default()
    };
    client.count_contacts(&query, None).await.unwrap().count
}

/// Names of contacts in the order of a sort.
async fn names_by(client: &Client, sort: &str) -> Vec<String> {
    let query = ContactQuery {
        sort: Some(sort.to_owned()),
        ..ContactQuery::default()
    };
    let page = client.contacts(&query).await.unwrap();
    page.data.into_iter().map(|contact| contact.name).collect()
}

async fn values_of_every_type_come_and_go(server: &Server) {
    let owner = server.owner().await;
    define_all(&owner).await;
    let all = json!({
        "text": " first line\r\nsecond ", "number": 12.5, "date": "2027-01-31", "yes_no": false, "list": "pro",
        "link": "https://example.com/ñ?q=1#top",
    });
    let kept = json!({
        "text": "first line\nsecond", "number": 12.5, "date": "2027-01-31", "yes_no": false, "list": "pro",
        "link": "https://example.com/ñ?q=1#top",
    });
    let made = having(&owner, "Ana", all).await;
    assert_eq!(made.custom, values(kept.clone()));
    let read = owner.contact(made.id).await.unwrap().value;
    assert_eq!(read, made);
    let listed = owner.contacts(&ContactQuery::default()).await.unwrap();
    assert_eq!(listed.data, std::slice::from_ref(&made));

    // What is not named stays; null, and a text that is empty, are missing values.
    let after = change(
        &owner,
        made.id,
        json!({"text": " ", "number": -0.0, "list": null, "date": "0001-01-01"}),
    )
    .await;
    let rest = json!({
        "number": 0, "date": "0001-01-01", "yes_no": false, "link": "https://example.com/ñ?q=1#top",
    });
    assert_eq!((after.custom, after.version), (values(rest), 2));
    // The same again changes nothing.
    let again = change(&owner, made.id, json!({"list": null, "number": 0})).await;
    assert_eq!(again.version, 2);
    // Nothing at all.
    let none = json!({"number": null, "date": null, "yes_no": null, "link": ""});
    let after = change(&owner, made.id, none).await;
    assert_eq!((after.custom, after.version), (CustomValues::default(), 3));

    // Numbers come back as they were sent, to the last digit.
    for number in [0.1 + 0.2, 1e300, -5e-324, 9_007_199_254_740_993.0] {
        let after = change(&owner, made.id, json!({"number": number})).await;
        assert_eq!(after.custom.0["number"].as_f64(), Some(number));
        assert_eq!(
            matching(&owner, "custom.number", "eq", json!(number)).await,
            1,
            "{number}"
        );
    }
    // A deleted contact comes back with its values.
    owner.delete_contact(made.id).await.unwrap();
    let back = owner.restore_contact(made.id).await.unwrap();
    assert_eq!(back.custom.0.len(), 1);
}

async fn what_is_no_value_is_named(server: &Server) {
    let owner = server.owner().await;
    let made = having(&owner, "Ana", json!({})).await;
    let path = format!("/contacts/{}", made.id);
    let nothing = r#"{"custom": {"plan": "pro"}}"#;
    let (status, problem) = raw(&owner, Method::PATCH, &path, Some(nothing)).await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (422, &json!("/custom/plan"))
    );

    define_all(&owner).await;
    let made = having(&owner, "Bo", json!({"list": "pro", "text": "x"})).await;
    let path = format!("/contacts/{}", made.id);
    let (contacts, told) = (
        count(server, "contacts").await,
        count(server, "activities").await,
    );
    let long = format!(r#""{}""#, "é".repeat(4_001));
    for (key, value, code) in [
        ("gone", "1", "unknown_key"),
        ("custom.text", "\"x\"", "unknown_key"),
        ("Text", "\"x\"", "unknown_key"),
        ("", "\"x\"", "unknown_key"),
        ("text", "1", "wrong_type"),
        ("text", "[\"x\"]", "wrong_type"),
        ("text", &long, "too_long"),
        ("text", r#""a\u0000b""#, "invalid_character"),
        ("text", r#""a\u202eb""#, "invalid_character"),
        ("number", "\"12\"", "wrong_type"),
        ("number", "true", "wrong_type"),
        ("number", "{}", "wrong_type"),
        ("date", "\"2027-02-29\"", "invalid_date"),
        ("date", "\"31.01.2027\"", "invalid_date"),
        ("date", "\"0000-01-01\"", "invalid_date"),
        ("date", "\"2027-01-31T00:00:00Z\"", "invalid_date"),
        ("date", "20270131", "wrong_type"),
        ("yes_no", "\"yes\"", "wrong_type"),
        ("yes_no", "1", "wrong_type"),
        ("list", "\"Pro\"", "unknown_value"),
        ("list", "\"\\u0000\"", "unknown_value"),
        ("list", "[\"pro\"]", "wrong_type"),
        ("link", "\"javascript:alert(1)\"", "invalid_link"),
        ("link", "\"example.com\"", "invalid_link"),
        ("link", r#""http://example.com/a\nb""#, "invalid_character"),
        ("link", "\"http://\"", "invalid_link"),
    ] {
        for (method, path, body) in [
            (
                Method::PATCH,
                path.as_str(),
                format!(r#"{{"custom": {{"{key}": {value}}}}}"#),
            ),
            (
                Method::POST,
                "/contacts",
                format!(r#"{{"name": "Nobody", "custom": {{"{key}": {value}}}}}"#),
            ),
        ] {
            let (status, problem) = raw(&owner, method, path, Some(&body)).await;
            let pointer = format!("/custom/{key}");
            assert_eq!(
                (status, &problem["faults"]),
                (
                    422,
                    &json!([{"pointer": pointer, "code": code, "detail": problem["faults"][0]["detail"]}])
                ),
                "{body}"
            );
            assert!(
                problem["faults"][0]["detail"]
                    .as_str()
                    .unwrap()
                    .contains("expected")
                    || code == "invalid_character"
            );
        }
    }
    for (body, pointer, code) in [
        (r#"{"custom": null}"#, "/custom", "wrong_type"),
        (r#"{"custom": []}"#, "/custom", "wrong_type"),
        (
            r#"{"custom": {"text": "a", "text": "b"}}"#,
            "/custom/text",
            "unknown_key",
        ),
        (
            r#"{"custom": {"a~/b": 1}}"#,
            "/custom/a~0~1b",
            "unknown_key",
        ),
    ] {
        let (status, problem) = raw(&owner, Method::PATCH, &path, Some(body)).await;
        let fault = &problem["faults"][0];
        assert_eq!(
            (status, &fault["pointer"], &fault["code"]),
            (422, &json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    let (status, problem) = raw(
        &owner,
        Method::PATCH,
        &path,
        Some(r#"{"custom": {"number": 1e999}}"#),
    )
    .await;
    assert_eq!((status, &problem["code"]), (400, &json!("invalid_json")));

    // Every fault at once, beside those of other fields; nothing was changed by any of it.
    let body = r#"{"email": "nobody", "custom": {"gone": 1, "number": "x", "text": "fine"}}"#;
    let (_, problem) = raw(&owner, Method::PATCH, &path, Some(body)).await;
    let places: Vec<_> = problem["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].clone())
        .collect();
    assert_eq!(places, ["/email", "/custom/gone", "/custom/number"]);
    assert_eq!(owner.contact(made.id).await.unwrap().value, made);
    assert_eq!(
        (
            count(server, "contacts").await,
            count(server, "activities").await
        ),
        (contacts, told)
    );
}

async fn the_timeline_tells_of_values(server: &Server) {
    let owner = server.owner().await;
    define_all(&owner).await;
    let made = having(&owner, "Ana", json!({"list": "pro", "yes_no": true})).await;
    server.pass(60);
    let patch = ContactPatch {
        city: Patch::Set("Lima".to_owned()),
        custom: values(json!({"list": "team", "yes_no": null, "number": 2, "date": "2027-01-31"})),
        ..ContactPatch::default()
    };
    owner.update_contact(made.id, &patch, None).await.unwrap();
    let told = activities(server, made.id).await;
    let of_values = told[0].changes.iter().filter(|change| {
        change[0]
            .as_str()
            .is_some_and(|field| field.starts_with("custom."))
    });
    assert_eq!(
        of_values.cloned().collect::<Vec<_>>(),
        [
            [json!("custom.list"), json!(null), json!("pro")],
            [json!("custom.yes_no"), json!(null), json!("true")],
        ]
    );
    assert_eq!(
        told[1].changes,
        [
            [json!("city"), json!(null), json!("Lima")],
            [json!("custom.date"), json!(null), json!("2027-01-31")],
            [json!("custom.list"), json!("pro"), json!("team")],
            [json!("custom.number"), json!(null), json!("2")],
            [json!("custom.yes_no"), json!("true"), json!(null)],
        ]
    );
}

async fn filters_and_sorts_find_values(server: &Server) {
    let owner = server.owner().await;
    define_all(&owner).await;
    let long = format!("{}END", "Straße ".repeat(40));
    having(
        &owner,
        "A",
        json!({"number": 10, "date": "2027-01-31", "yes_no": true, "list": "pro"}),
    )
    .await;
    having(
        &owner,
        "B",
        json!({"number": -3.5, "text": "José", "link": "https://EXAMPLE.com", "list": "free"}),
    )
    .await;
    having(
        &owner,
        "C",
        json!({"text": long, "yes_no": false, "date": "2026-12-31"}),
    )
    .await;
    having(&owner, "D", json!({})).await;
    for (field, op, value, n) in [
        ("number", "gt", json!(-4), 2),
        ("number", "lt", json!(0), 1),
        ("number", "is_empty", json!(null), 2),
        ("date", "before", json!("2027-01-01"), 1),
        ("date", "is_not_empty", json!(null), 2),
        ("yes_no", "eq", json!(false), 1),
        ("yes_no", "not_eq", json!(true), 3),
        ("list", "any_of", json!(["pro", "free"]), 2),
        ("list", "none_of", json!(["pro"]), 3),
        ("text", "eq", json!("JOSE"), 1),
        ("text", "contains", json!("strasse end"), 1),
        ("text", "ends_with", json!("end"), 1),
        ("text", "is_empty", json!(null), 2),
        ("link", "contains", json!("example"), 1),
    ] {
        let found = matching(&owner, &format!("custom.{field}"), op, value.clone()).await;
        assert_eq!(found, n, "{field} {op} {value}");
    }
    assert_eq!(
        names_by(&owner, "custom.number").await,
        ["B", "A", "C", "D"]
    );
    assert_eq!(names_by(&owner, "-custom.date").await, ["A", "C", "D", "B"]);
    assert_eq!(names_by(&owner, "custom.text").await, ["B", "C", "A", "D"]);
    // The search box does not look into them.
    let query = CountQuery {
        q: Some("jose".to_owned()),
        ..CountQuery::default()
    };
    assert_eq!(owner.count_contacts(&query, None).await.unwrap().count, 0);
}

async fn more_attributes_than_slots_work_all_the_same(server: &Server) {
    let owner = server.owner().await;
    for n in 0..10 {
        for kind in ["number", "yes_no", "date"] {
            let made = define(&owner, &format!("{kind}_{n}"), kind).await;
            assert_eq!(made.indexed, n < 8, "{}", made.key);
        }
        let kind = ["text", "list", "link"][n % 3];
        let made = define(&owner, &format!("text_{n}"), kind).await;
        assert_eq!(made.indexed, n < 8, "{}", made.key);
    }
    let custom = json!({
        "number_9": 0.1 + 0.2, "yes_no_9": false, "date_9": "2027-01-31", "text_9": "Über  lange ", "text_8": "https://example.com/É",
        "number_0": 1, "text_0": "José",
    });
    let made = having(&owner, "A", custom).await;
    having(
        &owner,
        "B",
        json!({"number_9": 7, "yes_no_9": true, "date_9": "2027-02-01"}),
    )
    .await;
    having(&owner, "C", json!({})).await;
    for (field, op, value, n) in [
        ("number_9", "eq", json!(0.1 + 0.2), 1),
        ("number_9", "gt", json!(0), 2),
        ("yes_no_9", "eq", json!(false), 1),
        ("yes_no_9", "is_empty", json!(null), 1),
        ("date_9", "after", json!("2027-01-31"), 1),
        ("text_9", "eq", json!("uber lange"), 1),
        ("text_8", "contains", json!("com/e"), 1),
        ("text_0", "eq", json!("jose"), 1),
    ] {
        let found = matching(&owner, &format!("custom.{field}"), op, value.clone()).await;
        assert_eq!(found, n, "{field} {op} {value}");
    }
    let after = change(&owner, made.id, json!({"text_9": null, "number_9": null})).await;
    assert_eq!(after.custom.0.len(), 5);
    assert_eq!(
        matching(&owner, "custom.text_9", "is_not_empty", json!(null)).await,
        0
    );
    // Lists are sorted by what is indexed only.
    let query = ContactQuery {
        sort: Some("custom.number_9".to_owned()),
        ..ContactQuery::default()
    };
    assert!(owner.contacts(&query).await.is_err());
    assert_eq!(names_by(&owner, "custom.number_0").await[0], "A");
}
