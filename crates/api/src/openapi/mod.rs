//! The OpenAPI document, and what follows from it.

mod complete;

use crate::routes::collected;
use rapport_contract::{Code, Problem};
use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Header, InfoBuilder, License, ObjectBuilder, OpenApi, PathItem, Server,
};

/// The document of every operation, as it is served at `/openapi.json`.
pub fn openapi() -> OpenApi {
    let mut document = collected();
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    document.info = InfoBuilder::new()
        .title("Rapport")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Contacts and engagement. Every answer that is not a success is a problem document (RFC 9457); its `code` is one of a closed list. \
             Each operation names the permission that it needs in `x-permission`.",
        ))
        .license(Some(license))
        .build();
    document.servers = Some(vec![Server::new("/")]);
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    bearer.description =
        Some("The access token of `POST /api/v1/auth/login`; it holds for 15 minutes.".to_owned());
    let mut api_key = Http::new(HttpAuthScheme::Bearer);
    api_key.bearer_format = Some("rap_ and 40 characters".to_owned());
    api_key.description =
        Some("An API key of `POST /api/v1/api-keys`, for programs. Operations that need `self` are for people alone.".to_owned());
    let components = document.components.take().unwrap_or_default();
    document.components = Some(
        ComponentsBuilder::from(components)
            .security_scheme("session", SecurityScheme::Http(bearer))
            .security_scheme("api_key", SecurityScheme::Http(api_key))
            .header("RateLimit", header(
                "What is left of each quota (`r`), and in how many seconds it is full again (`t`): draft-ietf-httpapi-ratelimit-headers",
                "\"caller\";r=299999;t=1, \"address\";r=599999;t=1",
            ))
            .header("RateLimit-Policy", header(
                "How many requests each quota is of (`q`), and in how many seconds it fills (`w`)",
                "\"caller\";q=300000;w=60, \"address\";q=600000;w=60",
            ))
            .header("Retry-After", header("Seconds after which it makes sense to come back", "1"))
            .header("Idempotent-Replayed", header(
                "`true` when the answer was kept from a request with the same `Idempotency-Key`", "true",
            ))
            .schema("Problem", Problem::schema())
            .schema("Code", Code::schema())
            .schema("Fault", rapport_contract::Fault::schema())
            .schema("FaultCode", rapport_contract::FaultCode::schema())
            .schema(
                "AttributeTag",
                rapport_contract::custom_attribute::AttributeTag::schema(),
            )
            .schema("AttributeId", rapport_contract::AttributeId::schema())
            .schema("Conflict", rapport_contract::problem::Conflict::schema())
            .schema(
                "SegmentTag",
                rapport_contract::segment::SegmentTag::schema(),
            )
            .schema("ContactId", rapport_contract::ContactId::schema())
            .schema("KeyKind", rapport_contract::contact::KeyKind::schema())
            .build(),
    );
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            complete::complete(method, path, operation);
        }
    }
    document
}

fn header(description: &str, example: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(description))
        .example(Some(example.into()))
        .build()
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Which methods each path has, for telling an unknown path from an unknown method.
pub(crate) struct Document(Vec<(Vec<String>, Vec<&'static str>)>);

impl Document {
    pub(crate) fn new() -> Self {
        let mut paths = collected().paths.paths;
        Self(
            paths
                .iter_mut()
                .map(|(path, item)| {
                    let methods = operations_mut(item).map(|(method, _)| method).collect();
                    (path.split('/').map(str::to_owned).collect(), methods)
                })
                .collect(),
        )
    }

    /// The methods of a path; none if it is unknown.
    pub(crate) fn methods(&self, path: &str) -> Vec<&'static str> {
        let path: Vec<&str> = path.split('/').collect();
        let fits = |known: &[String]| {
            known.len() == path.len()
                && known.iter().zip(&path).all(|(known, given)| {
                    known == given || (known.starts_with('{') && !given.is_empty())
                })
        };
        let mut methods: Vec<_> = self
            .0
            .iter()
            .filter(|(known, _)| fits(known))
            .flat_map(|(_, methods)| methods.iter().copied())
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_methods_are_told_from_unknown_paths() {
        let document = Document::new();
        assert_eq!(document.methods("/api/v1/contacts"), ["GET", "POST"]);
        assert_eq!(
            document.methods("/api/v1/contacts/ct_1"),
            ["DELETE", "GET", "PATCH"]
        );
        assert!(document.methods("/api/v1/nothing").is_empty());
        assert!(document.methods("/api/v1/contacts/").is_empty());
    }
}
