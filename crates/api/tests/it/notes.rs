//! Notes: who writes, changes and deletes them, what they look like, and what the timeline tells of them.

use crate::contacts::{person, raw};
use crate::history::{activities, count};
use crate::server::{Server, on_both};
use crate::wire::version_in;
use rapport_client::Client;
use rapport_contract::activity::{ActivityActor, ActivityKind};
use rapport_contract::note::{Note, NoteDraft, NoteKind, NotePatch};
use rapport_contract::role::Role;
use rapport_contract::{Code, ContactId, FaultCode, Instant};
use reqwest::Method;
use serde_json::json;

on_both! {
    a_notes_life;
    notes_stand_by_what_they_tell_of;
    others_notes_are_for_admins;
    a_note_belongs_to_its_contact;
    what_is_no_note_is_refused;
    the_timeline_tells_of_notes;
    the_timeline_is_asked_for_kinds_and_people;
    a_long_timeline_comes_page_by_page;
    what_is_deleted_is_forgotten_after_a_month;
}

fn draft(body: &str) -> NoteDraft {
    NoteDraft {
        body: body.to_owned(),
        ..NoteDraft::default()
    }
}

async fn ana(client: &Client) -> ContactId {
    let ana = person("Ana", "ana@example.com");
    client.create_contact(&ana).await.unwrap().id
}

fn bodies(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.body.as_str()).collect()
}

async fn a_notes_life(server: &Server) {
    let owner = server.owner().await;
    let (me, ana) = (owner.me().await.unwrap(), ana(&owner).await);
    let call = NoteDraft {
        kind: NoteKind::Call,
        happened_at: Some(server.now().plus_seconds(-3600)),
        body: "  Wants the **evening** course.\r\n<b>Soon</b> ".to_owned(),
    };
    let made = owner.create_note(ana, &call).await.unwrap();
    assert_eq!((made.contact_id, made.kind), (ana, NoteKind::Call));
    assert_eq!(made.happened_at, call.happened_at.unwrap());
    assert_eq!(made.body, "Wants the **evening** course.\n<b>Soon</b>");
    assert_eq!(
        made.html,
        "<p>Wants the <strong>evening</strong> course.<br />\n&lt;b&gt;Soon&lt;/b&gt;</p>\n"
    );
    assert_eq!(
        (made.author.id, made.author.name.as_str()),
        (me.id, me.name.as_str())
    );
    assert_eq!((made.created_at, made.version), (server.now(), 1));
    let shown = owner.note(ana, made.id).await.unwrap();
    assert_eq!(
        (&shown.value, version_in(shown.etag.as_deref())),
        (&made, Some(1))
    );

    server.pass(60);
    let patch = NotePatch {
        kind: Some(NoteKind::Meeting),
        body: Some("Came *by*".to_owned()),
        happened_at: None,
    };
    let changed = owner
        .update_note(ana, made.id, &patch, Some("\"1\""))
        .await
        .unwrap();
    assert_eq!(version_in(changed.etag.as_deref()), Some(2));
    let now = changed.value;
    assert_eq!(
        (now.kind, now.body.as_str()),
        (NoteKind::Meeting, "Came *by*")
    );
    assert_eq!(
        (now.happened_at, now.created_at),
        (made.happened_at, made.created_at)
    );
    assert_eq!(now.updated_at, server.now());
    let same = owner.update_note(ana, made.id, &patch, None).await.unwrap();
    assert_eq!(same.value, now);
    let stale = owner.update_note(ana, made.id, &patch, Some("\"1\"")).await;
    assert_eq!(stale.unwrap_err().code(), Some(Code::VersionMismatch));

    owner.delete_note(ana, made.id).await.unwrap();
    assert!(owner.notes(ana, "").await.unwrap().data.is_empty());
    for gone in [
        owner.note(ana, made.id).await.map(drop),
        owner
            .update_note(ana, made.id, &patch, None)
            .await
            .map(drop),
        owner.delete_note(ana, made.id).await,
    ] {
        assert_eq!(gone.unwrap_err().code(), Some(Code::NotFound));
    }
    let back = owner.restore_note(ana, made.id).await.unwrap();
    assert_eq!(back.body, now.body);
    let twice = owner.restore_note(ana, made.id).await.unwrap_err();
    assert_eq!(twice.code(), Some(Code::NotDeleted));

    // A note changes nothing of the contact, goes with it, and comes back with it.
    let contact = owner.contact(ana).await.unwrap().value;
    assert_eq!((contact.version, contact.last_activity_at), (1, None));
    owner.delete_contact(ana).await.unwrap();
    let gone = owner.notes(ana, "").await.unwrap_err();
    assert_eq!(gone.code(), Some(Code::NotFound));
    owner.restore_contact(ana).await.unwrap();
    assert_eq!(
        bodies(&owner.notes(ana, "").await.unwrap().data),
        ["Came *by*"]
    );
}

