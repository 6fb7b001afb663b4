//! Erasing a contact: no trace of it stays.

use crate::addresses::{change, id, make, path, send};
use crate::contacts::raw;
use crate::history::{count, events};
use crate::segments::segment;
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::role::Role;
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

on_both! {
    no_trace_stays;
    whoever_was_deleted_can_be_erased;
    it_is_for_owners;
    versions_are_minded;
}

/// Tables that name contacts, with the column that does.
const TABLES: [(&str, &str); 12] = [
    ("contacts", "id"),
    ("contact_emails", "contact_id"),
    ("contact_phones", "contact_id"),
    ("contact_index", "id"),
    ("contact_search", "id"),
    ("identities", "contact_id"),
    ("consents", "contact_id"),
    ("segment_members", "contact_id"),
    ("deleted_contacts", "id"),
    ("activities", "contact_id"),
    ("notes", "contact_id"),
    ("kept_answers", "subject_id"),
];

/// Tables in which the contact still is.
async fn traces(server: &Server, contact: &Value) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (table, column) in TABLES {
        let number = id(contact).as_i64();
        if count(server, &format!("{table} WHERE {column} = {number}")).await > 0 {
            found.push(table);
        }
    }
    found
}

/// Every text of every table, whatever its column.
async fn everything(server: &Server) -> String {
    let db = server.store.migration_connection();
    let tables = [
        "contacts",
        "contact_emails",
        "contact_phones",
        "contact_index",
        "contact_search",
        "identities",
        "consents",
        "segment_members",
        "deleted_contacts",
        "activities",
        "notes",
        "events",
        "kept_answers",
    ];
    let mut all = String::new();
    for table in tables {
        let rows = db
            .query_all_raw(Statement::from_string(
                db.get_database_backend(),
                format!("SELECT * FROM {table}"),
            ))
            .await
            .unwrap();
        for row in rows {
            for column in row.column_names() {
                if let Ok(Some(text)) = row.try_get::<Option<String>>("", &column) {
                    all.push_str(&text);
                    all.push('\n');
                }
            }
        }
    }
    all
}

/// A contact with something in every table.
async fn whole(server: &Server, owner: &Client) -> Value {
    let segment = segment(owner, "Erased").await;
    let token = owner.access_token().unwrap();
    let response = reqwest::Client::new()
        .post(owner.url("/api/v1/contacts"))
        .bearer_auth(token.0)
        .header("Idempotency-Key", "erased-1")
        .json(&json!({
            "name": "Zenobia", "identifier": "zzz-1", "company": "Zzz GmbH",
            "emails": [{"address": "zenobia@example.com"}, {"address": "zen@example.com"}],
            "phones": [{"number": "+525512345678"}], "identities": [{"kind": "wechat", "external_id": "zzz-w"}],
            "consent": {"email": "granted"},
        }))
        .send()
        .await
        .unwrap();
    let made: Value = response.json().await.unwrap();
    owner.put_into_segment(id(&made), segment.id).await.unwrap();
    let changed = change(owner, &made, json!({"city": "Zzz City"})).await;
    let note = json!({"body": "Zenobia called"}).to_string();
    let notes = format!("{}/notes", path(&made));
    assert_eq!(raw(owner, Method::POST, &notes, Some(&note)).await.0, 201);
    let mut expected: Vec<_> = TABLES.iter().map(|(table, _)| *table).collect();
    expected.retain(|table| *table != "deleted_contacts");
    assert_eq!(traces(server, &changed).await, expected);
    changed
}

async fn erase(client: &Client, contact: &Value) -> (u16, Value) {
    raw(
        client,
        Method::DELETE,
        &format!("{}?erase=true", path(contact)),
        None,
    )
    .await
}

