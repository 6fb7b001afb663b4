//! Merging two contacts, and taking it back.

use crate::contacts::{person, raw, some};
use crate::history::{count, events};
use crate::segments::segment;
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::activity::ActivityKind;
use rapport_contract::contact::{Contact, ContactDraft, ContactPatch};
use rapport_contract::merge::MergeDraft;
use rapport_contract::note::NoteDraft;
use rapport_contract::role::Role;
use rapport_contract::{Code, ContactId, FaultCode, Patch, SegmentId};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    everything_of_both_is_kept;
    what_is_taken_can_be_chosen;
    the_stricter_answer_wins;
    an_undone_merge_leaves_no_trace_on_either;
    what_came_since_stays;
    who_cannot_be_merged;
    where_a_merged_contact_went;
    when_a_merge_cannot_be_undone;
    what_others_have_meanwhile_stays_theirs;
    erasing_the_survivor_erases_both;
    a_month_later_the_merged_one_is_forgotten;
    merging_is_for_admins;
}

async fn made(client: &Client, draft: Value) -> Contact {
    let (status, made) = raw(client, Method::POST, "/contacts", Some(&draft.to_string())).await;
    assert_eq!(status, 201, "{made}");
    serde_json::from_value(made).unwrap()
}

async fn ana(client: &Client) -> Contact {
    made(
        client,
        json!({
            "first_name": "Ana", "last_name": "Núñez", "emails": [{"address": "ana@example.com"}, {"address": "a.nunez@example.com"}],
            "phone": "+525512345678", "city": "Mérida", "consent": {"email": "granted", "sms": "refused"},
        }),
    )
    .await
}

async fn anita(client: &Client) -> Contact {
    made(
        client,
        json!({
            "first_name": "Anita", "emails": [{"address": "anita@example.com", "verified": "person"}], "identifier": "crm-7",
            "phones": [{"number": "+525598765432"}], "company": "Colegio Ágora", "city": "Campeche", "country": "MX",
            "identities": [{"kind": "wechat", "external_id": "anita"}], "consent": {"email": "refused", "sms": "granted", "wechat": "granted"},
            "created_at": "2024-01-02T03:04:05.000Z", "last_activity_at": "2026-11-01T00:00:00.000Z",
        }),
    )
    .await
}