async fn notes_stand_by_what_they_tell_of(server: &Server) {
    let owner = server.owner().await;
    let ana = ana(&owner).await;
    let at =
        |seconds: i64| Some(Instant::from_unix_millis(1_700_000_000_000).plus_seconds(seconds));
    for (body, kind, happened_at) in [
        ("b", NoteKind::Note, at(20)),
        ("d", NoteKind::Call, at(10)),
        ("a", NoteKind::Email, at(30)),
        ("c", NoteKind::Call, at(20)),
    ] {
        let draft = NoteDraft {
            kind,
            happened_at,
            body: body.to_owned(),
        };
        owner.create_note(ana, &draft).await.unwrap();
    }
    let all = owner.notes(ana, "").await.unwrap();
    // Of two that happened at once, the one that was written later comes first.
    assert_eq!(bodies(&all.data), ["a", "c", "b", "d"]);
    assert_eq!(all.page.next, None);
    let mut seen = Vec::new();
    let mut query = "limit=1".to_owned();
    loop {
        let page = owner.notes(ana, &query).await.unwrap();
        seen.extend(page.data.into_iter().map(|note| note.body));
        match page.page.next {
            Some(next) => query = format!("limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["a", "c", "b", "d"]);
    let calls = owner.notes(ana, "kinds=call,email&limit=2").await.unwrap();
    assert_eq!(bodies(&calls.data), ["a", "c"]);
    let next = calls.page.next.unwrap();
    let foreign = owner
        .notes(ana, &format!("cursor={next}"))
        .await
        .unwrap_err();
    assert_eq!(foreign.code(), Some(Code::InvalidCursor));
    for (query, fault) in [
        ("kinds=letter", FaultCode::UnknownValue),
        ("kinds=", FaultCode::UnknownValue),
        ("limit=0", FaultCode::OutOfRange),
        ("limit=1001", FaultCode::OutOfRange),
        ("order=name", FaultCode::UnknownKey),
    ] {
        let problem = owner.notes(ana, query).await.unwrap_err();
        let problem = problem.problem().unwrap();
        assert_eq!(
            (problem.code, problem.faults[0].code),
            (Code::InvalidQuery, fault),
            "{query}"
        );
    }
}

async fn others_notes_are_for_admins(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let ana = ana(&owner).await;
    let (of_owner, of_agent) = (
        owner.create_note(ana, &draft("mine")).await.unwrap(),
        agent.create_note(ana, &draft("theirs")).await.unwrap(),
    );
    assert_eq!(viewer.notes(ana, "").await.unwrap().data.len(), 2);
    let refused = viewer.create_note(ana, &draft("no")).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden));
    let patch = NotePatch {
        body: Some("changed".to_owned()),
        ..NotePatch::default()
    };
    for refused in [
        agent
            .update_note(ana, of_owner.id, &patch, None)
            .await
            .map(drop),
        agent.delete_note(ana, of_owner.id).await,
        agent.restore_note(ana, of_owner.id).await.map(drop),
    ] {
        let problem = refused.unwrap_err();
        let problem = problem.problem().unwrap();
        assert_eq!(problem.code, Code::Forbidden);
        assert!(problem.detail.contains("notes:manage"), "{problem}");
    }
    agent
        .update_note(ana, of_agent.id, &patch, None)
        .await
        .unwrap();
    let changed = owner
        .update_note(ana, of_agent.id, &draft_patch("by the owner"), None)
        .await;
    assert_eq!(changed.unwrap().value.author.id, of_agent.author.id);
}

fn draft_patch(body: &str) -> NotePatch {
    NotePatch {
        body: Some(body.to_owned()),
        ..NotePatch::default()
    }
}

async fn a_note_belongs_to_its_contact(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let ana = ana(&owner).await;
    let bea = owner
        .create_contact(&person("Bea", "bea@example.com"))
        .await
        .unwrap()
        .id;
    let note = owner.create_note(ana, &draft("about Ana")).await.unwrap();
    for elsewhere in [
        owner.note(bea, note.id).await.map(drop),
        owner.delete_note(bea, note.id).await,
        stranger.note(ana, note.id).await.map(drop),
        stranger.notes(ana, "").await.map(drop),
        stranger.activities(ana, "").await.map(drop),
        stranger.create_note(ana, &draft("hello")).await.map(drop),
    ] {
        assert_eq!(elsewhere.unwrap_err().code(), Some(Code::NotFound));
    }
}

async fn what_is_no_note_is_refused(server: &Server) {
    let owner = server.owner().await;
    let ana = ana(&owner).await;
    let path = format!("/contacts/{ana}/notes");
    for (body, pointer, fault) in [
        (json!({}), "/body", FaultCode::Required),
        (json!({"body": " \n "}), "/body", FaultCode::Required),
        (
            json!({"body": "a\u{0}b"}),
            "/body",
            FaultCode::InvalidCharacter,
        ),
        (
            json!({"body": "é".repeat(50_001)}),
            "/body",
            FaultCode::TooLong,
        ),
        (
            json!({"body": "a", "kind": "letter"}),
            "/kind",
            FaultCode::UnknownValue,
        ),
        (
            json!({"body": "a", "happened_at": "yesterday"}),
            "/happened_at",
            FaultCode::InvalidInstant,
        ),
        (
            json!({"body": "a", "author": "me"}),
            "/author",
            FaultCode::UnknownKey,
        ),
        (json!({"body": 5}), "/body", FaultCode::WrongType),
    ] {
        let (status, problem) = raw(&owner, Method::POST, &path, Some(&body.to_string())).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("validation_failed"))
        );
        let found = &problem["faults"][0];
        assert_eq!(
            (&found["pointer"], &found["code"]),
            (&json!(pointer), &json!(fault)),
            "{body}"
        );
    }
    let long = owner
        .create_note(ana, &draft(&"é".repeat(50_000)))
        .await
        .unwrap();
    assert_eq!(long.body.chars().count(), 50_000);
}

