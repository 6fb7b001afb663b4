//! A request's id and its line in the log.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use std::fmt;
use tracing::Instrument;

/// What a request is known by: `X-Request-Id` if the caller gave a usable one, else random.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestId(String);

impl RequestId {
    fn of(request: &ServiceRequest) -> Self {
        let given = request
            .headers()
            .get("x-request-id")
            .and_then(|value| value.to_str().ok());
        let usable = |text: &&str| {
            (8..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        if let Some(given) = given.filter(usable) {
            return Self(given.to_owned());
        }
        let mut bytes = [0; 8];
        // An id that is not random is still an id.
        let _ = SystemRandom::new().fill(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives the request its id and writes its line: method, path (never the query, which can hold what people typed), status, time.
///
/// A HEAD is answered as the GET would be; the connection leaves the body out.
pub(crate) async fn log<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = RequestId::of(&request);
    let span = tracing::info_span!(
        "request", id = %id, method = %request.method(), path = %request.path()
    );
    request.extensions_mut().insert(id);
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let begun = std::time::Instant::now();
    let answer = next.call(request).instrument(span.clone()).await;
    let status = answer
        .as_ref()
        .map_or(500, |response| response.status().as_u16());
    let micros = begun.elapsed().as_micros();
    span.in_scope(|| match status {
        500.. => tracing::error!(status, micros, "answered"),
        _ => tracing::info!(status, micros, "answered"),
    });
    answer
}
