//! Every answer that is not a success is a problem document.

use crate::once::REPLAYED;
use crate::rate::{LEFT, POLICY};
use crate::request::RequestId;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use rapport_contract::{Code, Problem};
use std::fmt;

/// Why a request failed. Becomes the problem document.
#[derive(Debug)]
pub(crate) struct Failure {
    problem: Box<Problem>,
    /// Seconds after which it makes sense to come back.
    retry_after: Option<u64>,
}

/// What a handler gives.
pub(crate) type Answer<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// Too many requests; again after so many seconds.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let detail = format!("Too many at once. Wait {seconds} seconds, then try again.");
        Self::wait(seconds, detail)
    }

    /// As [`too_many`](Self::too_many), with words of its own.
    pub(crate) fn wait(seconds: u64, detail: String) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(Code::TooManyRequests, detail)
        }
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            Code::Unauthenticated,
            "Send an access token or an API key: Authorization: Bearer …",
        )
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            retry_after: None,
        }
    }
}

impl From<Vec<rapport_contract::Fault>> for Failure {
    fn from(faults: Vec<rapport_contract::Fault>) -> Self {
        Problem::invalid(faults).into()
    }
}

impl From<rapport_store::Error> for Failure {
    fn from(error: rapport_store::Error) -> Self {
        use rapport_store::Error;
        match error {
            Error::Problem(problem) => Self {
                retry_after: (problem.code == Code::IdempotencyInProgress).then_some(1),
                problem,
            },
            Error::NoNode => {
                tracing::error!("no node number is leased to this process");
                Self::new(
                    Code::Unavailable,
                    "This process cannot make changes at the moment. Try again in a minute.",
                )
            }
            Error::Unreachable(error) => {
                tracing::error!(%error, "the database does not answer");
                Self {
                    retry_after: Some(5),
                    ..Self::new(
                        Code::Unavailable,
                        "The database does not answer. Try again in a moment.",
                    )
                }
            }
            error @ (Error::Raced(_) | Error::Database(_) | Error::Corrupt(_)) => {
                Self::internal(&error)
            }
        }
    }
}

impl Failure {
    /// A fault of ours: told to the log, not to the caller.
    pub(crate) fn internal(error: &dyn fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            Code::Internal,
            "The server's log says more under this request's id.",
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body is written by [`finish`], which knows the request's id.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        if matches!(
            self.problem.code,
            Code::Unauthenticated | Code::InvalidApiKey
        ) {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                header::HeaderValue::from_static("Bearer"),
            );
        }
        response.extensions_mut().insert((*self.problem).clone());
        response
    }
}

/// Gives every failure its document, whichever layer it comes from, and every answer its request id.
pub(crate) async fn finish<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let id = request
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_default();
    // Errors of handlers and extractors are responses by now.
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = if response.status().is_client_error() || response.status().is_server_error()
    {
        let status = response.status();
        let problem = response.response().extensions().get::<Problem>().cloned();
        let problem = problem.unwrap_or_else(|| of_status(status));
        let problem = Problem {
            request_id: Some(id.to_string()),
            ..problem
        };
        let (request, old) = response.into_parts();
        let mut new = HttpResponse::build(
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        )
        .content_type("application/problem+json")
        .body(serde_json::to_vec(&problem).unwrap_or_default());
        for name in [
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            header::ALLOW,
            header::SET_COOKIE,
            header::HeaderName::from_static(REPLAYED),
            POLICY,
            LEFT,
        ] {
            for value in old.headers().get_all(&name) {
                new.headers_mut().append(name.clone(), value.clone());
            }
        }
        ServiceResponse::new(request, new)
    } else {
        response
    };
    let headers = response.headers_mut();
    if let Ok(id) = header::HeaderValue::from_str(id.as_str()) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("no-store"),
        );
    }
    Ok(response)
}

/// The problem behind a status that a library gave.
fn of_status(status: StatusCode) -> Problem {
    let (code, detail) = match status.as_u16() {
        401 => (Code::Unauthenticated, "Sign in first."),
        403 => (Code::Forbidden, "This is not allowed."),
        404 => (Code::NotFound, "There is nothing at this address."),
        405 => (
            Code::MethodNotAllowed,
            "The address exists, but not with this method.",
        ),
        413 => (Code::PayloadTooLarge, "Send less at once."),
        415 => (Code::UnsupportedMediaType, "Send application/json."),
        400..=499 => (Code::InvalidQuery, "The request is not understood."),
        503 => (Code::Unavailable, "Try again later."),
        _ => (
            Code::Internal,
            "The server's log says more under this request's id.",
        ),
    };
    Problem::new(code, detail)
}
