//! Changes of many contacts: what is meant, what is done, what is refused, and going on after a crash.

use crate::contacts::{person, raw, some};
use crate::history::{activities, count, events, run_sql};
use crate::saved_filters::{filter, saved};
use crate::segments::{changed, people, segment, these};
use crate::server::{Server, on_both};
use rapport_client::{Client, ClientError};
use rapport_contract::bulk::{
    BulkAction, BulkActionKind, BulkAnswer, BulkFields, BulkRequest, BulkResult, BulkSelection,
    MembersAnswer,
};
use rapport_contract::contact::{ContactDraft, CountQuery};
use rapport_contract::custom_attribute::CustomValues;
use rapport_contract::job::{Job, JobKind, JobState};
use rapport_contract::role::Role;
use rapport_contract::{Code, ContactId, JobId, Patch, SegmentId};
use rapport_store::bulk::{self, Step, Targets};
use rapport_store::jobs;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant as Moment};

on_both! {
    segments_by_ids_and_by_filter;
    fields_are_set;
    values_of_every_type_are_set;
    blocking_and_deleting;
    restoring_tells_what_cannot_be;
    a_dry_run_and_an_expected_count;
    what_cannot_be_meant;
    each_action_asks_for_its_own_permission;
    many_become_a_job;
    another_goes_on_after_a_crash;
    a_small_one_is_taken_up_too;
    a_job_is_cancelled;
    what_is_gone_meanwhile_fails_by_itself;
    a_request_that_comes_again_is_done_once;
    members_by_filter;
    a_segment_that_is_sent_again_is_one;
    jobs_are_shown_to_those_who_may_see_them;
    old_work_is_forgotten;
}

fn matching(value: Value) -> BulkSelection {
    BulkSelection {
        filter: Some(filter(value)),
        ..BulkSelection::default()
    }
}

fn everyone() -> BulkSelection {
    matching(json!({"all": []}))
}

fn action(kind: BulkActionKind) -> BulkAction {
    BulkAction {
        kind,
        segment: None,
        fields: None,
    }
}

fn into(segment: SegmentId) -> BulkAction {
    BulkAction {
        segment: Some(segment),
        ..action(BulkActionKind::AddToSegment)
    }
}

fn set(fields: BulkFields) -> BulkAction {
    BulkAction {
        fields: Some(fields),
        ..action(BulkActionKind::Set)
    }
}

fn city(city: &str) -> BulkAction {
    set(BulkFields {
        city: Patch::Set(city.to_owned()),
        ..BulkFields::default()
    })
}

fn request(select: BulkSelection, action: BulkAction) -> BulkRequest {
    BulkRequest {
        select,
        action,
        expected_count: None,
        dry_run: false,
    }
}

/// What came of a change that was done at once.
async fn done(client: &Client, select: BulkSelection, action: BulkAction) -> BulkResult {
    match client.change_contacts(&request(select, action)).await {
        Ok(BulkAnswer::Done(result)) => result,
        other => panic!("{other:?}"),
    }
}

/// The job that a change became.
fn accepted(answer: Result<BulkAnswer, ClientError>) -> Job {
    match answer.expect("an answer") {
        BulkAnswer::Accepted(job) => *job,
        BulkAnswer::Done(result) => panic!("{result:?}"),
    }
}

/// Matched, changed, unchanged, failed.
fn counts(result: &BulkResult) -> [u64; 4] {
    let BulkResult {
        matched,
        changed,
        unchanged,
        failed,
        ..
    } = result;
    [*matched, *changed, *unchanged, *failed]
}

async fn finished(client: &Client, id: JobId) -> Job {
    let deadline = Moment::now() + Duration::from_secs(120);
    loop {
        let job = client.job(id).await.expect("the job");
        if job.state.is_final() {
            return job;
        }
        assert!(Moment::now() < deadline, "{job:?}");
        tokio::task::yield_now().await;
    }
}

/// Contacts that the API does not make one by one.
async fn crowd(server: &Server, client: &Client, n: usize) -> Vec<ContactId> {
    let actor = rapport_store::Actor {
        account: client.me().await.unwrap().account.id,
        who: rapport_store::Who::System,
    };
    let new: Vec<_> = (0..n)
        .map(|n| {
            let draft = person(&format!("P{n}"), "");
            draft
                .check(&|_| unreachable!(), &Default::default())
                .unwrap()
        })
        .collect();
    let mut ids = Vec::new();
    for some in new.chunks(1000) {
        let made = server.store.write(server.now(), async |w| {
            rapport_store::contacts::create_many(w, &actor, some).await
        });
        ids.extend(made.await.unwrap());
    }
    ids
}