async fn the_timeline_tells_of_notes(server: &Server) {
    let owner = server.owner().await;
    let ana = ana(&owner).await;
    let long = format!("{}{}", "á".repeat(500), "rest");
    let note = owner.create_note(ana, &draft("First")).await.unwrap();
    owner
        .update_note(ana, note.id, &draft_patch(&long), None)
        .await
        .unwrap();
    owner.delete_note(ana, note.id).await.unwrap();
    owner.restore_note(ana, note.id).await.unwrap();
    let page = owner.activities(ana, "").await.unwrap();
    let kinds: Vec<_> = page.data.iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [
            ActivityKind::NoteRestored,
            ActivityKind::NoteDeleted,
            ActivityKind::NoteChanged,
            ActivityKind::NoteAdded,
            ActivityKind::Created
        ]
    );
    let [_, _, changed, added, created] = &page.data[..] else {
        panic!("five entries");
    };
    assert_eq!(
        (added.note, changed.note, created.note),
        (Some(note.id), Some(note.id), None)
    );
    let me = owner.me().await.unwrap();
    let by = ActivityActor::User {
        id: me.id,
        name: Some(me.name),
    };
    assert_eq!(added.actor, by);
    let beginning = format!("{}…", "á".repeat(500));
    let [body] = &changed.changes[..] else {
        panic!("{changed:?}");
    };
    assert_eq!(
        (
            body.field.as_str(),
            body.from.as_deref(),
            body.to.as_deref()
        ),
        ("body", Some("First"), Some(beginning.as_str()))
    );
    assert_eq!(
        created
            .changes
            .iter()
            .find(|change| change.field == "email")
            .unwrap()
            .to
            .as_deref(),
        Some("ana@example.com")
    );
}

