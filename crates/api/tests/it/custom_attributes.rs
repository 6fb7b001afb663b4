//! Custom attributes: defined, changed, deleted and restored, and what becomes of the values of contacts.

use crate::contacts::raw;
use crate::custom_values::{change, define, define_all, having, matching};
use crate::history::{activities, run_sql};
use crate::server::{Server, on_both};
use crate::wire::version_in;
use rapport_client::Client;
use rapport_contract::custom_attribute::{AttributePatch, CustomAttribute};
use rapport_contract::role::Role;
use rapport_contract::{AttributeId, Code};
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

on_both! {
    an_attributes_life;
    what_is_no_attribute_is_named;
    keys_are_unique_and_stay_while_a_deletion_can_be_undone;
    there_are_at_most_two_hundred;
    labels_change_and_values_stay;
    choices_that_contacts_have_go_only_for_others;
    many_contacts_get_another_choice_by_and_by;
    choices_that_are_replaced_twice;
    usage_tells_who_would_miss_it;
    a_deleted_attribute_comes_back_with_its_values;
    what_was_deleted_long_ago_goes_and_others_get_its_slot;
    who_may_do_what_with_attributes;
    a_contact_written_while_a_choice_goes;
}

fn patch(patch: Value) -> AttributePatch {
    serde_json::from_value(patch).unwrap()
}

fn choices(keys: &[&str]) -> Value {
    let choice = |key: &&str| json!({"key": key, "label": key.to_uppercase()});
    json!(keys.iter().map(choice).collect::<Vec<_>>())
}

async fn update(client: &Client, id: AttributeId, body: Value) -> CustomAttribute {
    let updated = client.update_custom_attribute(id, &patch(body), None).await;
    updated.unwrap().value
}

/// A number out of the database.
async fn number(server: &Server, sql: &str) -> i64 {
    let db = server.store.migration_connection();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

async fn catalogue(server: &Server) -> i64 {
    number(
        server,
        "SELECT catalogue_version AS n FROM accounts ORDER BY id LIMIT 1",
    )
    .await
}

/// Waits until the worker has nothing left to do.
async fn settled(server: &Server) {
    let open = "SELECT count(*) AS n FROM jobs WHERE state IN ('queued', 'running')";
    while number(server, open).await > 0 {
        tokio::task::yield_now().await;
    }
    let failed = number(
        server,
        "SELECT count(*) AS n FROM jobs WHERE state = 'failed'",
    )
    .await;
    assert_eq!(failed, 0);
}

async fn an_attributes_life(server: &Server) {
    let owner = server.owner().await;
    assert_eq!(owner.custom_attributes().await.unwrap().data, []);
    let before = catalogue(server).await;
    let draft = json!({
        "key": "plan", "label": " Plan ", "type": "list", "description": "What they\r\npay for",
        "choices": [{"key": "free", "label": "Free"}, {"key": "pro", "label": " Pro ", "color": "teal"}],
    });
    let (status, made) = raw(
        &owner,
        Method::POST,
        "/custom-attributes",
        Some(&draft.to_string()),
    )
    .await;
    assert_eq!(status, 201);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "key": "plan", "label": "Plan", "type": "list", "description": "What they\npay for",
            "choices": [{"key": "free", "label": "Free", "color": "grey"}, {"key": "pro", "label": "Pro", "color": "teal"}],
            "indexed": true, "created_at": server.now().to_string(), "updated_at": server.now().to_string(), "version": 1,
        })
    );
    let made: CustomAttribute = serde_json::from_value(made).unwrap();
    assert_eq!(
        owner.custom_attributes().await.unwrap().data,
        std::slice::from_ref(&made)
    );
    let read = owner.custom_attribute(made.id).await.unwrap();
    assert_eq!(read.value, made);
    assert_eq!(version_in(read.etag.as_deref()), Some(1));
    assert_eq!(catalogue(server).await, before + 1);

    server.pass(60);
    let relabel = patch(json!({"label": "Tariff", "description": null}));
    let after = owner
        .update_custom_attribute(made.id, &relabel, Some("\"1\""))
        .await
        .unwrap();
    assert_eq!(version_in(after.etag.as_deref()), Some(2));
    let expected = CustomAttribute {
        label: "Tariff".to_owned(),
        description: None,
        updated_at: server.now(),
        version: 2,
        ..made.clone()
    };
    assert_eq!(after.value, expected);
    let stale = owner
        .update_custom_attribute(made.id, &relabel, Some("\"1\""))
        .await
        .unwrap_err();
    assert_eq!(stale.code(), Some(Code::VersionMismatch));
    // What changes nothing makes no version.
    let same = update(&owner, made.id, json!({"label": "Tariff"})).await;
    assert_eq!((same, catalogue(server).await), (expected, before + 2));

    owner.delete_custom_attribute(made.id).await.unwrap();
    let gone = owner.custom_attribute(made.id).await.unwrap_err();
    assert_eq!(gone.code(), Some(Code::NotFound));
    assert_eq!(owner.custom_attributes().await.unwrap().data, []);
    let restored = owner.restore_custom_attribute(made.id).await.unwrap();
    assert_eq!((restored.label.as_str(), restored.version), ("Tariff", 4));
    let again = owner.restore_custom_attribute(made.id).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::NotDeleted));
    assert_eq!(catalogue(server).await, before + 4);
    let kinds = "SELECT count(*) AS n FROM events WHERE kind LIKE 'custom_attribute.%'";
    assert_eq!(number(server, kinds).await, 4);
}

