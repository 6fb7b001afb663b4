//! A contact's lists of e-mails and phones, its identities, consent, and whether it is blocked.

use crate::contacts::raw;
use crate::history::{Written, activities, count};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::ContactId;
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

on_both! {
    lists_are_kept_and_replaced_whole;
    callers_vouch_for_addresses;
    lists_have_every_fault_told;
    identities_are_kept_and_replaced_whole;
    an_identity_is_enough;
    identities_are_of_one_contact;
    consent_is_merged;
    whoever_is_blocked_is_shown_so;
    odd_texts_are_data_or_faults;
    long_texts_are_whole_somewhere;
    every_change_is_on_the_timeline;
}

/// Sends JSON; the answer's status and body.
pub(crate) async fn send(
    client: &Client,
    method: Method,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    raw(client, method, path, Some(&body.to_string())).await
}

/// Makes a contact.
pub(crate) async fn make(client: &Client, draft: Value) -> Value {
    let (status, made) = send(client, Method::POST, "/contacts", &draft).await;
    assert_eq!(status, 201, "{draft}: {made}");
    made
}

/// Changes a contact.
pub(crate) async fn change(client: &Client, contact: &Value, patch: Value) -> Value {
    let (status, changed) = send(client, Method::PATCH, &path(contact), &patch).await;
    assert_eq!(status, 200, "{patch}: {changed}");
    changed
}

/// Reads a contact again.
pub(crate) async fn read(client: &Client, contact: &Value) -> Value {
    let (status, read) = raw(client, Method::GET, &path(contact), None).await;
    assert_eq!(status, 200, "{read}");
    read
}

pub(crate) fn path(contact: &Value) -> String {
    format!("/contacts/{}", contact["id"].as_str().unwrap())
}

pub(crate) fn id(contact: &Value) -> ContactId {
    contact["id"].as_str().unwrap().parse().unwrap()
}

