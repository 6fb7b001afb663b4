//! Sending a request and reading its answer.

use rapport_contract::auth::{Secret, SignedIn};
use rapport_contract::{Code, Problem};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, PoisonError, RwLock};

/// Why there is no answer of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why.
    #[error(transparent)]
    Problem(#[from] Box<Problem>),
    /// No answer came: the server is away, or the connection broke.
    #[error("no answer from the server: {0}")]
    Connection(String),
    /// An answer came that is not of the API: another program listens there, or a proxy answered.
    #[error("an unexpected answer (status {status}): {detail}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What could not be read.
        detail: String,
    },
}

impl ClientError {
    /// The problem, if the server sent one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// The problem's code, if the server sent one.
    pub fn code(&self) -> Option<Code> {
        self.problem().map(|problem| problem.code)
    }
}

/// A resource, and the `ETag` to give back as `If-Match` when changing it.
#[derive(Debug, Clone, PartialEq)]
pub struct ETagged<T> {
    /// The resource.
    pub value: T,
    /// What `ETag` said.
    pub etag: Option<String>,
}

/// What `/healthz` says of a running server.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// The version of the server.
    pub version: String,
}

/// A client of one server. Cheap to clone; clones share the session.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Arc<str>,
    token: Arc<RwLock<Option<Secret>>>,
}

impl Client {
    /// A client of the server at `base` (its public URL, without a slash at the end; in the browser the page's origin).
    pub fn new(base: &str) -> Self {
        Self::with_http(base, reqwest::Client::new())
    }

    /// Like [`new`](Self::new), over a `reqwest` client of one's own: with a cookie store, say.
    pub fn with_http(base: &str, http: reqwest::Client) -> Self {
        Self {
            http,
            base: base.trim_end_matches('/').into(),
            token: Arc::default(),
        }
    }

    /// Whether there is an access token, expired or not.
    pub fn is_signed_in(&self) -> bool {
        self.access_token().is_some()
    }

    /// The access token, for what cannot go through this client (a form that the browser sends itself).
    pub fn access_token(&self) -> Option<Secret> {
        self.token
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps the session that a login, a refresh or a set-up gave.
    pub(crate) fn sign_in(&self, signed_in: &SignedIn) {
        self.set_access_token(Some(signed_in.access_token.clone()));
    }

    /// Takes an access token from elsewhere, or forgets the one there is.
    pub fn set_access_token(&self, token: Option<Secret>) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// Where a path of the server is.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// `GET /healthz`: whether the server runs.
    pub async fn health(&self) -> Result<Health, ClientError> {
        read(self.send(self.http.get(self.url("/healthz"))).await?).await
    }

    /// A request to a path below `/api/v1`, with the access token if there is one.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, self.url(&format!("/api/v1{path}")));
        match self.access_token() {
            Some(token) => request.bearer_auth(token.0),
            None => request,
        }
    }

    /// Sends a request; an answer that is not a success becomes its problem.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request
            .send()
            .await
            .map_err(|error| ClientError::Connection(error.to_string()))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = response
            .bytes()
            .await
            .map_err(|error| ClientError::Connection(error.to_string()))?;
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(error) => Err(ClientError::Unexpected {
                status,
                detail: error.to_string(),
            }),
        }
    }

    /// Sends what `build` makes; when the access token has expired, renews it once and sends it again.
    pub(crate) async fn call(
        &self,
        build: impl Fn(&Self) -> RequestBuilder,
    ) -> Result<Response, ClientError> {
        match self.send(build(self)).await {
            Err(error) if error.code() == Some(Code::Unauthenticated) && self.is_signed_in() => {
                self.refresh().await?;
                self.send(build(self)).await
            }
            answer => answer,
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        read(
            self.call(|client| client.request(Method::GET, path))
                .await?,
        )
        .await
    }

    pub(crate) async fn write<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<T, ClientError> {
        read(
            self.call(|client| client.request(method.clone(), path).json(body))
                .await?,
        )
        .await
    }

    /// A request whose answer has no body.
    pub(crate) async fn act(&self, method: Method, path: &str) -> Result<(), ClientError> {
        self.call(|client| client.request(method.clone(), path))
            .await
            .map(drop)
    }
}

/// The body of a successful answer.
pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    let status = response.status().as_u16();
    let body = response
        .bytes()
        .await
        .map_err(|error| ClientError::Connection(error.to_string()))?;
    serde_json::from_slice(&body).map_err(|error| ClientError::Unexpected {
        status,
        detail: error.to_string(),
    })
}

/// The body of a successful answer, and its `ETag`.
pub(crate) async fn read_tagged<T: DeserializeOwned>(
    response: Response,
) -> Result<ETagged<T>, ClientError> {
    let etag = response
        .headers()
        .get("etag")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    Ok(ETagged {
        value: read(response).await?,
        etag,
    })
}

/// A query string with its question mark, or nothing.
pub(crate) fn query<Q: Serialize>(query: &Q) -> String {
    match serde_urlencoded::to_string(query) {
        Ok(text) if !text.is_empty() => format!("?{text}"),
        _ => String::new(),
    }
}