fn with(contact: ContactId, take: &[&str]) -> MergeDraft {
    MergeDraft {
        contact,
        take: take.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn note(body: &str) -> NoteDraft {
    NoteDraft {
        body: body.to_owned(),
        ..NoteDraft::default()
    }
}

async fn members(client: &Client, segment: SegmentId) -> Vec<ContactId> {
    let filter = json!({"filter": {"field": "segment", "op": "eq", "value": segment}}).to_string();
    let (_, page) = raw(client, Method::POST, "/contacts/search", Some(&filter)).await;
    let found = page["data"].as_array().unwrap().iter();
    found
        .map(|contact| serde_json::from_value(contact["id"].clone()).unwrap())
        .collect()
}

async fn shown(client: &Client, id: ContactId) -> Contact {
    client.contact(id).await.unwrap().value
}

/// A contact without what every change changes.
fn content(contact: &Contact) -> Value {
    let mut value = serde_json::to_value(contact).unwrap();
    let object = value.as_object_mut().unwrap();
    object.remove("version");
    object.remove("updated_at");
    value
}

async fn everything_of_both_is_kept(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let (students, alumni) = (
        segment(&owner, "Students").await,
        segment(&owner, "Alumni").await,
    );
    owner.put_into_segment(ana.id, students.id).await.unwrap();
    owner.put_into_segment(anita.id, students.id).await.unwrap();
    owner.put_into_segment(anita.id, alumni.id).await.unwrap();
    owner.create_note(ana.id, &note("of Ana")).await.unwrap();
    owner
        .create_note(anita.id, &note("of Anita"))
        .await
        .unwrap();
    server.pass(60);
    let merged = owner.merge(ana.id, &with(anita.id, &[])).await.unwrap();
    let one = merged.contact;
    assert_eq!(one, shown(&owner, ana.id).await);
    assert_eq!((one.id, one.name.as_str()), (ana.id, "Ana Núñez"));
    let emails: Vec<_> = one
        .emails
        .iter()
        .map(|email| (email.address.as_str(), email.primary))
        .collect();
    assert_eq!(
        emails,
        [
            ("ana@example.com", true),
            ("a.nunez@example.com", false),
            ("anita@example.com", false)
        ]
    );
    assert_eq!(one.emails[2].verified, anita.emails[0].verified);
    assert_eq!((one.phones.len(), one.identities.len()), (2, 1));
    assert_eq!(one.identities, anita.identities);
    assert_eq!(
        (one.identifier.as_deref(), one.company.as_deref()),
        (Some("crm-7"), Some("Colegio Ágora"))
    );
    assert_eq!(
        (one.city.as_deref(), one.country),
        (Some("Mérida"), anita.country)
    );
    assert_eq!(
        (one.created_at, one.last_activity_at),
        (anita.created_at, anita.last_activity_at)
    );
    let names: Vec<_> = one.segments.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["Students", "Alumni"]);
    assert_eq!(
        (one.version, one.updated_at),
        (ana.version + 1, server.now())
    );
    let notes = owner.notes(ana.id, "").await.unwrap().data;
    assert_eq!(notes.len(), 2);
    assert!(notes.iter().all(|note| note.contact_id == ana.id));
    // Found by what either had, once.
    for q in ["anita@example.com", "98765432", "agora", "nunez"] {
        let (_, page) = raw(&owner, Method::GET, &format!("/contacts?q={q}"), None).await;
        assert_eq!(page["data"].as_array().unwrap().len(), 1, "{q}");
        assert_eq!(page["data"][0]["id"], json!(ana.id), "{q}");
    }
    assert_eq!(members(&owner, alumni.id).await, [ana.id]);
    // The timeline has both beginnings, and tells of the merge.
    let timeline = owner.activities(ana.id, "").await.unwrap().data;
    assert_eq!(timeline[0].kind, ActivityKind::Merged);
    let told: Vec<_> = timeline[0]
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    assert_eq!(told[0], "contact");
    for field in [
        "email",
        "phone",
        "identifier",
        "company",
        "country",
        "identities",
        "segments",
        "consent.email",
    ] {
        assert!(told.contains(&field), "{field}: {told:?}");
    }
    let beginnings = timeline
        .iter()
        .filter(|entry| entry.kind == ActivityKind::Created);
    assert_eq!(beginnings.count(), 2);
    assert_eq!(
        events(server, ana.id).await.last().map(String::as_str),
        Some("contact.merged")
    );
    assert_eq!(
        events(server, anita.id).await.last().map(String::as_str),
        Some("contact.merged_away")
    );
    let merges = owner.merges(ana.id).await.unwrap().data;
    assert_eq!(merges, std::slice::from_ref(&merged.merge));
    assert_eq!((merges[0].survivor, merges[0].merged), (ana.id, anita.id));
    assert_eq!(
        merges[0].undoable_until,
        Some(server.now().plus_seconds(30 * 24 * 3600))
    );
}

async fn what_is_taken_can_be_chosen(server: &Server) {
    let owner = server.owner().await;
    let attribute = json!({"key": "plan", "label": "Plan", "type": "text"});
    let attribute = serde_json::from_value(attribute).unwrap();
    owner.create_custom_attribute(&attribute).await.unwrap();
    let custom = async |id: ContactId, plan: &str| {
        let patch = json!({"custom": {"plan": plan}}).to_string();
        let (status, _) = raw(
            &owner,
            Method::PATCH,
            &format!("/contacts/{id}"),
            Some(&patch),
        )
        .await;
        assert_eq!(status, 200);
    };
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    custom(ana.id, "free").await;
    custom(anita.id, "pro").await;
    let take = ["name", "email", "city", "custom.plan", "language"];
    let one = owner
        .merge(ana.id, &with(anita.id, &take))
        .await
        .unwrap()
        .contact;
    assert_eq!(
        (one.first_name.as_deref(), one.last_name),
        (Some("Anita"), None)
    );
    assert_eq!(
        (one.email.as_deref(), one.emails.len()),
        (Some("anita@example.com"), 3)
    );
    assert_eq!(
        (one.phone, one.city.as_deref()),
        (ana.phone, Some("Campeche"))
    );
    assert_eq!(
        serde_json::to_value(&one.custom).unwrap(),
        json!({"plan": "pro"})
    );
    assert_eq!(one.emails.iter().filter(|email| email.primary).count(), 1);
}

async fn the_stricter_answer_wins(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let block = json!({"blocked": true}).to_string();
    raw(
        &owner,
        Method::PATCH,
        &format!("/contacts/{}", anita.id),
        Some(&block),
    )
    .await;
    let one = owner
        .merge(ana.id, &with(anita.id, &[]))
        .await
        .unwrap()
        .contact;
    assert!(one.blocked);
    let consent = serde_json::to_value(&one.consent).unwrap();
    assert_eq!(
        consent,
        json!({"email": "refused", "sms": "refused", "wechat": "granted"})
    );
}

async fn an_undone_merge_leaves_no_trace_on_either(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let (students, alumni) = (
        segment(&owner, "Students").await,
        segment(&owner, "Alumni").await,
    );
    owner.put_into_segment(ana.id, students.id).await.unwrap();
    owner.put_into_segment(anita.id, alumni.id).await.unwrap();
    owner
        .create_note(anita.id, &note("of Anita"))
        .await
        .unwrap();
    let before = (shown(&owner, ana.id).await, shown(&owner, anita.id).await);
    let told = owner.activities(anita.id, "").await.unwrap().data;
    let take = ["name", "email", "phone", "city", "identifier"];
    let merge = owner
        .merge(ana.id, &with(anita.id, &take))
        .await
        .unwrap()
        .merge;
    let undone = owner.undo_merge(merge.id).await.unwrap();
    assert_eq!(undone.survivor, shown(&owner, ana.id).await);
    assert_eq!(undone.merged, shown(&owner, anita.id).await);
    assert_eq!(content(&undone.survivor), content(&before.0));
    assert_eq!(content(&undone.merged), content(&before.1));
    assert_eq!(members(&owner, alumni.id).await, [anita.id]);
    assert_eq!(owner.notes(ana.id, "").await.unwrap().data.len(), 0);
    assert_eq!(owner.notes(anita.id, "").await.unwrap().data.len(), 1);
    let now = owner.activities(anita.id, "").await.unwrap().data;
    assert_eq!(
        (now[0].kind, &now[1..]),
        (ActivityKind::Unmerged, &told[..])
    );
    let merges = owner.merges(ana.id).await.unwrap().data;
    assert_eq!(
        (merges[0].undoable_until, merges[0].undone_at),
        (None, Some(server.now()))
    );
    // And both can be merged again, the other way round.
    owner.merge(anita.id, &with(ana.id, &[])).await.unwrap();
}

async fn what_came_since_stays(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let merge = owner
        .merge(ana.id, &with(anita.id, &[]))
        .await
        .unwrap()
        .merge;
    let patch = ContactPatch {
        company: Patch::Set("Somewhere else".to_owned()),
        language: Patch::Set("es".to_owned()),
        ..ContactPatch::default()
    };
    owner.update_contact(ana.id, &patch, None).await.unwrap();
    owner.create_note(ana.id, &note("since")).await.unwrap();
    let newer = json!({"emails": [{"address": "ana@example.com"}, {"address": "a.nunez@example.com"}, {"address": "anita@example.com"}, {"address": "new@example.com"}]});
    let (status, _) = raw(
        &owner,
        Method::PATCH,
        &format!("/contacts/{}", ana.id),
        Some(&newer.to_string()),
    )
    .await;
    assert_eq!(status, 200);
    let undone = owner.undo_merge(merge.id).await.unwrap();
    let left = undone.survivor;
    assert_eq!(left.company.as_deref(), Some("Somewhere else"));
    assert_eq!(
        left.language.map(|tag| tag.to_string()).as_deref(),
        Some("es")
    );
    assert_eq!((left.country, left.identifier), (None, None));
    let emails: Vec<_> = left
        .emails
        .iter()
        .map(|email| email.address.as_str())
        .collect();
    assert_eq!(
        emails,
        ["ana@example.com", "a.nunez@example.com", "new@example.com"]
    );
    assert_eq!(undone.merged.company.as_deref(), Some("Colegio Ágora"));
    let notes = owner.notes(ana.id, "").await.unwrap().data;
    assert_eq!(notes.len(), 1);
}

async fn who_cannot_be_merged(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let theirs = stranger
        .create_contact(&person("Zoe", "zoe@example.com"))
        .await
        .unwrap();
    let path = format!("/contacts/{}/merge", ana.id);
    for (body, pointer, fault) in [
        (
            json!({"contact": ana.id}),
            "/contact",
            FaultCode::Unexpected,
        ),
        (json!({}), "/contact", FaultCode::Required),
        (
            json!({"contact": anita.id, "take": ["shoe_size"]}),
            "/take/0",
            FaultCode::UnknownField,
        ),
        (
            json!({"contact": anita.id, "take": ["city", "custom.none"]}),
            "/take/1",
            FaultCode::UnknownField,
        ),
        (
            json!({"contact": anita.id, "take": ["city", "city"]}),
            "/take/1",
            FaultCode::RepeatedKey,
        ),
    ] {
        let (status, problem) = raw(&owner, Method::POST, &path, Some(&body.to_string())).await;
        assert_eq!(status, 422, "{problem}");
        let found = &problem["faults"][0];
        assert_eq!(
            (&found["pointer"], &found["code"]),
            (&json!(pointer), &json!(fault)),
            "{body}"
        );
    }
    owner.delete_contact(anita.id).await.unwrap();
    for other in [theirs.id, anita.id, ContactId::from_i64(7)] {
        let refused = owner.merge(ana.id, &with(other, &[])).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::NotFound));
        let refused = owner.merge(other, &with(ana.id, &[])).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::NotFound));
    }
    assert_eq!(count(server, "merges").await, 0);
    // Too many addresses together.
    let many = |name: &str| {
        let list: Vec<_> = (0..30)
            .map(|n| json!({"address": format!("{name}{n}@example.com")}))
            .collect();
        json!({"name": name, "emails": list})
    };
    let (one, other) = (
        made(&owner, many("one")).await,
        made(&owner, many("other")).await,
    );
    let refused = owner.merge(one.id, &with(other.id, &[])).await.unwrap_err();
    assert_eq!(
        refused.problem().unwrap().faults[0].code,
        FaultCode::TooMany
    );
    assert_eq!(content(&shown(&owner, other.id).await), content(&other));
    let stale = json!({"contact": other.id}).to_string();
    let token = owner.access_token().unwrap();
    let response = reqwest::Client::new()
        .post(owner.url(&format!("/api/v1/contacts/{}/merge", ana.id)))
        .bearer_auth(token.0)
        .header("content-type", "application/json")
        .header("if-match", "\"77\"")
        .body(stale);
    assert_eq!(response.send().await.unwrap().status().as_u16(), 412);
}

