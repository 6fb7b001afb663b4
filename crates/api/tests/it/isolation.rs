//! Accounts see nothing of each other: an id of another account is not there.

use crate::operations::{Operation, operations};
use crate::server::{Server, on_both};
use crate::wire::{Wire, hear};
use rapport_client::Client;
use rapport_contract::JobId;
use rapport_contract::api_key::ApiKeyDraft;
use rapport_contract::contact::ContactDraft;
use rapport_contract::invitation::InvitationDraft;
use rapport_contract::merge::MergeDraft;
use rapport_contract::role::{Permission, Role};
use rapport_contract::saved_filter::SavedFilterDraft;
use rapport_contract::segment::SegmentDraft;
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both! {
    ids_of_another_account_are_not_there;
    lists_show_nothing_of_another_account;
    ids_of_another_kind_are_not_there;
}

/// One thing of each kind in the owner's account, by the name of its id's schema.
pub(crate) async fn things(server: &Server, owner: &Client) -> BTreeMap<&'static str, String> {
    let draft = ContactDraft {
        first_name: Some("Ana".to_owned()),
        email: Some("ana@example.com".to_owned()),
        ..ContactDraft::default()
    };
    let contact = owner.create_contact(&draft).await.expect("a contact");
    let invitation = InvitationDraft {
        role: Role::Agent,
        email: Some("nora@example.com".to_owned()),
    };
    let invitation = owner.invite(&invitation).await.expect("an invitation");
    let segment = SegmentDraft {
        name: "Students".to_owned(),
        ..SegmentDraft::default()
    };
    let segment = owner.create_segment(&segment).await.expect("a segment");
    let saved = SavedFilterDraft {
        name: "Everyone of ours".to_owned(),
        filter: serde_json::from_value(json!({"all": []})).expect("a filter"),
        sort: None,
        columns: None,
        shared: true,
    };
    let saved = owner.create_saved_filter(&saved).await;
    let saved = saved.expect("a saved filter");
    let key = ApiKeyDraft {
        name: "Web shop".to_owned(),
        scopes: vec![Permission::ContactsRead],
        expires_at: None,
    };
    let key = owner.make_api_key(&key).await.expect("an API key");
    let attribute =
        serde_json::from_value(json!({"key": "plan", "label": "Tariff", "type": "text"}));
    let attribute = owner
        .create_custom_attribute(&attribute.expect("a draft"))
        .await
        .expect("an attribute");
    let twin = ContactDraft {
        first_name: Some("Anita".to_owned()),
        ..ContactDraft::default()
    };
    let twin = owner.create_contact(&twin).await.expect("a contact");
    let merge = MergeDraft {
        contact: twin.id,
        take: Vec::new(),
    };
    let merged = owner.merge(contact.id, &merge).await.expect("a merge");
    let member = server.member(owner, Role::Agent).await;
    let member = member.me().await.expect("a member");
    let import = owner
        .upload_import("a.csv", b"name\nBea\n".to_vec())
        .await
        .expect("an import");
    // The worker goes on by itself; what is compared later has to stand still.
    while !owner
        .import(import.id)
        .await
        .expect("the import")
        .state
        .is_final()
    {
        tokio::task::yield_now().await;
    }
    BTreeMap::from([
        ("ContactId", contact.id.to_string()),
        ("UserId", member.id.to_string()),
        (
            "SessionId",
            owner.me().await.expect("a session").session.to_string(),
        ),
        ("InvitationId", invitation.id.to_string()),
        ("ImportId", import.id.to_string()),
        ("MergeId", merged.merge.id.to_string()),
        ("ApiKeyId", key.api_key.id.to_string()),
        ("JobId", a_job(server).await.to_string()),
        ("SegmentId", segment.id.to_string()),
        ("SavedFilterId", saved.id.to_string()),
        ("AttributeId", attribute.id.to_string()),
    ])
}

/// The job of the import.
async fn a_job(server: &Server) -> JobId {
    let db = server.store.migration_connection();
    let sql = "SELECT id FROM jobs WHERE kind = 'import'";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    JobId::from_i64(row.try_get("", "id").unwrap())
}

/// What a right body would be.
fn body(operation: &Operation) -> Value {
    match operation.id.as_str() {
        "update_contact" => json!({"city": "Lima"}),
        "create_note" => json!({"body": "Called"}),
        "merge_contact" => json!({"contact": "ct_0000000000001"}),
        "update_member" => json!({"role": "viewer"}),
        "create_segment_members" | "delete_segment_members" => {
            json!({"ids": ["ct_0000000000001"]})
        }
        _ => json!({}),
    }
}