async fn what_is_no_attribute_is_named(server: &Server) {
    let owner = server.owner().await;
    let made = define(&owner, "plan", "list").await;
    let text = define(&owner, "remark", "text").await;
    let before = catalogue(server).await;
    let long = "x".repeat(81);
    for (body, pointer, code) in [
        (json!({}), "/key", "required"),
        (
            json!({"key": "a", "label": "x", "type": "colour"}),
            "/type",
            "unknown_value",
        ),
        (
            json!({"key": "a", "label": "x", "type": "text", "slot": "text_1"}),
            "/slot",
            "unknown_key",
        ),
        (
            json!({"key": "Größe", "label": "x", "type": "text"}),
            "/key",
            "incorrect",
        ),
        (
            json!({"key": "a".repeat(65), "label": "x", "type": "text"}),
            "/key",
            "incorrect",
        ),
        (
            json!({"key": "email", "label": "x", "type": "text"}),
            "/key",
            "taken",
        ),
        (
            json!({"key": "segment", "label": "x", "type": "text"}),
            "/key",
            "taken",
        ),
        (
            json!({"key": "q", "label": "x", "type": "text"}),
            "/key",
            "taken",
        ),
        (
            json!({"key": "a", "label": "", "type": "text"}),
            "/label",
            "required",
        ),
        (
            json!({"key": "a", "label": long, "type": "text"}),
            "/label",
            "too_long",
        ),
        (
            json!({"key": "a", "label": "a\u{0}", "type": "text"}),
            "/label",
            "invalid_character",
        ),
        (
            json!({"key": "a", "label": 7, "type": "text"}),
            "/label",
            "wrong_type",
        ),
        (
            json!({"key": "a", "label": "x", "type": "text", "description": "x".repeat(1_001)}),
            "/description",
            "too_long",
        ),
        (
            json!({"key": "a", "label": "x", "type": "list"}),
            "/choices",
            "too_short",
        ),
        (
            json!({"key": "a", "label": "x", "type": "text", "choices": choices(&["a"])}),
            "/choices",
            "not_together",
        ),
        (
            json!({"key": "a", "label": "x", "type": "list", "choices": choices(&["a", "a"])}),
            "/choices/1/key",
            "taken",
        ),
        (
            json!({"key": "a", "label": "x", "type": "list", "choices": choices(&["A b"])}),
            "/choices/0/key",
            "incorrect",
        ),
        (
            json!({"key": "a", "label": "x", "type": "list", "choices": [{"key": "a", "label": "x", "color": "mauve"}]}),
            "/choices/0/color",
            "unknown_value",
        ),
    ] {
        let (status, problem) = raw(
            &owner,
            Method::POST,
            "/custom-attributes",
            Some(&body.to_string()),
        )
        .await;
        let fault = &problem["faults"][0];
        assert_eq!(
            (status, &fault["pointer"], &fault["code"]),
            (422, &json!(pointer), &json!(code)),
            "{body}: {problem}"
        );
    }
    for (id, body, pointer, code) in [
        (made.id, json!({"type": "text"}), "/type", "unknown_key"),
        (made.id, json!({"key": "other"}), "/key", "unknown_key"),
        (made.id, json!({"label": null}), "/label", "wrong_type"),
        (made.id, json!({"choices": null}), "/choices", "wrong_type"),
        (made.id, json!({"choices": []}), "/choices", "too_short"),
        (
            made.id,
            json!({"replace_choices": {"pro": "free"}}),
            "/replace_choices/pro",
            "unknown_value",
        ),
        (
            made.id,
            json!({"choices": choices(&["free"]), "replace_choices": {"pro": "team"}}),
            "/replace_choices/pro",
            "unknown_value",
        ),
        (
            text.id,
            json!({"choices": choices(&["a"])}),
            "/choices",
            "not_together",
        ),
    ] {
        let path = format!("/custom-attributes/{id}");
        let (status, problem) = raw(&owner, Method::PATCH, &path, Some(&body.to_string())).await;
        let fault = &problem["faults"][0];
        assert_eq!(
            (status, &fault["pointer"], &fault["code"]),
            (422, &json!(pointer), &json!(code)),
            "{body}: {problem}"
        );
    }
    let path = format!("/custom-attributes/{}?dry_run=true", made.id);
    assert_eq!(raw(&owner, Method::DELETE, &path, None).await.0, 400);
    assert_eq!(catalogue(server).await, before);
    assert_eq!(owner.custom_attributes().await.unwrap().data, [made, text]);
}

