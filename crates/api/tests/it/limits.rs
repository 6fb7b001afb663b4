//! How many requests are allowed, and how much work at once.

use crate::server::{PASSWORD, Server, on_both};
use crate::wire::{Heard, Wire, hear};
use actix_web::test::{TestRequest, call_service, init_service};
use rapport_api::{Clock, Config, Keys, RateLimits, State};
use rapport_contract::api_key::ApiKeyDraft;
use rapport_contract::role::Permission;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;

on_both! {
    every_answer_says_what_is_left;
    one_caller_is_stopped_and_others_go_on;
    one_network_is_stopped_and_others_go_on;
    an_account_takes_in_a_few_files_at_once;
}

/// The items of a header that is a list of structured fields: each name with its parameters.
fn items(heard: &Heard, header: &str) -> BTreeMap<String, BTreeMap<String, u64>> {
    let list = heard.header(header).unwrap_or_default();
    list.split(", ")
        .filter(|item| !item.is_empty())
        .map(|item| {
            let mut parts = item.split(';');
            let name = parts.next().unwrap().trim_matches('"').to_owned();
            let parameters = parts.map(|part| {
                let (key, value) = part.split_once('=').unwrap();
                (key.to_owned(), value.parse().unwrap())
            });
            (name, parameters.collect())
        })
        .collect()
}

async fn every_answer_says_what_is_left(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let get = |path: &str, token: &str| wire.request(Method::GET, path).bearer_auth(token);
    let quota = |q: u64| BTreeMap::from([("q".to_owned(), q), ("w".to_owned(), 60)]);
    let caller = ("caller".to_owned(), quota(300_000));
    let address = ("address".to_owned(), quota(600_000));
    let both = BTreeMap::from([caller, address.clone()]);
    let alone = BTreeMap::from([address]);
    let post = wire
        .request(Method::POST, "/api/v1/contacts")
        .bearer_auth(&token);
    for (request, status, policy) in [
        (get("/api/v1/contacts", &token), 200, &both),
        (get("/api/v1/contacts?limit=0", &token), 400, &both),
        (get("/api/v1/contacts/ct_0g4zk8q1w9r2t", &token), 404, &both),
        (post.json(&json!({})), 422, &both),
        (get("/api/v1/contacts", "nonsense"), 401, &alone),
        (get("/api/v1/setup", ""), 200, &alone),
        (get("/api/v1/nothing", &token), 404, &alone),
        (wire.request(Method::PUT, "/api/v1/contacts"), 405, &alone),
    ] {
        let heard = hear(request).await;
        assert_eq!(heard.status, status, "{}", heard.text());
        assert_eq!(items(&heard, "ratelimit-policy"), *policy);
        let left = items(&heard, "ratelimit");
        assert!(left.keys().eq(policy.keys()));
        for (name, left) in left {
            assert!(left["r"] < policy[&name]["q"], "{left:?}");
            assert!((1..=60).contains(&left["t"]), "{left:?}");
        }
    }
    for path in ["/healthz", "/openapi.json"] {
        let heard = hear(wire.request(Method::GET, path)).await;
        assert_eq!(heard.header("ratelimit"), None, "{path}");
    }
}

/// The same store behind an app that allows so many requests a minute.
fn state_of(server: &Server, caller: u32, address: u32) -> State {
    let now = server.now();
    let config = Config {
        public_url: server.url.clone(),
        trusted_proxies: Vec::new(),
        upload_max: 1 << 20,
        rates: RateLimits {
            caller: NonZeroU32::new(caller).unwrap(),
            address: NonZeroU32::new(address).unwrap(),
        },
    };
    State::new(
        server.store.clone(),
        config,
        Keys::derive(&[7; 32]),
        Clock::new(move || now),
        None,
        Arc::new(Notify::new()),
    )
}

