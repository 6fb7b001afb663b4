//! Making or changing the contact that has an e-mail, a phone or an identifier.

use crate::addresses::{faults, id, make, path, read, send};
use crate::contacts::{person, raw};
use crate::history::{activities, count};
use crate::server::{Server, on_both};
use crate::wire::version_in;
use futures::future::join_all;
use rapport_contract::Code;
use rapport_contract::contact::{ContactDraft, KeyKind};
use rapport_contract::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    it_is_made_and_then_changed;
    any_address_finds_the_contact;
    values_are_percent_encoded;
    values_that_cannot_be_read_are_named;
    the_body_agrees_with_the_path;
    null_makes_missing_and_absent_stays;
    conflicts_name_the_holder;
    versions_are_minded;
    a_history_is_for_importers;
    of_many_at_once_one_makes_it;
    other_accounts_are_apart;
}

async fn it_is_made_and_then_changed(server: &Server) {
    let owner = server.owner().await;
    let draft = ContactDraft {
        company: Some("Acme".to_owned()),
        ..person("Ana", "")
    };
    let (made, is_new) = owner
        .upsert_contact(KeyKind::Email, "Ana@Example.com", &draft, None)
        .await
        .unwrap();
    assert!(is_new);
    assert_eq!(version_in(made.etag.as_deref()), Some(1));
    assert_eq!(made.value.email.as_deref(), Some("Ana@Example.com"));
    assert_eq!(made.value.company.as_deref(), Some("Acme"));
    assert_eq!(owner.contact(made.value.id).await.unwrap(), made);
    server.pass(60);
    let draft = ContactDraft {
        city: Some("Lima".to_owned()),
        ..ContactDraft::default()
    };
    let (changed, is_new) = owner
        .upsert_contact(KeyKind::Email, "ana@example.com", &draft, None)
        .await
        .unwrap();
    assert!(!is_new);
    assert_eq!(
        (changed.value.id, changed.value.version),
        (made.value.id, 2)
    );
    assert_eq!(changed.value.city.as_deref(), Some("Lima"));
    // The spelling that is kept is the body's, not the address'.
    assert_eq!(changed.value.email.as_deref(), Some("Ana@Example.com"));
    assert_eq!(changed.value.company.as_deref(), Some("Acme"));
    // The same again changes nothing.
    let (again, _) = owner
        .upsert_contact(KeyKind::Email, "ana@example.com", &draft, None)
        .await
        .unwrap();
    assert_eq!(again, changed);
    assert_eq!(activities(server, made.value.id).await.len(), 2);

    let url = owner.url("/api/v1/contacts/by/identifier/i-7");
    let put = |body: Value| {
        let token = owner.access_token().unwrap();
        reqwest::Client::new()
            .put(&url)
            .bearer_auth(token.0)
            .json(&body)
            .send()
    };
    let response = put(json!({})).await.unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let made: Value = response.json().await.unwrap();
    assert_eq!(location, format!("/api/v1{}", path(&made)));
    assert_eq!(
        (&made["identifier"], &made["name"]),
        (&json!("i-7"), &json!("i-7"))
    );
    let response = put(json!({"name": "Ida"})).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().get("location").is_none());
    let tag = response.headers()["etag"].to_str().unwrap();
    assert_eq!(version_in(Some(tag)), Some(2));

    // A deleted contact has given its address up.
    owner.delete_contact(changed.value.id).await.unwrap();
    let (new, is_new) = owner
        .upsert_contact(KeyKind::Email, "ana@example.com", &draft, None)
        .await
        .unwrap();
    assert!(is_new && new.value.id != changed.value.id);
}

async fn any_address_finds_the_contact(server: &Server) {
    let owner = server.owner().await;
    let made = make(
        &owner,
        json!({
            "emails": [{"address": "a@example.com"}, {"address": "b@münchen.de"}],
            "phones": [{"number": "+525512345678"}, {"number": "+34600123456"}], "identifier": "i-1",
        }),
    )
    .await;
    for (key, value) in [
        ("email", "B@xn--mnchen-3ya.de"),
        ("phone", "%2B34600123456"),
        ("phone", "55%201234%205678"),
        ("phone", "+525512345678"),
        ("identifier", "i-1"),
    ] {
        let upsert = format!("/contacts/by/{key}/{value}");
        let (status, found) = send(&owner, Method::PUT, &upsert, &json!({"city": value})).await;
        assert_eq!(
            (status, &found["id"]),
            (200, &made["id"]),
            "{upsert}: {found}"
        );
        // Being found by an address does not make it the primary one; being given it does.
        assert_eq!(
            (&found["email"], &found["phone"]),
            (&made["email"], &made["phone"])
        );
    }
    let (_, found) = send(
        &owner,
        Method::PUT,
        "/contacts/by/email/b@münchen.de",
        &json!({"email": "b@MÜNCHEN.de"}),
    )
    .await;
    assert_eq!(
        (&found["id"], &found["email"]),
        (&made["id"], &json!("b@MÜNCHEN.de"))
    );
    assert_eq!(found["emails"].as_array().unwrap().len(), 2);
}

