//! Segments: what there is, who is in it, and what is written down of it.

use crate::contacts::{person, raw};
use crate::history::{activities, count, run_sql};
use crate::server::{Server, on_both};
use crate::wire::version_in;
use rapport_client::{Client, ClientError};
use rapport_contract::bulk::{BulkSelection, MembersAnswer};
use rapport_contract::color::Color;
use rapport_contract::role::Role;
use rapport_contract::segment::{Changed, Segment, SegmentCountQuery, SegmentDraft, SegmentPatch};
use rapport_contract::{Code, ContactId, SegmentId};
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

on_both! {
    a_segments_life;
    names_are_unique_whatever_their_case;
    members_come_and_go;
    what_is_no_contact_is_named;
    one_contact_by_its_address;
    counts_follow_every_change;
    a_deleted_segment_comes_back_with_its_members;
    what_was_deleted_long_ago_is_forgotten;
    there_are_at_most_a_thousand;
    who_may_do_what_with_segments;
    thousands_at_once;
}

pub(crate) async fn segment(client: &Client, name: &str) -> Segment {
    let draft = SegmentDraft {
        name: name.to_owned(),
        color: Color::Teal,
    };
    client.create_segment(&draft).await.unwrap()
}

pub(crate) async fn people(client: &Client, n: usize) -> Vec<ContactId> {
    let mut ids = Vec::new();
    for n in 0..n {
        let draft = person(&format!("Person {n}"), &format!("p{n}@example.com"));
        ids.push(client.create_contact(&draft).await.unwrap().id);
    }
    ids
}

pub(crate) fn these(ids: &[ContactId]) -> BulkSelection {
    BulkSelection {
        ids: Some(ids.to_vec()),
        ..BulkSelection::default()
    }
}

/// How many changed, of what was done at once.
pub(crate) fn changed(answer: Result<MembersAnswer, ClientError>) -> u64 {
    match answer.expect("an answer") {
        MembersAnswer::Done(Changed { changed }) => changed,
        MembersAnswer::Accepted(job) => panic!("a job: {job:?}"),
    }
}