async fn no_trace_stays(server: &Server) {
    let owner = server.owner().await;
    let beside = make(
        &owner,
        json!({"name": "Beside", "email": "beside@example.com"}),
    )
    .await;
    let contact = whole(server, &owner).await;
    assert!(everything(server).await.to_lowercase().contains("zen"));
    assert_eq!(erase(&owner, &contact).await, (204, Value::Null));
    assert_eq!(traces(server, &contact).await, [""; 0]);
    let left = everything(server).await.to_lowercase();
    for text in ["zen", "zzz", "525512345678"] {
        assert!(!left.contains(text), "{text}: {left}");
    }
    // What happened to whom is known, not who that was.
    let told = events(server, id(&contact)).await;
    assert_eq!(told.first().map(String::as_str), Some("contact.created"));
    assert_eq!(told.last().map(String::as_str), Some("contact.erased"));
    for (method, path) in [
        (Method::GET, path(&contact)),
        (Method::DELETE, path(&contact)),
        (Method::DELETE, format!("{}?erase=true", path(&contact))),
        (Method::POST, format!("{}/restore", path(&contact))),
    ] {
        assert_eq!(raw(&owner, method, &path, None).await.0, 404, "{path}");
    }
    // Search finds nothing, everything is free, and nobody else was touched.
    for q in ["zen", "zzz", "5512345678"] {
        let (_, page) = raw(&owner, Method::GET, &format!("/contacts?q={q}"), None).await;
        assert_eq!(page["data"], json!([]), "{q}");
    }
    let (_, page) = raw(&owner, Method::GET, "/contacts", None).await;
    assert_eq!(page["data"], json!([beside]));
    whole_again(&owner).await;
}

async fn whole_again(owner: &Client) {
    make(
        owner,
        json!({
            "identifier": "zzz-1", "email": "zenobia@example.com", "phone": "+525512345678",
            "identities": [{"kind": "wechat", "external_id": "zzz-w"}],
        }),
    )
    .await;
}

async fn whoever_was_deleted_can_be_erased(server: &Server) {
    let owner = server.owner().await;
    let contact = whole(server, &owner).await;
    owner.delete_contact(id(&contact)).await.unwrap();
    assert!(everything(server).await.contains("zenobia@example.com"));
    // Also when it could not be restored any more.
    server.pass(40 * 24 * 3600);
    server.sign_in(&owner, "olga@example.com").await;
    owner.erase_contact(id(&contact)).await.unwrap();
    assert_eq!(traces(server, &contact).await, [""; 0]);
    assert!(!everything(server).await.to_lowercase().contains("zen"));
}

async fn it_is_for_owners(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    let stranger = server.stranger().await;
    let contact = make(&owner, json!({"name": "Ana"})).await;
    let (status, problem) = erase(&admin, &contact).await;
    assert_eq!((status, &problem["code"]), (403, &json!("forbidden")));
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("contacts:erase")
    );
    assert_eq!(erase(&stranger, &contact).await.0, 404);
    // Asking not to erase is asking to delete.
    let path = format!("{}?erase=false", path(&contact));
    assert_eq!(raw(&admin, Method::DELETE, &path, None).await.0, 204);
    assert_eq!(erase(&admin, &contact).await.0, 403);
    owner.restore_contact(id(&contact)).await.unwrap();
    assert_eq!(erase(&owner, &contact).await.0, 204);
}

async fn versions_are_minded(server: &Server) {
    let owner = server.owner().await;
    let contact = make(&owner, json!({"name": "Ana"})).await;
    let (_, _) = send(
        &owner,
        Method::PATCH,
        &path(&contact),
        &json!({"city": "Lima"}),
    )
    .await;
    let erase = |etag: &'static str| {
        let token = owner.access_token().unwrap();
        reqwest::Client::new()
            .delete(owner.url(&format!("/api/v1{}?erase=true", path(&contact))))
            .bearer_auth(token.0)
            .header("If-Match", etag)
            .send()
    };
    assert_eq!(erase("\"1\"").await.unwrap().status(), 412);
    assert_eq!(erase("\"2\"").await.unwrap().status(), 204);
}