async fn where_a_merged_contact_went(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let third = owner
        .create_contact(&person("Ana N.", "third@example.com"))
        .await
        .unwrap();
    owner.merge(ana.id, &with(anita.id, &[])).await.unwrap();
    owner.merge(third.id, &with(ana.id, &[])).await.unwrap();
    let patch = ContactPatch {
        city: Patch::Set("Lima".to_owned()),
        ..ContactPatch::default()
    };
    for gone in [ana.id, anita.id] {
        for refused in [
            owner.contact(gone).await.map(drop),
            owner.update_contact(gone, &patch, None).await.map(drop),
            owner.delete_contact(gone).await,
            owner.restore_contact(gone).await.map(drop),
            owner.notes(gone, "").await.map(drop),
            owner.activities(gone, "").await.map(drop),
            owner.merge(third.id, &with(gone, &[])).await.map(drop),
        ] {
            let problem = refused.unwrap_err();
            let problem = problem.problem().unwrap();
            assert_eq!((problem.code, problem.status), (Code::ContactMerged, 404));
            assert_eq!(problem.merged_into, Some(third.id));
        }
    }
    let all = raw(&owner, Method::GET, "/contacts", None).await.1;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    assert_eq!(all["data"][0]["emails"].as_array().unwrap().len(), 4);
}

