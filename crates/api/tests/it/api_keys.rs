//! API keys: what they let in, and what they do not.

use crate::access::call;
use crate::operations::operations;
use crate::server::{Server, on_both};
use crate::wire::{Heard, Wire, hear};
use rapport_client::Client;
use rapport_contract::api_key::{ApiKeyDraft, ApiKeyPatch, MadeApiKey};
use rapport_contract::contact::ContactDraft;
use rapport_contract::member::MemberPatch;
use rapport_contract::role::{Permission, Role};
use rapport_contract::{Code, Instant, Patch};
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

on_both! {
    a_key_is_shown_once_and_kept_as_a_hash;
    scopes_say_which_operations_a_key_is_for;
    a_key_may_no_more_than_its_maker_may_now;
    a_removed_makers_keys_stop_for_good;
    a_key_stops_when_it_expires_or_is_deleted;
    wrong_keys_are_limited_by_address;
    nobody_gives_what_they_do_not_have;
    a_key_makes_no_key_that_outlives_it;
    owners_are_not_a_matter_for_lesser_keys;
    the_last_use_is_known_to_a_minute;
    what_a_key_does_is_written_down_as_its_doing;
    names_and_ends_are_checked;
    changes_are_made_for_a_version;
}

fn draft(scopes: &[Permission]) -> ApiKeyDraft {
    ApiKeyDraft {
        name: "Web shop".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: None,
    }
}

/// A key with these scopes, made by this person.
async fn key(maker: &Client, scopes: &[Permission]) -> MadeApiKey {
    maker.make_api_key(&draft(scopes)).await.unwrap()
}

/// A client that calls with a key.
fn program(server: &Server, made: &MadeApiKey) -> Client {
    let client = server.visitor();
    client.set_access_token(Some(made.key.clone()));
    client
}

fn refused(heard: &Heard) -> (u16, String) {
    (heard.status, heard.code())
}

