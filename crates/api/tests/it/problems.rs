//! Wrong requests: each gets a problem document that says what and where, and changes nothing.

use crate::server::{PASSWORD, Server, on_both};
use crate::wire::{Heard, Wire, hear, version_in};
use rapport_contract::account::AccountPatch;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

on_both! {
    request_ids_go_through;
    bodies_that_are_not_json_are_told_so;
    values_that_do_not_fit_are_faults_at_their_place;
    bodies_are_objects;
    large_bodies_and_other_types_are_refused;
    unknown_paths_and_methods_are_told_apart;
    wrong_queries_name_the_parameter;
    ids_that_are_none_are_not_there;
    texts_keep_no_control_characters;
    stale_versions_are_refused;
    null_is_no_value_of_the_account;
    bytes_that_are_no_request_do_not_stop_the_server;
}

/// An owner's token, and what the account shows of itself, to compare with later.
struct House<'a> {
    wire: Wire,
    token: String,
    server: &'a Server,
}

impl<'a> House<'a> {
    async fn of(server: &'a Server) -> Self {
        let owner = server.owner().await;
        Self {
            wire: Wire::new(server),
            token: owner.access_token().expect("a token").0,
            server,
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.wire.request(method, path).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Heard {
        self.wire.get(path, &self.token).await
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Heard {
        let request = self
            .request(method, path)
            .header("Content-Type", "application/json");
        hear(request.body(body)).await
    }

    /// Everything that a wrong request could have changed.
    async fn shown(&self) -> Vec<Value> {
        let mut shown = Vec::new();
        for path in [
            "me",
            "account",
            "members",
            "invitations",
            "contacts",
            "imports",
            "auth/sessions",
        ] {
            shown.push(self.get(&format!("/api/v1/{path}")).await.json());
        }
        shown
    }
}

async fn request_ids_go_through(server: &Server) {
    let house = House::of(server).await;
    let with = |id: &str| {
        house
            .request(Method::GET, "/api/v1/contacts/nothing")
            .header("X-Request-Id", id.to_owned())
    };
    for good in ["12345678", "a-b_c.D-0123456789", &"x".repeat(64)] {
        assert_eq!(hear(with(good)).await.header("x-request-id"), Some(good));
    }
    for bad in [
        "",
        "short",
        "with space",
        "a/b/c/d/e",
        "<script>alert",
        "quote\"quote",
        &"x".repeat(65),
    ] {
        let heard = hear(with(bad)).await;
        let id = heard.header("x-request-id").unwrap();
        assert_ne!(id, bad);
        assert!(
            id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
    }
    let (one, other) = (house.get("/api/v1/me").await, house.get("/api/v1/me").await);
    assert_ne!(
        one.header("x-request-id"),
        other.header("x-request-id"),
        "successes have one too"
    );
    assert_eq!(one.header("cache-control"), Some("no-store"));
}

async fn bodies_that_are_not_json_are_told_so(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    let deep = format!("{{\"name\":{}", "[".repeat(100_000));
    let deep_object = "{\"name\":".repeat(100_000);
    let bodies: [&[u8]; 15] = [
        b"",
        b" ",
        b"{",
        b"{\"name\":",
        b"{\"name\": \"Ana\"",
        b"{\"name\": \"Ana\",}",
        b"{\"name\": 'Ana'}",
        b"{\"name\": \"Ana\"} {}",
        b"{\"name\": \"A\xffna\"}",
        b"\xef\xbb\xbf{\"name\": \"Ana\"}",
        b"{\"name\": \"\\ud800\"}",
        b"{\"name\": \"\\udc00x\"}",
        b"{\"name\": \"\\ud800\\u0041\"}",
        b"{\"name\": NaN}",
        b"[1, 2",
    ];
    for (method, path) in [
        (Method::PATCH, "/api/v1/me"),
        (Method::POST, "/api/v1/contacts"),
        (Method::PATCH, "/api/v1/account"),
    ] {
        for body in bodies.iter().copied() {
            let heard = house.send(method.clone(), path, body.to_vec()).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (400, "invalid_json"),
                "{path} {:?}: {}",
                String::from_utf8_lossy(body),
                heard.text()
            );
        }
        for body in [&deep, &deep_object] {
            let heard = house.send(method.clone(), path, body.clone()).await;
            assert!(matches!(heard.status, 400 | 422), "{}", heard.text());
        }
    }
    assert_eq!(house.shown().await, before);
}

async fn values_that_do_not_fit_are_faults_at_their_place(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    let me = house.get("/api/v1/me").await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let member = format!("/api/v1/members/{me}");
    let cases = [
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"nam": "Ana"}"#,
            "/nam",
            "unknown_key",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"name": "Ana", "role": "owner"}"#,
            "/role",
            "unknown_key",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"name": 7}"#,
            "/name",
            "wrong_type",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"name": ["Ana"]}"#,
            "/name",
            "wrong_type",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"name": null}"#,
            "/name",
            "wrong_type",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"language": "fr"}"#,
            "/language",
            "unknown_value",
        ),
        (
            Method::PATCH,
            "/api/v1/me",
            r#"{"name": "Ana", "name": "Bea"}"#,
            "/name",
            "unknown_key",
        ),
        (Method::PATCH, &member, "{}", "/role", "required"),
        (
            Method::PATCH,
            &member,
            r#"{"role": "king"}"#,
            "/role",
            "unknown_value",
        ),
        (
            Method::PATCH,
            &member,
            r#"{"role": 4}"#,
            "/role",
            "wrong_type",
        ),
        (
            Method::POST,
            "/api/v1/invitations",
            "{}",
            "/role",
            "required",
        ),
        (
            Method::POST,
            "/api/v1/invitations",
            r#"{"role": "agent", "email": 5}"#,
            "/email",
            "wrong_type",
        ),
        (
            Method::PUT,
            "/api/v1/auth/password",
            r#"{"current": "x"}"#,
            "/new",
            "required",
        ),
        (
            Method::POST,
            "/api/v1/auth/login",
            r#"{"email": "a@example.com", "password": "x", "account": "ct_1"}"#,
            "/account",
            "incorrect",
        ),
        (
            Method::POST,
            "/api/v1/setup",
            r#"{"code": "x", "account": {"name": "A", "language": "en", "time_zone": "UTC", "country": "MX"}}"#,
            "/account/country",
            "unknown_key",
        ),
        (
            Method::POST,
            "/api/v1/setup",
            r#"{"code": "x", "sample_contacts": -1}"#,
            "/sample_contacts",
            "out_of_range",
        ),
        (
            Method::POST,
            "/api/v1/setup",
            r#"{"code": "x", "sample_contacts": 1.5}"#,
            "/sample_contacts",
            "wrong_type",
        ),
        (
            Method::PATCH,
            "/api/v1/account",
            r#"{"default_country": "XX"}"#,
            "/default_country",
            "unknown_country",
        ),
        (
            Method::PATCH,
            "/api/v1/account",
            r#"{"time_zone": "america/mexico_city"}"#,
            "/time_zone",
            "unknown_time_zone",
        ),
        (
            Method::PATCH,
            "/api/v1/account",
            r#"{"name": " "}"#,
            "/name",
            "required",
        ),
        (
            Method::PATCH,
            "/api/v1/account",
            r#"{"id": "ac_0g4zk8q1w9r2t"}"#,
            "/id",
            "unknown_key",
        ),
        (
            Method::POST,
            "/api/v1/links/open",
            r#"{"token": {"a": 1}}"#,
            "/token",
            "wrong_type",
        ),
    ];
    for (method, path, body, pointer, code) in cases {
        let heard = house.send(method, path, body).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (422, "validation_failed"),
            "{body}: {}",
            heard.text()
        );
        assert_eq!(
            heard.faults(),
            [(pointer.to_owned(), code.to_owned())],
            "{body}: {}",
            heard.text()
        );
        let fault = &heard.json()["faults"][0]["detail"];
        assert!(
            fault
                .as_str()
                .is_some_and(|text| !text.is_empty() && !text.contains("line 1")),
            "{fault}"
        );
    }
    assert_eq!(house.shown().await, before);
}