async fn when_a_merge_cannot_be_undone(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let third = owner
        .create_contact(&person("Ana N.", "third@example.com"))
        .await
        .unwrap();
    let first = owner
        .merge(ana.id, &with(anita.id, &[]))
        .await
        .unwrap()
        .merge;
    assert_eq!(
        stranger.undo_merge(first.id).await.unwrap_err().code(),
        Some(Code::NotFound)
    );
    let second = owner
        .merge(ana.id, &with(third.id, &[]))
        .await
        .unwrap()
        .merge;
    let refused = owner.undo_merge(first.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::NotUndoable));
    let undoable: Vec<_> = owner
        .merges(ana.id)
        .await
        .unwrap()
        .data
        .iter()
        .map(|merge| merge.undoable_until.is_some())
        .collect();
    assert_eq!(undoable, [true, false]);
    // The survivor is deleted: it has to be there to give something back.
    owner.delete_contact(ana.id).await.unwrap();
    assert_eq!(
        owner.undo_merge(second.id).await.unwrap_err().code(),
        Some(Code::NotUndoable)
    );
    owner.restore_contact(ana.id).await.unwrap();
    owner.undo_merge(second.id).await.unwrap();
    assert_eq!(
        owner.undo_merge(second.id).await.unwrap_err().code(),
        Some(Code::NotUndoable)
    );
    let late = owner
        .merge(ana.id, &with(third.id, &[]))
        .await
        .unwrap()
        .merge;
    server.later(30 * 24 * 3600 + 1).await;
    server.sign_in(&owner, "olga@example.com").await;
    assert_eq!(
        owner.undo_merge(late.id).await.unwrap_err().code(),
        Some(Code::NotUndoable)
    );
    let merges = owner.merges(ana.id).await.unwrap().data;
    assert!(merges.iter().all(|merge| merge.undoable_until.is_none()));
}