async fn in_city(client: &Client, city: &str) -> u64 {
    let query = CountQuery {
        filter: Some(filter(json!({"field": "city", "op": "eq", "value": city}))),
        ..CountQuery::default()
    };
    client.count_contacts(&query, None).await.unwrap().count
}

async fn segments_by_ids_and_by_filter(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 4).await;
    let vip = segment(&owner, "VIP").await;
    let result = done(&owner, these(&ids[..2]), into(vip.id)).await;
    assert_eq!(counts(&result), [2, 2, 0, 0]);
    let before = owner.contact(ids[3]).await.unwrap().value;
    // Twice the same id is one contact.
    let result = done(&owner, these(&[ids[1], ids[3], ids[3]]), into(vip.id)).await;
    assert_eq!(counts(&result), [2, 1, 1, 0]);
    let after = owner.contact(ids[3]).await.unwrap().value;
    assert_eq!(
        (after.version, after.updated_at),
        (before.version, before.updated_at)
    );
    assert_eq!(after.segments.len(), 1);
    let in_vip = json!({"field": "segment", "op": "eq", "value": vip.id});
    let saved = saved(&owner, "VIP", in_vip, false).await;
    let by_saved = BulkSelection {
        saved_filter: Some(saved.id),
        q: some("person 1"),
        ..BulkSelection::default()
    };
    let out = BulkAction {
        kind: BulkActionKind::RemoveFromSegment,
        ..into(vip.id)
    };
    let result = done(&owner, by_saved.clone(), out.clone()).await;
    assert_eq!(counts(&result), [1, 1, 0, 0]);
    let result = done(&owner, by_saved, out.clone()).await;
    assert_eq!(counts(&result), [0, 0, 0, 0]);
    let result = done(&owner, everyone(), out).await;
    assert_eq!(counts(&result), [4, 2, 2, 0]);
    assert_eq!(count(server, "segment_members").await, 0);
}

async fn fields_are_set(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let ids = people(&owner, 3).await;
    let body = json!({"key": "plan", "label": "Plan", "type": "list", "choices": [{"key": "pro", "label": "Pro"}]});
    let (status, attribute) = raw(
        &owner,
        Method::POST,
        "/custom-attributes",
        Some(&body.to_string()),
    )
    .await;
    assert_eq!(status, 201, "{attribute}");
    let key = attribute["key"].as_str().unwrap().to_owned();
    let custom =
        |value: Value| -> CustomValues { serde_json::from_value(json!({&key: value})).unwrap() };
    server.pass(60);
    let fields = BulkFields {
        company: Patch::Set(" Ágora ".to_owned()),
        country: Patch::Set("pe".to_owned()),
        custom: custom(json!("pro")),
        ..BulkFields::default()
    };
    let result = done(&owner, these(&ids[..2]), set(fields.clone())).await;
    assert_eq!(counts(&result), [2, 2, 0, 0]);
    let contact = owner.contact(ids[0]).await.unwrap().value;
    assert_eq!(contact.company.as_deref(), Some("Ágora"));
    assert_eq!(contact.country.unwrap().code(), "PE");
    assert_eq!((contact.version, contact.updated_at), (2, server.now()));
    assert_eq!(
        serde_json::to_value(&contact.custom).unwrap(),
        json!({&key: "pro"})
    );
    let told = activities(server, ids[0]).await.pop().unwrap();
    assert_eq!(told.kind, "updated");
    assert_eq!(told.actor, ("user".to_owned(), Some(me.id.as_i64())));
    assert_eq!(
        told.changes[..2],
        [
            [json!("company"), json!(null), json!("Ágora")],
            [json!("country"), json!(null), json!("PE")]
        ]
    );
    assert_eq!(
        events(server, ids[0]).await,
        ["contact.created", "contact.updated"]
    );
    // Who has it already stays at the version.
    let result = done(&owner, everyone(), set(fields)).await;
    assert_eq!(counts(&result), [3, 1, 2, 0]);
    assert_eq!(owner.contact(ids[0]).await.unwrap().value.version, 2);
    let clear = set(BulkFields {
        company: Patch::Null,
        custom: custom(json!(null)),
        ..BulkFields::default()
    });
    let pro = matching(json!({"field": format!("custom.{key}"), "op": "eq", "value": "pro"}));
    let result = done(&owner, pro, clear).await;
    assert_eq!(counts(&result), [3, 3, 0, 0]);
    let contact = owner.contact(ids[1]).await.unwrap().value;
    assert_eq!(contact.company, None);
    assert_eq!(serde_json::to_value(&contact.custom).unwrap(), json!({}));
}