async fn keys_are_unique_and_stay_while_a_deletion_can_be_undone(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "list").await;
    let draft =
        serde_json::from_value(json!({"key": "plan", "label": "x", "type": "number"})).unwrap();
    let error = owner.create_custom_attribute(&draft).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(
        (problem.code, problem.status),
        (Code::AttributeConflict, 409)
    );
    let holder = problem.attribute.clone().unwrap();
    assert_eq!((holder.id, holder.deleted), (plan.id, false));

    owner.delete_custom_attribute(plan.id).await.unwrap();
    let error = owner.create_custom_attribute(&draft).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(problem.code, Code::AttributeConflict);
    assert!(problem.attribute.as_ref().unwrap().deleted);
    assert!(problem.detail.contains("restore it") && problem.detail.contains(&plan.id.to_string()));
    // What is another account's is nobody's business.
    let stranger = server.stranger().await;
    assert_eq!(
        stranger.create_custom_attribute(&draft).await.unwrap().key,
        "plan"
    );

    // Of two who ask for one key at the same time, one gets it.
    let draft =
        serde_json::from_value(json!({"key": "score", "label": "x", "type": "number"})).unwrap();
    let (one, two) = futures::join!(
        owner.create_custom_attribute(&draft),
        owner.create_custom_attribute(&draft)
    );
    let refused: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].code(), Some(Code::AttributeConflict));
}

async fn there_are_at_most_two_hundred(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "text").await;
    let rows: Vec<_> = (0..199)
        .map(|n| {
            format!("((SELECT id FROM accounts), {n}, 'k{n}', 'x', 'text', '[]', FALSE, 0, 0, 1)")
        })
        .collect();
    let sql = format!(
        "INSERT INTO custom_attributes (account_id, id, key, label, kind, choices, slot_filled, created_at, updated_at, version) VALUES {}",
        rows.join(", ")
    );
    run_sql(server, &sql).await;
    let draft =
        serde_json::from_value(json!({"key": "one_more", "label": "x", "type": "text"})).unwrap();
    let error = owner.create_custom_attribute(&draft).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::LimitReached));
    // A deleted one can come back, so it still counts.
    owner.delete_custom_attribute(plan.id).await.unwrap();
    let error = owner.create_custom_attribute(&draft).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::LimitReached));
}