async fn one_caller_is_stopped_and_others_go_on(server: &Server) {
    let owner = server.owner().await;
    let token = owner.access_token().unwrap().0;
    let draft = ApiKeyDraft {
        name: "Shop".to_owned(),
        scopes: vec![Permission::ContactsRead],
        expires_at: None,
    };
    let (first, second) = (
        owner.make_api_key(&draft).await.unwrap().key.0,
        owner.make_api_key(&draft).await.unwrap().key.0,
    );
    let other = Wire::new(server).session("olga@example.com").await.access;
    let app = init_service(rapport_api::app(state_of(server, 60, 100_000))).await;
    let get = async |token: &str| {
        let request = TestRequest::get()
            .uri("/api/v1/contacts")
            .insert_header(("Authorization", format!("Bearer {token}")));
        call_service(&app, request.to_request()).await
    };
    for stopped in [&token, &first] {
        // The bucket of 60 fills by one a second meanwhile.
        let mut answers = 0;
        let refused = loop {
            let answer = get(stopped).await;
            answers += 1;
            if answer.status() == 429 {
                break answer;
            }
            assert_eq!(answer.status(), 200);
            assert!(answers < 1_000);
        };
        assert!(answers > 60, "{answers}");
        let header = |name: &str| {
            refused
                .headers()
                .get(name)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert!(["1", "2"].contains(&header("retry-after").as_str()));
        assert!(header("ratelimit").starts_with("\"caller\";r=0;t=60, \"address\";r="));
        assert!(header("ratelimit-policy").starts_with("\"caller\";q=60;w=60, "));
        let problem: serde_json::Value = actix_web::test::read_body_json(refused).await;
        assert_eq!(problem["code"], "too_many_requests");
    }
    for other in [&other, &second] {
        assert_eq!(get(other).await.status(), 200);
    }
}

async fn one_network_is_stopped_and_others_go_on(server: &Server) {
    server.owner().await;
    let app = init_service(rapport_api::app(state_of(server, 1_000, 60))).await;
    let get = async |address: &str| {
        let peer = address.parse().unwrap();
        let request = TestRequest::get().uri("/api/v1/setup").peer_addr(peer);
        call_service(&app, request.to_request()).await.status()
    };
    let stop = async |address: &str| {
        for _ in 0..1_000 {
            if get(address).await == 429 {
                return;
            }
        }
        panic!("{address} is not stopped");
    };
    stop("198.51.100.7:1000").await;
    assert_eq!(get("198.51.100.8:1000").await, 200);
    stop("[2001:db8:1:2:3::4]:1000").await;
    // The bucket can have got a request's worth since: a neighbour takes that, or nothing.
    stop("[2001:db8:1:2:ffff::]:2000").await;
    assert_eq!(get("[2001:db8:1:3::]:1000").await, 200);
    // Tries are counted apart: nobody can lock others out by asking often.
    let wire = Wire::new(server);
    assert_eq!(wire.log_in("olga@example.com", PASSWORD).await.status, 200);
}

/// Forms whose end does not come: the server reads on, and takes no fifth.
async fn an_account_takes_in_a_few_files_at_once(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let (wire, token) = (Wire::new(server), owner.access_token().unwrap().0);
    let address = server.url.strip_prefix("http://").unwrap();
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/v1/imports HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        open.push(socket);
    }
    // A form without a file: refused for that, or for there being too many.
    let send = async |token: &str| {
        let request = wire
            .request(Method::POST, "/api/v1/imports")
            .bearer_auth(token);
        let form = reqwest::multipart::Form::new().text("other", "x");
        hear(request.multipart(form)).await
    };
    let until = async |status: u16| {
        let deadline = Moment::now() + Duration::from_secs(60);
        loop {
            let heard = send(&token).await;
            if heard.status == status {
                return heard;
            }
            assert!(Moment::now() < deadline, "still {}", heard.status);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let refused = until(429).await;
    assert_eq!(refused.code(), "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert!(refused.text().contains("imports"), "{}", refused.text());
    // Others have a number of their own.
    let theirs = stranger.access_token().unwrap().0;
    assert_eq!(send(&theirs).await.status, 400);
    // Whoever goes away makes room.
    open.pop();
    assert_eq!(until(400).await.code(), "invalid_form");
}
