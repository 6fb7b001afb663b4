//! Deleting, restoring and blocking many contacts at once, and what a deletion keeps.

use crate::addresses::{change, id, make, path, read};
use crate::contacts::raw;
use crate::history::{activities, count, run_sql};
use crate::segments::{segment, these};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::{Code, ContactId};
use rapport_store::contacts::{self, Restored};
use rapport_store::{Actor, Who};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    everything_comes_back;
    segments_that_are_gone_stay_gone;
    whoever_holds_something_is_named;
    many_are_deleted_and_restored;
    those_that_cannot_come_back_are_told;
    many_are_blocked;
}

async fn actor(client: &Client) -> Actor {
    let me = client.me().await.unwrap();
    Actor {
        account: me.account.id,
        who: Who::User(me.id),
    }
}

async fn delete(server: &Server, actor: &Actor, ids: &[ContactId]) -> Vec<ContactId> {
    let delete = server.store.write(server.now(), async |w| {
        contacts::delete_many(w, actor, ids).await
    });
    delete.await.unwrap()
}

async fn restore(server: &Server, actor: &Actor, ids: &[ContactId]) -> Restored {
    let restore = server.store.write(server.now(), async |w| {
        contacts::restore_many(w, actor, ids).await
    });
    restore.await.unwrap()
}

async fn block(server: &Server, actor: &Actor, ids: &[ContactId], blocked: bool) -> Vec<ContactId> {
    let block = server.store.write(server.now(), async |w| {
        contacts::block_many(w, actor, ids, blocked).await
    });
    block.await.unwrap()
}

/// Contacts with something in every table.
async fn people(client: &Client, n: usize) -> Vec<Value> {
    let mut people = Vec::new();
    for n in 0..n {
        let person = json!({
            "name": format!("Person {n}"), "identifier": format!("i-{n}"),
            "emails": [{"address": format!("p{n}@example.com")}, {"address": format!("q{n}@example.com"), "verified": "person"}],
            "phones": [{"number": format!("+5255123{n:05}")}],
            "identities": [{"kind": "wechat", "external_id": format!("w{n}")}, {"kind": "whatsapp", "external_id": format!("a{n}")}],
            "consent": {"email": "granted", "sms": "refused"},
        });
        people.push(make(client, person).await);
    }
    people
}

const TABLES: [&str; 7] = [
    "contact_emails",
    "contact_phones",
    "identities",
    "consents",
    "segment_members",
    "contact_index",
    "contact_search",
];

async fn everything_comes_back(server: &Server) {
    let owner = server.owner().await;
    let [person]: [Value; 1] = people(&owner, 1).await.try_into().unwrap();
    let (first, second) = (
        segment(&owner, "First").await,
        segment(&owner, "Second").await,
    );
    for segment in [second.id, first.id] {
        owner.put_into_segment(id(&person), segment).await.unwrap();
    }
    let before = read(&owner, &person).await;
    assert_eq!(
        before["segments"],
        json!([
            {"id": first.id.to_string(), "name": "First", "color": "teal"},
            {"id": second.id.to_string(), "name": "Second", "color": "teal"},
        ])
    );
    // Being put into a segment is no new version.
    assert_eq!(before["version"], 1);
    let (_, listed) = raw(&owner, Method::GET, "/contacts", None).await;
    assert_eq!(listed["data"], json!([before]));
    server.pass(60);
    owner.delete_contact(id(&person)).await.unwrap();
    for table in TABLES {
        assert_eq!(count(server, table).await, 0, "{table}");
    }
    assert_eq!(count(server, "deleted_contacts").await, 1);
    owner.restore_contact(id(&person)).await.unwrap();
    let mut after = before;
    after["version"] = json!(3);
    after["updated_at"] = json!(server.now().to_string());
    assert_eq!(read(&owner, &person).await, after);
    assert_eq!(count(server, "deleted_contacts").await, 0);
}