async fn values_are_percent_encoded(server: &Server) {
    let owner = server.owner().await;
    for value in [
        "a/b",
        "100%",
        "%41",
        "a+b c",
        "?q=1#x",
        "Ágora 7 👩‍👩‍👧‍👦",
        "مُحَمَّد",
        "..%2F..",
        "\\",
        "a;b=c&d",
    ] {
        let draft = ContactDraft::default();
        let (made, is_new) = owner
            .upsert_contact(KeyKind::Identifier, value, &draft, None)
            .await
            .unwrap();
        assert!(is_new, "{value}");
        assert_eq!(made.value.identifier.as_deref(), Some(value));
        let (found, is_new) = owner
            .upsert_contact(KeyKind::Identifier, value, &draft, None)
            .await
            .unwrap();
        assert_eq!((found, is_new), (made, false), "{value}");
    }
    // A plus is a plus, encoded or not.
    let (_, made) = send(
        &owner,
        Method::PUT,
        "/contacts/by/identifier/a+b",
        &json!({}),
    )
    .await;
    let (_, found) = send(
        &owner,
        Method::PUT,
        "/contacts/by/identifier/a%2Bb",
        &json!({}),
    )
    .await;
    assert_eq!(
        (&made["identifier"], &found["id"]),
        (&json!("a+b"), &made["id"])
    );
}

async fn values_that_cannot_be_read_are_named(server: &Server) {
    let owner = server.owner().await;
    for (key, value, code) in [
        ("email", "nobody", "invalid_email"),
        ("email", "%20", "required"),
        ("email", "a%00@example.com", "invalid_email"),
        ("phone", "call-me", "invalid_phone"),
        ("phone", "12", "invalid_phone"),
        ("identifier", "%20%09", "required"),
        ("identifier", "a%00b", "invalid_character"),
        ("identifier", "a%0Ab", "invalid_character"),
        ("identifier", "%FF%FE", "invalid_character"),
        ("identifier", "%ED%A0%80", "invalid_character"),
        ("email", "%FF@example.com", "invalid_character"),
        ("identifier", &"x".repeat(256), "too_long"),
    ] {
        let upsert = format!("/contacts/by/{key}/{value}");
        let (status, problem) = send(&owner, Method::PUT, &upsert, &json!({"name": "Ana"})).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("invalid_query")),
            "{upsert}: {problem}"
        );
        let fault = &problem["faults"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!("value"), &json!(code)),
            "{upsert}"
        );
    }
    for upsert in [
        "/contacts/by/name/Ana",
        "/contacts/by/Email/ana@example.com",
        "/contacts/by/email",
        "/contacts/by/email/",
        "/contacts/by/email/a/b",
    ] {
        let (status, problem) = send(&owner, Method::PUT, upsert, &json!({"name": "Ana"})).await;
        assert_eq!(
            (status, &problem["code"]),
            (404, &json!("not_found")),
            "{upsert}"
        );
    }
    let (status, _) = raw(
        &owner,
        Method::GET,
        "/contacts/by/email/ana@example.com",
        None,
    )
    .await;
    assert_eq!(status, 405);
    assert_eq!(count(server, "contacts").await, 0);
}