async fn bodies_are_objects(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    // The values of an object in their order are no object, whatever a parser makes of them.
    let bodies = [
        json!([]),
        json!(["olga@example.com", PASSWORD, null]),
        json!("text"),
        json!(7),
        json!(true),
        json!(null),
        json!(["owner", null]),
    ];
    for path in [
        "auth/login",
        "links/open",
        "invitations",
        "contacts",
        "contacts/count",
    ] {
        for body in &bodies {
            let heard = house
                .send(Method::POST, &format!("/api/v1/{path}"), body.to_string())
                .await;
            assert_eq!(heard.status, 422, "{path} {body}: {}", heard.text());
            assert_eq!(
                heard.faults(),
                [(String::new(), "wrong_type".to_owned())],
                "{path} {body}"
            );
        }
    }
    assert_eq!(house.shown().await, before);
}

async fn large_bodies_and_other_types_are_refused(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    let body = |size: usize| json!({"name": "x".repeat(size)}).to_string();
    let heard = house
        .send(Method::PATCH, "/api/v1/me", body((1 << 20) - 11))
        .await;
    assert_eq!(
        (heard.status, heard.faults()),
        (422, vec![("/name".to_owned(), "too_long".to_owned())]),
        "just fits"
    );
    let heard = house
        .send(Method::PATCH, "/api/v1/me", body((1 << 20) - 10))
        .await;
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (413, "payload_too_large")
    );

    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "application/json5",
        "multipart/form-data; boundary=x",
        "",
        "nonsense",
    ] {
        let request = house
            .request(Method::PATCH, "/api/v1/me")
            .header("Content-Type", kind)
            .body(r#"{"name": "Eve"}"#);
        let heard = hear(request).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (415, "unsupported_media_type"),
            "{kind}"
        );
    }
    let bare = house
        .request(Method::PATCH, "/api/v1/me")
        .body(r#"{"name": "Eve"}"#);
    assert_eq!(hear(bare).await.status, 415, "nothing said");
    assert_eq!(house.shown().await, before);
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json",
    ] {
        let request = house
            .request(Method::PATCH, "/api/v1/me")
            .header("Content-Type", kind)
            .body(r#"{"name": "Olga"}"#);
        assert_eq!(hear(request).await.status, 200, "{kind}");
    }
}