/// Everything in the table of keys, as text.
async fn kept(server: &Server) -> String {
    let connection = server.store.migration_connection();
    let all = Statement::from_string(
        connection.get_database_backend(),
        "SELECT name || ' ' || start || ' ' || coalesce(secret_hash, '-') || ' ' || scopes AS row FROM api_keys ORDER BY id",
    );
    let rows = connection.query_all_raw(all).await.unwrap();
    let texts = rows
        .iter()
        .map(|row| row.try_get::<String>("", "row").unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

async fn a_key_is_shown_once_and_kept_as_a_hash(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let draft = json!({"name": " Web shop ", "scopes": ["contacts:write", "contacts:read", "contacts:read"]});
    let made = wire
        .request(Method::POST, "/api/v1/api-keys")
        .bearer_auth(&token)
        .json(&draft);
    let made = hear(made).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["key"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("rap_") && secret.len() == 44, "{secret}");
    let shown = made.json()["api_key"].clone();
    let id = shown["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made.header("location"),
        Some(format!("/api/v1/api-keys/{id}").as_str())
    );
    let me = owner.me().await.unwrap();
    assert_eq!(
        shown,
        json!({
            "id": id, "name": "Web shop", "start": secret[..8], "scopes": ["contacts:read", "contacts:write"],
            "made_by": me.id, "created_at": server.now(), "updated_at": server.now(),
            "expires_at": null, "last_used_at": null, "version": 1,
        })
    );
    let one = wire.get(&format!("/api/v1/api-keys/{id}"), &token).await;
    assert_eq!(one.json(), shown);
    let list = wire.get("/api/v1/api-keys", &token).await;
    assert_eq!(list.json()["data"], json!([shown]));
    for text in [one.text(), list.text(), kept(server).await] {
        assert!(!text.contains(&secret), "{text}");
    }
    // It lets in, without a session and without cookies; the scheme's name is in any case.
    assert_eq!(wire.get("/api/v1/contacts", &secret).await.status, 200);
    let lower = wire
        .request(Method::GET, "/api/v1/contacts")
        .header("Authorization", format!("bearer {secret}"));
    assert_eq!(hear(lower).await.status, 200);
    let created = wire
        .request(Method::POST, "/api/v1/contacts")
        .bearer_auth(&secret)
        .json(&json!({"first_name": "Ana"}));
    assert_eq!(hear(created).await.status, 201);
    // As nothing but a bearer token.
    let basic = wire
        .request(Method::GET, "/api/v1/contacts")
        .basic_auth(&secret, Some(""));
    assert_eq!(hear(basic).await.code(), "unauthenticated");
    let query = wire.request(Method::GET, &format!("/api/v1/contacts?api_key={secret}"));
    let heard = hear(query).await;
    assert_eq!(heard.code(), "unauthenticated");
    assert!(!heard.text().contains(&secret));
}

async fn scopes_say_which_operations_a_key_is_for(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let operations = operations();
    let mut let_in = 0;
    for scope in Permission::ALL {
        if scope == Permission::OwnSelf {
            continue;
        }
        let key = key(&owner, &[scope]).await.key.0;
        for operation in &operations {
            let Some(needed) = operation.permission.as_deref() else {
                continue;
            };
            let heard = call(&wire, operation, Some(&key)).await;
            let what = format!("{} with {}: {}", operation.id, scope.as_str(), heard.text());
            assert_ne!(heard.status, 401, "{what}");
            if needed == scope.as_str() {
                assert_ne!(heard.status, 403, "{what}");
                let_in += 1;
                continue;
            }
            assert_eq!(refused(&heard), (403, "forbidden".to_owned()), "{what}");
            let detail = heard.json()["detail"].as_str().unwrap().to_owned();
            let said = if needed == "self" {
                "people who are signed in"
            } else {
                needed
            };
            assert!(detail.contains(said), "{what}");
        }
    }
    let open = operations.iter().filter(
        |operation| matches!(operation.permission.as_deref(), Some(needed) if needed != "self"),
    );
    assert_eq!(let_in, open.count());
}

async fn a_key_may_no_more_than_its_maker_may_now(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let id = admin.me().await.unwrap().id;
    let scopes = [
        Permission::ContactsRead,
        Permission::ContactsWrite,
        Permission::ContactsDelete,
    ];
    let program = program(server, &key(&admin, &scopes).await);
    let contact = async |name: &str| {
        let draft = ContactDraft {
            first_name: Some(name.to_owned()),
            ..ContactDraft::default()
        };
        program
            .create_contact(&draft)
            .await
            .map(|contact| contact.id)
    };
    let (first, second) = (contact("Ana").await.unwrap(), contact("Bea").await.unwrap());
    program.delete_contact(first).await.unwrap();
    let role = async |role: Role| {
        owner
            .update_member(id, &MemberPatch { role })
            .await
            .unwrap()
    };
    role(Role::Agent).await;
    let refused = program.delete_contact(second).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden));
    assert!(refused.to_string().contains("contacts:delete"), "{refused}");
    contact("Cid").await.unwrap();
    role(Role::Viewer).await;
    assert_eq!(
        contact("Dan").await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    program.contact(second).await.unwrap();
    role(Role::Owner).await;
    program.delete_contact(second).await.unwrap();
    // What was not among its scopes does not come with a better role.
    let heard = program.api_keys().await.unwrap_err();
    assert_eq!(heard.code(), Some(Code::Forbidden));
}

async fn a_removed_makers_keys_stop_for_good(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let id = admin.me().await.unwrap().id;
    let made = key(&admin, &[Permission::ContactsRead]).await;
    let other = key(&owner, &[Permission::ContactsRead]).await;
    let program_of = |made| program(server, made);
    let (program, kept_on) = (program_of(&made), program_of(&other));
    program.contacts(&Default::default()).await.unwrap();
    owner.remove_member(id).await.unwrap();
    let gone = program.contacts(&Default::default()).await.unwrap_err();
    assert_eq!(gone.code(), Some(Code::InvalidApiKey));
    kept_on.contacts(&Default::default()).await.unwrap();
    let listed = owner.api_keys().await.unwrap().data;
    assert_eq!(
        listed.iter().map(|key| key.id).collect::<Vec<_>>(),
        [other.api_key.id]
    );
    // The same person comes back.
    let link = owner
        .invite(&rapport_contract::invitation::InvitationDraft {
            role: Role::Admin,
            email: None,
        })
        .await
        .unwrap();
    let back = rapport_contract::invitation::Acceptance {
        token: crate::server::token_of(&link.url.0).into(),
        name: "Some admin".to_owned(),
        email: "admin@example.com".to_owned(),
        password: crate::server::PASSWORD.into(),
    };
    let admin = server.visitor();
    admin.accept_invitation(&back).await.unwrap();
    assert_eq!(admin.me().await.unwrap().id, id);
    let gone = program.contacts(&Default::default()).await.unwrap_err();
    assert_eq!(gone.code(), Some(Code::InvalidApiKey));
    assert!(!kept(server).await.contains(&made.key.0));
}

async fn a_key_stops_when_it_expires_or_is_deleted(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let end = server.now().plus_seconds(600);
    let draft = ApiKeyDraft {
        expires_at: Some(end),
        ..draft(&[Permission::ContactsRead])
    };
    let made = owner.make_api_key(&draft).await.unwrap();
    assert_eq!(made.api_key.expires_at, Some(end));
    let read = async || wire.get("/api/v1/contacts", &made.key.0).await;
    server.later(599).await;
    assert_eq!(read().await.status, 200);
    server.later(1).await;
    let late = read().await;
    assert_eq!(refused(&late), (401, "invalid_api_key".to_owned()));
    assert_eq!(late.header("www-authenticate"), Some("Bearer"));
    // It is still listed, and can be given more time.
    let id = made.api_key.id;
    let patch = ApiKeyPatch {
        expires_at: Patch::Null,
        ..ApiKeyPatch::default()
    };
    let prolonged = owner.update_api_key(id, &patch).await.unwrap();
    assert_eq!((prolonged.expires_at, prolonged.version), (None, 2));
    assert_eq!(prolonged.name, "Web shop");
    assert_eq!(read().await.status, 200);
    owner.delete_api_key(id).await.unwrap();
    assert_eq!(refused(&read().await), (401, "invalid_api_key".to_owned()));
    for code in [
        owner.api_key(id).await.unwrap_err().code(),
        owner.delete_api_key(id).await.unwrap_err().code(),
        owner.update_api_key(id, &patch).await.unwrap_err().code(),
    ] {
        assert_eq!(code, Some(Code::NotFound));
    }
    assert!(owner.api_keys().await.unwrap().data.is_empty());
}

async fn wrong_keys_are_limited_by_address(server: &Server) {
    let owner = server.owner().await;
    let made = key(&owner, &[Permission::ContactsRead]).await;
    let (wire, elsewhere) = (Wire::from_address(server, 2), Wire::from_address(server, 3));
    let wrong = format!("rap_{}", "0".repeat(40));
    let mut right_but_one = made.key.0.clone();
    let last = if right_but_one.pop() == Some('0') {
        '1'
    } else {
        '0'
    };
    right_but_one.push(last);
    for place in 0..30 {
        let key = [wrong.as_str(), "rap_", &right_but_one][place % 3];
        let heard = wire.get("/api/v1/contacts", key).await;
        assert_eq!(refused(&heard), (401, "invalid_api_key".to_owned()));
        assert!(!heard.text().contains(&right_but_one));
    }
    let heard = wire.get("/api/v1/contacts", &wrong).await;
    assert_eq!(refused(&heard), (429, "too_many_requests".to_owned()));
    let wait: u64 = heard.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    // Whoever has a right one is let in, from there too; and people can still sign in.
    assert_eq!(wire.get("/api/v1/contacts", &made.key.0).await.status, 200);
    assert_eq!(
        wire.log_in("olga@example.com", crate::server::PASSWORD)
            .await
            .status,
        200
    );
    assert_eq!(elsewhere.get("/api/v1/contacts", &wrong).await.status, 401);
}

async fn nobody_gives_what_they_do_not_have(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let wire = Wire::new(server);
    let made = wire
        .request(Method::POST, "/api/v1/api-keys")
        .bearer_auth(admin.access_token().unwrap().0)
        .json(&json!({"name": "x", "scopes": ["contacts:read", "account:manage", "self", "owners:manage"]}));
    let heard = hear(made).await;
    assert_eq!(heard.status, 422);
    let not_allowed = |place: usize| (format!("/scopes/{place}"), "not_allowed".to_owned());
    assert_eq!(
        heard.faults(),
        [not_allowed(1), not_allowed(2), not_allowed(3)]
    );
    // A key gives no more than it has itself.
    let lesser = key(
        &owner,
        &[Permission::ApiKeysManage, Permission::ContactsRead],
    )
    .await;
    let program = program(server, &lesser);
    let refused = program
        .make_api_key(&draft(&[Permission::ContactsWrite]))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some(Code::ValidationFailed));
    let child = program
        .make_api_key(&draft(&[Permission::ContactsRead]))
        .await
        .unwrap();
    assert_eq!(child.api_key.made_by, owner.me().await.unwrap().id);
    // An owner's key is not prolonged by an admin, but can be deleted.
    let great = key(&owner, &[Permission::AccountManage]).await.api_key.id;
    let patch = ApiKeyPatch {
        expires_at: Patch::Null,
        ..ApiKeyPatch::default()
    };
    for client in [&admin, &program] {
        let refused = client.update_api_key(great, &patch).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Forbidden));
    }
    admin.delete_api_key(great).await.unwrap();
    let ids: Vec<_> = owner
        .api_keys()
        .await
        .unwrap()
        .data
        .into_iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(ids, [child.api_key.id, lesser.api_key.id]);
}