/// Every operation that reads something whole, without an id.
fn lists() -> Vec<Operation> {
    let mut lists = operations();
    lists.retain(|operation| {
        operation.method == Method::GET
            && operation.permission.is_some()
            && operation.id_schema.is_none()
            && operation.id != "list_events"
    });
    lists
}

/// Everything that the account shows to this person.
async fn everything(wire: &Wire, token: &str) -> BTreeMap<String, Value> {
    let mut shown = BTreeMap::new();
    for list in lists() {
        let heard = wire.get(&list.path, token).await;
        assert_eq!(heard.status, 200, "{}", heard.text());
        // A file of contacts is no JSON.
        let content = if list.path.ends_with(".csv") {
            heard.text().into()
        } else {
            heard.json()
        };
        shown.insert(list.path, content);
    }
    shown
}

async fn ids_of_another_account_are_not_there(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let things = things(server, &owner).await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let strange = stranger.access_token().unwrap().0;
    let before = everything(&wire, &token).await;
    let mut tried = 0;
    for operation in operations() {
        let Some(schema) = operation.id_schema.as_deref() else {
            continue;
        };
        let id = things
            .get(schema)
            .unwrap_or_else(|| panic!("the test has no {schema}"));
        let mut request = wire
            .request(operation.method.clone(), &operation.at(id))
            .bearer_auth(&strange);
        if operation.takes_json {
            request = request.json(&body(&operation));
        }
        let heard = hear(request).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (404, "not_found"),
            "{}: {}",
            operation.id,
            heard.text()
        );
        // The same answer as for what never was, but for the request's id.
        let mut request = wire
            .request(
                operation.method.clone(),
                &operation.at(&operation.unknown_id()),
            )
            .bearer_auth(&strange);
        if operation.takes_json {
            request = request.json(&body(&operation));
        }
        let never = hear(request).await;
        let plain = |heard: &crate::wire::Heard| {
            let mut problem = heard.json();
            problem["request_id"] = json!(null);
            problem
        };
        assert_eq!(plain(&heard), plain(&never), "{}", operation.id);
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
    assert_eq!(everything(&wire, &token).await, before);
}

async fn lists_show_nothing_of_another_account(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let things = things(server, &owner).await;
    let wire = Wire::new(server);
    let shown = everything(&wire, &stranger.access_token().unwrap().0).await;
    assert!(shown.len() >= 6, "{:?}", shown.keys());
    let secrets = [
        "Olga", "olga@", "Ágora", "Ana", "Bea", "nora@", "a.csv", "Students", "Web shop",
    ];
    for (path, answer) in &shown {
        let text = answer.to_string();
        for secret in things.values().map(String::as_str).chain(secrets) {
            assert!(!text.contains(secret), "{path} shows {secret}: {text}");
        }
    }
    for path in [
        "/api/v1/contacts",
        "/api/v1/imports",
        "/api/v1/jobs",
        "/api/v1/invitations",
        "/api/v1/segments",
        "/api/v1/saved-filters",
    ] {
        assert_eq!(shown[path]["data"], json!([]), "{path}");
    }
    assert_eq!(
        shown["/api/v1/members"]["data"].as_array().unwrap().len(),
        1
    );
    assert_eq!(
        stranger
            .count_contacts(&Default::default(), None)
            .await
            .unwrap()
            .count,
        0
    );
    // What is unique in an account is free in another one.
    let draft = ContactDraft {
        email: Some("ana@example.com".to_owned()),
        ..ContactDraft::default()
    };
    assert!(stranger.create_contact(&draft).await.is_ok());
    assert_eq!(
        owner
            .count_contacts(&Default::default(), None)
            .await
            .unwrap()
            .count,
        2
    );
}

async fn ids_of_another_kind_are_not_there(server: &Server) {
    let owner = server.owner().await;
    let things = things(server, &owner).await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let before = everything(&wire, &token).await;
    for operation in operations() {
        let Some(schema) = operation.id_schema.as_deref() else {
            continue;
        };
        for (kind, id) in &things {
            if *kind == schema {
                continue;
            }
            // As it is, and with the prefix that would be right here.
            let (prefix, digits) = (operation.unknown_id(), id.split_once('_').unwrap().1);
            let disguised = format!("{}_{digits}", prefix.split_once('_').unwrap().0);
            for id in [id, &disguised] {
                let mut request = wire
                    .request(operation.method.clone(), &operation.at(id))
                    .bearer_auth(&token);
                if operation.takes_json {
                    request = request.json(&body(&operation));
                }
                let heard = hear(request).await;
                assert_eq!(
                    (heard.status, heard.code().as_str()),
                    (404, "not_found"),
                    "{} {id}",
                    operation.id
                );
            }
        }
    }
    assert_eq!(everything(&wire, &token).await, before);
}
