//! Taking a request apart: the JSON body, the id in the path, the parameters in the query.

use crate::access::permitted;
use crate::once::{BodyDigest, is_keyed};
use crate::problem::Failure;
use crate::tags;

pub(crate) use crate::tags::etag;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use aws_lc_rs::digest;
use futures::{FutureExt, StreamExt};
use percent_encoding::percent_decode_str;
use rapport_contract::{Code, Fault, FaultCode, NoteId, Problem, SegmentId};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::future::{Ready, ready};
use std::pin::Pin;
use std::str::FromStr;

/// The most bytes of a JSON body.
const BODY_MAX: usize = 1 << 20;

/// The JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_body(request, payload);
        Box::pin(async move { parse(&body.await?).map(Self) })
    }
}

/// The JSON body, and the keys that it has as null.
pub(crate) struct BodyWithNulls<T>(pub(crate) T, pub(crate) BTreeSet<String>);

impl<T: DeserializeOwned + 'static> FromRequest for BodyWithNulls<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_body(request, payload);
        Box::pin(async move {
            let body = body.await?;
            let value = parse(&body)?;
            let keys: BTreeMap<String, Option<IgnoredAny>> = parse(&body)?;
            let nulls = keys.into_iter().filter(|(_, value)| value.is_none());
            Ok(Self(value, nulls.map(|(key, _)| key).collect()))
        })
    }
}

/// The bytes of a body that is said to be JSON, once the caller is known to be allowed.
fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<web::BytesMut, Failure>> + 'static {
    let is_json = is_json(request);
    let payload = web::Payload::from_request(request, payload);
    let (permitted, keyed) = (
        permitted(request),
        is_keyed(request).then(|| request.clone()),
    );
    async move {
        permitted.await;
        if !is_json {
            return Err(Failure::new(
                Code::UnsupportedMediaType,
                "Send JSON, with Content-Type: application/json or application/merge-patch+json.",
            ));
        }
        let broken = |error: &dyn std::fmt::Display| {
            Failure::new(Code::InvalidJson, format!("The body broke off: {error}"))
        };
        let mut stream = payload.await.map_err(|error| broken(&error))?;
        let mut body = web::BytesMut::new();
        while let Some(bytes) = stream.next().await {
            let bytes = bytes.map_err(|error| broken(&error))?;
            if body.len() + bytes.len() > BODY_MAX {
                return Err(Failure::new(
                    Code::PayloadTooLarge,
                    format!("A body has at most {BODY_MAX} bytes."),
                ));
            }
            body.extend_from_slice(&bytes);
        }
        if let Some(request) = keyed {
            let digest = digest::digest(&digest::SHA256, &body);
            request.extensions_mut().insert(BodyDigest(digest));
        }
        Ok(body)
    }
}

/// `application/json` or `application/merge-patch+json`.
fn is_json(request: &HttpRequest) -> bool {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else {
        return false;
    };
    let essence = value
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.eq_ignore_ascii_case("application/merge-patch+json")
}

/// Reads JSON; what does not fit the type is a fault at its place.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    // Every body is an object; serde would take the values of one in a list as well, in their order.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(body).map_err(|error| not_json(&error))?;
        let fault = Fault::new("", FaultCode::WrongType, "expected an object");
        return Err(Problem::invalid(vec![fault]).into());
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value =
        serde_path_to_error::deserialize(&mut reader).map_err(|error| unreadable(&error, body))?;
    reader.end().map_err(|error| {
        Failure::new(
            Code::InvalidJson,
            format!("Something follows the JSON: {error}"),
        )
    })?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Failure {
    Failure::new(Code::InvalidJson, format!("The body is not JSON: {error}"))
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>, body: &[u8]) -> Failure {
    let inner = error.inner();
    // Of a number or null where one of several names should stand, serde_json says that it is no JSON.
    let no_name = inner.to_string().starts_with("expected value")
        && serde_json::from_slice::<IgnoredAny>(body).is_ok();
    if !inner.is_data() && !no_name {
        return not_json(inner);
    }
    let mut pointer = String::new();
    for segment in error.path().iter() {
        use serde_path_to_error::Segment;
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    // serde_json names the place in the text behind the message; ours is the pointer.
    let detail = inner.to_string();
    let detail = detail
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    let code = if detail.starts_with("unknown field") || detail.starts_with("duplicate field") {
        FaultCode::UnknownKey
    } else if detail.starts_with("missing field") {
        FaultCode::Required
    } else if detail.starts_with("unknown variant") {
        FaultCode::UnknownValue
    } else if detail.starts_with("expected an instant") {
        FaultCode::InvalidInstant
    } else if no_name || detail.starts_with("invalid type") {
        FaultCode::WrongType
    } else if detail.starts_with("invalid value: integer") {
        FaultCode::OutOfRange
    } else {
        FaultCode::Incorrect
    };
    if (code == FaultCode::Required || detail.starts_with("duplicate field"))
        && let Some(name) = detail.split('`').nth(1)
    {
        pointer = format!("{pointer}/{name}");
    }
    Problem::invalid(vec![Fault::new(pointer, code, detail)]).into()
}

/// The `{id}` in the path. What is not an id of this kind is not there.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr + 'static> FromRequest for Id<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = id_in_path(request, "id").map(Self);
        let permitted = permitted(request);
        Box::pin(permitted.then(|()| ready(id)))
    }
}