/// Where the faults of an answer are, with their codes.
pub(crate) fn faults(answer: &(u16, Value)) -> Vec<(String, String)> {
    assert_eq!(answer.0, 422, "{}", answer.1);
    let faults = answer.1["faults"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    faults
        .iter()
        .map(|fault| (text(&fault["pointer"]), text(&fault["code"])))
        .collect()
}

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

/// `[address, primary, verified]` of each e-mail.
fn emails(contact: &Value) -> Vec<[Value; 3]> {
    let list = contact["emails"].as_array().unwrap();
    list.iter()
        .map(|one| ["address", "primary", "verified"].map(|key| one[key].clone()))
        .collect()
}

fn phones(contact: &Value) -> Vec<[Value; 3]> {
    let list = contact["phones"].as_array().unwrap();
    list.iter()
        .map(|one| ["number", "primary", "verified"].map(|key| one[key].clone()))
        .collect()
}

/// A column of a contact's row in `contact_index`.
async fn index(server: &Server, contact: &Value, column: &str) -> Value {
    let db = server.store.migration_connection();
    let sql = format!(
        "SELECT CAST({column} AS TEXT) AS value FROM contact_index WHERE id = {}",
        id(contact).as_i64()
    );
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap();
    let text: Option<String> = row.try_get("", "value").unwrap();
    text.map_or(Value::Null, |text| {
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    })
}

async fn lists_are_kept_and_replaced_whole(server: &Server) {
    let owner = server.owner().await;
    let made = make(
        &owner,
        json!({
            "emails": [
                {"address": "c@example.com"},
                {"address": "B@Example.com", "primary": true, "verified": "person"},
                {"address": "a@example.com", "primary": false, "verified": "none"},
            ],
            "phones": [{"number": "55 1234 5678"}, {"number": "+34 600 12 34 56"}],
        }),
    )
    .await;
    assert_eq!(
        emails(&made),
        [
            [json!("B@Example.com"), json!(true), json!("person")],
            [json!("a@example.com"), json!(false), json!("none")],
            [json!("c@example.com"), json!(false), json!("none")],
        ]
    );
    assert_eq!(
        phones(&made),
        [
            [json!("+525512345678"), json!(true), json!("none")],
            [json!("+34600123456"), json!(false), json!("none")],
        ]
    );
    assert_eq!(
        (&made["email"], &made["phone"], &made["name"]),
        (
            &json!("B@Example.com"),
            &json!("+525512345678"),
            &json!("B@Example.com")
        )
    );
    assert_eq!(index(server, &made, "flags").await, json!(3));
    assert_eq!(read(&owner, &made).await, made);
    let (_, listed) = raw(&owner, Method::GET, "/contacts", None).await;
    assert_eq!(listed["data"], json!([made]));

    // What stays keeps who vouches for it and since when it is there; what is new is younger.
    server.pass(60);
    let changed = change(
        &owner,
        &made,
        json!({"emails": [
            {"address": "z@example.com"},
            {"address": "b@example.com"},
            {"address": "c@example.com", "primary": true},
        ]}),
    )
    .await;
    assert_eq!(
        emails(&changed),
        [
            [json!("c@example.com"), json!(true), json!("none")],
            [json!("b@example.com"), json!(false), json!("person")],
            [json!("z@example.com"), json!(false), json!("none")],
        ]
    );
    assert_eq!(
        (&changed["version"], phones(&changed)),
        (&json!(2), phones(&made))
    );
    // The same list again changes nothing.
    let again = json!({"emails": [
        {"address": "c@example.com"}, {"address": "z@example.com"}, {"address": "b@example.com"},
    ]});
    assert_eq!(change(&owner, &changed, again).await, changed);
    // What was left out is free.
    make(&owner, json!({"email": "a@example.com"})).await;
    // The oldest of the others takes the place of a primary one that goes.
    let changed = change(&owner, &changed, json!({"email": null})).await;
    assert_eq!(changed["email"], "b@example.com");
    let changed = change(
        &owner,
        &changed,
        json!({"emails": [], "phones": null, "name": "Ana"}),
    )
    .await;
    assert_eq!(
        (
            &changed["email"],
            &changed["emails"],
            &changed["phones"],
            &changed["channels"]
        ),
        (&json!(null), &json!([]), &json!([]), &json!([]))
    );
    assert_eq!(index(server, &changed, "flags").await, json!(0));
    // One address beside others: it is replaced, or becomes the primary.
    let many = json!({"phones": [{"number": "+525512345678"}, {"number": "+525512345679"}]});
    change(&owner, &changed, many).await;
    let changed = change(&owner, &changed, json!({"phone": "+525512345679"})).await;
    assert_eq!(
        phones(&changed),
        [
            [json!("+525512345679"), json!(true), json!("none")],
            [json!("+525512345678"), json!(false), json!("none")],
        ]
    );
    assert_eq!(index(server, &changed, "flags").await, json!(2));
}

async fn callers_vouch_for_addresses(server: &Server) {
    let owner = server.owner().await;
    let made = make(&owner, json!({"email": "ana@example.com"})).await;
    let vouch =
        |verified: &str| json!({"emails": [{"address": "ana@example.com", "verified": verified}]});
    let changed = change(&owner, &made, vouch("person")).await;
    assert_eq!(emails(&changed)[0][2], "person");
    assert_eq!(changed["version"], 2);
    let changed = change(&owner, &made, vouch("none")).await;
    assert_eq!(emails(&changed)[0][2], "none");
    for verified in ["provider", "hmac", "me", ""] {
        let answer = send(&owner, Method::PATCH, &path(&made), &vouch(verified)).await;
        assert_eq!(
            faults(&answer),
            [fault("/emails/0/verified", "unknown_value")],
            "{verified}"
        );
    }
}

async fn lists_have_every_fault_told(server: &Server) {
    let owner = server.owner().await;
    let many: Vec<_> = (0..51)
        .map(|n| json!({"address": format!("{n}@example.com")}))
        .collect();
    let made = make(&owner, json!({"name": "Ana", "emails": many[..50]})).await;
    assert_eq!(made["emails"].as_array().unwrap().len(), 50);
    let draft = json!({
        "email": "x@example.com", "phone": "+525512345678",
        "emails": [
            {"address": "y@example.com", "primary": true}, {"address": "nobody"}, {"address": "Y@EXAMPLE.com"},
            {"address": "z@example.com", "primary": true}, {"address": ""},
        ],
        "phones": [{"number": "call me"}, {"number": "+525512345678"}, {"number": "(55) 1234-5678"}],
        "identities": [
            {"kind": "wechat", "external_id": "a"}, {"kind": "wechat", "external_id": " a "}, {"kind": "whatsapp", "external_id": "a"},
            {"kind": "wechat", "external_id": " "}, {"kind": "live_chat", "external_id": "x".repeat(256)},
            {"kind": "live_chat", "external_id": "a\u{0}b"},
        ],
    });
    assert_eq!(
        faults(&send(&owner, Method::POST, "/contacts", &draft).await),
        [
            fault("/email", "not_together"),
            fault("/phone", "not_together"),
            fault("/emails/1/address", "invalid_email"),
            fault("/emails/2/address", "taken"),
            fault("/emails/3/primary", "not_together"),
            fault("/emails/4/address", "required"),
            fault("/phones/0/number", "invalid_phone"),
            fault("/phones/2/number", "taken"),
            fault("/identities/1/external_id", "taken"),
            fault("/identities/3/external_id", "required"),
            fault("/identities/4/external_id", "too_long"),
            fault("/identities/5/external_id", "invalid_character"),
        ]
    );
    let many: Vec<_> = (0..51)
        .map(|n| json!({"kind": "wechat", "external_id": n.to_string()}))
        .collect();
    for (patch, pointer, code) in [
        (
            json!({"email": null, "emails": []}),
            "/email",
            "not_together",
        ),
        (
            json!({"phone": "+525512345678", "phones": null}),
            "/phone",
            "not_together",
        ),
        (json!({"identities": many}), "/identities", "too_long"),
        (
            json!({"emails": "ana@example.com"}),
            "/emails",
            "wrong_type",
        ),
        (
            json!({"emails": ["ana@example.com"]}),
            "/emails/0",
            "wrong_type",
        ),
        (
            json!({"emails": [{"address": "a@b.com", "main": true}]}),
            "/emails/0/main",
            "unknown_key",
        ),
        (
            json!({"emails": [{"primary": true}]}),
            "/emails/0/address",
            "required",
        ),
        (
            json!({"phones": [{"address": "+525512345678"}]}),
            "/phones/0/address",
            "unknown_key",
        ),
        (
            json!({"identities": [{"kind": "email", "external_id": "a"}]}),
            "/identities/0/kind",
            "unknown_value",
        ),
        (
            json!({"identities": [{"kind": "wechat"}]}),
            "/identities/0/external_id",
            "required",
        ),
        (
            json!({"consent": {"fax": "granted"}}),
            "/consent/fax",
            "unknown_key",
        ),
        (
            json!({"consent": {"email": "maybe"}}),
            "/consent/email",
            "unknown_value",
        ),
        (json!({"consent": "granted"}), "/consent", "wrong_type"),
        (json!({"blocked": null}), "/blocked", "wrong_type"),
        (json!({"blocked": "yes"}), "/blocked", "wrong_type"),
        (json!({"channels": ["sms"]}), "/channels", "unknown_key"),
        (json!({"segments": []}), "/segments", "unknown_key"),
    ] {
        let answer = send(&owner, Method::PATCH, &path(&made), &patch).await;
        assert_eq!(
            faults(&answer),
            [fault(pointer, code)],
            "{patch}: {}",
            answer.1
        );
    }
    let twice = r#"{"consent": {"email": "granted", "email": "refused"}}"#;
    let answer = raw(&owner, Method::PATCH, &path(&made), Some(twice)).await;
    assert_eq!(faults(&answer)[0].1, "unknown_key", "{}", answer.1);
    assert_eq!(read(&owner, &made).await, made);
    assert_eq!(count(server, "contacts").await, 1);
}

async fn identities_are_kept_and_replaced_whole(server: &Server) {
    let owner = server.owner().await;
    let made = make(
        &owner,
        json!({"name": "Ana", "identities": [
            {"kind": "wechat", "external_id": "oABC-1"},
            {"kind": "whatsapp", "external_id": "5215512345678", "verified": "person"},
            {"kind": "live_chat", "external_id": "visitor 7"},
            {"kind": "live_chat", "external_id": "VISITOR 7"},
        ]}),
    )
    .await;
    let shape = |contact: &Value| -> Vec<[String; 3]> {
        let list = contact["identities"].as_array().unwrap();
        list.iter()
            .map(|one| {
                ["kind", "external_id", "verified"].map(|key| one[key].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let rows = |list: &[[&str; 3]]| -> Vec<[String; 3]> {
        list.iter().map(|one| one.map(str::to_owned)).collect()
    };
    assert_eq!(
        shape(&made),
        rows(&[
            ["wechat", "oABC-1", "none"],
            ["whatsapp", "5215512345678", "person"],
            ["live_chat", "visitor 7", "none"],
            ["live_chat", "VISITOR 7", "none"],
        ])
    );
    assert_eq!(made["channels"], json!(["live_chat", "whatsapp", "wechat"]));
    assert_eq!(index(server, &made, "channels").await, json!(4 + 8 + 16));
    assert!(
        made["identities"][0]["id"]
            .as_str()
            .unwrap()
            .starts_with("id_")
    );

    server.pass(60);
    let changed = change(
        &owner,
        &made,
        json!({"email": "ana@example.com", "identities": [
            {"kind": "live_chat", "external_id": "new"},
            {"kind": "whatsapp", "external_id": "5215512345678"},
            {"kind": "wechat", "external_id": "oABC-1", "verified": "person"},
        ]}),
    )
    .await;
    assert_eq!(
        shape(&changed),
        rows(&[
            ["wechat", "oABC-1", "person"],
            ["whatsapp", "5215512345678", "person"],
            ["live_chat", "new", "none"],
        ])
    );
    for place in 0..2 {
        assert_eq!(
            changed["identities"][place]["id"],
            made["identities"][place]["id"]
        );
    }
    assert_eq!(
        changed["channels"],
        json!(["email", "live_chat", "whatsapp", "wechat"])
    );
    let changed = change(
        &owner,
        &made,
        json!({"phone": "+525512345678", "identities": null}),
    )
    .await;
    assert_eq!(
        (&changed["identities"], &changed["channels"]),
        (&json!([]), &json!(["email", "sms"]))
    );
    assert_eq!(index(server, &changed, "channels").await, json!(1 + 2));
    assert_eq!(count(server, "identities").await, 0);
}

async fn an_identity_is_enough(server: &Server) {
    let owner = server.owner().await;
    for (kind, external_id, shown) in [
        ("whatsapp", "5215512345678", "WhatsApp 45678"),
        ("wechat", "oABC", "WeChat oABC"),
        ("live_chat", "客人一二三四五六", "Live chat 二三四五六"),
    ] {
        let draft = json!({"identities": [{"kind": kind, "external_id": external_id}]});
        let made = make(&owner, draft).await;
        assert_eq!(made["name"], shown);
        // The last thing known stays.
        let answer = send(
            &owner,
            Method::PATCH,
            &path(&made),
            &json!({"identities": []}),
        )
        .await;
        assert_eq!(faults(&answer), [fault("", "required")]);
        let named = change(&owner, &made, json!({"identities": [], "name": "Somebody"})).await;
        assert_eq!(named["name"], "Somebody");
    }
    let nobody =
        json!({"identities": [], "emails": [], "consent": {"email": "granted"}, "blocked": true});
    let answer = send(&owner, Method::POST, "/contacts", &nobody).await;
    assert_eq!(faults(&answer), [fault("", "required")]);
}

async fn identities_are_of_one_contact(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let draft =
        |kind: &str| json!({"name": "Ana", "identities": [{"kind": kind, "external_id": "7"}]});
    let holder = make(&owner, draft("wechat")).await;
    let other = make(&owner, json!({"name": "Bo"})).await;
    // Another kind, another account: another person.
    make(&owner, draft("live_chat")).await;
    make(&stranger, draft("wechat")).await;
    let wanted = json!({"identities": [
        {"kind": "whatsapp", "external_id": "1"}, {"kind": "wechat", "external_id": "7"},
    ]});
    for answer in [
        send(&owner, Method::POST, "/contacts", &wanted).await,
        send(&owner, Method::PATCH, &path(&other), &wanted).await,
    ] {
        let (status, problem) = answer;
        assert_eq!(
            (status, &problem["code"]),
            (409, &json!("contact_conflict"))
        );
        assert_eq!(
            problem["conflict"],
            json!({"id": holder["id"], "name": "Ana"})
        );
        assert_eq!(problem["faults"][0]["pointer"], "/identities/1/external_id");
    }
    assert_eq!(read(&owner, &other).await, other);
    // One's own is no conflict.
    change(&owner, &holder, wanted).await;
}

async fn consent_is_merged(server: &Server) {
    let owner = server.owner().await;
    let made = make(
        &owner,
        json!({"name": "Ana", "consent": {"email": "granted", "sms": "refused", "wechat": null}}),
    )
    .await;
    assert_eq!(
        made["consent"],
        json!({"email": "granted", "sms": "refused"})
    );
    for (patch, after, version) in [
        (
            json!({"sms": null, "whatsapp": "granted"}),
            json!({"email": "granted", "whatsapp": "granted"}),
            2,
        ),
        (
            json!({"email": "granted"}),
            json!({"email": "granted", "whatsapp": "granted"}),
            2,
        ),
        (
            json!({}),
            json!({"email": "granted", "whatsapp": "granted"}),
            2,
        ),
        (
            json!({"live_chat": null}),
            json!({"email": "granted", "whatsapp": "granted"}),
            2,
        ),
        (
            json!({"email": "refused"}),
            json!({"email": "refused", "whatsapp": "granted"}),
            3,
        ),
        (json!(null), json!({}), 4),
    ] {
        let changed = change(&owner, &made, json!({"consent": patch})).await;
        assert_eq!(
            (&changed["consent"], &changed["version"]),
            (&after, &json!(version)),
            "{patch}"
        );
        assert_eq!(read(&owner, &made).await, changed);
    }
    assert_eq!(count(server, "consents").await, 0);
}

async fn whoever_is_blocked_is_shown_so(server: &Server) {
    let owner = server.owner().await;
    let made = make(&owner, json!({"name": "Ana", "blocked": true})).await;
    assert_eq!(made["blocked"], true);
    let changed = change(&owner, &made, json!({"blocked": true})).await;
    assert_eq!(changed["version"], 1);
    let changed = change(&owner, &made, json!({"blocked": false})).await;
    assert_eq!(
        (&changed["blocked"], &changed["version"]),
        (&json!(false), &json!(2))
    );
    let changed = change(&owner, &made, json!({"city": "Lima"})).await;
    assert_eq!(changed["blocked"], false);
}

async fn odd_texts_are_data_or_faults(server: &Server) {
    let owner = server.owner().await;
    for text in [
        "👩‍👩‍👧‍👦 🇲🇽",
        "مُحَمَّد علي",
        "שלום עולם",
        "100% _under_ 'quoted' \"twice\" \\ back",
        "'; DROP TABLE identities; --",
        "null",
        "e\u{301}",
    ] {
        let made = make(
            &owner,
            json!({"city": text, "identities": [{"kind": "wechat", "external_id": text}]}),
        )
        .await;
        assert_eq!(
            (&made["identities"][0]["external_id"], &made["city"]),
            (&json!(text), &json!(text))
        );
        assert_eq!(read(&owner, &made).await, made, "{text:?}");
    }
    let made = count(server, "contacts").await;
    // Half of a pair is no character: such a text is no JSON that can be kept.
    for body in [
        r#"{"name": "a\ud800b"}"#,
        r#"{"name": "\udfff"}"#,
        r#"{"emails": [{"address": "a\ud83d@example.com"}]}"#,
        r#"{"name": "Ana", "identities": [{"kind": "wechat", "external_id": "\ud800"}]}"#,
    ] {
        let (status, problem) = raw(&owner, Method::POST, "/contacts", Some(body)).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("invalid_json")),
            "{body}: {problem}"
        );
    }
    for (draft, pointer, code) in [
        (
            json!({"name": "Ana", "city": "é𠮷".repeat(1500)}),
            "/city",
            "too_long",
        ),
        (json!({"name": "a\u{0}b"}), "/name", "invalid_character"),
        (
            json!({"email": "a\u{0}b@example.com"}),
            "/email",
            "invalid_email",
        ),
        (
            json!({"phones": [{"number": "+52\u{0}5512345678"}]}),
            "/phones/0/number",
            "invalid_phone",
        ),
        (
            json!({"identities": [{"kind": "wechat", "external_id": "a\u{202e}b"}]}),
            "/identities/0/external_id",
            "invalid_character",
        ),
    ] {
        let answer = send(&owner, Method::POST, "/contacts", &draft).await;
        assert_eq!(faults(&answer), [fault(pointer, code)], "{draft}");
    }
    assert_eq!(count(server, "contacts").await, made);
}

async fn long_texts_are_whole_somewhere(server: &Server) {
    let owner = server.owner().await;
    let short = make(
        &owner,
        json!({"name": "Ana", "city": "x".repeat(200), "email": "ana@example.com"}),
    )
    .await;
    assert_eq!(
        (
            index(server, &short, "flags").await,
            index(server, &short, "more").await
        ),
        (json!(0), json!(null))
    );
    let city = "Ñ".repeat(201);
    let company = "ﷺ".repeat(20);
    let made = make(
        &owner,
        json!({"first_name": "Á".repeat(150), "last_name": "é".repeat(60), "city": city, "company": company}),
    )
    .await;
    assert_eq!(index(server, &made, "flags").await, json!(4));
    // NFKD makes eighteen characters of one, spaces among them.
    let whole = format!("صلى الله عليه وسلم{}", "صلى الله عليه وسلم".repeat(19));
    assert_eq!(
        index(server, &made, "more").await,
        json!({
            "name": format!("{} {}", "a".repeat(150), "e".repeat(60)),
            "city": "n".repeat(201),
            "company": whole,
        })
    );
    let changed = change(
        &owner,
        &made,
        json!({"city": "Lima", "company": null, "last_name": "Núñez"}),
    )
    .await;
    assert_eq!(
        (
            index(server, &changed, "flags").await,
            index(server, &changed, "more").await
        ),
        (json!(0), json!(null))
    );
    // The address whose normalised text is the longest that there is: what its key takes fits an index, as the primary and beside it.
    let longest = format!(
        "{}@{}.{}.{}.{}.com",
        "ﷺ".repeat(21),
        "ñ".repeat(26),
        "é".repeat(26),
        "ñ".repeat(26),
        "é".repeat(12)
    );
    assert!((247..=254).contains(&longest.len()), "{}", longest.len());
    let made = make(
        &owner,
        json!({"emails": [{"address": "bo@example.com"}, {"address": longest}]}),
    )
    .await;
    assert_eq!(index(server, &made, "flags").await, json!(1));
    let changed = change(&owner, &made, json!({"emails": [{"address": longest}]})).await;
    assert_eq!(changed["email"], longest);
    assert_eq!(index(server, &changed, "flags").await, json!(1));
}

async fn every_change_is_on_the_timeline(server: &Server) {
    let owner = server.owner().await;
    let made = make(
        &owner,
        json!({
            "emails": [{"address": "a@example.com", "verified": "person"}, {"address": "b@example.com"}],
            "identities": [{"kind": "wechat", "external_id": "w1"}], "consent": {"email": "granted"}, "blocked": true,
        }),
    )
    .await;
    change(
        &owner,
        &made,
        json!({
            "emails": [{"address": "b@example.com", "verified": "person"}], "identities": [], "blocked": false,
            "consent": {"email": "refused", "sms": "granted"},
        }),
    )
    .await;
    let fields = |written: &Written| -> Vec<[Value; 3]> { written.changes.clone() };
    let null = Value::Null;
    let written = activities(server, id(&made)).await;
    assert_eq!(
        fields(&written[0]),
        [
            [
                json!("email"),
                null.clone(),
                json!("a@example.com, b@example.com")
            ],
            [json!("identities"), null.clone(), json!("wechat:w1")],
            [
                json!("verified"),
                null.clone(),
                json!("a@example.com (person)")
            ],
            [json!("blocked"), json!("false"), json!("true")],
            [json!("consent.email"), null.clone(), json!("granted")],
            [json!("source"), null.clone(), json!("api")],
        ]
    );
    assert_eq!(
        fields(&written[1]),
        [
            [
                json!("email"),
                json!("a@example.com, b@example.com"),
                json!("b@example.com")
            ],
            [json!("identities"), json!("wechat:w1"), null.clone()],
            [
                json!("verified"),
                json!("a@example.com (person)"),
                json!("b@example.com (person)")
            ],
            [json!("blocked"), json!("true"), json!("false")],
            [json!("consent.email"), json!("granted"), json!("refused")],
            [json!("consent.sms"), null.clone(), json!("granted")],
        ]
    );
    assert_eq!(written.len(), 2);
}