async fn what_others_have_meanwhile_stays_theirs(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let merge = owner
        .merge(ana.id, &with(anita.id, &[]))
        .await
        .unwrap()
        .merge;
    let fewer = json!({"emails": [{"address": "ana@example.com"}], "identifier": null});
    raw(
        &owner,
        Method::PATCH,
        &format!("/contacts/{}", ana.id),
        Some(&fewer.to_string()),
    )
    .await;
    let other = ContactDraft {
        identifier: some("crm-7"),
        ..person("Somebody", "anita@example.com")
    };
    let other = owner.create_contact(&other).await.unwrap();
    let undone = owner.undo_merge(merge.id).await.unwrap();
    assert_eq!(
        (undone.merged.emails.len(), undone.merged.identifier),
        (0, None)
    );
    assert_eq!(undone.merged.phones, anita.phones);
    assert_eq!(undone.survivor.emails.len(), 1);
    assert_eq!(content(&shown(&owner, other.id).await), content(&other));
}

async fn erasing_the_survivor_erases_both(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    owner
        .create_note(anita.id, &note("Her secret"))
        .await
        .unwrap();
    owner.merge(ana.id, &with(anita.id, &[])).await.unwrap();
    owner.erase_contact(ana.id).await.unwrap();
    for table in ["contacts", "deleted_contacts", "notes", "activities"] {
        assert_eq!(count(server, table).await, 0, "{table}");
    }
    assert_eq!(
        count(
            server,
            "merges WHERE before IS NOT NULL OR after IS NOT NULL"
        )
        .await,
        0
    );
}

async fn a_month_later_the_merged_one_is_forgotten(server: &Server) {
    let owner = server.owner().await;
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let deleted = owner
        .create_contact(&person("Del", "del@example.com"))
        .await
        .unwrap();
    owner
        .create_note(deleted.id, &note("about Del"))
        .await
        .unwrap();
    owner.delete_contact(deleted.id).await.unwrap();
    owner.merge(ana.id, &with(anita.id, &[])).await.unwrap();
    assert_eq!(count(server, "contacts").await, 3);
    server.later(30 * 24 * 3600 + 1).await;
    for _ in 0..200 {
        if count(server, "contacts").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for (table, left) in [
        ("contacts", 1),
        ("deleted_contacts", 0),
        ("notes", 0),
        ("merges", 1),
    ] {
        assert_eq!(count(server, table).await, left, "{table}");
    }
    assert_eq!(count(server, "merges WHERE before IS NOT NULL").await, 0);
    server.sign_in(&owner, "olga@example.com").await;
    // Where it went is known still.
    let gone = owner.contact(anita.id).await.unwrap_err();
    assert_eq!(gone.problem().unwrap().merged_into, Some(ana.id));
    assert_eq!(
        owner.contact(deleted.id).await.unwrap_err().code(),
        Some(Code::NotFound)
    );
    assert_eq!(shown(&owner, ana.id).await.emails.len(), 3);
}

async fn merging_is_for_admins(server: &Server) {
    let owner = server.owner().await;
    let (agent, admin) = (
        server.member(&owner, Role::Agent).await,
        server.member(&owner, Role::Admin).await,
    );
    let (ana, anita) = (ana(&owner).await, anita(&owner).await);
    let refused = agent.merge(ana.id, &with(anita.id, &[])).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden));
    let merge = admin
        .merge(ana.id, &with(anita.id, &[]))
        .await
        .unwrap()
        .merge;
    assert_eq!(
        agent.undo_merge(merge.id).await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    assert_eq!(agent.merges(ana.id).await.unwrap().data.len(), 1);
}