fn id_in_path<T: FromStr>(request: &HttpRequest, name: &str) -> Result<T, Failure> {
    let text = request.match_info().get(name).unwrap_or_default();
    text.parse().map_err(|_| {
        Failure::new(
            Code::NotFound,
            "There is nothing with this id in this account.",
        )
    })
}

/// What stands in a path beside an `{id}`.
pub(crate) trait BesideId: FromStr + 'static {
    /// Its name there.
    const NAME: &'static str;
}

impl BesideId for SegmentId {
    const NAME: &'static str = "segment_id";
}

impl BesideId for NoteId {
    const NAME: &'static str = "note_id";
}

/// An id in the path beside `{id}`.
pub(crate) struct Beside<T>(pub(crate) T);

impl<T: BesideId> FromRequest for Beside<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = id_in_path(request, T::NAME).map(Self);
        let permitted = permitted(request);
        Box::pin(permitted.then(|()| ready(id)))
    }
}

/// The end of the path: the last `N` parts, percent-decoded.
pub(crate) struct PathEnd<const N: usize>(pub(crate) [String; N]);

impl<const N: usize> FromRequest for PathEnd<N> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // As it was sent: the router decodes what is not UTF-8 into something else, silently.
        let parts: Result<Vec<String>, Failure> = request
            .uri()
            .path()
            .rsplit('/')
            .take(N)
            .map(|part| {
                let decoded = percent_decode_str(part).decode_utf8();
                decoded.map(Cow::into_owned).map_err(|_| {
                    let why = "expected UTF-8 behind the percent signs";
                    wrong_parameter("value", FaultCode::InvalidCharacter, why)
                })
            })
            .collect();
        let end = parts.and_then(|mut parts| {
            parts.reverse();
            <[String; N]>::try_from(parts)
                .map(Self)
                .map_err(|_| Failure::internal(&"a path is shorter than its route"))
        });
        let permitted = permitted(request);
        Box::pin(permitted.then(|()| ready(end)))
    }
}

/// The parameters in the query.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Params<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let params = read_query(request.query_string()).map(Self);
        let permitted = permitted(request);
        Box::pin(permitted.then(|()| ready(params)))
    }
}

/// Reads the parameters; what does not fit the type is a fault of the parameter.
fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    if !is_utf8(query) {
        return Err(Failure::new(
            Code::InvalidQuery,
            "The query is not UTF-8 behind its percent signs.",
        ));
    }
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let detail = error.inner().to_string();
        let code = match detail.split(' ').next() {
            Some("unknown" | "duplicate") => FaultCode::UnknownKey,
            Some("missing") => FaultCode::Required,
            _ => FaultCode::WrongType,
        };
        let path = error.path().to_string();
        let named = detail.split('`').nth(1).filter(|_| path == ".");
        wrong_parameter(named.unwrap_or(&path), code, detail.clone())
    })
}

/// Whether the bytes that a query stands for are UTF-8: a decoder would put other characters there, silently.
fn is_utf8(query: &str) -> bool {
    let mut bytes = query.bytes();
    let mut decoded = Vec::with_capacity(query.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = [ahead.next(), ahead.next()]
            .map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        match (byte, digits) {
            (b'%', [Some(high), Some(low)]) => {
                decoded.push((high * 16 + low) as u8);
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// No parameters. For what must not be misunderstood: who asks to delete in a way that is not known here wants something else.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoParams {}

/// A wrong parameter.
pub(crate) fn wrong_parameter(name: &str, code: FaultCode, detail: impl Into<String>) -> Failure {
    let detail = detail.into();
    Problem {
        faults: vec![Fault::new(name, code, detail.clone())],
        ..Problem::new(Code::InvalidQuery, format!("{name}: {detail}"))
    }
    .into()
}

/// The version that `If-Match` asks for: `"7-…"`; nothing for `*` or without it.
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::IF_MATCH) else {
            return ready(Ok(Self(None)));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return ready(Ok(Self(None)));
        }
        // A tag that we did not give matches no version.
        ready(Ok(Self(Some(tags::version(text).unwrap_or(-1)))))
    }
}