async fn the_timeline_is_asked_for_kinds_and_people(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let ana = ana(&owner).await;
    agent.create_note(ana, &draft("By an agent")).await.unwrap();
    owner
        .create_note(ana, &draft("By the owner"))
        .await
        .unwrap();
    let (owner_id, agent_id) = (owner.me().await.unwrap().id, agent.me().await.unwrap().id);
    let kinds = async |query: String| -> Vec<ActivityKind> {
        let page = owner.activities(ana, &query).await.unwrap();
        page.data.into_iter().map(|entry| entry.kind).collect()
    };
    assert_eq!(
        kinds("kinds=created".to_owned()).await,
        [ActivityKind::Created]
    );
    assert_eq!(
        kinds(format!("by={agent_id}")).await,
        [ActivityKind::NoteAdded]
    );
    assert_eq!(
        kinds(format!("by={owner_id}&kinds=note_added,created")).await,
        [ActivityKind::NoteAdded, ActivityKind::Created]
    );
    assert_eq!(kinds("by=system".to_owned()).await, []);
    for wrong in ["by=nobody", "by=", "kinds=sung"] {
        let problem = owner.activities(ana, wrong).await.unwrap_err();
        assert_eq!(
            problem.problem().unwrap().faults[0].code,
            FaultCode::UnknownValue
        );
    }
    // A row of an import, and a program, are told apart from people.
    let import = owner
        .upload_import("more.csv", b"email,city\nana@example.com,Lima\n".to_vec())
        .await
        .unwrap();
    while !owner.import(import.id).await.unwrap().state.is_final() {
        tokio::task::yield_now().await;
    }
    let by_import = owner
        .activities(ana, &format!("by={}", import.id))
        .await
        .unwrap();
    let named = ActivityActor::Import {
        id: import.id,
        name: Some("more.csv".to_owned()),
    };
    assert_eq!(
        (by_import.data.len(), &by_import.data[0].actor),
        (1, &named)
    );
}

async fn a_long_timeline_comes_page_by_page(server: &Server) {
    let owner = server.owner().await;
    let ana = ana(&owner).await;
    for n in 0..7 {
        owner
            .create_note(ana, &draft(&format!("{n}")))
            .await
            .unwrap();
    }
    let whole: Vec<_> = owner.activities(ana, "").await.unwrap().data;
    assert_eq!(whole.len(), 8);
    assert_eq!(whole.len(), activities(server, ana).await.len());
    let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = owner.activities(ana, &query).await.unwrap();
        assert!(page.data.len() <= 3);
        seen.extend(page.data);
        match page.page.next {
            Some(next) => query = format!("limit=3&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, whole);
}

async fn what_is_deleted_is_forgotten_after_a_month(server: &Server) {
    let owner = server.owner().await;
    let ana = ana(&owner).await;
    let secret = owner.create_note(ana, &draft("Her secret")).await.unwrap();
    owner.create_note(ana, &draft("Stays")).await.unwrap();
    owner.delete_note(ana, secret.id).await.unwrap();
    server.later(30 * 24 * 3600 + 1).await;
    // The scheduler looks by itself, within its two seconds.
    for _ in 0..200 {
        if count(server, "notes").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(count(server, "notes").await, 1);
    assert_eq!(
        count(server, "activities WHERE changes LIKE '%secret%'").await,
        0
    );
    server.sign_in(&owner, "olga@example.com").await;
    let late = owner.restore_note(ana, secret.id).await.unwrap_err();
    assert_eq!(late.code(), Some(Code::NotFound));
    let told = owner.activities(ana, "kinds=note_deleted").await.unwrap();
    assert_eq!((told.data.len(), told.data[0].changes.len()), (1, 0));
}
