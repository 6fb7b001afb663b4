//! Contacts one by one: made, read, changed, deleted, restored.

use crate::history::count;
use crate::server::{Server, on_both};
use crate::wire::version_in;
use rapport_client::{Client, ClientError};
use rapport_contract::contact::{
    ChannelKind, Contact, ContactDraft, ContactPatch, ContactQuery, EmailDraft, PhoneDraft, Source,
    Verified, Vouched,
};
use rapport_contract::role::Role;
use rapport_contract::{Code, FaultCode, Instant, Patch};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    every_field_is_kept;
    names_are_composed_and_never_split;
    empty_texts_are_missing;
    something_to_be_known_by;
    every_fault_at_once;
    addresses_are_read_as_people_write_them;
    lengths_have_bounds;
    odd_texts_come_back_as_they_went;
    a_history_from_elsewhere_is_for_importers;
    etags_name_the_version;
    a_patch_has_three_states;
    nothing_to_change_makes_no_version;
    the_primary_address_is_replaced_and_removed;
    the_last_thing_known_stays;
    deleting_and_restoring;
    restoring_has_an_end;
    other_accounts_see_nothing;
}

/// A text that is given.
pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Somebody with this name and, unless it is empty, this e-mail.
pub(crate) fn person(name: &str, email: &str) -> ContactDraft {
    ContactDraft {
        name: some(name),
        email: (!email.is_empty()).then(|| email.to_owned()),
        ..ContactDraft::default()
    }
}