/// The account's catalogue version.
async fn catalogue(server: &Server) -> i64 {
    let db = server.store.migration_connection();
    let sql = "SELECT catalogue_version AS n FROM accounts ORDER BY id LIMIT 1";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

/// Members of every segment, by the order of the list.
async fn counted(client: &Client) -> Vec<u64> {
    let counts = client.count_segments(&SegmentCountQuery::default()).await;
    let counts = counts.unwrap().counts.into_iter();
    counts.map(|count| count.count).collect()
}

async fn a_segments_life(server: &Server) {
    let owner = server.owner().await;
    assert_eq!(owner.segments().await.unwrap().data, []);
    let before = catalogue(server).await;
    let made = segment(&owner, "  Niños  ").await;
    assert_eq!((made.name.as_str(), made.color), ("Niños", Color::Teal));
    assert_eq!((made.version, made.created_at), (1, server.now()));
    let grey: Segment = serde_json::from_value(
        raw(
            &owner,
            Method::POST,
            "/segments",
            Some(r#"{"name": "Adults"}"#),
        )
        .await
        .1,
    )
    .unwrap();
    assert_eq!(grey.color, Color::Grey);
    let listed = owner.segments().await.unwrap().data;
    assert_eq!(listed, [grey.clone(), made.clone()]);

    server.pass(60);
    let shown = owner.segment(made.id).await.unwrap();
    assert_eq!(version_in(shown.etag.as_deref()), Some(1));
    let patch = SegmentPatch {
        name: Some("Niños y niñas".to_owned()),
        color: Some(Color::Pink),
    };
    let changed = owner
        .update_segment(made.id, &patch, Some("\"1\""))
        .await
        .unwrap();
    assert_eq!(version_in(changed.etag.as_deref()), Some(2));
    assert_eq!(changed.value.name, "Niños y niñas");
    assert_eq!(changed.value.updated_at, server.now());
    // Nothing changes: no version, no event.
    let events = count(server, "events").await;
    let again = owner.update_segment(made.id, &patch, None).await.unwrap();
    assert_eq!(again.value.version, 2);
    assert_eq!(count(server, "events").await, events);
    let stale = owner
        .update_segment(made.id, &SegmentPatch::default(), Some("\"1\""))
        .await;
    assert_eq!(stale.unwrap_err().code(), Some(Code::VersionMismatch));

    for bad in [
        r#"{}"#,
        r#"{"name": ""}"#,
        r#"{"name": " \u200b"}"#,
        r#"{"name": "a\u0000b"}"#,
        r#"{"name": "A", "color": "mauve"}"#,
        r#"{"name": "A", "colour": "red"}"#,
        r#"{"name": null}"#,
    ] {
        let (status, problem) = raw(&owner, Method::POST, "/segments", Some(bad)).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("validation_failed")),
            "{bad}"
        );
    }
    let long = json!({"name": "ñ".repeat(81)}).to_string();
    assert_eq!(
        raw(&owner, Method::POST, "/segments", Some(&long)).await.0,
        422
    );
    let path = format!("/segments/{}", made.id);
    for bad in [
        r#"{"name": null}"#,
        r#"{"color": null}"#,
        r#"{"name": "  "}"#,
    ] {
        assert_eq!(
            raw(&owner, Method::PATCH, &path, Some(bad)).await.0,
            422,
            "{bad}"
        );
    }
    assert_eq!(owner.segment(made.id).await.unwrap().value, changed.value);

    let stale = raw_delete(&owner, &path, "\"1\"").await;
    assert_eq!(stale, 412);
    owner.delete_segment(made.id).await.unwrap();
    assert_eq!(
        owner.segments().await.unwrap().data,
        std::slice::from_ref(&grey)
    );
    for gone in [
        owner.segment(made.id).await.map(drop),
        owner.update_segment(made.id, &patch, None).await.map(drop),
        owner.delete_segment(made.id).await,
    ] {
        assert_eq!(gone.unwrap_err().code(), Some(Code::NotFound));
    }
    let back = owner.restore_segment(made.id).await.unwrap();
    assert_eq!((back.name.as_str(), back.version), ("Niños y niñas", 4));
    let twice = owner.restore_segment(made.id).await.unwrap_err();
    assert_eq!(twice.code(), Some(Code::NotDeleted));
    assert_eq!(catalogue(server).await, before + 5);
    for (kind, n) in [
        ("created", 2),
        ("updated", 1),
        ("deleted", 1),
        ("restored", 1),
    ] {
        let of_kind = format!("events WHERE kind = 'segment.{kind}'");
        assert_eq!(count(server, &of_kind).await, n, "{kind}");
    }
}

async fn raw_delete(client: &Client, path: &str, if_match: &str) -> u16 {
    let url = client.url(&format!("/api/v1{path}"));
    let request = reqwest::Client::new().delete(url);
    let token = client.access_token().unwrap().0;
    let request = request.bearer_auth(token).header("If-Match", if_match);
    request.send().await.unwrap().status().as_u16()
}