/// The doctor looks at what lists are sorted and filtered by.
async fn values_of_every_type_are_set(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 30).await;
    for (key, kind) in [
        ("note", "text"),
        ("score", "number"),
        ("renewal", "date"),
        ("vip", "yes_no"),
        ("site", "link"),
    ] {
        let body = json!({"key": key, "label": key, "type": kind}).to_string();
        let (status, made) = raw(&owner, Method::POST, "/custom-attributes", Some(&body)).await;
        assert_eq!(status, 201, "{made}");
    }
    let text = "\"quoted\\ 'x' \u{1f980} עברית";
    let custom = json!({
        "note": text, "score": -12.625, "renewal": "2027-01-31", "vip": true, "site": "https://example.org/?a=1&b=%20"
    });
    let fields = BulkFields {
        company: Patch::Set(text.to_owned()),
        city: Patch::Set("Mérida".to_owned()),
        country: Patch::Set("MX".to_owned()),
        language: Patch::Set("es-mx".to_owned()),
        custom: serde_json::from_value(custom.clone()).unwrap(),
    };
    let result = done(&owner, everyone(), set(fields.clone())).await;
    assert_eq!(counts(&result), [30, 30, 0, 0]);
    let contact = owner.contact(ids[17]).await.unwrap().value;
    assert_eq!(contact.company.as_deref(), Some(text));
    assert_eq!(contact.city.as_deref(), Some("Mérida"));
    assert_eq!(contact.language.unwrap().as_str(), "es-MX");
    assert_eq!(serde_json::to_value(&contact.custom).unwrap(), custom);
    let meant = matching(json!({"all": [
        {"field": "custom.score", "op": "lt", "value": 0}, {"field": "custom.vip", "op": "eq", "value": true},
        {"field": "custom.renewal", "op": "before", "value": "2027-02-01"}, {"field": "city", "op": "eq", "value": "merida"}
    ]}));
    let nothing = BulkFields {
        company: Patch::Null,
        city: Patch::Null,
        country: Patch::Null,
        language: Patch::Null,
        custom: serde_json::from_value(
            json!({"note": null, "score": null, "renewal": null, "vip": null, "site": null}),
        )
        .unwrap(),
    };
    let result = done(&owner, meant.clone(), set(nothing)).await;
    assert_eq!(counts(&result), [30, 30, 0, 0]);
    let result = done(&owner, meant, set(fields)).await;
    assert_eq!(counts(&result), [0, 0, 0, 0]);
    let contact = owner.contact(ids[17]).await.unwrap().value;
    assert_eq!(
        (
            contact.company,
            contact.city,
            contact.country,
            contact.version
        ),
        (None, None, None, 3)
    );
}

async fn blocking_and_deleting(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    let result = done(&owner, these(&ids[..1]), action(BulkActionKind::Block)).await;
    assert_eq!(counts(&result), [1, 1, 0, 0]);
    let result = done(&owner, everyone(), action(BulkActionKind::Block)).await;
    assert_eq!(counts(&result), [3, 2, 1, 0]);
    assert!(owner.contact(ids[2]).await.unwrap().value.blocked);
    let blocked = matching(json!({"field": "blocked", "op": "eq", "value": true}));
    let result = done(&owner, blocked, action(BulkActionKind::Unblock)).await;
    assert_eq!(counts(&result), [3, 3, 0, 0]);
    let result = done(&owner, these(&ids[..2]), action(BulkActionKind::Delete)).await;
    assert_eq!(counts(&result), [2, 2, 0, 0]);
    for id in &ids[..2] {
        assert_eq!(
            owner.contact(*id).await.unwrap_err().code(),
            Some(Code::NotFound)
        );
        assert_eq!(
            activities(server, *id).await.last().unwrap().kind,
            "deleted"
        );
    }
    let result = done(&owner, these(&ids), action(BulkActionKind::Restore)).await;
    assert_eq!(counts(&result), [3, 2, 1, 0]);
    assert_eq!(
        owner
            .count_contacts(&CountQuery::default(), None)
            .await
            .unwrap()
            .count,
        3
    );
}

async fn restoring_tells_what_cannot_be(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    done(&owner, everyone(), action(BulkActionKind::Delete)).await;
    // Somebody else has the address of the first now.
    owner
        .create_contact(&person("Heir", "p0@example.com"))
        .await
        .unwrap();
    let result = done(&owner, these(&ids), action(BulkActionKind::Restore)).await;
    assert_eq!(counts(&result), [3, 2, 0, 1]);
    assert_eq!(
        (result.failures[0].id, result.failures[0].code),
        (ids[0], Code::ContactConflict)
    );
    // A deletion of long ago.
    owner.delete_contact(ids[1]).await.unwrap();
    server.later(31 * 24 * 3600).await;
    server.sign_in(&owner, "olga@example.com").await;
    let result = done(&owner, these(&ids[1..2]), action(BulkActionKind::Restore)).await;
    assert_eq!(counts(&result), [1, 0, 0, 1]);
    assert_eq!(result.failures[0].code, Code::NotFound);
}