/// A request that the typed client cannot make.
pub(crate) async fn raw(
    client: &Client,
    method: Method,
    path: &str,
    body: Option<&str>,
) -> (u16, Value) {
    let mut request = reqwest::Client::new().request(method, client.url(&format!("/api/v1{path}")));
    if let Some(token) = client.access_token() {
        request = request.bearer_auth(token.0);
    }
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Where the faults are, in order, with their codes.
fn faults(error: ClientError) -> Vec<(String, FaultCode)> {
    let problem = error.problem().expect("a problem").clone();
    assert_eq!(problem.code, Code::ValidationFailed, "{problem:?}");
    let mut faults: Vec<_> = problem
        .faults
        .into_iter()
        .map(|fault| (fault.pointer, fault.code))
        .collect();
    faults.sort_by(|a, b| a.0.cmp(&b.0));
    faults
}

fn fault(pointer: &str, code: FaultCode) -> (String, FaultCode) {
    (pointer.to_owned(), code)
}

fn at(text: &str) -> Instant {
    serde_json::from_value(json!(text)).unwrap()
}

async fn refused(client: &Client, draft: &ContactDraft) -> Vec<(String, FaultCode)> {
    faults(client.create_contact(draft).await.unwrap_err())
}

async fn every_field_is_kept(server: &Server) {
    let owner = server.owner().await;
    let made = owner
        .create_contact(&ContactDraft {
            name: None,
            first_name: some("Ana"),
            last_name: some("Núñez"),
            email: some("Ana@Example.com"),
            phone: some("55 1234 5678"),
            identifier: some("Ágora-7"),
            company: some("Colegio Ágora"),
            city: some("Mérida"),
            country: some("mx"),
            language: some("es-mx"),
            custom: Default::default(),
            emails: None,
            phones: None,
            identities: None,
            consent: None,
            blocked: None,
            source: Some(Source::Whatsapp),
            created_at: Some(at("2024-02-29T10:00:00.123+01:00")),
            last_activity_at: Some(at("2025-01-01T00:00:00Z")),
        })
        .await
        .unwrap();
    let wire = serde_json::to_value(&made).unwrap();
    assert_eq!(
        wire,
        json!({
            "id": made.id.to_string(), "name": "Ana Núñez", "first_name": "Ana", "last_name": "Núñez",
            "email": "Ana@Example.com",
            "emails": [{"address": "Ana@Example.com", "primary": true, "verified": "none"}],
            "phone": "+525512345678",
            "phones": [{"number": "+525512345678", "primary": true, "verified": "none"}],
            "identifier": "Ágora-7", "company": "Colegio Ágora", "city": "Mérida", "country": "MX", "language": "es-MX",
            "source": "whatsapp", "channels": ["email", "sms"], "custom": {},
            "identities": [], "consent": {}, "blocked": false, "segments": [],
            "created_at": "2024-02-29T09:00:00.123Z", "updated_at": server.now().to_string(),
            "last_activity_at": "2025-01-01T00:00:00.000Z", "version": 1
        })
    );
    assert_eq!(made.channels, [ChannelKind::Email, ChannelKind::Sms]);
    assert_eq!(made.emails[0].verified, Verified::None);
    let read = owner.contact(made.id).await.unwrap();
    assert_eq!(read.value, made);
    assert_eq!(version_in(read.etag.as_deref()), Some(1));
    let listed = owner.contacts(&ContactQuery::default()).await.unwrap();
    assert_eq!(listed.data, std::slice::from_ref(&made));

    let little = owner.create_contact(&person("Bo", "")).await.unwrap();
    assert_eq!(
        (little.source, little.created_at),
        (Source::Api, server.now())
    );
    assert_eq!((little.last_activity_at, little.channels), (None, vec![]));

    let location = {
        let token = owner.access_token().unwrap();
        let response = reqwest::Client::new()
            .post(owner.url("/api/v1/contacts"))
            .bearer_auth(token.0)
            .json(&json!({"name": "Located"}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 201);
        let etag = response.headers()["etag"].to_str().unwrap();
        assert_eq!(version_in(Some(etag)), Some(1));
        response.headers()["location"].to_str().unwrap().to_owned()
    };
    let (status, body) = raw(
        &owner,
        Method::GET,
        location.strip_prefix("/api/v1").unwrap(),
        None,
    )
    .await;
    assert_eq!((status, &body["name"]), (200, &json!("Located")));
}

async fn names_are_composed_and_never_split(server: &Server) {
    let owner = server.owner().await;
    for (name, first, last, shown) in [
        (
            some("María del Carmen Pérez"),
            None,
            None,
            "María del Carmen Pérez",
        ),
        (None, some("Ana"), some("Núñez"), "Ana Núñez"),
        (None, some("小明"), some("王"), "王小明"),
        (None, some("さくら"), some("ミラー"), "ミラーさくら"),
        (None, some("민준"), some("김"), "김민준"),
        (None, some("Ana"), some("王"), "Ana 王"),
        (None, None, some("Núñez"), "Núñez"),
        (some("王小明"), None, None, "王小明"),
    ] {
        let draft = ContactDraft {
            name: name.clone(),
            first_name: first.clone(),
            last_name: last.clone(),
            ..ContactDraft::default()
        };
        let made = owner.create_contact(&draft).await.unwrap();
        assert_eq!(made.name, shown);
        assert_eq!(made.first_name, first.or(name), "{shown}");
        assert_eq!(made.last_name, last, "{shown}");
    }
    let draft = ContactDraft {
        first_name: some("Ana"),
        ..person("Ana Núñez", "")
    };
    assert_eq!(
        refused(&owner, &draft).await,
        [fault("/name", FaultCode::NotTogether)]
    );

    // Without a name it is the strongest that is known.
    for (draft, shown) in [
        (
            ContactDraft {
                email: some("Known@example.com"),
                phone: some("+525512345678"),
                ..ContactDraft::default()
            },
            "Known@example.com",
        ),
        (
            ContactDraft {
                phone: some("+525512345679"),
                identifier: some("i-1"),
                ..ContactDraft::default()
            },
            "+525512345679",
        ),
        (
            ContactDraft {
                identifier: some("i-2"),
                ..ContactDraft::default()
            },
            "i-2",
        ),
    ] {
        assert_eq!(owner.create_contact(&draft).await.unwrap().name, shown);
    }

    let made = owner
        .create_contact(&ContactDraft {
            first_name: some("Ana"),
            last_name: some("Núñez"),
            ..ContactDraft::default()
        })
        .await
        .unwrap();
    let whole = ContactPatch {
        name: Patch::Set("Ana Isabel Núñez".to_owned()),
        ..ContactPatch::default()
    };
    let after = owner
        .update_contact(made.id, &whole, None)
        .await
        .unwrap()
        .value;
    assert_eq!(after.first_name.as_deref(), Some("Ana Isabel Núñez"));
    assert_eq!(after.last_name, None);
    let both = ContactPatch {
        last_name: Patch::Null,
        ..whole
    };
    let error = owner
        .update_contact(made.id, &both, None)
        .await
        .unwrap_err();
    assert_eq!(faults(error), [fault("/name", FaultCode::NotTogether)]);
}

async fn empty_texts_are_missing(server: &Server) {
    let owner = server.owner().await;
    let blank = || some(" \t\u{a0}");
    let made = owner
        .create_contact(&ContactDraft {
            name: some("  Ana  "),
            first_name: some(""),
            last_name: blank(),
            email: some(""),
            phone: blank(),
            identifier: some(""),
            company: blank(),
            city: some(""),
            country: blank(),
            language: some(""),
            ..ContactDraft::default()
        })
        .await
        .unwrap();
    assert_eq!(made.name, "Ana");
    let missing = [
        &made.last_name,
        &made.email,
        &made.identifier,
        &made.company,
        &made.city,
    ];
    assert!(missing.into_iter().all(Option::is_none), "{made:?}");
    assert!(made.phone.is_none() && made.country.is_none() && made.language.is_none());
    // Two who lack them are no conflict.
    owner.create_contact(&person("Ana", "")).await.unwrap();

    let filled = owner
        .create_contact(&ContactDraft {
            company: some("Acme"),
            ..person("Bo", "bo@example.com")
        })
        .await
        .unwrap();
    let emptied = ContactPatch {
        company: Patch::Set(" ".to_owned()),
        email: Patch::Set(String::new()),
        ..ContactPatch::default()
    };
    let after = owner
        .update_contact(filled.id, &emptied, None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        (after.company, after.email, after.emails),
        (None, None, vec![])
    );
}

async fn something_to_be_known_by(server: &Server) {
    let owner = server.owner().await;
    let nobody = ContactDraft {
        company: some("Acme"),
        city: some("Lima"),
        country: some("PE"),
        ..ContactDraft::default()
    };
    assert_eq!(
        refused(&owner, &nobody).await,
        [fault("", FaultCode::Required)]
    );
    assert_eq!(
        refused(&owner, &ContactDraft::default()).await,
        [fault("", FaultCode::Required)]
    );
    assert_eq!(
        owner.contacts(&ContactQuery::default()).await.unwrap().data,
        []
    );
}

async fn every_fault_at_once(server: &Server) {
    let owner = server.owner().await;
    let wrong = ContactDraft {
        first_name: some("a\0b"),
        last_name: some("x\ny"),
        email: some("ana@localhost"),
        phone: some("call me"),
        identifier: Some("i".repeat(256)),
        country: some("Atlantis"),
        language: some("?"),
        ..ContactDraft::default()
    };
    assert_eq!(
        refused(&owner, &wrong).await,
        [
            fault("/country", FaultCode::UnknownCountry),
            fault("/email", FaultCode::InvalidEmail),
            fault("/first_name", FaultCode::InvalidCharacter),
            fault("/identifier", FaultCode::TooLong),
            fault("/language", FaultCode::InvalidLanguage),
            fault("/last_name", FaultCode::InvalidCharacter),
            fault("/phone", FaultCode::InvalidPhone),
        ]
    );
    for (body, status, code) in [
        ("{", 400, "invalid_json"),
        ("[]", 422, "validation_failed"),
        (r#"{"name": 7}"#, 422, "validation_failed"),
        (r#"{"name": "Ana", "nam": "Ana"}"#, 422, "validation_failed"),
        (r#"{"name": "Ana", "name": "Bo"}"#, 422, "validation_failed"),
        (
            r#"{"name": "Ana", "source": "pigeon"}"#,
            422,
            "validation_failed",
        ),
        (
            r#"{"name": "Ana", "created_at": "yesterday"}"#,
            422,
            "validation_failed",
        ),
        (
            r#"{"name": "Ana", "id": "ct_0000000000000"}"#,
            422,
            "validation_failed",
        ),
        (r#"{"name": "Ana", "version": 1}"#, 422, "validation_failed"),
    ] {
        let (got, problem) = raw(&owner, Method::POST, "/contacts", Some(body)).await;
        assert_eq!(
            (got, &problem["code"]),
            (status, &json!(code)),
            "{body}: {problem}"
        );
    }
    assert_eq!(
        owner.contacts(&ContactQuery::default()).await.unwrap().data,
        []
    );
    assert_eq!(count(server, "activities").await, 0);
}

async fn addresses_are_read_as_people_write_them(server: &Server) {
    let owner = server.owner().await;
    for (email, phone, number) in [
        (" José@MÜNCHEN.de ", "(55) 1234-5678", "+525512345678"),
        ("jose@münchen.de", "+34 600 12 34 56", "+34600123456"),
        ("用户@例子.中国", "918080808080", "+918080808080"),
        ("a.b+c@example.co.uk", "+1 (541) 754-3010", "+15417543010"),
    ] {
        let made = owner
            .create_contact(&ContactDraft {
                email: some(email),
                phone: some(phone),
                ..ContactDraft::default()
            })
            .await
            .unwrap();
        assert_eq!(made.email.as_deref(), Some(email.trim()));
        assert_eq!(made.phone.unwrap().as_str(), number);
    }
}

async fn lengths_have_bounds(server: &Server) {
    let owner = server.owner().await;
    // Characters count, not bytes: the longest of four bytes each.
    let longest = "𠮷".repeat(255);
    let made = owner
        .create_contact(&ContactDraft {
            first_name: Some(longest.clone()),
            last_name: Some(longest.clone()),
            identifier: Some(longest.clone()),
            company: Some(longest.clone()),
            city: Some(longest.clone()),
            email: Some(format!(
                "{}@{}.{}.{}.com",
                "a".repeat(64),
                "b".repeat(61),
                "c".repeat(61),
                "d".repeat(61)
            )),
            ..ContactDraft::default()
        })
        .await
        .unwrap();
    assert_eq!(made.email.as_ref().unwrap().len(), 254);
    assert_eq!(owner.contact(made.id).await.unwrap().value, made);
    for sort in ["name", "email", "company", "city"] {
        let query = ContactQuery {
            sort: some(sort),
            ..ContactQuery::default()
        };
        assert_eq!(owner.contacts(&query).await.unwrap().data[0], made);
    }

    let long = "é".repeat(256);
    let draft = ContactDraft {
        first_name: Some(long.clone()),
        last_name: Some(long.clone()),
        identifier: Some(long.clone()),
        company: Some(long.clone()),
        city: Some(long.clone()),
        email: Some(format!(
            "{}@{}.{}.{}.com",
            "a".repeat(64),
            "b".repeat(61),
            "c".repeat(61),
            "d".repeat(62)
        )),
        phone: some("+1234567890123456"),
        ..ContactDraft::default()
    };
    let places: Vec<_> = refused(&owner, &draft)
        .await
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    assert_eq!(
        places,
        [
            "/city",
            "/company",
            "/email",
            "/first_name",
            "/identifier",
            "/last_name",
            "/phone"
        ]
    );
}

async fn odd_texts_come_back_as_they_went(server: &Server) {
    let owner = server.owner().await;
    for text in [
        "👩‍👩‍👧‍👦 🇲🇽",
        "مُحَمَّد علي",
        "שלום עולם",
        "O'Brien \"Bob\" `x`",
        r"C:\new\table \\ \' \0",
        "100% _under_ %s $1 ?",
        "'; DROP TABLE contacts; --",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "e\u{301}",
        "\u{301}",
        "null",
        "İstanbul ẞ ﬁ Ａ",
    ] {
        let draft = ContactDraft {
            name: some(text),
            company: some(text),
            city: some(text),
            identifier: some(text),
            ..ContactDraft::default()
        };
        let made = owner.create_contact(&draft).await.unwrap();
        assert_eq!(
            (made.name.as_str(), made.company.as_deref()),
            (text, Some(text))
        );
        assert_eq!(
            owner.contact(made.id).await.unwrap().value,
            made,
            "{text:?}"
        );
    }
    for odd in [
        "a\0b",
        "a\nb",
        "a\u{1f}b",
        "a\u{85}b",
        "a\u{7f}b",
        "\u{9b}x",
        "\u{202e}drawkcab",
    ] {
        let draft = person(odd, "");
        assert_eq!(
            refused(&owner, &draft).await,
            [fault("/name", FaultCode::InvalidCharacter)],
            "{odd:?}"
        );
    }
    // Two identifiers that only look the same are two.
    for identifier in ["A1", "a1", "Ａ1", "a1\u{301}"] {
        let draft = ContactDraft {
            identifier: some(identifier),
            ..ContactDraft::default()
        };
        owner.create_contact(&draft).await.unwrap();
    }
}

async fn a_history_from_elsewhere_is_for_importers(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let admin = server.member(&owner, Role::Admin).await;
    let draft = ContactDraft {
        created_at: Some(at("2020-01-01T00:00:00Z")),
        last_activity_at: Some(at("2020-01-02T00:00:00Z")),
        ..person("Ana", "")
    };
    assert_eq!(
        refused(&agent, &draft).await,
        [
            fault("/created_at", FaultCode::NotAllowed),
            fault("/last_activity_at", FaultCode::NotAllowed)
        ]
    );
    let made = admin.create_contact(&draft).await.unwrap();
    assert_eq!(
        (Some(made.created_at), made.last_activity_at),
        (draft.created_at, draft.last_activity_at)
    );
    assert_eq!(made.updated_at, server.now());
    agent.create_contact(&person("Bo", "")).await.unwrap();
}

async fn etags_name_the_version(server: &Server) {
    let owner = server.owner().await;
    let made = owner.create_contact(&person("Ana", "")).await.unwrap();
    let city = |city: &str| ContactPatch {
        city: Patch::Set(city.to_owned()),
        ..ContactPatch::default()
    };
    let first = owner.contact(made.id).await.unwrap();
    let second = owner
        .update_contact(made.id, &city("Lima"), first.etag.as_deref())
        .await
        .unwrap();
    assert_eq!(
        (second.value.version, version_in(second.etag.as_deref())),
        (2, Some(2))
    );
    for stale in ["\"1\"", "\"3\"", "2", "\"x\"", "W/\"2\""] {
        let error = owner
            .update_contact(made.id, &city("Cusco"), Some(stale))
            .await
            .unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(
            (problem.code, problem.version),
            (Code::VersionMismatch, Some(2)),
            "{stale}"
        );
        assert_eq!(problem.status, 412);
    }
    assert_eq!(owner.contact(made.id).await.unwrap(), second);
    let third = owner
        .update_contact(made.id, &city("Cusco"), Some("*"))
        .await
        .unwrap();
    assert_eq!(third.value.version, 3);

    let token = owner.access_token().unwrap().0;
    let delete = |etag: &'static str| {
        reqwest::Client::new()
            .delete(owner.url(&format!("/api/v1/contacts/{}", made.id)))
            .bearer_auth(token.clone())
            .header("If-Match", etag)
            .send()
    };
    assert_eq!(delete("\"2\"").await.unwrap().status(), 412);
    assert_eq!(delete("\"3\"").await.unwrap().status(), 204);
    let error = owner.contact(made.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
}

async fn a_patch_has_three_states(server: &Server) {
    let owner = server.owner().await;
    let full = ContactDraft {
        first_name: some("Ana"),
        last_name: some("Núñez"),
        email: some("ana@example.com"),
        phone: some("5512345678"),
        identifier: some("i-1"),
        company: some("Acme"),
        city: some("Lima"),
        country: some("PE"),
        language: some("es"),
        ..ContactDraft::default()
    };
    let made = owner.create_contact(&full).await.unwrap();
    server.pass(60);
    let path = format!("/contacts/{}", made.id);
    let (status, after) = raw(
        &owner,
        Method::PATCH,
        &path,
        Some(r#"{"city": null, "company": "Bolt", "country": "es"}"#),
    )
    .await;
    assert_eq!(status, 200, "{after}");
    let after: Contact = serde_json::from_value(after).unwrap();
    let expected = Contact {
        city: None,
        company: some("Bolt"),
        country: Some(rapport_contract::country::Country::from_code("ES").unwrap()),
        updated_at: server.now(),
        version: 2,
        ..made.clone()
    };
    assert_eq!(after, expected);

    let everything = r#"{"first_name": null, "last_name": null, "email": null, "phone": null, "company": null,
        "city": null, "country": null, "language": null}"#;
    let (status, after) = raw(&owner, Method::PATCH, &path, Some(everything)).await;
    assert_eq!(status, 200, "{after}");
    assert_eq!(
        (&after["name"], &after["emails"], &after["phones"]),
        (&json!("i-1"), &json!([]), &json!([]))
    );
    assert_eq!(
        (&after["country"], &after["language"], &after["channels"]),
        (&json!(null), &json!(null), &json!([]))
    );

    for (body, pointer) in [
        (r#"{"source": "api"}"#, "/source"),
        (r#"{"email": "nobody"}"#, "/email"),
        (
            r#"{"emails": [{"address": "nobody"}]}"#,
            "/emails/0/address",
        ),
        (r#"{"country": 7}"#, "/country"),
        (r#"{"created_at": "2020-01-01T00:00:00Z"}"#, "/created_at"),
    ] {
        let (status, problem) = raw(&owner, Method::PATCH, &path, Some(body)).await;
        assert_eq!(
            (status, &problem["faults"][0]["pointer"]),
            (422, &json!(pointer)),
            "{body}: {problem}"
        );
    }
    assert_eq!(owner.contact(made.id).await.unwrap().value.version, 3);
}

async fn nothing_to_change_makes_no_version(server: &Server) {
    let owner = server.owner().await;
    let made = owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    server.pass(60);
    let before = count(server, "activities").await;
    for patch in [
        ContactPatch::default(),
        ContactPatch {
            name: Patch::Set(" Ana ".to_owned()),
            email: Patch::Set("ana@example.com".to_owned()),
            city: Patch::Null,
            phone: Patch::Null,
            ..ContactPatch::default()
        },
    ] {
        let after = owner
            .update_contact(made.id, &patch, Some("\"1\""))
            .await
            .unwrap();
        assert_eq!(after.value, made);
    }
    assert_eq!(count(server, "activities").await, before);
    // The same mailbox in another spelling: the latest is shown.
    let spelled = ContactPatch {
        email: Patch::Set("ANA@example.com".to_owned()),
        ..ContactPatch::default()
    };
    let after = owner
        .update_contact(made.id, &spelled, None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        (after.email.as_deref(), after.emails.len(), after.version),
        (Some("ANA@example.com"), 1, 2)
    );
}

async fn the_primary_address_is_replaced_and_removed(server: &Server) {
    let owner = server.owner().await;
    let made = owner
        .create_contact(&ContactDraft {
            phone: some("+525512345670"),
            ..person("Ana", "a@example.com")
        })
        .await
        .unwrap();
    // Two more mailboxes and one more number, one after the other: the contact is made with the last of them.
    for list in [
        ["c@example.com"].as_slice(),
        &["c@example.com", "b@example.com"],
        &["a@example.com", "c@example.com", "b@example.com"],
    ] {
        let email = |address: &&str| EmailDraft {
            address: (*address).to_owned(),
            primary: None,
            verified: address.starts_with('b').then_some(Vouched::Person),
        };
        let phone = |number: &str| PhoneDraft {
            number: number.to_owned(),
            primary: None,
            verified: None,
        };
        let more = ContactPatch {
            emails: Patch::Set(list.iter().map(email).collect()),
            phones: Patch::Set(vec![phone("+525512345670"), phone("+525512345679")]),
            ..ContactPatch::default()
        };
        owner.update_contact(made.id, &more, None).await.unwrap();
        server.pass(10);
    }
    let patch = |email: Patch<String>, phone: Patch<String>| ContactPatch {
        email,
        phone,
        ..ContactPatch::default()
    };
    let set = |text: &str| Patch::Set(text.to_owned());
    let shape = |contact: &Contact| -> Vec<(String, bool)> {
        contact
            .emails
            .iter()
            .map(|email| (email.address.clone(), email.primary))
            .collect()
    };
    let emails = |list: &[&str]| -> Vec<(String, bool)> {
        list.iter()
            .enumerate()
            .map(|(place, text)| ((*text).to_owned(), place == 0))
            .collect()
    };

    // One that the contact has becomes the primary; nothing is lost.
    let after = owner
        .update_contact(made.id, &patch(set("B@example.com"), Patch::Absent), None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        shape(&after),
        emails(&["B@example.com", "c@example.com", "a@example.com"])
    );
    assert_eq!(after.emails[0].verified, Verified::Person);
    // Another one replaces the primary.
    let after = owner
        .update_contact(made.id, &patch(set("d@example.com"), Patch::Absent), None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        shape(&after),
        emails(&["d@example.com", "c@example.com", "a@example.com"])
    );
    assert_eq!(after.email.as_deref(), Some("d@example.com"));
    // Without it, the oldest that remains takes its place; with the last one gone, there is none.
    let after = owner
        .update_contact(made.id, &patch(Patch::Null, Patch::Null), None)
        .await
        .unwrap()
        .value;
    assert_eq!(shape(&after), emails(&["c@example.com", "a@example.com"]));
    assert_eq!(
        after.phone.as_ref().map(|phone| phone.as_str()),
        Some("+525512345679")
    );
    let after = owner
        .update_contact(made.id, &patch(Patch::Null, Patch::Null), None)
        .await
        .unwrap()
        .value;
    assert_eq!(shape(&after), emails(&["a@example.com"]));
    assert_eq!((after.phone, after.phones), (None, vec![]));
    let after = owner
        .update_contact(made.id, &patch(Patch::Null, Patch::Absent), None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        (after.email, after.emails, after.channels),
        (None, vec![], vec![])
    );
    // What was removed is free.
    for email in [
        "a@example.com",
        "b@example.com",
        "c@example.com",
        "d@example.com",
    ] {
        owner
            .create_contact(&person("Somebody", email))
            .await
            .unwrap();
    }
}

async fn the_last_thing_known_stays(server: &Server) {
    let owner = server.owner().await;
    let made = owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    let nothing = ContactPatch {
        name: Patch::Null,
        email: Patch::Null,
        ..ContactPatch::default()
    };
    let error = owner
        .update_contact(made.id, &nothing, None)
        .await
        .unwrap_err();
    assert_eq!(faults(error), [fault("", FaultCode::Required)]);
    assert_eq!(owner.contact(made.id).await.unwrap().value, made);
    let nameless = ContactPatch {
        name: Patch::Null,
        ..ContactPatch::default()
    };
    let after = owner
        .update_contact(made.id, &nameless, None)
        .await
        .unwrap()
        .value;
    assert_eq!(
        (after.name.as_str(), after.first_name),
        ("ana@example.com", None)
    );
}

async fn deleting_and_restoring(server: &Server) {
    let owner = server.owner().await;
    let full = ContactDraft {
        phone: some("5512345678"),
        identifier: some("i-1"),
        city: some("Lima"),
        ..person("Ana", "ana@example.com")
    };
    let made = owner.create_contact(&full).await.unwrap();
    let error = owner.restore_contact(made.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotDeleted));
    server.pass(60);
    // Whoever asks for another thing than a deletion that can be taken back must not get one in silence.
    for query in ["erase=yes", "erase=", "erase", "eraze=true", "force=true"] {
        let path = format!("/contacts/{}?{query}", made.id);
        let (status, problem) = raw(&owner, Method::DELETE, &path, None).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("invalid_query")),
            "{query}"
        );
    }
    assert_eq!(owner.contact(made.id).await.unwrap().value, made);
    owner.delete_contact(made.id).await.unwrap();
    let gone = [
        owner.contact(made.id).await.unwrap_err().code(),
        owner.delete_contact(made.id).await.unwrap_err().code(),
        owner
            .update_contact(made.id, &ContactPatch::default(), None)
            .await
            .unwrap_err()
            .code(),
    ];
    assert_eq!(gone, [Some(Code::NotFound); 3]);
    assert_eq!(
        owner.contacts(&ContactQuery::default()).await.unwrap().data,
        []
    );
    let found = ContactQuery {
        q: some("ana"),
        ..ContactQuery::default()
    };
    assert_eq!(owner.contacts(&found).await.unwrap().data, []);

    let back = owner.restore_contact(made.id).await.unwrap();
    let expected = Contact {
        updated_at: server.now(),
        version: 3,
        ..made.clone()
    };
    assert_eq!(back, expected);
    assert_eq!(owner.contacts(&found).await.unwrap().data, [expected]);

    // Each address is free at once, and whoever took one is named.
    for (pointer, taker) in [
        ("/email", person("Email taker", "ANA@example.com")),
        (
            "/phone",
            ContactDraft {
                phone: some("+525512345678"),
                ..person("Phone taker", "")
            },
        ),
        (
            "/identifier",
            ContactDraft {
                identifier: some("i-1"),
                ..person("Identifier taker", "")
            },
        ),
    ] {
        owner.delete_contact(made.id).await.unwrap();
        let taker = owner.create_contact(&taker).await.unwrap();
        let error = owner.restore_contact(made.id).await.unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(problem.code, Code::ContactConflict);
        let conflict = problem.conflict.as_ref().unwrap();
        assert_eq!((conflict.id, &conflict.name), (taker.id, &taker.name));
        assert_eq!(problem.faults[0].pointer, pointer);
        owner.delete_contact(taker.id).await.unwrap();
        owner.restore_contact(made.id).await.unwrap();
    }
}

async fn restoring_has_an_end(server: &Server) {
    const DAY: i64 = 24 * 3600;
    let owner = server.owner().await;
    let first = owner.create_contact(&person("First", "")).await.unwrap();
    let second = owner.create_contact(&person("Second", "")).await.unwrap();
    owner.delete_contact(first.id).await.unwrap();
    server.pass(1);
    owner.delete_contact(second.id).await.unwrap();
    server.pass(30 * DAY);
    server.sign_in(&owner, "olga@example.com").await;
    assert_eq!(
        owner.restore_contact(first.id).await.unwrap_err().code(),
        Some(Code::NotFound)
    );
    owner.restore_contact(second.id).await.unwrap();
}

async fn other_accounts_see_nothing(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let draft = ContactDraft {
        phone: some("+525512345678"),
        identifier: some("i-1"),
        ..person("Ana", "ana@example.com")
    };
    let ours = owner.create_contact(&draft).await.unwrap();
    let none = [
        stranger.contact(ours.id).await.unwrap_err().code(),
        stranger
            .update_contact(ours.id, &ContactPatch::default(), None)
            .await
            .unwrap_err()
            .code(),
        stranger.delete_contact(ours.id).await.unwrap_err().code(),
        stranger.restore_contact(ours.id).await.unwrap_err().code(),
    ];
    assert_eq!(none, [Some(Code::NotFound); 4]);
    // The same keys are another person there.
    let theirs = stranger.create_contact(&draft).await.unwrap();
    for (client, only) in [(&owner, &ours), (&stranger, &theirs)] {
        for q in ["", "ana", "5512", "i-1"] {
            let query = ContactQuery {
                q: some(q),
                ..ContactQuery::default()
            };
            assert_eq!(
                client.contacts(&query).await.unwrap().data,
                std::slice::from_ref(only),
                "{q}"
            );
        }
    }
    for path in [
        "/contacts/ct_0000000000000",
        "/contacts/nobody",
        "/contacts/im_0g4zk8q1w9r2t",
    ] {
        assert_eq!(raw(&owner, Method::GET, path, None).await.0, 404, "{path}");
    }
}