async fn names_are_unique_whatever_their_case(server: &Server) {
    let owner = server.owner().await;
    let jose = segment(&owner, "José").await;
    let other = segment(&owner, "Other").await;
    let version = catalogue(server).await;
    let draft = SegmentDraft {
        name: " JOSE ".to_owned(),
        ..SegmentDraft::default()
    };
    let error = owner.create_segment(&draft).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(problem.code, Code::SegmentConflict);
    assert_eq!(problem.faults[0].pointer, "/name");
    let named = problem.segment.clone().unwrap();
    assert_eq!((named.id, named.name.as_str()), (jose.id, "José"));
    let patch = SegmentPatch {
        name: Some("jose\u{301}".to_owned()),
        ..SegmentPatch::default()
    };
    let error = owner
        .update_segment(other.id, &patch, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(Code::SegmentConflict));
    // One's own name in another spelling.
    let own = owner.update_segment(jose.id, &patch, None).await.unwrap();
    assert_eq!(own.value.name, "jose\u{301}");
    // The name of a deleted segment is free, and then the segment cannot come back.
    owner.delete_segment(jose.id).await.unwrap();
    let heir = segment(&owner, "JOSÉ").await;
    let error = owner.restore_segment(jose.id).await.unwrap_err();
    assert_eq!(
        error.problem().unwrap().segment.as_ref().unwrap().id,
        heir.id
    );
    assert_eq!(catalogue(server).await, version + 3);
    // Elsewhere it is nobody's.
    let stranger = server.stranger().await;
    segment(&stranger, "José").await;
}

async fn members_come_and_go(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let ids = people(&owner, 3).await;
    let vip = segment(&owner, "VIP").await;
    let other = segment(&owner, "Other").await;
    owner.add_to_segment(other.id, &these(&ids)).await.unwrap();
    server.pass(60);
    let before = owner.contact(ids[0]).await.unwrap().value;
    let events = count(server, "events").await;

    let added = owner.add_to_segment(vip.id, &these(&ids[..2])).await;
    assert_eq!(changed(added), 2);
    // Those that are members already stay it; an id that is given twice counts once.
    let more = [ids[2], ids[0], ids[2], ids[1]];
    let added = owner.add_to_segment(vip.id, &these(&more)).await;
    assert_eq!(changed(added), 1);
    let added = owner.add_to_segment(vip.id, &these(&ids)).await;
    assert_eq!(changed(added), 0);
    assert_eq!(counted(&owner).await, [3, 3]);
    assert_eq!(count(server, "events").await, events + 3);
    let removed = owner.remove_from_segment(vip.id, &these(&ids[..1])).await;
    assert_eq!(changed(removed), 1);
    let removed = owner.remove_from_segment(vip.id, &these(&ids[..2])).await;
    assert_eq!(changed(removed), 1);
    assert_eq!(counted(&owner).await, [3, 1]);

    // Nothing else of the contact changed.
    let after = owner.contact(ids[0]).await.unwrap().value;
    assert_eq!(
        (after.version, after.updated_at, after.last_activity_at),
        (before.version, before.updated_at, before.last_activity_at)
    );
    let told = activities(server, ids[0]).await;
    let told: Vec<_> = told.iter().skip(2).collect();
    assert_eq!(
        told.iter().map(|a| a.kind.as_str()).collect::<Vec<_>>(),
        ["segment_added", "segment_removed"]
    );
    let id = json!(vip.id);
    assert_eq!(
        told[0].changes,
        [
            [json!("segment"), json!(null), json!("VIP")],
            [json!("segment_id"), json!(null), id.clone()]
        ]
    );
    assert_eq!(
        told[1].changes,
        [
            [json!("segment"), json!("VIP"), json!(null)],
            [json!("segment_id"), id, json!(null)]
        ]
    );
    for told in told {
        assert_eq!(told.actor, ("user".to_owned(), Some(me.id.as_i64())));
        assert_eq!(told.at, server.now().unix_millis());
    }
    assert_eq!(
        crate::history::events(server, ids[0]).await,
        [
            "contact.created",
            "contact.segment_added",
            "contact.segment_added",
            "contact.segment_removed"
        ]
    );
}