async fn a_key_makes_no_key_that_outlives_it(server: &Server) {
    let owner = server.owner().await;
    let end = server.now().plus_seconds(3600);
    let scopes = [Permission::ApiKeysManage];
    let ends = |end: Option<Instant>| ApiKeyDraft {
        expires_at: end,
        ..draft(&scopes)
    };
    let parent = owner.make_api_key(&ends(Some(end))).await.unwrap();
    let program = program(server, &parent);
    for too_late in [None, Some(end.plus_seconds(1))] {
        let refused = program.make_api_key(&ends(too_late)).await.unwrap_err();
        let faults = &refused.problem().unwrap().faults;
        assert_eq!(faults[0].pointer, "/expires_at");
        assert!(faults[0].detail.contains(&end.to_string()), "{faults:?}");
    }
    let child = program.make_api_key(&ends(Some(end))).await.unwrap();
    // Nor does it prolong itself, or another one.
    for id in [parent.api_key.id, child.api_key.id] {
        for expires_at in [Patch::Null, Patch::Set(end.plus_seconds(1))] {
            let patch = ApiKeyPatch {
                expires_at,
                ..ApiKeyPatch::default()
            };
            let refused = program.update_api_key(id, &patch).await.unwrap_err();
            assert_eq!(refused.code(), Some(Code::ValidationFailed));
        }
    }
    let sooner = ApiKeyPatch {
        expires_at: Patch::Set(end.plus_seconds(-1)),
        ..ApiKeyPatch::default()
    };
    program
        .update_api_key(child.api_key.id, &sooner)
        .await
        .unwrap();
    let renamed = ApiKeyPatch {
        name: Some("Child".to_owned()),
        ..ApiKeyPatch::default()
    };
    assert_eq!(
        program
            .update_api_key(child.api_key.id, &renamed)
            .await
            .unwrap()
            .name,
        "Child"
    );
}