async fn labels_change_and_values_stay(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "list").await;
    let ana = having(&owner, "Ana", json!({"plan": "pro"})).await;
    let body = json!({
        "label": "Tariff",
        "choices": [
            {"key": "pro", "label": "Professional", "color": "violet"}, {"key": "new", "label": "New"},
            {"key": "free", "label": "Free"}, {"key": "team", "label": "Team"},
        ],
    });
    let after = update(&owner, plan.id, body).await;
    let keys: Vec<_> = after
        .choices
        .iter()
        .map(|choice| choice.key.as_str())
        .collect();
    assert_eq!(
        (keys, after.choices[0].label.as_str()),
        (vec!["pro", "new", "free", "team"], "Professional")
    );
    assert_eq!(owner.contact(ana.id).await.unwrap().value, ana);
    assert_eq!(matching(&owner, "custom.plan", "eq", json!("pro")).await, 1);
    // The new one can be had at once.
    assert_eq!(
        change(&owner, ana.id, json!({"plan": "new"}))
            .await
            .custom
            .0["plan"],
        "new"
    );
    // What nobody has goes without a word.
    let after = update(
        &owner,
        plan.id,
        json!({"choices": choices(&["new", "pro"])}),
    )
    .await;
    assert_eq!(after.choices.len(), 2);
    settled(server).await;
}

async fn choices_that_contacts_have_go_only_for_others(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let plan = define(&owner, "plan", "list").await;
    let ana = having(&owner, "Ana", json!({"plan": "pro"})).await;
    let bo = having(&owner, "Bo", json!({"plan": "pro"})).await;
    let cleo = having(&owner, "Cleo", json!({"plan": "team"})).await;
    let deleted = having(&owner, "Dora", json!({"plan": "pro"})).await;
    owner.delete_contact(deleted.id).await.unwrap();

    let body = patch(json!({"choices": choices(&["free"])}));
    let error = owner
        .update_custom_attribute(plan.id, &body, None)
        .await
        .unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.code, problem.status), (Code::ChoiceInUse, 409));
    assert!(
        problem.detail.contains("pro (2)") && problem.detail.contains("team (1)"),
        "{}",
        problem.detail
    );
    let places: Vec<_> = problem
        .faults
        .iter()
        .map(|fault| fault.pointer.as_str())
        .collect();
    assert_eq!(places, ["/replace_choices/pro", "/replace_choices/team"]);
    // Half an answer is none.
    let body = patch(json!({"choices": choices(&["free"]), "replace_choices": {"pro": "free"}}));
    let error = owner
        .update_custom_attribute(plan.id, &body, None)
        .await
        .unwrap_err();
    assert_eq!(error.problem().unwrap().faults.len(), 1);
    assert_eq!(owner.custom_attribute(plan.id).await.unwrap().value, plan);

    server.pass(60);
    let body =
        json!({"choices": choices(&["free"]), "replace_choices": {"pro": "free", "team": null}});
    let after = update(&owner, plan.id, body).await;
    assert_eq!(
        after
            .choices
            .iter()
            .map(|choice| choice.key.as_str())
            .collect::<Vec<_>>(),
        ["free"]
    );
    // They are few: it is done.
    assert_eq!(number(server, "SELECT count(*) AS n FROM jobs").await, 0);
    for id in [ana.id, bo.id] {
        let contact = owner.contact(id).await.unwrap().value;
        assert_eq!(
            (&contact.custom.0["plan"], contact.version),
            (&json!("free"), 2)
        );
    }
    let contact = owner.contact(cleo.id).await.unwrap().value;
    assert!(contact.custom.is_empty());
    assert_eq!(
        matching(&owner, "custom.plan", "eq", json!("free")).await,
        2
    );
    let told = activities(server, ana.id).await;
    assert_eq!(
        told[1].changes,
        [[json!("custom.plan"), json!("pro"), json!("free")]]
    );
    assert_eq!(told[1].actor, ("user".to_owned(), Some(me.id.as_i64())));
    let back = owner.restore_contact(deleted.id).await.unwrap();
    assert_eq!(back.custom.0["plan"], "free");
    assert_eq!(
        matching(&owner, "custom.plan", "eq", json!("free")).await,
        3
    );
}

