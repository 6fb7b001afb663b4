//! Entity tags: what changes are made for, and what need not be sent again.
//!
//! A handler says which version it shows (`"7"`); a hash of what is sent comes behind it here (`"7-1b9f…"`). The version is what `If-Match`
//! compares: a change is made unless somebody changed the thing meanwhile. The whole is what `If-None-Match` compares: what is shown can change
//! without the thing itself, like the name of a segment that a contact is in.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use aws_lc_rs::digest;

/// The `ETag` of a version.
pub(crate) fn etag(version: i64) -> (HeaderName, String) {
    (ETAG, format!("\"{version}\""))
}

/// The `ETag` of what has no version, because nobody changes it by a request: the hash alone.
pub(crate) fn etag_of_content() -> (HeaderName, String) {
    (ETAG, "\"\"".to_owned())
}

/// The version in a tag; none when it is none of ours.
pub(crate) fn version(tag: &str) -> Option<i64> {
    let tag = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    let version = tag.split_once('-').map_or(tag, |(version, _)| version);
    version.parse().ok()
}

/// Completes the tag of an answer with a hash of its body, and leaves the body out if the caller has it.
pub(crate) async fn complete<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let known = known_tags(request.headers()).filter(|_| *request.method() == Method::GET);
    let response = next.call(request).await?.map_into_boxed_body();
    let began = response
        .headers()
        .get(ETAG)
        .and_then(|tag| tag.to_str().ok());
    let Some(began) = began.map(|tag| tag.trim_matches('"').to_owned()) else {
        return Ok(response);
    };
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        // A stream: whoever makes one knows its tag.
        Err(body) => {
            return Ok(ServiceResponse::new(request, response.set_body(body)));
        }
    };
    let dash = if began.is_empty() { "" } else { "-" };
    let tag = format!("\"{began}{dash}{}\"", hash(&body));
    let is_known = known.is_some_and(|known| {
        known
            .iter()
            .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
    });
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, value);
    }
    let response = if is_known && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
        response.set_body(BoxBody::new(()))
    } else {
        response.set_body(BoxBody::new(body))
    };
    Ok(ServiceResponse::new(request, response))
}

/// The tags that the caller has.
fn known_tags(headers: &HeaderMap) -> Option<Vec<String>> {
    let values = headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok());
    let tags: Vec<_> = values
        .flat_map(|list| list.split(','))
        .map(|tag| tag.trim().to_owned())
        .collect();
    (!tags.is_empty()).then_some(tags)
}

/// 96 bits of SHA-256 in hexadecimal digits: without a dash, and too long to be taken for a version.
fn hash(body: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, body);
    let bytes = digest.as_ref().iter().take(12);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_stands_before_the_dash() {
        for (tag, expected) in [
            ("\"7\"", Some(7)),
            ("\"7-00112233445566778899aabb\"", Some(7)),
            (" \"12-0\" ", Some(12)),
            ("\"00112233445566778899aabb\"", None),
            ("\"001122334455667788990011\"", None),
            ("\"\"", None),
            ("7", None),
            ("W/\"7\"", None),
            ("\"7\", \"8\"", None),
        ] {
            assert_eq!(version(tag), expected, "{tag}");
        }
        assert_eq!(hash(b"").len(), 24);
    }
}