async fn a_dry_run_and_an_expected_count(server: &Server) {
    let owner = server.owner().await;
    people(&owner, 3).await;
    let written = (count(server, "events").await, count(server, "jobs").await);
    let dry = BulkRequest {
        dry_run: true,
        expected_count: Some(3),
        ..request(everyone(), action(BulkActionKind::Delete))
    };
    let BulkAnswer::Done(result) = owner.change_contacts(&dry).await.unwrap() else {
        panic!("a dry run is no job")
    };
    assert_eq!(counts(&result), [3, 0, 0, 0]);
    for dry_run in [true, false] {
        let other = BulkRequest {
            expected_count: Some(4),
            dry_run,
            ..dry.clone()
        };
        let error = owner.change_contacts(&other).await.unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!((problem.code, problem.count), (Code::CountDiffers, Some(3)));
        assert_eq!(problem.status, 409);
    }
    assert_eq!(
        (count(server, "events").await, count(server, "jobs").await),
        written
    );
    let right = BulkRequest {
        dry_run: false,
        ..dry
    };
    assert!(owner.change_contacts(&right).await.is_ok());
    assert_eq!(
        owner
            .count_contacts(&CountQuery::default(), None)
            .await
            .unwrap()
            .count,
        0
    );
}

async fn what_cannot_be_meant(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let ids = people(&owner, 2).await;
    let foreign = people(&stranger, 1).await[0];
    let theirs = segment(&stranger, "Theirs").await;
    let gone = segment(&owner, "Gone").await;
    owner.delete_segment(gone.id).await.unwrap();
    owner.delete_contact(ids[1]).await.unwrap();
    let events = count(server, "events").await;
    let all = json!({"filter": {"all": []}});
    let block = json!({"type": "block"});
    let many: Vec<_> = (0..5001).map(|n| format!("c{n}")).collect();
    for (body, pointer, code) in [
        (json!({}), "/select", "required"),
        (json!({"select": all}), "/action", "required"),
        (
            json!({"select": {}, "action": block}),
            "/select",
            "required",
        ),
        (
            json!({"select": {"ids": []}, "action": block}),
            "/select/ids",
            "required",
        ),
        (
            json!({"select": {"ids": null}, "action": block}),
            "/select",
            "required",
        ),
        (
            json!({"select": {"ids": [ids[0]], "q": "x"}, "action": block}),
            "/select",
            "not_together",
        ),
        (
            json!({"select": {"ids": vec![ids[0]; 50_001]}, "action": block}),
            "/select/ids",
            "too_long",
        ),
        (
            json!({"select": {"ids": [ids[0], foreign]}, "action": block}),
            "/select/ids/1",
            "unknown_value",
        ),
        (
            json!({"select": {"ids": [ids[1]]}, "action": block}),
            "/select/ids/0",
            "unknown_value",
        ),
        (
            json!({"select": {"ids": [foreign]}, "action": {"type": "restore"}}),
            "/select/ids/0",
            "unknown_value",
        ),
        (
            json!({"select": all, "action": {"type": "restore"}}),
            "/select",
            "not_together",
        ),
        (
            json!({"select": {"filter": {"field": "shoe", "op": "eq", "value": 1}}, "action": block}),
            "/select/filter/field",
            "unknown_field",
        ),
        (
            json!({"select": {"filter": {"field": "city", "op": "any_of", "value": many}}, "action": block}),
            "/select/filter/value",
            "too_many",
        ),
        (
            json!({"select": {"q": "a\u{1}b"}, "action": block}),
            "/select/q",
            "invalid_character",
        ),
        (
            json!({"select": all, "action": {"type": "explode"}}),
            "/action/type",
            "unknown_value",
        ),
        (
            json!({"select": all, "action": {}}),
            "/action/type",
            "required",
        ),
        (
            json!({"select": all, "action": {"type": "add_to_segment"}}),
            "/action/segment",
            "required",
        ),
        (
            json!({"select": all, "action": {"type": "block", "segment": gone.id}}),
            "/action/segment",
            "not_together",
        ),
        (
            json!({"select": all, "action": {"type": "add_to_segment", "segment": gone.id}}),
            "/action/segment",
            "unknown_value",
        ),
        (
            json!({"select": all, "action": {"type": "remove_from_segment", "segment": theirs.id}}),
            "/action/segment",
            "unknown_value",
        ),
        (
            json!({"select": all, "action": {"type": "set"}}),
            "/action/fields",
            "required",
        ),
        (
            json!({"select": all, "action": {"type": "set", "fields": {}}}),
            "/action/fields",
            "required",
        ),
        (
            json!({"select": all, "action": {"type": "set", "fields": {"email": "x@example.com"}}}),
            "/action/fields/email",
            "unknown_key",
        ),
        (
            json!({"select": all, "action": {"type": "set", "fields": {"country": "Atlantis"}}}),
            "/action/fields/country",
            "unknown_country",
        ),
        (
            json!({"select": all, "action": {"type": "set", "fields": {"city": "x".repeat(3000)}}}),
            "/action/fields/city",
            "too_long",
        ),
        (
            json!({"select": all, "action": {"type": "set", "fields": {"custom": {"plan": 1}}}}),
            "/action/fields/custom/plan",
            "unknown_key",
        ),
        (
            json!({"select": all, "action": block, "expected_count": -1}),
            "/expected_count",
            "out_of_range",
        ),
    ] {
        let (status, problem) = raw(
            &owner,
            Method::POST,
            "/contacts/bulk",
            Some(&body.to_string()),
        )
        .await;
        let fault = &problem["faults"][0];
        assert_eq!(
            (status, &fault["pointer"], &fault["code"]),
            (422, &json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    let body = json!({"select": {"saved_filter": "sf_0000000000001"}, "action": block});
    let (status, _) = raw(
        &owner,
        Method::POST,
        "/contacts/bulk",
        Some(&body.to_string()),
    )
    .await;
    assert_eq!(status, 404);
    // A dry run is refused as the change would be.
    let body = json!({"select": all, "action": {"type": "add_to_segment", "segment": theirs.id}, "dry_run": true});
    let (status, problem) = raw(
        &owner,
        Method::POST,
        "/contacts/bulk",
        Some(&body.to_string()),
    )
    .await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (422, &json!("/action/segment"))
    );
    assert_eq!(count(server, "events").await, events);
    assert_eq!(count(server, "jobs").await, 0);
    assert_eq!(count(server, "bulks").await, 0);
}

async fn each_action_asks_for_its_own_permission(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    people(&owner, 1).await;
    let refused = agent
        .change_contacts(&request(everyone(), action(BulkActionKind::Block)))
        .await;
    assert_eq!(refused.unwrap_err().code(), Some(Code::Forbidden));
    // A key that may change many contacts, and write them, but not delete them.
    let body =
        json!({"name": "Shop", "scopes": ["contacts:bulk", "contacts:read", "contacts:write"]});
    let (status, made) = raw(&owner, Method::POST, "/api-keys", Some(&body.to_string())).await;
    assert_eq!(status, 201, "{made}");
    let shop = server.visitor();
    shop.set_access_token(Some(made["key"].as_str().unwrap().into()));
    let result = done(&shop, everyone(), action(BulkActionKind::Block)).await;
    assert_eq!(counts(&result), [1, 1, 0, 0]);
    for (kind, permission) in [
        (BulkActionKind::Delete, "contacts:delete"),
        (BulkActionKind::Restore, "contacts:delete"),
        (BulkActionKind::AddToSegment, "segments:assign"),
    ] {
        let error = shop
            .change_contacts(&request(everyone(), action(kind)))
            .await
            .unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(problem.code, Code::Forbidden);
        assert!(problem.detail.contains(permission), "{problem}");
    }
}

async fn many_become_a_job(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let ids = crowd(server, &owner, 1200).await;
    let vip = segment(&owner, "VIP").await;
    let job = accepted(
        owner
            .change_contacts(&request(everyone(), into(vip.id)))
            .await,
    );
    assert_eq!((job.kind, job.total), (JobKind::Bulk, Some(1200)));
    // Who comes later is not among them.
    let late = owner.create_contact(&person("Late", "")).await.unwrap();
    let job = finished(&owner, job.id).await;
    assert_eq!(
        (job.state, job.done, job.error.as_deref()),
        (JobState::Done, Some(1200), None)
    );
    assert_eq!(counts(&job.result.unwrap()), [1200, 1200, 0, 0]);
    assert_eq!(count(server, "segment_members").await, 1200);
    assert_eq!(owner.contact(late.id).await.unwrap().value.segments, []);
    let told = activities(server, ids[7]).await.pop().unwrap();
    assert_eq!(told.actor, ("user".to_owned(), Some(me.id.as_i64())));
    let job = accepted(
        owner
            .change_contacts(&request(everyone(), city("Lima")))
            .await,
    );
    let job = finished(&owner, job.id).await;
    assert_eq!(counts(&job.result.unwrap()), [1201, 1201, 0, 0]);
    assert_eq!(in_city(&owner, "Lima").await, 1201);
    assert_eq!(count(server, "bulk_targets").await, 0);
    let job = accepted(
        owner
            .change_contacts(&request(these(&ids), action(BulkActionKind::Delete)))
            .await,
    );
    let job = finished(&owner, job.id).await;
    assert_eq!(counts(&job.result.unwrap()), [1200, 1200, 0, 0]);
    let job = accepted(
        owner
            .change_contacts(&request(these(&ids), action(BulkActionKind::Restore)))
            .await,
    );
    let job = finished(&owner, job.id).await;
    assert_eq!(counts(&job.result.unwrap()), [1200, 1200, 0, 0]);
    assert_eq!(count(server, "segment_members").await, 1200);
    assert_eq!(count(server, "events WHERE kind = 'job.finished'").await, 4);
}

/// A job in the queue, an hour ahead of the server's own worker.
async fn queued(server: &Server, client: &Client, action: &BulkAction, ids: &[ContactId]) -> JobId {
    let actor = rapport_store::Actor {
        account: client.me().await.unwrap().account.id,
        who: rapport_store::Who::System,
    };
    let later = server.now().plus_seconds(3600);
    server.store.renew_node(later).await.unwrap();
    let targets = Targets::of(ids, action.kind);
    let accept =
        async |w: &rapport_store::Write<'_>| bulk::accept(w, &actor, action, &targets, false).await;
    server.store.write(later, accept).await.unwrap().0.id
}

async fn another_goes_on_after_a_crash(server: &Server) {
    let owner = server.owner().await;
    let ids = crowd(server, &owner, 600).await;
    for (round, batches) in [0, 1, 2].into_iter().enumerate() {
        let name = format!("City {round}");
        let id = queued(server, &owner, &city(&name), &ids).await;
        let later = server.now().plus_seconds(3600);
        let claim = jobs::claim(&server.store, later).await.unwrap().unwrap();
        assert_eq!(claim.job, id);
        for _ in 0..batches {
            let step = async |w: &rapport_store::Write<'_>| bulk::step(w, &claim).await;
            assert_eq!(server.store.write(later, step).await.unwrap(), Step::More);
        }
        // The process dies in the middle of a batch: all of it is undone.
        let torn = async |w: &rapport_store::Write<'_>| {
            bulk::step(w, &claim).await?;
            Err::<(), _>(rapport_store::Error::Corrupt(
                "the process dies here".to_owned(),
            ))
        };
        assert!(server.store.write(later, torn).await.is_err());
        let job = owner.job(id).await.unwrap();
        assert_eq!(
            (job.state, job.done),
            (JobState::Running, Some(100 * batches))
        );
        assert_eq!(in_city(&owner, &name).await, 100 * batches);
        // Its lease ends, and the server's worker goes on.
        server.later(3600 + jobs::LEASE_SECONDS + 1).await;
        server.sign_in(&owner, "olga@example.com").await;
        let job = finished(&owner, id).await;
        assert_eq!(counts(&job.result.unwrap()), [600, 600, 0, 0]);
        assert_eq!(in_city(&owner, &name).await, 600);
        // Whoever lost it does nothing any more.
        let step = async |w: &rapport_store::Write<'_>| bulk::step(w, &claim).await;
        assert_eq!(
            server.store.write(server.now(), step).await.unwrap(),
            Step::TakenOver
        );
        // Each contact was changed once.
        assert_eq!(
            owner.contact(ids[300]).await.unwrap().value.version,
            2 + round as i64
        );
    }
}

async fn a_small_one_is_taken_up_too(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 2).await;
    let actor = rapport_store::Actor {
        account: owner.me().await.unwrap().account.id,
        who: rapport_store::Who::System,
    };
    // The process dies between accepting and doing.
    let targets = Targets::of(&ids, BulkActionKind::Set);
    let accept = async |w: &rapport_store::Write<'_>| {
        bulk::accept(w, &actor, &city("Lima"), &targets, true).await
    };
    let (job, claim) = server.store.write(server.now(), accept).await.unwrap();
    assert!(claim.is_some());
    assert_eq!(job.state, JobState::Running);
    server.later(jobs::LEASE_SECONDS + 1).await;
    let job = finished(&owner, job.id).await;
    assert_eq!(counts(&job.result.unwrap()), [2, 2, 0, 0]);
    assert_eq!(in_city(&owner, "Lima").await, 2);
}