/// Puts contacts with a choice into the database, through an import of names and the values by hand.
async fn crowd(server: &Server, owner: &Client, n: usize) {
    let file: String = std::iter::once("name\n".to_owned())
        .chain((0..n).map(|n| format!("Person {n}\n")))
        .collect();
    let import = owner
        .upload_import("crowd.csv", file.into_bytes())
        .await
        .unwrap();
    while !owner.import(import.id).await.unwrap().state.is_final() {
        tokio::task::yield_now().await;
    }
    run_sql(server, r#"UPDATE contacts SET custom = '{"plan":"pro"}'"#).await;
    run_sql(server, "UPDATE contact_index SET text_1 = 'pro'").await;
}

async fn many_contacts_get_another_choice_by_and_by(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "list").await;
    crowd(server, &owner, 700).await;
    let ana = having(&owner, "Ana", json!({"plan": "pro"})).await;
    assert_eq!(
        matching(&owner, "custom.plan", "eq", json!("pro")).await,
        701
    );
    let body = json!({"choices": choices(&["free", "team"]), "replace_choices": {"pro": "team"}});
    update(&owner, plan.id, body).await;
    // Whoever looks sees it at once, whatever the worker has done.
    let shown = owner.contact(ana.id).await.unwrap().value;
    assert_eq!(shown.custom.0["plan"], "team");
    settled(server).await;
    assert_eq!(
        matching(&owner, "custom.plan", "eq", json!("team")).await,
        701
    );
    assert_eq!(owner.contact(ana.id).await.unwrap().value.version, 2);
    assert_eq!(
        number(
            server,
            "SELECT count(*) AS n FROM custom_attributes WHERE replacing IS NOT NULL"
        )
        .await,
        0
    );
    assert_eq!(
        number(
            server,
            "SELECT count(*) AS n FROM contacts WHERE custom LIKE '%pro%'"
        )
        .await,
        0
    );
    assert_eq!(activities(server, ana.id).await.len(), 2);
}

async fn choices_that_are_replaced_twice(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "list").await;
    crowd(server, &owner, 150).await;
    // The worker may or may not have begun with the first when the second comes.
    update(
        &owner,
        plan.id,
        json!({"choices": choices(&["free", "team"]), "replace_choices": {"pro": "team"}}),
    )
    .await;
    let body = patch(json!({"choices": choices(&["free"])}));
    let error = owner
        .update_custom_attribute(plan.id, &body, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(Code::ChoiceInUse));
    update(
        &owner,
        plan.id,
        json!({"choices": choices(&["free"]), "replace_choices": {"team": "free"}}),
    )
    .await;
    settled(server).await;
    assert_eq!(
        matching(&owner, "custom.plan", "eq", json!("free")).await,
        150
    );
    assert_eq!(
        number(
            server,
            r#"SELECT count(*) AS n FROM contacts WHERE custom <> '{"plan":"free"}'"#
        )
        .await,
        0
    );
}

async fn usage_tells_who_would_miss_it(server: &Server) {
    let owner = server.owner().await;
    let plan = define(&owner, "plan", "list").await;
    let score = define(&owner, "score", "number").await;
    for n in 0..3 {
        having(
            &owner,
            "Ana",
            json!({"plan": if n == 0 { "free" } else { "pro" }}),
        )
        .await;
    }
    let gone = having(&owner, "Gone", json!({"plan": "team"})).await;
    owner.delete_contact(gone.id).await.unwrap();
    let (status, usage) = raw(
        &owner,
        Method::GET,
        &format!("/custom-attributes/{}/usage", plan.id),
        None,
    )
    .await;
    assert_eq!(
        (status, usage),
        (
            200,
            json!({
                "contacts": 3,
                "choices": [{"key": "free", "contacts": 1}, {"key": "pro", "contacts": 2}, {"key": "team", "contacts": 0}],
                "saved_filters": [],
            })
        )
    );
    let usage = owner.custom_attribute_usage(score.id).await.unwrap();
    assert_eq!(
        (
            usage.contacts,
            usage.choices.len(),
            usage.saved_filters.len()
        ),
        (0, 0, 0)
    );
    // Filters that ask about it, sort by it, show it; of others' only those that are shared.
    let me = owner.me().await.unwrap().id.as_i64();
    let filter = |field: &str| {
        format!(r#"{{"v":1,"filter":{{"not":{{"field":"{field}","op":"is_empty"}}}}}}"#)
    };
    let rows = [
        (
            1,
            "Asks",
            filter("custom.plan"),
            "NULL",
            "NULL",
            me,
            "FALSE",
        ),
        (
            2,
            "Sorts",
            filter("city"),
            "'-custom.plan'",
            "NULL",
            me,
            "FALSE",
        ),
        (
            3,
            "Shows",
            filter("city"),
            "NULL",
            r#"'["name","custom.plan"]'"#,
            me + 1,
            "TRUE",
        ),
        (
            4,
            "Private",
            filter("custom.plan"),
            "NULL",
            "NULL",
            me + 1,
            "FALSE",
        ),
        (
            5,
            "Other",
            filter("custom.score"),
            "'name'",
            r#"'["name"]'"#,
            me,
            "TRUE",
        ),
    ];
    for (id, name, filter, sort, columns, owner, shared) in rows {
        let sql = format!(
            "INSERT INTO saved_filters (account_id, id, name, filter, sort, columns, owner_kind, owner_id, shared, created_at, updated_at, version) \
             VALUES ((SELECT id FROM accounts), {id}, '{name}', '{filter}', {sort}, {columns}, 'user', {owner}, {shared}, 0, 0, 1)"
        );
        run_sql(server, &sql).await;
    }
    let usage = owner.custom_attribute_usage(plan.id).await.unwrap();
    let names: Vec<_> = usage
        .saved_filters
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["Asks", "Shows", "Sorts"]);
    run_sql(server, "DELETE FROM saved_filters").await;
}