async fn owners_are_not_a_matter_for_lesser_keys(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap().id;
    let agent = server
        .member(&owner, Role::Agent)
        .await
        .me()
        .await
        .unwrap()
        .id;
    let lesser = program(server, &key(&owner, &[Permission::MembersManage]).await);
    let invite = |role| rapport_contract::invitation::InvitationDraft { role, email: None };
    for code in [
        lesser
            .update_member(me, &MemberPatch { role: Role::Viewer })
            .await
            .unwrap_err()
            .code(),
        lesser
            .update_member(agent, &MemberPatch { role: Role::Owner })
            .await
            .unwrap_err()
            .code(),
        lesser.remove_member(me).await.unwrap_err().code(),
        lesser
            .invite(&invite(Role::Owner))
            .await
            .unwrap_err()
            .code(),
        lesser.reset_member_password(me).await.unwrap_err().code(),
    ] {
        assert_eq!(code, Some(Code::Forbidden));
    }
    lesser.invite(&invite(Role::Admin)).await.unwrap();
    let invitations = owner.invitations().await.unwrap().data;
    assert_eq!(invitations[0].invited_by, me);
    let full = program(
        server,
        &key(
            &owner,
            &[Permission::MembersManage, Permission::OwnersManage],
        )
        .await,
    );
    let made = full
        .update_member(agent, &MemberPatch { role: Role::Owner })
        .await
        .unwrap();
    assert_eq!(made.role, Role::Owner);
}