async fn a_job_is_cancelled(server: &Server) {
    let owner = server.owner().await;
    let ids = crowd(server, &owner, 600).await;
    let id = queued(server, &owner, &city("Lima"), &ids).await;
    let later = server.now().plus_seconds(3600);
    let claim = jobs::claim(&server.store, later).await.unwrap().unwrap();
    let step = async |w: &rapport_store::Write<'_>| bulk::step(w, &claim).await;
    assert_eq!(server.store.write(later, step).await.unwrap(), Step::More);
    let job = owner.cancel_job(id).await.unwrap();
    assert_eq!((job.state, job.done), (JobState::Cancelled, Some(100)));
    assert_eq!(
        server.store.write(later, step).await.unwrap(),
        Step::TakenOver
    );
    assert_eq!(in_city(&owner, "Lima").await, 100);
    assert_eq!(count(server, "bulk_targets").await, 0);
    let error = owner.cancel_job(id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotCancellable));
    let id = queued(server, &owner, &city("Cusco"), &ids).await;
    assert_eq!(
        owner.cancel_job(id).await.unwrap().state,
        JobState::Cancelled
    );
    server.later(3601).await;
    assert_eq!(
        jobs::claim(&server.store, server.now()).await.unwrap(),
        None
    );
    assert_eq!(in_city(&owner, "Cusco").await, 0);
    let agent = server.member(&owner, Role::Agent).await;
    assert_eq!(
        agent.cancel_job(id).await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    assert_eq!(agent.job(id).await.unwrap().state, JobState::Cancelled);
}

