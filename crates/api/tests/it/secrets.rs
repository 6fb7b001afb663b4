//! What opens doors does not stand in the log, however much is logged.

use crate::server::{PASSWORD, Server, on_both};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use rapport_api::{Clock, Config, Keys, RateLimits, State};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

on_both! {
    the_log_holds_no_secret;
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn the_log_holds_no_secret(server: &Server) {
    server.owner().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // The app runs on this thread, so that its log comes here.
    let _logging = tracing::subscriber::set_default(subscriber);
    let now = server.now();
    let config = Config {
        public_url: server.url.clone(),
        trusted_proxies: Vec::new(),
        upload_max: 1 << 20,
        rates: RateLimits::default(),
    };
    let state = State::new(
        server.store.clone(),
        config,
        Keys::derive(&[7; 32]),
        Clock::new(move || now),
        None,
        Arc::new(Notify::new()),
    );
    let app = init_service(rapport_api::app(state)).await;
    let post = async |path: &str, token: &str, body: Value| {
        let request = TestRequest::post()
            .uri(&format!("/api/v1{path}"))
            .insert_header(("Authorization", format!("Bearer {token}")))
            .insert_header(("Idempotency-Key", "a-key-of-mine"))
            .set_json(body);
        let answer = call_service(&app, request.to_request()).await;
        let cookie = answer.headers().get("set-cookie").cloned();
        let body = read_body(answer).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        (body, cookie)
    };
    let get = async |path: &str, token: &str| {
        let request = TestRequest::get()
            .uri(path)
            .insert_header(("Authorization", format!("Bearer {token}")));
        call_service(&app, request.to_request())
            .await
            .status()
            .as_u16()
    };
    let login = json!({"email": "olga@example.com", "password": PASSWORD});
    let (signed_in, cookie) = post("/auth/login", "", login).await;
    let access = signed_in["access_token"].as_str().unwrap();
    let cookie = cookie.unwrap().to_str().unwrap().to_owned();
    let refresh = cookie.split(['=', ';']).nth(1).unwrap();
    let draft = json!({"name": "Shop", "scopes": ["contacts:read", "contacts:export"]});
    let (made, _) = post("/api-keys", access, draft).await;
    let key = made["key"].as_str().unwrap();
    let (invited, _) = post("/invitations", access, json!({"role": "agent"})).await;
    assert_eq!(invited["code"], "idempotency_key_reused");
    let (ticket, _) = post("/tickets", key, json!({"for": "export", "q": "Remedios"})).await;
    let url = ticket["url"].as_str().unwrap().to_owned();
    let (_, ticket) = url.split_once("?ticket=").unwrap();
    assert_eq!(get("/api/v1/contacts?q=Remedios", key).await, 200);
    get(url.strip_prefix(&server.url).unwrap(), "").await;
    let wrong = format!("rap_{}", "z".repeat(40));
    assert_eq!(get("/api/v1/contacts", &wrong).await, 401);
    let link = json!({"token": "ac_0000000000001.in_0000000000001.hush"});
    post("/links/open", "", link).await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        "/api/v1/auth/login",
        "/api/v1/api-keys",
        "/api/v1/contacts.csv",
        "/api/v1/links/open",
        "answered",
    ] {
        assert!(log.contains(line), "{line} is not in the log: {log}");
    }
    for secret in [
        PASSWORD,
        access,
        refresh,
        key,
        &key[12..],
        ticket,
        &wrong,
        "a-key-of-mine",
        "Remedios",
        ".hush",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