/// The last use, once it is written down: that happens beside the request.
async fn used(owner: &Client, made: &MadeApiKey, expected: Instant) {
    for _ in 0..10_000 {
        let shown = owner.api_key(made.api_key.id).await.unwrap();
        if shown.last_used_at == Some(expected) {
            // It is no change of the key.
            assert_eq!(shown.version, 1);
            return;
        }
    }
    panic!("the use at {expected} is not written down");
}

async fn the_last_use_is_known_to_a_minute(server: &Server) {
    let owner = server.owner().await;
    let made = key(&owner, &[Permission::ContactsRead]).await;
    let program = program(server, &made);
    let begun = server.now();
    for _ in 0..20 {
        program.contacts(&Default::default()).await.unwrap();
    }
    used(&owner, &made, begun).await;
    server.later(59).await;
    program.contacts(&Default::default()).await.unwrap();
    server.later(1).await;
    program.contacts(&Default::default()).await.unwrap();
    // The use one second before was not written down, or this one would not be.
    used(&owner, &made, begun.plus_seconds(60)).await;
    // A refused request is a use, too; one with a wrong key is not.
    server.later(60).await;
    let refused = program.api_keys().await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden));
    used(&owner, &made, begun.plus_seconds(120)).await;
}

async fn what_a_key_does_is_written_down_as_its_doing(server: &Server) {
    let owner = server.owner().await;
    let made = key(&owner, &[Permission::ContactsWrite]).await;
    let draft = ContactDraft {
        first_name: Some("Ana".to_owned()),
        ..ContactDraft::default()
    };
    program(server, &made).create_contact(&draft).await.unwrap();
    let connection = server.store.migration_connection();
    let rows = async |sql: &str| {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        connection.query_all_raw(statement).await.unwrap()
    };
    let activities = rows("SELECT actor_kind, actor_id FROM activities").await;
    assert_eq!(activities.len(), 1);
    let (kind, id): (String, i64) = (
        activities[0].try_get("", "actor_kind").unwrap(),
        activities[0].try_get("", "actor_id").unwrap(),
    );
    assert_eq!((kind.as_str(), id), ("api_key", made.api_key.id.as_i64()));
    // The feed knows of the key, by its id alone.
    let events = rows("SELECT kind, subject_id FROM events WHERE kind LIKE 'api_key.%'").await;
    assert_eq!(events.len(), 1);
    let (kind, subject): (String, i64) = (
        events[0].try_get("", "kind").unwrap(),
        events[0].try_get("", "subject_id").unwrap(),
    );
    assert_eq!(
        (kind.as_str(), subject),
        ("api_key.created", made.api_key.id.as_i64())
    );
}