async fn what_is_gone_meanwhile_fails_by_itself(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    let vip = segment(&owner, "VIP").await;
    owner.put_into_segment(ids[1], vip.id).await.unwrap();
    let add = queued(server, &owner, &into(vip.id), &ids).await;
    let move_all = queued(server, &owner, &city("Lima"), &ids).await;
    let block = queued(server, &owner, &action(BulkActionKind::Block), &ids).await;
    let delete = queued(server, &owner, &action(BulkActionKind::Delete), &ids).await;
    let gone = segment(&owner, "Gone").await;
    let into_gone = queued(server, &owner, &into(gone.id), &ids).await;
    owner.delete_contact(ids[0]).await.unwrap();
    owner.delete_segment(gone.id).await.unwrap();
    server.later(3601).await;
    server.sign_in(&owner, "olga@example.com").await;
    for (id, expected) in [
        (add, [3, 1, 1, 1]),
        (move_all, [3, 2, 0, 1]),
        (block, [3, 2, 0, 1]),
        (delete, [3, 2, 0, 1]),
        (into_gone, [3, 0, 0, 3]),
    ] {
        let result = finished(&owner, id).await.result.unwrap();
        assert_eq!(counts(&result), expected, "{result:?}");
        assert_eq!(
            (result.failures[0].id, result.failures[0].code),
            (ids[0], Code::NotFound)
        );
    }
}