async fn a_deleted_attribute_comes_back_with_its_values(server: &Server) {
    let owner = server.owner().await;
    define_all(&owner).await;
    let all = owner.custom_attributes().await.unwrap().data;
    let list = all.iter().find(|one| one.key == "list").unwrap().id;
    let ana = having(&owner, "Ana", json!({"list": "pro", "number": 3})).await;
    owner.delete_custom_attribute(list).await.unwrap();

    let hidden = owner.contact(ana.id).await.unwrap().value;
    assert_eq!(
        serde_json::to_value(&hidden.custom).unwrap(),
        json!({"number": 3})
    );
    let path = format!("/contacts/{}", ana.id);
    let (status, problem) = raw(
        &owner,
        Method::PATCH,
        &path,
        Some(r#"{"custom": {"list": "free"}}"#),
    )
    .await;
    assert_eq!(
        (status, &problem["faults"][0]["code"]),
        (422, &json!("unknown_key"))
    );
    let body = r#"{"filter": {"field": "custom.list", "op": "eq", "value": "pro"}}"#;
    assert_eq!(
        raw(&owner, Method::POST, "/contacts/count", Some(body))
            .await
            .0,
        422
    );
    let (_, fields) = raw(&owner, Method::GET, "/filter-fields", None).await;
    assert!(!fields.to_string().contains("custom.list"));
    // Edits meanwhile keep it.
    change(&owner, ana.id, json!({"number": 4})).await;

    server.later(29 * 24 * 3600).await;
    server.sign_in(&owner, "olga@example.com").await;
    owner.restore_custom_attribute(list).await.unwrap();
    let back = owner.contact(ana.id).await.unwrap().value;
    assert_eq!(
        serde_json::to_value(&back.custom).unwrap(),
        json!({"list": "pro", "number": 4})
    );
    assert_eq!(matching(&owner, "custom.list", "eq", json!("pro")).await, 1);
}

async fn what_was_deleted_long_ago_goes_and_others_get_its_slot(server: &Server) {
    let owner = server.owner().await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(define(&owner, &format!("text_{n}"), "text").await.id);
    }
    let long = "Größe ".repeat(60);
    let custom = json!({"text_0": "zero", "text_1": long, "text_8": long, "text_9": "nine"});
    let ana = having(&owner, "Ana", custom.clone()).await;
    let bo = having(&owner, "Bo", json!({"text_0": "zero", "text_8": "eight"})).await;
    let cleo = having(&owner, "Cleo", custom).await;
    owner.delete_contact(cleo.id).await.unwrap();
    owner.delete_custom_attribute(ids[0]).await.unwrap();

    server.later(30 * 24 * 3600 + 1).await;
    server.sign_in(&owner, "olga@example.com").await;
    let error = owner.restore_custom_attribute(ids[0]).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    // The worker looks for such things every hour.
    let now = server.now();
    let forget = server.store.write(now, async |w| {
        rapport_store::custom_attributes::forget_deleted(w).await
    });
    forget.await.unwrap();
    settled(server).await;

    assert_eq!(
        number(server, "SELECT count(*) AS n FROM custom_attributes").await,
        9
    );
    assert_eq!(
        number(
            server,
            "SELECT count(*) AS n FROM contacts WHERE custom LIKE '%text_0%'"
        )
        .await,
        0
    );
    let attributes = owner.custom_attributes().await.unwrap().data;
    let indexed: Vec<_> = attributes.iter().map(|one| one.indexed).collect();
    assert_eq!(
        indexed,
        [true, true, true, true, true, true, true, true, false]
    );
    assert_eq!(attributes[7].key, "text_8");
    for (field, value, n) in [
        ("text_8", "eight", 1),
        ("text_8", "grosse", 1),
        ("text_1", "grosse", 1),
        ("text_9", "nine", 1),
    ] {
        assert_eq!(
            matching(&owner, &format!("custom.{field}"), "contains", json!(value)).await,
            n,
            "{field}"
        );
    }
    assert_eq!(owner.contact(ana.id).await.unwrap().value.custom.0.len(), 3);
    // Nobody saw anything change.
    assert_eq!(owner.contact(bo.id).await.unwrap().value.version, 1);
    // The key is free, and what it meant before does not come back.
    let again = define(&owner, "text_0", "number").await;
    assert!(again.indexed);
    having(&owner, "Dora", json!({"text_0": 7})).await;
    assert_eq!(
        matching(&owner, "custom.text_0", "is_not_empty", json!(null)).await,
        1
    );
}