async fn segments_that_are_gone_stay_gone(server: &Server) {
    let owner = server.owner().await;
    let [person]: [Value; 1] = people(&owner, 1).await.try_into().unwrap();
    let mut ids = Vec::new();
    for name in ["Stays", "Deleted", "Gone"] {
        let segment = segment(&owner, name).await.id;
        owner.put_into_segment(id(&person), segment).await.unwrap();
        ids.push(segment);
    }
    owner.delete_segment(ids[1]).await.unwrap();
    let names = |contact: &Value| -> Vec<String> {
        let list = contact["segments"].as_array().unwrap();
        list.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&read(&owner, &person).await), ["Stays", "Gone"]);
    owner.delete_contact(id(&person)).await.unwrap();
    owner.delete_segment(ids[2]).await.unwrap();
    // As the worker does when nobody can restore it any more.
    let forget = format!("DELETE FROM segments WHERE id = {}", ids[2].as_i64());
    run_sql(server, &forget).await;
    owner.restore_contact(id(&person)).await.unwrap();
    assert_eq!(names(&read(&owner, &person).await), ["Stays"]);
    // A segment that comes back has its members, whatever became of them meanwhile.
    owner.restore_segment(ids[1]).await.unwrap();
    assert_eq!(names(&read(&owner, &person).await), ["Stays", "Deleted"]);
}

async fn whoever_holds_something_is_named(server: &Server) {
    let owner = server.owner().await;
    let [person]: [Value; 1] = people(&owner, 1).await.try_into().unwrap();
    for (pointer, taker) in [
        (
            "/email",
            json!({"name": "Taker", "email": "P0@example.com"}),
        ),
        (
            "/email",
            json!({"name": "Taker", "emails": [{"address": "x@example.com"}, {"address": "q0@example.com"}]}),
        ),
        ("/phone", json!({"name": "Taker", "phone": "+525512300000"})),
        ("/identifier", json!({"name": "Taker", "identifier": "i-0"})),
        (
            "/identities",
            json!({"name": "Taker", "identities": [{"kind": "whatsapp", "external_id": "a0"}]}),
        ),
    ] {
        owner.delete_contact(id(&person)).await.unwrap();
        let taker = make(&owner, taker).await;
        let error = owner.restore_contact(id(&person)).await.unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(problem.code, Code::ContactConflict);
        let conflict = problem.conflict.as_ref().unwrap();
        assert_eq!((conflict.id, conflict.name.as_str()), (id(&taker), "Taker"));
        assert_eq!(problem.faults[0].pointer, pointer);
        owner.erase_contact(id(&taker)).await.unwrap();
        owner.restore_contact(id(&person)).await.unwrap();
    }
    // A deleted contact gives nothing away: an address that moved is somebody else's.
    let vouched =
        json!({"name": "Taker", "emails": [{"address": "p0@example.com", "verified": "person"}]});
    let taker = make(&owner, vouched).await;
    owner.delete_contact(id(&person)).await.unwrap();
    owner.restore_contact(id(&person)).await.unwrap();
    let after = read(&owner, &person).await;
    assert_eq!(after["emails"].as_array().unwrap().len(), 1);
    change(&owner, &taker, json!({"city": "Lima"})).await;
}

