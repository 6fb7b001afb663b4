//! Requests as they go over the wire, for what the typed client cannot say; and what every answer has to keep to.

use crate::server::{PASSWORD, Server};
use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

impl Server {
    /// Lets time pass as in a server that runs meanwhile: it keeps the node number that ids are made with.
    pub(crate) async fn later(&self, seconds: i64) {
        self.pass(seconds);
        let renewed = self.store.renew_node(self.now()).await;
        renewed.expect("a node number");
    }
}

/// Somebody without cookies and without a token of their own.
pub(crate) struct Wire {
    http: reqwest::Client,
    base: String,
}

impl Wire {
    pub(crate) fn new(server: &Server) -> Self {
        Self::from_address(server, 1)
    }

    /// Speaks from `127.0.0.{last}`: another address has other tries.
    pub(crate) fn from_address(server: &Server, last: u8) -> Self {
        let http = reqwest::Client::builder()
            .local_address(Some(Ipv4Addr::new(127, 0, 0, last).into()))
            .build()
            .expect("an HTTP client");
        Self {
            http,
            base: server.url.clone(),
        }
    }

    /// A request to a whole path, such as `/api/v1/me`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Heard {
        hear(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Heard {
        let draft = json!({"email": email, "password": password});
        hear(
            self.request(Method::POST, "/api/v1/auth/login")
                .json(&draft),
        )
        .await
    }

    /// A session of this person.
    pub(crate) async fn session(&self, email: &str) -> Tokens {
        Tokens::of(&self.log_in(email, PASSWORD).await)
    }

    /// Spends a refresh token, from a page of the server's own.
    pub(crate) async fn refresh(&self, refresh: &str) -> Heard {
        hear(self.cookie("/api/v1/auth/refresh", refresh, Some(&self.base))).await
    }

    /// A `POST` with the cookie, from a page of `origin`.
    pub(crate) fn cookie(&self, path: &str, refresh: &str, origin: Option<&str>) -> RequestBuilder {
        let request = self
            .request(Method::POST, path)
            .header("Cookie", format!("rapport_refresh={refresh}"));
        match origin {
            Some(origin) => request.header("Origin", origin),
            None => request,
        }
    }
}

/// What signs a session in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    /// The tokens that a login or a refresh gave.
    pub(crate) fn of(heard: &Heard) -> Self {
        assert_eq!(heard.status, 200, "{}", heard.text());
        let access = heard.json()["access_token"].as_str().unwrap().to_owned();
        let cookie = heard.cookie();
        let refresh = cookie
            .split(';')
            .next()
            .unwrap()
            .strip_prefix("rapport_refresh=");
        Self {
            access,
            refresh: refresh.unwrap().to_owned(),
        }
    }
}

/// The version in an `ETag`.
pub(crate) fn version_in(tag: Option<&str>) -> Option<i64> {
    let (version, _) = tag?.strip_prefix('"')?.split_once('-')?;
    version.parse().ok()
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends a request and holds the answer to what every answer promises.
pub(crate) async fn hear(request: RequestBuilder) -> Heard {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // A stream of events has no end: that it has begun is enough.
    let is_stream = headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let body = if is_stream {
        Vec::new()
    } else {
        response.bytes().await.expect("a whole answer").to_vec()
    };
    let heard = Heard {
        status,
        headers,
        body,
    };
    let id = heard.header("x-request-id").expect("an X-Request-Id");
    assert!((8..=64).contains(&id.len()), "{id}");
    assert_eq!(heard.header("x-content-type-options"), Some("nosniff"));
    if heard.status >= 400 {
        let text = heard.text();
        assert_eq!(
            heard.header("content-type"),
            Some("application/problem+json"),
            "{text}"
        );
        let problem = heard.json();
        assert_eq!(problem["status"], heard.status, "{text}");
        assert_eq!(problem["request_id"], id, "{text}");
        let code = problem["code"].as_str().expect("a code");
        assert_eq!(problem["type"], format!("/docs/problems#{code}"));
        for key in ["title", "detail"] {
            assert!(
                problem[key].as_str().is_some_and(|text| !text.is_empty()),
                "{text}"
            );
        }
        assert_ne!(heard.status, 500, "{text}");
    }
    heard
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The code of the problem; empty for a success.
    pub(crate) fn code(&self) -> String {
        if self.status < 400 {
            return String::new();
        }
        self.json()["code"].as_str().unwrap().to_owned()
    }

    /// Each fault's place and code.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let faults = problem["faults"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        faults
            .iter()
            .map(|fault| (text(&fault["pointer"]), text(&fault["code"])))
            .collect()
    }

    /// The one `Set-Cookie`.
    pub(crate) fn cookie(&self) -> String {
        let cookies: Vec<_> = self.headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        cookies[0].to_str().unwrap().to_owned()
    }
}