async fn who_may_do_what_with_attributes(server: &Server) {
    let owner = server.owner().await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let agent = server.member(&owner, Role::Agent).await;
    let admin = server.member(&owner, Role::Admin).await;
    let plan = define(&admin, "plan", "list").await;
    for client in [&viewer, &agent] {
        assert_eq!(client.custom_attributes().await.unwrap().data.len(), 1);
        assert!(client.custom_attribute_usage(plan.id).await.is_ok());
        let draft =
            serde_json::from_value(json!({"key": "a", "label": "x", "type": "text"})).unwrap();
        let refused = [
            client.create_custom_attribute(&draft).await.map(drop),
            client
                .update_custom_attribute(plan.id, &AttributePatch::default(), None)
                .await
                .map(drop),
            client.delete_custom_attribute(plan.id).await,
            client.restore_custom_attribute(plan.id).await.map(drop),
        ];
        for refused in refused {
            assert_eq!(refused.unwrap_err().code(), Some(Code::Forbidden));
        }
    }
    having(&agent, "Ana", json!({"plan": "pro"})).await;
    admin.delete_custom_attribute(plan.id).await.unwrap();
    admin.restore_custom_attribute(plan.id).await.unwrap();
    // Sent again with the same key, it is defined once.
    let draft = json!({"key": "once", "label": "x", "type": "text"}).to_string();
    let send = || async {
        let request = reqwest::Client::new()
            .post(admin.url("/api/v1/custom-attributes"))
            .bearer_auth(admin.access_token().unwrap().0)
            .header("Idempotency-Key", "a-key-of-my-own")
            .header("Content-Type", "application/json")
            .body(draft.clone());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (first, second) = (send().await, send().await);
    assert_eq!((first.0, &first), (201, &second));
}

async fn a_contact_written_while_a_choice_goes(server: &Server) {
    let owner = server.owner().await;
    for round in 0..5 {
        let plan = define(&owner, &format!("plan_{round}"), "list").await;
        let key = plan.key.as_str();
        let without = patch(
            json!({"choices": choices(&["free"]), "replace_choices": {"pro": "free", "team": null}}),
        );
        let draft = rapport_contract::contact::ContactDraft {
            custom: crate::custom_values::values(json!({ key: "pro" })),
            ..crate::contacts::person("Ana", "")
        };
        let (made, changed) = futures::join!(
            owner.create_contact(&draft),
            owner.update_custom_attribute(plan.id, &without, None)
        );
        changed.unwrap();
        // Either it came first and has what comes instead, or it was refused.
        match made {
            Ok(made) => {
                settled(server).await;
                let shown = owner.contact(made.id).await.unwrap().value;
                assert_eq!(shown.custom.0[key], "free");
            }
            Err(error) => assert_eq!(error.code(), Some(Code::ValidationFailed)),
        }
    }
    let wrong = "SELECT count(*) AS n FROM contacts WHERE custom LIKE '%pro%'";
    assert_eq!(number(server, wrong).await, 0);
}