async fn the_body_agrees_with_the_path(server: &Server) {
    let owner = server.owner().await;
    for (n, existing) in [false, true].into_iter().enumerate() {
        let mail = format!("ana{n}@example.com");
        let upsert = |key: &str, value: &str| format!("/contacts/by/{key}/{value}");
        if existing {
            make(
                &owner,
                json!({"email": mail, "phone": "+525512345678", "identifier": "i-1"}),
            )
            .await;
        }
        for (at, body, pointer) in [
            (
                upsert("email", &mail),
                json!({"email": "bo@example.com"}),
                "/email",
            ),
            (
                upsert("email", &mail),
                json!({"emails": [{"address": "bo@example.com"}]}),
                "/emails",
            ),
            (
                upsert("email", &mail),
                json!({"name": "Ana", "emails": []}),
                "/emails",
            ),
            (
                upsert("phone", "+525512345678"),
                json!({"phone": "+525512345679"}),
                "/phone",
            ),
            (
                upsert("phone", "+525512345678"),
                json!({"phones": [{"number": "+34600123456"}]}),
                "/phones",
            ),
            (
                upsert("identifier", "i-1"),
                json!({"identifier": "I-1"}),
                "/identifier",
            ),
        ] {
            let answer = send(&owner, Method::PUT, &at, &body).await;
            assert_eq!(
                faults(&answer),
                [(pointer.to_owned(), "incorrect".to_owned())],
                "{at} {body}"
            );
        }
        let agreeing = json!({"emails": [{"address": "other@example.com"}, {"address": mail.to_uppercase()}], "phone": null});
        let (status, found) = send(&owner, Method::PUT, &upsert("email", &mail), &agreeing).await;
        assert_eq!(status, if existing { 200 } else { 201 }, "{found}");
        assert_eq!(found["email"], "other@example.com");
        assert_eq!(found["emails"].as_array().unwrap().len(), 2);
        // Nothing of the key's kind, in whatever words, is no disagreement.
        for body in [
            json!({"email": null, "emails": null}),
            json!({"email": ""}),
            json!({}),
        ] {
            let (status, again) = send(&owner, Method::PUT, &upsert("email", &mail), &body).await;
            assert_eq!((status, &again), (200, &found), "{body}");
        }
        let answer = send(
            &owner,
            Method::PUT,
            &upsert("email", &mail),
            &json!({"email": mail, "emails": [], "country": "Atlantis", "custom": {"nothing": 1}}),
        )
        .await;
        let places: Vec<_> = faults(&answer)
            .into_iter()
            .map(|(place, _)| place)
            .collect();
        assert_eq!(places, ["/email", "/country", "/custom/nothing"]);
        owner.erase_contact(id(&found)).await.unwrap();
    }
}

async fn null_makes_missing_and_absent_stays(server: &Server) {
    let owner = server.owner().await;
    let full = json!({
        "first_name": "Ana", "last_name": "Núñez", "email": "ana@example.com", "phone": "+525512345678", "identifier": "i-1",
        "company": "Acme", "city": "Lima", "country": "PE", "language": "es", "blocked": true, "source": "form",
        "identities": [{"kind": "wechat", "external_id": "w"}], "consent": {"email": "granted", "sms": "granted"},
    });
    let upsert = "/contacts/by/identifier/i-1";
    let (status, made) = send(&owner, Method::PUT, upsert, &full).await;
    assert_eq!((status, &made["source"]), (201, &json!("form")));
    let (_, same) = send(&owner, Method::PUT, upsert, &full).await;
    assert_eq!(same, made);
    // How a contact first arrived does not change.
    let late = json!({"source": "api", "created_at": "2020-01-01T00:00:00Z"});
    assert_eq!(
        send(&owner, Method::PUT, upsert, &late).await,
        (200, made.clone())
    );
    // When it last did something moves forwards only.
    for (at, after) in [
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:00.000Z"),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z"),
        ("2026-01-03T00:00:00Z", "2026-01-03T00:00:00.000Z"),
    ] {
        let (_, moved) = send(
            &owner,
            Method::PUT,
            upsert,
            &json!({"last_activity_at": at}),
        )
        .await;
        assert_eq!(moved["last_activity_at"], after);
    }
    let (_, less) = send(
        &owner,
        Method::PUT,
        upsert,
        &json!({"city": null, "company": "", "consent": {"sms": null}, "name": null, "first_name": "Anna"}),
    )
    .await;
    for (key, value) in [
        ("city", json!(null)),
        ("company", json!(null)),
        ("country", json!("PE")),
        ("consent", json!({"email": "granted"})),
        ("name", json!("Anna Núñez")),
        ("blocked", json!(true)),
    ] {
        assert_eq!(less[key], value, "{key}");
    }
    // A program that writes every key it knows, most of them null.
    let nulls = json!({
        "name": null, "first_name": null, "last_name": null, "email": null, "emails": null, "phone": null, "phones": null,
        "identifier": null, "company": null, "city": null, "country": null, "language": null, "identities": null,
        "consent": null, "blocked": null, "source": null, "created_at": null, "last_activity_at": null,
    });
    let (status, bare) = send(&owner, Method::PUT, upsert, &nulls).await;
    assert_eq!(status, 200, "{bare}");
    for (key, value) in [
        ("name", json!("i-1")),
        ("emails", json!([])),
        ("phones", json!([])),
        ("identities", json!([])),
        ("consent", json!({})),
        ("blocked", json!(false)),
        ("country", json!(null)),
        ("identifier", json!("i-1")),
        ("source", json!("form")),
        ("last_activity_at", json!("2026-01-03T00:00:00.000Z")),
    ] {
        assert_eq!(bare[key], value, "{key}");
    }
    let (status, made) = send(&owner, Method::PUT, "/contacts/by/identifier/i-2", &nulls).await;
    assert_eq!((status, &made["name"]), (201, &json!("i-2")));
}