async fn a_request_that_comes_again_is_done_once(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 2).await;
    let vip = segment(&owner, "VIP").await;
    let send = async |key: &str, path: &str, body: &Value| {
        let request = reqwest::Client::new()
            .post(owner.url(path))
            .bearer_auth(owner.access_token().unwrap().0)
            .header("idempotency-key", key)
            .json(body);
        let response = request.send().await.unwrap();
        let replayed = response.headers().contains_key("idempotent-replayed");
        let status = response.status().as_u16();
        (status, replayed, response.json::<Value>().await.unwrap())
    };
    let bulk = "/api/v1/contacts/bulk";
    let body = serde_json::to_value(request(these(&ids), into(vip.id))).unwrap();
    let (status, _, first) = send("k-1", bulk, &body).await;
    assert_eq!((status, &first["changed"]), (200, &json!(2)));
    owner.take_out_of_segment(ids[0], vip.id).await.unwrap();
    // Not done again.
    assert_eq!(send("k-1", bulk, &body).await, (200, true, first));
    assert_eq!(count(server, "segment_members").await, 1);
    assert_eq!(count(server, "jobs").await, 1);
    // The same for members of a segment.
    let members = format!("/api/v1/segments/{}/members", vip.id);
    let by_filter = json!({"filter": {"all": []}});
    let (status, _, first) = send("k-2", &members, &by_filter).await;
    assert_eq!((status, &first), (200, &json!({"changed": 1})));
    assert_eq!(send("k-2", &members, &by_filter).await, (200, true, first));
    // Nobody is left to match, and yet it is the same answer.
    let body = json!({"select": {"filter": {"all": []}}, "action": {"type": "delete"}, "expected_count": 2});
    let (status, _, first) = send("k-3", bulk, &body).await;
    assert_eq!((status, &first["changed"]), (200, &json!(2)));
    assert_eq!(send("k-3", bulk, &body).await, (200, true, first));
    let (status, _, problem) = send(
        "k-3",
        bulk,
        &json!({"select": {"ids": ids}, "action": {"type": "block"}}),
    )
    .await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("idempotency_key_reused"))
    );
    // What became a job is told by its job.
    crowd(server, &owner, 1001).await;
    let body = json!({"select": {"filter": {"all": []}}, "action": {"type": "block"}});
    let (status, _, first) = send("k-4", bulk, &body).await;
    assert_eq!((status, &first["kind"]), (202, &json!("bulk")));
    assert_eq!(send("k-4", bulk, &body).await, (202, true, first));
}