async fn many_are_deleted_and_restored(server: &Server) {
    const MANY: usize = 40;
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let actor = actor(&owner).await;
    let segment = segment(&owner, "All").await;
    let before = people(&owner, MANY).await;
    let ids: Vec<_> = before.iter().map(id).collect();
    owner
        .add_to_segment(segment.id, &these(&ids))
        .await
        .unwrap();
    let mut before = Vec::new();
    for one in &ids {
        before.push(read(&owner, &json!({"id": one.to_string()})).await);
    }
    let theirs = id(&make(&stranger, json!({"name": "Theirs"})).await);
    let mut rows = Vec::new();
    for table in TABLES {
        rows.push(count(server, table).await);
    }
    server.pass(60);
    // Twice the same, somebody else's, nobody: each at most once, and only one's own.
    let mut asked = ids.clone();
    asked.extend([ids[0], theirs, ContactId::from_i64(7)]);
    assert_eq!(delete(server, &actor, &asked).await, ids);
    for (table, rows) in TABLES.iter().zip(&rows) {
        let theirs =
            i64::from(table.starts_with("contact_index") || table.starts_with("contact_search"));
        assert_eq!(count(server, table).await, theirs, "{table} had {rows}");
    }
    assert_eq!(delete(server, &actor, &asked).await, []);
    stranger.contact(theirs).await.unwrap();
    let told = activities(server, ids[3]).await;
    let last = told.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.at),
        ("deleted", server.now().unix_millis())
    );

    server.pass(60);
    let restored = restore(server, &actor, &asked).await;
    assert_eq!(restored.contacts, ids);
    let refused: Vec<_> = restored
        .refused
        .iter()
        .map(|(id, problem)| (*id, problem.code))
        .collect();
    assert_eq!(
        refused,
        [
            (ContactId::from_i64(7), Code::NotFound),
            (theirs, Code::NotFound)
        ]
    );
    for (table, rows) in TABLES.iter().zip(rows) {
        assert_eq!(count(server, table).await, rows, "{table}");
    }
    for mut one in before {
        one["version"] = json!(3);
        one["updated_at"] = json!(server.now().to_string());
        assert_eq!(read(&owner, &one).await, one);
    }
    let again = restore(server, &actor, &ids).await;
    assert_eq!(again.contacts, []);
    assert!(
        again
            .refused
            .iter()
            .all(|(_, problem)| problem.code == Code::NotDeleted)
    );
    assert_eq!(delete(server, &actor, &[]).await, []);
    assert_eq!(restore(server, &actor, &[]).await.contacts, []);
}

async fn those_that_cannot_come_back_are_told(server: &Server) {
    let owner = server.owner().await;
    let actor = actor(&owner).await;
    let mail = json!({"name": "First", "email": "a@example.com"});
    let first = make(&owner, mail.clone()).await;
    delete(server, &actor, &[id(&first)]).await;
    let second = make(&owner, json!({"name": "Second", "email": "a@example.com"})).await;
    let free = make(&owner, json!({"name": "Free", "email": "free@example.com"})).await;
    delete(server, &actor, &[id(&second), id(&free)]).await;
    let old = make(&owner, json!({"name": "Old", "email": "old@example.com"})).await;
    delete(server, &actor, &[id(&old)]).await;
    make(&owner, json!({"name": "New", "email": "old@example.com"})).await;
    // Two want the same address: the one that was there first gets it, and is named to the other.
    let all = [&old, &second, &first, &free].map(id);
    let restored = restore(server, &actor, &all).await;
    assert_eq!(restored.contacts, [id(&first), id(&free)]);
    let refused: Vec<_> = restored
        .refused
        .iter()
        .map(|(id, problem)| (*id, problem.conflict.as_ref().unwrap().name.as_str()))
        .collect();
    assert_eq!(refused, [(id(&second), "First"), (id(&old), "New")]);
    assert_eq!(read(&owner, &first).await["email"], "a@example.com");
    assert_eq!(raw(&owner, Method::GET, &path(&second), None).await.0, 404);
}

async fn many_are_blocked(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let actor = actor(&owner).await;
    let people = people(&owner, 5).await;
    let ids: Vec<_> = people.iter().map(id).collect();
    let theirs = id(&make(&stranger, json!({"name": "Theirs"})).await);
    change(&owner, &people[0], json!({"blocked": true})).await;
    owner.delete_contact(ids[1]).await.unwrap();
    server.pass(60);
    let mut asked = ids.clone();
    asked.extend([theirs, ContactId::from_i64(7)]);
    assert_eq!(block(server, &actor, &asked, true).await, ids[2..]);
    let after = read(&owner, &people[2]).await;
    assert_eq!(
        (&after["blocked"], &after["version"], &after["updated_at"]),
        (&json!(true), &json!(2), &json!(server.now().to_string()))
    );
    let told = activities(server, ids[2]).await;
    assert_eq!(
        told[1].changes,
        [[json!("blocked"), json!("false"), json!("true")]]
    );
    assert_eq!(block(server, &actor, &asked, true).await, []);
    assert_eq!(
        block(server, &actor, &asked, false).await,
        [ids[0], ids[2], ids[3], ids[4]]
    );
    assert!(!stranger.contact(theirs).await.unwrap().value.blocked);
}