async fn conflicts_name_the_holder(server: &Server) {
    let owner = server.owner().await;
    let holder = make(&owner, json!({"name": "Holder", "phone": "+525512345678"})).await;
    let there = make(
        &owner,
        json!({"name": "There", "email": "there@example.com"}),
    )
    .await;
    for value in ["there@example.com", "new@example.com"] {
        let upsert = format!("/contacts/by/email/{value}");
        let body = json!({"city": "Lima", "phone": "55 1234 5678"});
        let (status, problem) = send(&owner, Method::PUT, &upsert, &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (409, &json!("contact_conflict"))
        );
        assert_eq!(
            problem["conflict"],
            json!({"id": holder["id"], "name": "Holder"})
        );
        assert_eq!(problem["faults"][0]["pointer"], "/phone");
    }
    assert_eq!(read(&owner, &there).await, there);
    assert_eq!(count(server, "contacts").await, 2);
}

async fn versions_are_minded(server: &Server) {
    let owner = server.owner().await;
    let draft = person("Ana", "");
    let put = |etag: Option<&'static str>| {
        let (owner, draft) = (&owner, &draft);
        async move {
            owner
                .upsert_contact(KeyKind::Email, "ana@example.com", draft, etag)
                .await
        }
    };
    for etag in ["\"1\"", "*", "x"] {
        let error = put(Some(etag)).await.unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(
            (problem.code, problem.version),
            (Code::VersionMismatch, None),
            "{etag}"
        );
    }
    assert_eq!(count(server, "contacts").await, 0);
    put(None).await.unwrap();
    let error = put(Some("\"2\"")).await.unwrap_err();
    assert_eq!(error.problem().unwrap().version, Some(1));
    for etag in ["\"1\"", "*"] {
        let (found, is_new) = put(Some(etag)).await.unwrap();
        assert_eq!((found.value.version, is_new), (1, false));
    }
}

async fn a_history_is_for_importers(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let upsert = "/contacts/by/identifier/i-1";
    let body =
        json!({"created_at": "2020-01-01T00:00:00Z", "last_activity_at": "2020-01-02T00:00:00Z"});
    let places: Vec<_> = faults(&send(&agent, Method::PUT, upsert, &body).await)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places, ["/created_at", "/last_activity_at"]);
    assert_eq!(send(&viewer, Method::PUT, upsert, &json!({})).await.0, 403);
    assert_eq!(count(server, "contacts").await, 0);
    let (_, made) = send(&owner, Method::PUT, upsert, &body).await;
    assert_eq!(made["created_at"], "2020-01-01T00:00:00.000Z");
    assert_eq!(
        send(&agent, Method::PUT, upsert, &json!({"city": "Lima"}))
            .await
            .0,
        200
    );
}

async fn of_many_at_once_one_makes_it(server: &Server) {
    let owner = server.owner().await;
    for (key, value) in [
        (KeyKind::Email, "race@example.com"),
        (KeyKind::Phone, "55 1234 5678"),
        (KeyKind::Identifier, "race"),
    ] {
        let before = count(server, "contacts").await;
        let answers = join_all((0..16).map(|n| {
            let owner = &owner;
            async move {
                let draft = ContactDraft {
                    city: Some(format!("City {n}")),
                    ..ContactDraft::default()
                };
                owner
                    .upsert_contact(key, value, &draft, None)
                    .await
                    .unwrap()
            }
        }))
        .await;
        assert_eq!(
            answers.iter().filter(|(_, is_new)| *is_new).count(),
            1,
            "{key:?}"
        );
        assert!(
            answers
                .iter()
                .all(|(one, _)| one.value.id == answers[0].0.value.id)
        );
        assert_eq!(count(server, "contacts").await, before + 1);
        let last = owner.contact(answers[0].0.value.id).await.unwrap();
        assert_eq!(last.value.version, 16);
    }
}

async fn other_accounts_are_apart(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let draft = person("Ana", "");
    let (ours, _) = owner
        .upsert_contact(KeyKind::Email, "ana@example.com", &draft, None)
        .await
        .unwrap();
    let (theirs, is_new) = stranger
        .upsert_contact(
            KeyKind::Email,
            "ana@example.com",
            &person("Other", ""),
            None,
        )
        .await
        .unwrap();
    assert!(is_new);
    assert_ne!(ours.value.id, theirs.value.id);
    assert_eq!(owner.contact(ours.value.id).await.unwrap(), ours);
}
