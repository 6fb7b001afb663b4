//! Answers that are made inside a change, so that they can be kept with it.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use rapport_contract::ContactId;
use serde::Serialize;

/// A success, before it becomes a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    /// JSON, or nothing.
    pub(crate) body: Vec<u8>,
    /// The contact that it shows: once that is erased, nobody may get the answer again.
    pub(crate) subject: Option<ContactId>,
}

impl Reply {
    fn new(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            status,
            location: None,
            etag: None,
            body,
            subject: None,
        }
    }

    /// 200 with this resource.
    pub(crate) fn ok(value: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, json(value))
    }

    /// 201 with this resource.
    pub(crate) fn created(value: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, json(value))
    }

    /// 202: this goes on.
    pub(crate) fn accepted(value: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, json(value))
    }

    /// Where the resource is: a path below `/api/v1`, such as `/contacts/ct_0g4zk8q1w9r2t`.
    #[must_use]
    pub(crate) fn at(self, path: impl std::fmt::Display) -> Self {
        Self {
            location: Some(format!("/api/v1{path}")),
            ..self
        }
    }

    /// The `ETag` of this version of the resource.
    #[must_use]
    pub(crate) fn tagged(self, version: i64) -> Self {
        Self {
            etag: Some(crate::extract::etag(version).1),
            ..self
        }
    }

    /// The contact whose data it shows.
    #[must_use]
    pub(crate) fn about(self, contact: ContactId) -> Self {
        Self {
            subject: Some(contact),
            ..self
        }
    }
}

/// Nothing of ours fails to become JSON: no map has keys that are no texts.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        let Reply {
            status,
            location,
            etag,
            body,
            subject: _,
        } = reply;
        let mut response = Self::build(status);
        if let Some(location) = location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = etag {
            response.insert_header((header::ETAG, etag));
        }
        if body.is_empty() {
            return response.finish();
        }
        response.content_type("application/json").body(body)
    }
}