async fn unknown_paths_and_methods_are_told_apart(server: &Server) {
    let house = House::of(server).await;
    for path in [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/contacts/",
        "/api/v1//contacts",
        "/api/v2/contacts",
        "/api/v1/contacts/ct_1/nothing",
        "/docs/nothing.js",
        "/%ff",
        "/api/v1/contacts%00",
        "/..%2f..%2fetc/passwd",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let heard = hear(house.request(method, path)).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (404, "not_found"),
                "{path}"
            );
        }
    }
    for path in ["/healthz", "/readyz", "/openapi.json", "/docs/"] {
        let heard = hear(house.request(Method::HEAD, path)).await;
        assert_eq!((heard.status, heard.text().as_str()), (200, ""), "{path}");
    }
    let id = "/api/v1/contacts/ct_0g4zk8q1w9r2t";
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/contacts", "GET, POST"),
        (Method::POST, id, "DELETE, GET, PATCH"),
        (Method::PUT, "/api/v1/me", "GET, PATCH"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::OPTIONS, "/api/v1/members", "GET"),
        (Method::PATCH, "/healthz", "GET"),
    ] {
        let heard = hear(house.request(method, path)).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (405, "method_not_allowed"),
            "{path}"
        );
        assert_eq!(heard.header("allow"), Some(allow), "{path}");
    }
}

async fn wrong_queries_name_the_parameter(server: &Server) {
    let house = House::of(server).await;
    for (path, name, code) in [
        ("contacts?sorted=name", "sorted", "unknown_key"),
        ("contacts?limit=ten", "limit", "wrong_type"),
        ("contacts?limit=", "limit", "wrong_type"),
        ("contacts?limit=5&limit=6", "limit", "unknown_key"),
        ("contacts?limit=99999999999999999999", "limit", "wrong_type"),
    ] {
        let heard = house.get(&format!("/api/v1/{path}")).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (400, "invalid_query"),
            "{path}: {}",
            heard.text()
        );
        assert_eq!(
            heard.faults(),
            [(name.to_owned(), code.to_owned())],
            "{path}: {}",
            heard.text()
        );
    }
    for query in ["q=%ff", "q=a%c3", "q=%ed%a0%80", "%ff=1"] {
        let heard = house.get(&format!("/api/v1/contacts?{query}")).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (400, "invalid_query"),
            "{query}: {}",
            heard.text()
        );
    }
    for query in ["", "q=", "q=%C3%A1", "q=a+b", "q=100%", "q=%zz", "&&"] {
        let heard = house.get(&format!("/api/v1/contacts?{query}")).await;
        assert_eq!(heard.status, 200, "{query}: {}", heard.text());
    }
    let heard = house.get("/api/v1/contacts?q=%00").await;
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (400, "invalid_query")
    );
}