async fn members_by_filter(server: &Server) {
    let owner = server.owner().await;
    for (name, city) in [("Ana", "Lima"), ("Bo", "Lima"), ("Cleo", "Cusco")] {
        let draft = ContactDraft {
            city: some(city),
            ..person(name, "")
        };
        owner.create_contact(&draft).await.unwrap();
    }
    let vip = segment(&owner, "VIP").await;
    let lima = matching(json!({"field": "city", "op": "eq", "value": "Lima"}));
    assert_eq!(changed(owner.add_to_segment(vip.id, &lima).await), 2);
    assert_eq!(changed(owner.add_to_segment(vip.id, &everyone()).await), 1);
    assert_eq!(changed(owner.remove_from_segment(vip.id, &lima).await), 2);
    let ana = BulkSelection {
        q: some("ana"),
        ..BulkSelection::default()
    };
    assert_eq!(changed(owner.add_to_segment(vip.id, &ana).await), 1);
    assert_eq!(count(server, "segment_members").await, 2);
    let wrong = matching(json!({"field": "shoe", "op": "eq", "value": 1}));
    let error = owner.add_to_segment(vip.id, &wrong).await.unwrap_err();
    assert_eq!(error.problem().unwrap().faults[0].pointer, "/filter/field");
    let never = SegmentId::from_i64(7);
    let error = owner.add_to_segment(never, &lima).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    let agent = server.member(&owner, Role::Agent).await;
    let error = agent.add_to_segment(vip.id, &lima).await.unwrap_err();
    assert!(error.problem().unwrap().detail.contains("contacts:bulk"));
    crowd(server, &owner, 1001).await;
    let MembersAnswer::Accepted(job) = owner.add_to_segment(vip.id, &everyone()).await.unwrap()
    else {
        panic!("a job")
    };
    let job = finished(&owner, job.id).await;
    assert_eq!(counts(&job.result.unwrap()), [1004, 1002, 2, 0]);
}

async fn a_segment_that_is_sent_again_is_one(server: &Server) {
    let owner = server.owner().await;
    let send = async |body: &Value| {
        let request = reqwest::Client::new()
            .post(owner.url("/api/v1/segments"))
            .bearer_auth(owner.access_token().unwrap().0)
            .header("idempotency-key", "k-1")
            .json(body);
        let response = request.send().await.unwrap();
        let header = |name| response.headers().get(name).cloned();
        let (place, tag) = (header("location"), header("etag"));
        let status = response.status().as_u16();
        (status, place, tag, response.json::<Value>().await.unwrap())
    };
    let body = json!({"name": "VIP", "color": "teal"});
    let first = send(&body).await;
    assert_eq!(first.0, 201);
    assert!(first.1.is_some() && first.2.is_some());
    assert_eq!(send(&body).await, first);
    assert_eq!(count(server, "segments").await, 1);
    let (status, _, _, problem) = send(&json!({"name": "VIPs", "color": "teal"})).await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("idempotency_key_reused"))
    );
}

async fn jobs_are_shown_to_those_who_may_see_them(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let ids = people(&owner, 2).await;
    done(&owner, these(&ids), city("Lima")).await;
    let file = b"name\nBea\nCleo\n".to_vec();
    let import = owner.upload_import("a.csv", file).await.unwrap();
    let all = owner.jobs().await.unwrap().data;
    assert_eq!(
        all.iter().map(|job| job.kind).collect::<Vec<_>>(),
        [JobKind::Import, JobKind::Bulk]
    );
    let read = finished(&owner, all[0].id).await;
    assert_eq!(
        (read.state, read.import, read.total, read.done),
        (JobState::Done, Some(import.id), Some(2), Some(2))
    );
    assert_eq!((read.result, read.error), (None, None));
    let error = owner.cancel_job(read.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotCancellable));
    // Who may not import sees nothing of imports.
    let shown = agent.jobs().await.unwrap().data;
    assert_eq!(shown, all[1..]);
    let error = agent.job(all[0].id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Forbidden));
    assert!(error.problem().unwrap().detail.contains("contacts:import"));
    assert_eq!(agent.job(all[1].id).await.unwrap(), all[1]);
    let stranger = server.stranger().await;
    assert_eq!(stranger.jobs().await.unwrap().data, []);
}

async fn old_work_is_forgotten(server: &Server) {
    let owner = server.owner().await;
    people(&owner, 1).await;
    done(&owner, everyone(), city("Lima")).await;
    let forget = async || {
        let forget = async |w: &rapport_store::Write<'_>| bulk::forget_old(w).await;
        server.store.write(server.now(), forget).await.unwrap()
    };
    server.later(30 * 24 * 3600).await;
    assert_eq!(forget().await, 0);
    run_sql(server, "UPDATE bulks SET finished_at = finished_at - 1").await;
    // The server's own worker may be first.
    assert!(forget().await <= 1);
    assert_eq!(count(server, "bulks").await, 0);
    assert_eq!(count(server, "jobs").await, 0);
}
