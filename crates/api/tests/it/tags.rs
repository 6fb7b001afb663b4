//! Entity tags: what changes are made for, and what need not be sent again.

use crate::isolation::things;
use crate::operations::operations;
use crate::server::{Server, on_both};
use crate::wire::{Heard, Wire, hear};
use rapport_contract::contact::ContactDraft;
use rapport_contract::role::Role;
use rapport_contract::segment::{SegmentDraft, SegmentPatch};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    what_is_shown_alone_need_not_be_sent_twice;
    a_tag_tells_of_everything_that_is_shown;
    what_a_person_changes_of_themselves_has_versions;
    what_is_changed_of_members_has_versions;
}

fn tag(heard: &Heard) -> String {
    heard.header("etag").expect("an ETag").to_owned()
}

async fn what_is_shown_alone_need_not_be_sent_twice(server: &Server) {
    let owner = server.owner().await;
    let token = owner.access_token().unwrap().0;
    let things = things(server, &owner).await;
    let wire = Wire::new(server);
    let mut paths = vec!["/api/v1/me".to_owned(), "/api/v1/account".to_owned()];
    for operation in operations() {
        if operation.method == Method::GET && operation.path.ends_with("{id}") {
            let schema = operation.id_schema.clone().unwrap();
            let id = things.get(schema.as_str());
            paths.push(operation.at(id.unwrap_or_else(|| panic!("the test has no {schema}"))));
        }
    }
    assert!(paths.len() >= 8, "{paths:?}");
    for path in paths {
        let get = async |tag: Option<&str>| {
            let request = wire.request(Method::GET, &path).bearer_auth(&token);
            let request = match tag {
                Some(tag) => request.header("If-None-Match", tag),
                None => request,
            };
            hear(request).await
        };
        let shown = get(None).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.text());
        let tag = tag(&shown);
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            "*".to_owned(),
            format!("\"other\", {tag}"),
        ] {
            let heard = get(Some(&known)).await;
            assert_eq!((heard.status, heard.body.len()), (304, 0), "{path} {known}");
            assert_eq!(heard.header("etag"), Some(tag.as_str()));
            assert_eq!(heard.header("content-type"), None);
            assert_eq!(heard.header("cache-control"), Some("no-store"));
            assert!(heard.header("ratelimit").is_some());
        }
        for other in ["\"other\"", "\"1\"", "", &tag.replace('"', "")] {
            let heard = get(Some(other)).await;
            assert_eq!(
                (heard.status, &heard.body),
                (200, &shown.body),
                "{path} {other}"
            );
        }
        // Nobody else is told whether a tag is right.
        let stranger = wire
            .request(Method::GET, &path)
            .header("If-None-Match", &tag);
        assert_eq!(hear(stranger).await.status, 401, "{path}");
    }
}

async fn a_tag_tells_of_everything_that_is_shown(server: &Server) {
    let owner = server.owner().await;
    let token = owner.access_token().unwrap().0;
    let wire = Wire::new(server);
    let draft = ContactDraft {
        first_name: Some("Ana".to_owned()),
        ..ContactDraft::default()
    };
    let contact = owner.create_contact(&draft).await.unwrap().id;
    let segment = SegmentDraft {
        name: "Students".to_owned(),
        ..SegmentDraft::default()
    };
    let segment = owner.create_segment(&segment).await.unwrap();
    owner.put_into_segment(contact, segment.id).await.unwrap();
    let path = format!("/api/v1/contacts/{contact}");
    let before = wire.get(&path, &token).await;
    let rename = SegmentPatch {
        name: Some("Pupils".to_owned()),
        ..SegmentPatch::default()
    };
    owner
        .update_segment(segment.id, &rename, None)
        .await
        .unwrap();
    let request = wire.request(Method::GET, &path).bearer_auth(&token);
    let after = hear(request.header("If-None-Match", tag(&before))).await;
    assert_eq!(after.status, 200);
    assert_eq!(after.json()["segments"][0]["name"], "Pupils");
    assert_ne!(tag(&after), tag(&before));
    // The contact itself is as it was: a change of it that was made for what was shown then is made.
    assert_eq!(after.json()["version"], before.json()["version"]);
    let patch = wire.request(Method::PATCH, &path).bearer_auth(&token);
    let patch = patch
        .header("If-Match", tag(&before))
        .header("If-None-Match", "*");
    let changed = hear(patch.json(&json!({"city": "Lima"}))).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    // The answer to a change has the tag that the next reader gets.
    assert_eq!(tag(&changed), tag(&wire.get(&path, &token).await));
    let again = wire.request(Method::PATCH, &path).bearer_auth(&token);
    let again = hear(
        again
            .header("If-Match", tag(&before))
            .json(&json!({"city": "Cusco"})),
    )
    .await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (412, "version_mismatch")
    );
}

async fn what_a_person_changes_of_themselves_has_versions(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let token = wire.session("olga@example.com").await.access;
    let me = async |body: Value, tag: &str| {
        let request = wire
            .request(Method::PATCH, "/api/v1/me")
            .bearer_auth(&token);
        hear(request.header("If-Match", tag).json(&body)).await
    };
    let first = tag(&wire.get("/api/v1/me", &token).await);
    let second = me(json!({"name": "Olga Núñez"}), &first).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let stale = me(json!({"language": "zh"}), &first).await;
    assert_eq!(
        (stale.status, stale.code().as_str()),
        (412, "version_mismatch")
    );
    let version = stale.json()["version"].as_i64().unwrap();
    assert!(tag(&second).starts_with(&format!("\"{version}-")));
    let third = me(json!({"language": "zh"}), &format!("\"{version}\"")).await;
    assert_eq!(third.status, 200);
    assert_eq!(third.json()["name"], "Olga Núñez");
    assert_eq!(tag(&third), tag(&wire.get("/api/v1/me", &token).await));
    // Another session shows the same person: the version is the same, what is shown is not.
    let other = wire.session("olga@example.com").await.access;
    let there = tag(&wire.get("/api/v1/me", &other).await);
    assert_ne!(there, tag(&third));
    assert_eq!(me(json!({"name": "Olga"}), &there).await.status, 200);
}

async fn what_is_changed_of_members_has_versions(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let id = agent.me().await.unwrap().id;
    let wire = Wire::new(server);
    let path = format!("/api/v1/members/{id}");
    let token = wire.session("olga@example.com").await.access;
    let shown = wire.get(&path, &token).await;
    assert_eq!(shown.json()["role"], "agent");
    assert_eq!(
        shown.json(),
        serde_json::to_value(owner.member(id).await.unwrap()).unwrap()
    );
    let first = tag(&shown);
    // That the member was seen meanwhile is no change of the member.
    server.later(3600).await;
    server.sign_in(&agent, "agent@example.com").await;
    let token = wire.session("olga@example.com").await.access;
    let send = async |method: Method, tag: &str, body: Value| {
        let request = wire.request(method, &path).bearer_auth(&token);
        hear(request.header("If-Match", tag).json(&body)).await
    };
    assert_ne!(tag(&wire.get(&path, &token).await), first);
    let changed = send(Method::PATCH, &first, json!({"role": "viewer"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    for (method, body) in [
        (Method::PATCH, json!({"role": "admin"})),
        (Method::DELETE, json!({})),
    ] {
        let stale = send(method, &first, body).await;
        assert_eq!(
            (stale.status, stale.code().as_str()),
            (412, "version_mismatch")
        );
    }
    let gone = send(Method::DELETE, &tag(&changed), json!({})).await;
    assert_eq!(gone.status, 204);
    assert_eq!(wire.get(&path, &token).await.status, 404);
}
