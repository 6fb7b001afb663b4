//! Contacts that are likely the same person: who is found, and why.

use crate::contacts::{raw, some};
use crate::history::count;
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::contact::{Contact, ContactDraft};
use rapport_contract::duplicate::{DuplicateGroup, DuplicateReason, Duplicates};
use rapport_contract::job::{JobKind, JobState};
use rapport_contract::merge::MergeDraft;
use rapport_contract::role::Role;
use rapport_contract::{Code, ContactId};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_new_contact_is_likely_somebody;
    a_contact_is_likely_another;
    everybody_who_is_there_twice_is_found;
    the_list_is_of_the_latest_search;
    nobody_sees_anothers_duplicates;
}

async fn made(client: &Client, draft: Value) -> Contact {
    let (status, made) = raw(client, Method::POST, "/contacts", Some(&draft.to_string())).await;
    assert_eq!(status, 201, "{made}");
    serde_json::from_value(made).unwrap()
}

fn found(duplicates: &Duplicates) -> Vec<(ContactId, Vec<DuplicateReason>)> {
    let rows = duplicates.data.iter();
    rows.map(|row| (row.contact.id, row.reasons.clone()))
        .collect()
}

async fn a_new_contact_is_likely_somebody(server: &Server) {
    use DuplicateReason::{Email, NameAndCompany, Phone};
    let owner = server.owner().await;
    let jose = made(
        &owner,
        json!({"name": "José Núñez", "company": "Ágora", "emails": [{"address": "jose@example.com"}, {"address": "second@example.com"}]}),
    )
    .await;
    let mobile = made(
        &owner,
        json!({"name": "Somebody", "phone": "+5215512345678"}),
    )
    .await;
    made(
        &owner,
        json!({"name": "Jose Nunez", "company": "Elsewhere"}),
    )
    .await;
    made(&owner, json!({"name": "Nobody", "company": "Agora"})).await;
    let ask = async |draft: Value| {
        let draft: ContactDraft = serde_json::from_value(draft).unwrap();
        found(&owner.duplicates_of_draft(&draft).await.unwrap())
    };
    assert_eq!(
        ask(json!({"email": "JOSÉ@example.com"})).await,
        [(jose.id, vec![Email])]
    );
    assert_eq!(
        ask(json!({"email": "sécond@example.com"})).await,
        [(jose.id, vec![Email])]
    );
    assert_eq!(
        ask(json!({"phone": "+52 55 1234 5678"})).await,
        [(mobile.id, vec![Phone])]
    );
    assert_eq!(
        ask(json!({"first_name": "jose", "last_name": "NUNEZ", "company": "agora"})).await,
        [(jose.id, vec![NameAndCompany])]
    );
    assert_eq!(ask(json!({"name": "José Núñez"})).await, []);
    // Who is alike in more ways comes first.
    assert_eq!(
        ask(json!({"name": "José Núñez", "company": "Ágora", "email": "jose@example.com", "phone": "+525512345678"})).await,
        [(jose.id, vec![Email, NameAndCompany]), (mobile.id, vec![Phone])]
    );
    let path = "/contacts/duplicates/search";
    let (status, problem) = raw(&owner, Method::POST, path, Some(r#"{"email": "no"}"#)).await;
    assert_eq!(
        (status, &problem["faults"][0]["code"]),
        (422, &json!("invalid_email"))
    );
    // Nothing was made.
    assert_eq!(count(server, "contacts").await, 4);
}

async fn a_contact_is_likely_another(server: &Server) {
    let owner = server.owner().await;
    let one = made(
        &owner,
        json!({"name": "Ana Núñez", "company": "Ágora", "phone": "+541123456789"}),
    )
    .await;
    let other = made(
        &owner,
        json!({"name": "ana nunez", "company": "AGORA", "phone": "+5491123456789"}),
    )
    .await;
    let alone = made(&owner, json!({"name": "Bea"})).await;
    let reasons = vec![DuplicateReason::Phone, DuplicateReason::NameAndCompany];
    assert_eq!(
        found(&owner.duplicates_of(one.id).await.unwrap()),
        [(other.id, reasons.clone())]
    );
    assert_eq!(
        found(&owner.duplicates_of(other.id).await.unwrap()),
        [(one.id, reasons)]
    );
    assert_eq!(found(&owner.duplicates_of(alone.id).await.unwrap()), []);
    let merge = MergeDraft {
        contact: other.id,
        take: Vec::new(),
    };
    owner.merge(one.id, &merge).await.unwrap();
    assert_eq!(found(&owner.duplicates_of(one.id).await.unwrap()), []);
    let gone = owner.duplicates_of(other.id).await.unwrap_err();
    assert_eq!(gone.code(), Some(Code::ContactMerged));
}

async fn search(client: &Client) {
    let job = client.find_duplicates().await.unwrap();
    assert_eq!(job.kind, JobKind::Duplicates);
    loop {
        let job = client.job(job.id).await.unwrap();
        if job.state.is_final() {
            assert_eq!((job.state, job.error), (JobState::Done, None));
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn groups(page: &[DuplicateGroup]) -> Vec<(DuplicateReason, Vec<&str>)> {
    let mut groups: Vec<_> = page
        .iter()
        .map(|group| {
            let names = group.contacts.iter().map(|contact| contact.name.as_str());
            (group.reason, names.collect())
        })
        .collect();
    groups.sort();
    groups
}

async fn everybody_who_is_there_twice_is_found(server: &Server) {
    use DuplicateReason::{Email, NameAndCompany, Phone};
    let owner = server.owner().await;
    assert_eq!(owner.duplicates("").await.unwrap().data, []);
    for (name, rest) in [
        ("A", json!({"email": "josé@example.com"})),
        (
            "B",
            json!({"email": "other@example.com", "phone": "+5215512345678"}),
        ),
        (
            "C",
            json!({"emails": [{"address": "c@example.com"}, {"address": "jose@example.com"}]}),
        ),
        ("D", json!({"phone": "+525512345678"})),
        ("Eva Ruiz", json!({"company": "Ágora", "city": "Lima"})),
        ("éva ruíz", json!({"company": "agora"})),
        ("EVA RUIZ", json!({"company": "AGORA"})),
        ("Eva Ruiz", json!({"company": "Elsewhere"})),
        ("F", json!({"phone": "+551187654321"})),
        ("G", json!({"phone": "+5511987654321"})),
    ] {
        let mut draft = rest;
        draft["name"] = json!(name);
        made(&owner, draft).await;
    }
    search(&owner).await;
    let page = owner.duplicates("").await.unwrap();
    assert_eq!(
        groups(&page.data),
        [
            (Email, vec!["A", "C"]),
            (Phone, vec!["B", "D"]),
            (Phone, vec!["F", "G"]),
            (NameAndCompany, vec!["Eva Ruiz", "éva ruíz", "EVA RUIZ"]),
        ]
    );
    assert!(
        page.data
            .iter()
            .all(|group| group.size == group.contacts.len() as u64)
    );
    let (mut seen, mut query) = (Vec::new(), "limit=1".to_owned());
    loop {
        let page = owner.duplicates(&query).await.unwrap();
        seen.extend(page.data);
        match page.page.next {
            Some(next) => query = format!("limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, page.data);
}

async fn the_list_is_of_the_latest_search(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let one = made(&owner, json!({"name": "Ana", "company": "Ágora"})).await;
    let other = made(&owner, json!({"name": "ANA", "company": "AGORA"})).await;
    search(&owner).await;
    assert_eq!(agent.duplicates("").await.unwrap().data.len(), 1);
    assert_eq!(
        agent.find_duplicates().await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    // Those who are merged are no longer shown, and come back when it is undone.
    let merge = MergeDraft {
        contact: other.id,
        take: Vec::new(),
    };
    let merge = owner.merge(one.id, &merge).await.unwrap().merge;
    assert_eq!(owner.duplicates("").await.unwrap().data.len(), 0);
    owner.undo_merge(merge.id).await.unwrap();
    assert_eq!(owner.duplicates("").await.unwrap().data.len(), 1);
    let draft = ContactDraft {
        first_name: some("ana"),
        company: some("agora"),
        ..ContactDraft::default()
    };
    owner.create_contact(&draft).await.unwrap();
    search(&owner).await;
    let page = owner.duplicates("").await.unwrap().data;
    assert_eq!(
        (page.len(), page[0].contacts.len(), page[0].size),
        (1, 3, 3)
    );
    // What the search before found is gone.
    assert_eq!(count(server, "duplicates").await, 1);
}

async fn nobody_sees_anothers_duplicates(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let one = made(
        &owner,
        json!({"name": "Ana", "company": "Ágora", "email": "ana@example.com"}),
    )
    .await;
    made(&owner, json!({"name": "Ana", "company": "Ágora"})).await;
    made(&stranger, json!({"name": "Ana", "company": "Ágora"})).await;
    search(&owner).await;
    search(&stranger).await;
    assert_eq!(owner.duplicates("").await.unwrap().data.len(), 1);
    assert_eq!(stranger.duplicates("").await.unwrap().data.len(), 0);
    let theirs = stranger.duplicates_of(one.id).await.unwrap_err();
    assert_eq!(theirs.code(), Some(Code::NotFound));
    let draft = ContactDraft {
        email: some("ana@example.com"),
        ..ContactDraft::default()
    };
    assert_eq!(stranger.duplicates_of_draft(&draft).await.unwrap().data, []);
}
