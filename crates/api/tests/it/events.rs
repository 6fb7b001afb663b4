//! The feed of events: who hears of what, as it happens, and goes on where they were.

use crate::contacts::person;
use crate::history::count;
use crate::segments::segment;
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::role::Role;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

on_both! {
    what_happens_is_heard_as_it_happens;
    whoever_comes_back_misses_nothing;
    what_is_forgotten_is_said;
    nobody_hears_of_another_account;
    wrong_places_are_refused;
    the_stream_ends_with_the_session;
}

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// Somebody who listens.
struct Ear {
    response: Response,
    heard: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Heard {
    place: String,
    kind: String,
    data: Value,
}

async fn ask(client: &Client, query: &str, last: Option<&str>) -> Response {
    let token = client.access_token().unwrap();
    let mut request = reqwest::Client::new()
        .get(client.url(&format!("/api/v1/events{query}")))
        .bearer_auth(token.0);
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    request.send().await.unwrap()
}

impl Ear {
    async fn open(client: &Client, query: &str, last: Option<&str>) -> Self {
        let response = ask(client, query, last).await;
        assert_eq!(response.status(), StatusCode::OK);
        let of = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(of, "text/event-stream; charset=utf-8");
        let mut ear = Self {
            response,
            heard: String::new(),
        };
        // It has begun when it says how to come back: what happens from now on is heard.
        assert!(ear.block().await.unwrap().starts_with("retry: "));
        ear
    }

    /// The next block, or nothing at the end of the stream.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.heard.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.heard = rest;
                return Some(block);
            }
            let piece = timeout(LONG, self.response.chunk())
                .await
                .expect("something is heard");
            self.heard
                .push_str(std::str::from_utf8(&piece.unwrap()?).unwrap());
        }
    }

    async fn next(&mut self) -> Heard {
        loop {
            let block = self.block().await.expect("an event");
            if block.starts_with(':') {
                continue;
            }
            let line = |name: &str| {
                let mut lines = block.lines();
                lines
                    .find_map(|line| line.strip_prefix(name))
                    .unwrap_or_default()
                    .to_owned()
            };
            return Heard {
                place: line("id: "),
                kind: line("event: "),
                data: serde_json::from_str(&line("data: ")).unwrap(),
            };
        }
    }
}

async fn what_happens_is_heard_as_it_happens(server: &Server) {
    let owner = server.owner().await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let mut ear = Ear::open(&viewer, "", None).await;
    let ana = owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    let heard = ear.next().await;
    assert_eq!(heard.kind, "contact.created");
    assert_eq!(heard.data["type"], heard.kind);
    assert_eq!(heard.data["subject"], ana.id.to_string());
    assert_eq!(heard.data["at"], server.now().to_string());
    assert!(heard.data["id"].as_str().unwrap().starts_with("ev_"));
    let group = segment(&owner, "Students").await;
    assert_eq!(ear.next().await.data["subject"], group.id.to_string());
    owner.delete_contact(ana.id).await.unwrap();
    assert_eq!(ear.next().await.kind, "contact.deleted");
    // Nothing of what stood in the contact is in it.
    assert_eq!(heard.data.as_object().unwrap().len(), 4);
}

async fn whoever_comes_back_misses_nothing(server: &Server) {
    let owner = server.owner().await;
    let mut ear = Ear::open(&owner, "", None).await;
    let make = async |n: usize| {
        let draft = person(&format!("Person {n}"), &format!("p{n}@example.com"));
        owner.create_contact(&draft).await.unwrap().id.to_string()
    };
    make(0).await;
    let last = ear.next().await;
    drop(ear);
    let mut made = Vec::new();
    for n in 1..6 {
        made.push(make(n).await);
    }
    let mut by_header = Ear::open(&owner, "", Some(&last.place)).await;
    let mut by_query = Ear::open(&owner, &format!("?after={}", last.place), Some("0.1")).await;
    made.push(make(6).await);
    for subject in &made {
        let heard = by_header.next().await;
        assert_eq!(heard.data["subject"], *subject);
        assert_eq!(by_query.next().await, heard);
    }
}

async fn what_is_forgotten_is_said(server: &Server) {
    let owner = server.owner().await;
    let mut ear = Ear::open(&owner, "", None).await;
    owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    let last = ear.next().await;
    drop(ear);
    server.later(7 * 24 * 3600 + 1).await;
    for _ in 0..200 {
        if count(server, "events").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(count(server, "events").await, 0);
    server.sign_in(&owner, "olga@example.com").await;
    let mut ear = Ear::open(&owner, "", Some(&last.place)).await;
    assert_eq!(ear.next().await.kind, "reset");
    owner
        .create_contact(&person("Bea", "bea@example.com"))
        .await
        .unwrap();
    assert_eq!(ear.next().await.kind, "contact.created");
}

async fn nobody_hears_of_another_account(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let mut ear = Ear::open(&stranger, "", None).await;
    owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    let theirs = stranger
        .create_contact(&person("Zoe", "zoe@example.com"))
        .await
        .unwrap();
    assert_eq!(ear.next().await.data["subject"], theirs.id.to_string());
    let anonymous = reqwest::get(owner.url("/api/v1/events")).await.unwrap();
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
}

async fn wrong_places_are_refused(server: &Server) {
    let owner = server.owner().await;
    for query in ["?after=yesterday", "?after=-1.5", "?after=1", "?since=1.2"] {
        let refused = ask(&owner, query, None).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{query}");
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(problem["code"], "invalid_query");
    }
}

async fn the_stream_ends_with_the_session(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let mut ear = Ear::open(&agent, "", None).await;
    owner
        .remove_member(agent.me().await.unwrap().id)
        .await
        .unwrap();
    // Its removal is the last that may be heard.
    while let Some(block) = ear.block().await {
        assert!(
            block.starts_with(':') || block.contains("member.removed"),
            "{block}"
        );
    }
}