async fn what_is_no_contact_is_named(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let ids = people(&owner, 3).await;
    let foreign = people(&stranger, 1).await[0];
    let vip = segment(&owner, "VIP").await;
    owner.delete_contact(ids[2]).await.unwrap();
    let never = ContactId::from_i64(7);
    let events = count(server, "events").await;
    let selection = these(&[ids[0], foreign, ids[1], never, ids[2], foreign]);
    for error in [
        owner.add_to_segment(vip.id, &selection).await.unwrap_err(),
        owner
            .remove_from_segment(vip.id, &selection)
            .await
            .unwrap_err(),
    ] {
        let problem = error.problem().unwrap();
        assert_eq!(problem.code, Code::ValidationFailed);
        let places: Vec<_> = problem.faults.iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(places, ["/ids/1", "/ids/3", "/ids/4", "/ids/5"]);
        assert!(problem.faults[0].detail.contains(&foreign.to_string()));
    }
    // Not a thousand faults.
    let many: Vec<_> = (100..1100).map(ContactId::from_i64).collect();
    let error = owner
        .add_to_segment(vip.id, &these(&many))
        .await
        .unwrap_err();
    assert_eq!(error.problem().unwrap().faults.len(), 100);

    let path = format!("/segments/{}/members", vip.id);
    let contact = ids[0];
    for (bad, pointer, code) in [
        (r#"{"ids": []}"#.to_owned(), "/ids", "required"),
        ("{}".to_owned(), "", "required"),
        (r#"{"ids": null}"#.to_owned(), "", "required"),
        (
            format!(r#"{{"ids": ["{contact}", "x"]}}"#),
            "/ids/1",
            "incorrect",
        ),
        (
            format!(r#"{{"ids": ["{contact}", 7]}}"#),
            "/ids/1",
            "wrong_type",
        ),
        (
            format!(r#"{{"ids": ["{contact}"], "more": 1}}"#),
            "/more",
            "unknown_key",
        ),
        (
            json!({"ids": vec![contact; 5001]}).to_string(),
            "/ids",
            "too_long",
        ),
    ] {
        for method in [Method::POST, Method::DELETE] {
            let (status, problem) = raw(&owner, method, &path, Some(&bad)).await;
            let fault = &problem["faults"][0];
            assert_eq!(
                (status, &fault["pointer"], &fault["code"]),
                (422, &json!(pointer), &json!(code)),
                "{problem}"
            );
        }
    }
    // A segment that is deleted, of another account, or never was.
    let theirs = segment(&stranger, "Theirs").await;
    let gone = segment(&owner, "Gone").await;
    owner.delete_segment(gone.id).await.unwrap();
    let events = events + 3;
    for id in [theirs.id, gone.id, SegmentId::from_i64(7)] {
        let all = these(&ids[..1]);
        for error in [
            owner.add_to_segment(id, &all).await.unwrap_err(),
            owner.remove_from_segment(id, &all).await.unwrap_err(),
            owner.put_into_segment(ids[0], id).await.unwrap_err(),
            owner.take_out_of_segment(ids[0], id).await.unwrap_err(),
        ] {
            assert_eq!(error.code(), Some(Code::NotFound));
        }
    }
    for id in [foreign, never, ids[2]] {
        for error in [
            owner.put_into_segment(id, vip.id).await.unwrap_err(),
            owner.take_out_of_segment(id, vip.id).await.unwrap_err(),
        ] {
            assert_eq!(error.code(), Some(Code::NotFound));
        }
    }
    assert_eq!(count(server, "segment_members").await, 0);
    assert_eq!(count(server, "events").await, events);
}

async fn one_contact_by_its_address(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 1).await;
    let vip = segment(&owner, "VIP").await;
    for (put, take) in [(1, 1), (1, 1)] {
        let changed = owner.put_into_segment(ids[0], vip.id).await.unwrap();
        assert_eq!(changed.changed, put);
        let changed = owner.put_into_segment(ids[0], vip.id).await.unwrap();
        assert_eq!(changed.changed, 0);
        assert_eq!(counted(&owner).await, [1]);
        let changed = owner.take_out_of_segment(ids[0], vip.id).await.unwrap();
        assert_eq!(changed.changed, take);
        let changed = owner.take_out_of_segment(ids[0], vip.id).await.unwrap();
        assert_eq!(changed.changed, 0);
        assert_eq!(counted(&owner).await, [0]);
    }
    assert_eq!(count(server, "activities").await, 5);
}

async fn counts_follow_every_change(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 5).await;
    let a = segment(&owner, "A").await;
    let b = segment(&owner, "B").await;
    let empty = segment(&owner, "C").await;
    owner.add_to_segment(a.id, &these(&ids)).await.unwrap();
    owner.add_to_segment(b.id, &these(&ids[..2])).await.unwrap();
    assert_eq!(counted(&owner).await, [5, 2, 0]);
    owner.take_out_of_segment(ids[4], a.id).await.unwrap();
    assert_eq!(counted(&owner).await, [4, 2, 0]);
    owner.delete_segment(b.id).await.unwrap();
    assert_eq!(counted(&owner).await, [4, 0]);

    let stranger = server.stranger().await;
    let theirs = segment(&stranger, "Theirs").await;
    assert_eq!(counted(&stranger).await, [0]);
    // In the order of the list, without what is not there.
    let some = SegmentCountQuery {
        ids: Some(vec![
            empty.id,
            theirs.id,
            b.id,
            a.id,
            a.id,
            SegmentId::from_i64(9),
        ]),
    };
    let counts = owner.count_segments(&some).await.unwrap().counts;
    let counts: Vec<_> = counts.iter().map(|count| (count.id, count.count)).collect();
    assert_eq!(counts, [(a.id, 4), (empty.id, 0)]);
    let none = SegmentCountQuery { ids: Some(vec![]) };
    assert_eq!(owner.count_segments(&none).await.unwrap().counts, []);
    let (status, problem) = raw(
        &owner,
        Method::POST,
        "/segments/counts",
        Some(r#"{"ids": ["ct_0000000000001"]}"#),
    )
    .await;
    assert_eq!(
        (status, &problem["faults"][0]["pointer"]),
        (422, &json!("/ids/0"))
    );
}

async fn a_deleted_segment_comes_back_with_its_members(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    let vip = segment(&owner, "VIP").await;
    owner.add_to_segment(vip.id, &these(&ids)).await.unwrap();
    let told = count(server, "activities").await;
    owner.delete_segment(vip.id).await.unwrap();
    owner.restore_segment(vip.id).await.unwrap();
    assert_eq!(counted(&owner).await, [3]);
    assert_eq!(count(server, "activities").await, told);
    owner.delete_segment(vip.id).await.unwrap();
    server.pass(30 * 24 * 3600);
    server.sign_in(&owner, "olga@example.com").await;
    owner.restore_segment(vip.id).await.unwrap();
    assert_eq!(counted(&owner).await, [3]);
}

async fn what_was_deleted_long_ago_is_forgotten(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    let old = segment(&owner, "Old").await;
    let stays = segment(&owner, "Stays").await;
    let late = segment(&owner, "Late").await;
    for id in [old.id, stays.id, late.id] {
        owner.add_to_segment(id, &these(&ids)).await.unwrap();
    }
    owner.delete_segment(old.id).await.unwrap();
    server.pass(60);
    owner.delete_segment(late.id).await.unwrap();
    server.pass(30 * 24 * 3600 - 30);
    server.sign_in(&owner, "olga@example.com").await;
    let error = owner.restore_segment(old.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    let mut steps = Vec::new();
    loop {
        let gone = server
            .store
            .write(server.now(), async |w| {
                rapport_store::segments::forget_deleted(w, 2).await
            })
            .await
            .unwrap();
        steps.push(gone);
        if gone == 0 {
            break;
        }
    }
    // The server's own worker may have done some of it.
    assert!(steps.iter().sum::<u64>() <= 4, "{steps:?}");
    assert_eq!(count(server, "segments").await, 2);
    assert_eq!(count(server, "segment_members").await, 6);
    assert_eq!(counted(&owner).await, [3]);
    owner.restore_segment(late.id).await.unwrap();
    assert_eq!(counted(&owner).await, [3, 3]);
}

async fn there_are_at_most_a_thousand(server: &Server) {
    let owner = server.owner().await;
    let account = owner.me().await.unwrap().account.id.as_i64();
    let many: Vec<_> = (1..1000)
        .map(|n| format!("({account}, {n}, 'S{n}', 's{n}', 'grey', 0, 0, 1, NULL)"))
        .collect();
    run_sql(
        server,
        &format!("INSERT INTO segments VALUES {}", many.join(", ")),
    )
    .await;
    let last = segment(&owner, "The thousandth").await;
    assert_eq!(owner.segments().await.unwrap().data.len(), 1000);
    let draft = SegmentDraft {
        name: "One more".to_owned(),
        ..SegmentDraft::default()
    };
    let error = owner.create_segment(&draft).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::LimitReached));
    owner.delete_segment(last.id).await.unwrap();
    let one_more = owner.create_segment(&draft).await.unwrap();
    let error = owner.restore_segment(last.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::LimitReached));
    owner.delete_segment(one_more.id).await.unwrap();
    owner.restore_segment(last.id).await.unwrap();
}

async fn who_may_do_what_with_segments(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let ids = people(&owner, 1).await;
    let vip = segment(&owner, "VIP").await;
    let draft = SegmentDraft {
        name: "Mine".to_owned(),
        ..SegmentDraft::default()
    };
    assert_eq!(
        agent.create_segment(&draft).await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    assert_eq!(
        agent.delete_segment(vip.id).await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    assert_eq!(
        agent
            .put_into_segment(ids[0], vip.id)
            .await
            .unwrap()
            .changed,
        1
    );
    assert_eq!(
        viewer
            .put_into_segment(ids[0], vip.id)
            .await
            .unwrap_err()
            .code(),
        Some(Code::Forbidden)
    );
    assert_eq!(counted(&viewer).await, [1]);
    assert_eq!(viewer.segments().await.unwrap().data.len(), 1);
}

/// More than a millisecond's worth of ids: nothing of what is made in bulk clashes with what is made before and after.
async fn thousands_at_once(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    server
        .store
        .write(server.now(), async |w| {
            rapport_store::contacts::create_many(
                w,
                &rapport_store::Actor {
                    account: me.account.id,
                    who: rapport_store::Who::System,
                },
                &(0..5000)
                    .map(|n| {
                        person(&format!("P{n}"), "")
                            .check(&|_| unreachable!(), &Default::default())
                            .unwrap()
                    })
                    .collect::<Vec<_>>(),
            )
            .await
        })
        .await
        .unwrap();
    let mut ids = Vec::new();
    let mut query = rapport_contract::contact::ContactQuery {
        limit: Some(1000),
        ..Default::default()
    };
    loop {
        let page = owner.contacts(&query).await.unwrap();
        ids.extend(page.data.iter().map(|contact| contact.id));
        match page.page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(ids.len(), 5000);
    let vip = segment(&owner, "VIP").await;
    let added = owner.add_to_segment(vip.id, &these(&ids)).await;
    assert_eq!(changed(added), 5000);
    assert_eq!(counted(&owner).await, [5000]);
    let contact = owner.create_contact(&person("After", "")).await.unwrap();
    assert!(ids.iter().all(|id| *id < contact.id));
    let removed = owner.remove_from_segment(vip.id, &these(&ids)).await;
    assert_eq!(changed(removed), 5000);
    assert_eq!(count(server, "segment_members").await, 0);
    for kind in ["segment_added", "segment_removed"] {
        let of_kind = format!("activities WHERE kind = '{kind}'");
        assert_eq!(count(server, &of_kind).await, 5000);
        let of_kind = format!("events WHERE kind = 'contact.{kind}'");
        assert_eq!(count(server, &of_kind).await, 5000);
    }
}