async fn names_and_ends_are_checked(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let faults = async |method: Method, path: &str, body: &Value| {
        let heard = hear(wire.request(method, path).bearer_auth(&token).json(body)).await;
        assert_eq!(heard.status, 422, "{body}: {}", heard.text());
        heard
            .faults()
            .into_iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect::<Vec<_>>()
    };
    let long = "x".repeat(256);
    let past = server.now();
    let keys = "/api/v1/api-keys";
    for (body, expected) in [
        (json!({"scopes": ["contacts:read"]}), vec!["/name required"]),
        (json!({"name": "x"}), vec!["/scopes required"]),
        (
            json!({"name": " ", "scopes": []}),
            vec!["/name required", "/scopes required"],
        ),
        (
            json!({"name": long, "scopes": ["contacts:read"]}),
            vec!["/name too_long"],
        ),
        (
            json!({"name": "a\u{0}b", "scopes": ["contacts:read"]}),
            vec!["/name invalid_character"],
        ),
        (
            json!({"name": "x", "scopes": ["everything"]}),
            vec!["/scopes/0 unknown_value"],
        ),
        (
            json!({"name": "x", "scopes": "contacts:read"}),
            vec!["/scopes wrong_type"],
        ),
        (
            json!({"name": "x", "scopes": ["contacts:read"], "expires_at": past}),
            vec!["/expires_at out_of_range"],
        ),
        (
            json!({"name": "x", "scopes": ["contacts:read"], "expires_at": "tomorrow"}),
            vec!["/expires_at invalid_instant"],
        ),
        (
            json!({"name": "x", "scopes": ["contacts:read"], "key": "rap_mine"}),
            vec!["/key unknown_key"],
        ),
    ] {
        assert_eq!(faults(Method::POST, keys, &body).await, expected, "{body}");
    }
    assert!(owner.api_keys().await.unwrap().data.is_empty());
    let made = key(&owner, &[Permission::ContactsRead]).await.api_key;
    let one = format!("{keys}/{}", made.id);
    for (body, expected) in [
        (json!({"name": ""}), "/name required"),
        (json!({"name": null}), "/name wrong_type"),
        (json!({"scopes": ["contacts:write"]}), "/scopes unknown_key"),
        (json!({"expires_at": past}), "/expires_at out_of_range"),
    ] {
        assert_eq!(
            faults(Method::PATCH, &one, &body).await,
            [expected],
            "{body}"
        );
    }
    assert_eq!(owner.api_key(made.id).await.unwrap(), made);
}

async fn changes_are_made_for_a_version(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let made = key(&owner, &[Permission::ContactsRead]).await;
    let path = format!("/api/v1/api-keys/{}", made.api_key.id);
    let first = wire
        .get(&path, &token)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let patch = async |name: &str, etag: &str| {
        let request = wire
            .request(Method::PATCH, &path)
            .bearer_auth(&token)
            .header("If-Match", etag);
        hear(request.json(&json!({"name": name}))).await
    };
    let second = patch("One", &first).await;
    assert_eq!((second.status, &second.json()["version"]), (200, &json!(2)));
    let stale = patch("Two", &first).await;
    assert_eq!(refused(&stale), (412, "version_mismatch".to_owned()));
    assert_eq!(stale.json()["version"], 2);
    // A use in between is no change.
    let now = server.now();
    assert_eq!(wire.get("/api/v1/contacts", &made.key.0).await.status, 200);
    for _ in 0..10_000 {
        if owner.api_key(made.api_key.id).await.unwrap().last_used_at == Some(now) {
            break;
        }
    }
    assert_eq!(
        patch("Three", second.header("etag").unwrap()).await.status,
        200
    );
    // Nothing new is no change either.
    assert_eq!(patch("Three", "*").await.json()["version"], 3);
    let delete = |etag: &str| {
        let request = wire.request(Method::DELETE, &path).bearer_auth(&token);
        request.header("If-Match", etag.to_owned())
    };
    assert_eq!(hear(delete(&first)).await.status, 412);
    assert_eq!(hear(delete("\"3\"")).await.status, 204);
    assert_eq!(wire.get("/api/v1/contacts", &made.key.0).await.status, 401);
}
