//! What is written down of every change: one activity and one event, with what was and what is, and who did it.

use crate::contacts::{person, raw, some};
use crate::server::{Server, on_both};
use rapport_contract::contact::{ContactDraft, ContactPatch};
use rapport_contract::role::Role;
use rapport_contract::{ContactId, Patch};
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

on_both! {
    every_change_is_written_down_once;
    refused_requests_leave_no_trace;
}

/// Rows of a table.
pub(crate) async fn count(server: &Server, table: &str) -> i64 {
    let db = server.store.migration_connection();
    let sql = format!("SELECT count(*) AS n FROM {table}");
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}

/// Changes the database by hand.
pub(crate) async fn run_sql(server: &Server, sql: &str) {
    server
        .store
        .migration_connection()
        .execute_unprepared(sql)
        .await
        .unwrap();
}

/// An activity, or the event beside it.
#[derive(Debug, PartialEq)]
pub(crate) struct Written {
    pub(crate) kind: String,
    /// `[field, from, to]` of every field that changed.
    pub(crate) changes: Vec<[Value; 3]>,
    pub(crate) actor: (String, Option<i64>),
    pub(crate) at: i64,
}

/// The activities of a contact, the oldest first.
pub(crate) async fn activities(server: &Server, contact: ContactId) -> Vec<Written> {
    let db = server.store.migration_connection();
    let sql = format!(
        "SELECT kind, changes, actor_kind, actor_id, at FROM activities WHERE contact_id = {} ORDER BY id",
        contact.as_i64()
    );
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let changes: String = row.try_get("", "changes").unwrap();
            let changes: Vec<Value> = serde_json::from_str(&changes).unwrap();
            Written {
                kind: row.try_get("", "kind").unwrap(),
                changes: changes
                    .into_iter()
                    .map(|change| {
                        [
                            change["field"].clone(),
                            change["from"].clone(),
                            change["to"].clone(),
                        ]
                    })
                    .collect(),
                actor: (
                    row.try_get("", "actor_kind").unwrap(),
                    row.try_get("", "actor_id").unwrap(),
                ),
                at: row.try_get("", "at").unwrap(),
            }
        })
        .collect()
}

/// The kinds of the events about a contact, the oldest first.
pub(crate) async fn events(server: &Server, contact: ContactId) -> Vec<String> {
    let db = server.store.migration_connection();
    let sql = format!(
        "SELECT kind FROM events WHERE subject_id = {} ORDER BY id",
        contact.as_i64()
    );
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get("", "kind").unwrap())
        .collect()
}

async fn every_change_is_written_down_once(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let by = |me: rapport_contract::auth::Me| ("user".to_owned(), Some(me.id.as_i64()));
    let (olga, someone) = (by(owner.me().await.unwrap()), by(agent.me().await.unwrap()));

    let begun = server.now().unix_millis();
    let made = agent
        .create_contact(&ContactDraft {
            company: some("Acme"),
            country: some("mx"),
            ..person("Ana", "ana@example.com")
        })
        .await
        .unwrap();
    server.pass(60);
    let patch = ContactPatch {
        name: Patch::Set("Ana Núñez".to_owned()),
        email: Patch::Set("new@example.com".to_owned()),
        phone: Patch::Set("5512345678".to_owned()),
        company: Patch::Null,
        country: Patch::Set("MX".to_owned()),
        language: Patch::Set("es".to_owned()),
        ..ContactPatch::default()
    };
    owner.update_contact(made.id, &patch, None).await.unwrap();
    // Nothing changes: nothing is written.
    owner.update_contact(made.id, &patch, None).await.unwrap();
    owner.delete_contact(made.id).await.unwrap();
    owner.restore_contact(made.id).await.unwrap();

    let null = Value::Null;
    let later = begun + 60_000;
    let written =
        |kind: &str, changes: Vec<[Value; 3]>, actor: &(String, Option<i64>), at| Written {
            kind: kind.to_owned(),
            changes,
            actor: actor.clone(),
            at,
        };
    assert_eq!(
        activities(server, made.id).await,
        [
            written(
                "created",
                vec![
                    [json!("first_name"), null.clone(), json!("Ana")],
                    [json!("email"), null.clone(), json!("ana@example.com")],
                    [json!("company"), null.clone(), json!("Acme")],
                    [json!("country"), null.clone(), json!("MX")],
                    [json!("source"), null.clone(), json!("api")],
                ],
                &someone,
                begun
            ),
            written(
                "updated",
                vec![
                    [json!("first_name"), json!("Ana"), json!("Ana Núñez")],
                    [
                        json!("email"),
                        json!("ana@example.com"),
                        json!("new@example.com")
                    ],
                    [json!("phone"), null.clone(), json!("+525512345678")],
                    [json!("company"), json!("Acme"), null.clone()],
                    [json!("language"), null.clone(), json!("es")],
                ],
                &olga,
                later
            ),
            written("deleted", vec![], &olga, later),
            written("restored", vec![], &olga, later),
        ]
    );
    assert_eq!(
        events(server, made.id).await,
        [
            "contact.created",
            "contact.updated",
            "contact.deleted",
            "contact.restored"
        ]
    );
}

async fn refused_requests_leave_no_trace(server: &Server) {
    let owner = server.owner().await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let agent = server.member(&owner, Role::Agent).await;
    let ana = owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    let bo = owner
        .create_contact(&person("Bo", "bo@example.com"))
        .await
        .unwrap();
    let (activities, events) = (
        count(server, "activities").await,
        count(server, "events").await,
    );
    let taken = ContactPatch {
        email: Patch::Set("ana@example.com".to_owned()),
        city: Patch::Set("Lima".to_owned()),
        ..ContactPatch::default()
    };
    owner.update_contact(bo.id, &taken, None).await.unwrap_err();
    owner
        .create_contact(&person("Other", "ANA@example.com"))
        .await
        .unwrap_err();
    owner
        .update_contact(
            bo.id,
            &ContactPatch {
                email: Patch::Absent,
                ..taken.clone()
            },
            Some("\"9\""),
        )
        .await
        .unwrap_err();
    owner.restore_contact(bo.id).await.unwrap_err();
    viewer
        .create_contact(&person("Viewer", ""))
        .await
        .unwrap_err();
    viewer
        .update_contact(bo.id, &ContactPatch::default(), None)
        .await
        .unwrap_err();
    agent.delete_contact(ana.id).await.unwrap_err();
    let path = format!("/contacts/{}", bo.id);
    assert_eq!(
        raw(
            &owner,
            Method::PATCH,
            &path,
            Some(r#"{"city": "Lima", "country": "Atlantis"}"#)
        )
        .await
        .0,
        422
    );
    assert_eq!(owner.contact(bo.id).await.unwrap().value, bo);
    assert_eq!(
        (
            count(server, "activities").await,
            count(server, "events").await
        ),
        (activities, events)
    );
}