async fn ids_that_are_none_are_not_there(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    let long = "x".repeat(5_000);
    for id in [
        "1",
        "ct_",
        "null",
        "%ff",
        "%00",
        "us_zzzzzzzzzzzzz",
        "US_0g4zk8q1w9r2t",
        "us_0g4zk8q1w9r2t%20",
        "%F0%9F%98%80",
        "us_0g4zk8q1w9r2t;x=1",
        "'",
        &long,
    ] {
        for (method, path) in [
            (Method::DELETE, format!("/api/v1/members/{id}")),
            (Method::POST, format!("/api/v1/members/{id}/password-reset")),
            (Method::DELETE, format!("/api/v1/invitations/{id}")),
            (Method::DELETE, format!("/api/v1/auth/sessions/{id}")),
            (Method::GET, format!("/api/v1/contacts/{id}")),
        ] {
            let heard = hear(house.request(method, &path)).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (404, "not_found"),
                "{path}"
            );
        }
    }
    assert_eq!(house.shown().await, before);
}

async fn texts_keep_no_control_characters(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    for text in ["a\0b", "a\nb", "a\u{7}b", "a\u{85}b", "a\u{1b}[31mb"] {
        for (method, path, body, pointer) in [
            (Method::PATCH, "/api/v1/me", json!({"name": text}), "/name"),
            (
                Method::PATCH,
                "/api/v1/account",
                json!({"name": text}),
                "/name",
            ),
            (
                Method::POST,
                "/api/v1/contacts",
                json!({"first_name": text}),
                "/first_name",
            ),
            (
                Method::POST,
                "/api/v1/invitations",
                json!({"role": "agent", "email": format!("{text}@example.com")}),
                "/email",
            ),
        ] {
            let heard = house.send(method, path, body.to_string()).await;
            assert_eq!(heard.status, 422, "{path} {text:?}: {}", heard.text());
            assert_eq!(heard.faults()[0].0, pointer, "{path} {text:?}");
        }
    }
    for email in ["a\0@example.com", "\0", "x\u{0}"] {
        assert_eq!(
            house.wire.log_in(email, PASSWORD).await.code(),
            "invalid_credentials"
        );
    }
    assert_eq!(house.shown().await, before);
}

async fn stale_versions_are_refused(server: &Server) {
    let house = House::of(server).await;
    let shown = house.get("/api/v1/account").await;
    let etag = shown.header("etag").unwrap().to_owned();
    let patch = |name: &str, etag: &str| {
        house
            .request(Method::PATCH, "/api/v1/account")
            .header("If-Match", etag.to_owned())
            .json(&json!({"name": name}))
    };
    let changed = hear(patch("One", &etag)).await;
    assert_eq!(changed.status, 200);
    let stale = hear(patch("Two", &etag)).await;
    assert_eq!(
        (stale.status, stale.code().as_str()),
        (412, "version_mismatch")
    );
    assert_eq!(stale.json()["version"], changed.json()["version"]);
    for tag in ["nonsense", "\"x\"", "7", "W/\"1\"", ""] {
        assert_eq!(hear(patch("Two", tag)).await.status, 412, "{tag}");
    }
    assert_eq!(house.get("/api/v1/account").await.json(), changed.json());
    assert_eq!(hear(patch("Two", "*")).await.status, 200);
    assert_eq!(
        version_in(hear(patch("Three", "\"3\"")).await.header("etag")),
        Some(4)
    );
}

async fn null_is_no_value_of_the_account(server: &Server) {
    let house = House::of(server).await;
    let before = house.shown().await;
    for key in ["name", "language", "time_zone", "default_country"] {
        let heard = house
            .send(
                Method::PATCH,
                "/api/v1/account",
                json!({key: null}).to_string(),
            )
            .await;
        assert_eq!(heard.status, 422, "{key}: {}", heard.text());
        assert_eq!(heard.faults()[0].0, format!("/{key}"));
    }
    let nothing = house.send(Method::PATCH, "/api/v1/account", "{}").await;
    assert_eq!(nothing.status, 200);
    assert_eq!(house.shown().await, before);
    // What the client leaves out is absent, not null.
    let owner = house.server.visitor();
    house.server.sign_in(&owner, "olga@example.com").await;
    assert!(owner.update_account(&AccountPatch::default()).await.is_ok());
}

async fn bytes_that_are_no_request_do_not_stop_the_server(server: &Server) {
    let house = House::of(server).await;
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    for bytes in [
        b"nonsense\r\n\r\n".to_vec(),
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n".to_vec(),
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{".to_vec(),
    ] {
        let address = address.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).expect("the server listens");
            stream.write_all(&bytes).expect("the server reads");
            stream.shutdown(std::net::Shutdown::Write).expect("the end of the request");
            let mut answer = Vec::new();
            // A connection that is cut is an answer too.
            let _ = stream.read_to_end(&mut answer);
            answer
        });
        let answer = String::from_utf8_lossy(&answer.await.expect("a thread")).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(house.get("/api/v1/me").await.status, 200);
}
