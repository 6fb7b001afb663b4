//! The OpenAPI document, and what follows from it.

use crate::routes::collected;
use rapport_contract::role::Permission;
use rapport_contract::{Code, Problem};
use utoipa::PartialSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, License, OpenApi, PathItem, Ref, RefOr,
    ResponseBuilder, Server,
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
            .schema("Problem", Problem::schema())
            .schema("Code", Code::schema())
            .schema("Fault", rapport_contract::Fault::schema())
            .schema("FaultCode", rapport_contract::FaultCode::schema())
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
            complete(method, path, operation);
        }
    }
    document
}

/// Adds what follows from what an operation says of itself: its permission in words, and the problems that it can answer.
fn complete(method: &str, path: &str, operation: &mut Operation) {
    let permission = permission(operation);
    let has_body = operation.request_body.is_some();
    let declared = operation
        .responses
        .responses
        .keys()
        .filter_map(|status| status.parse().ok());
    let declared: Vec<u16> = declared.filter(|status| *status >= 400).collect();
    let mut add = |status: u16, description: &str| {
        let responses = &mut operation.responses.responses;
        let known = responses.remove(&status.to_string());
        let description = match known {
            Some(RefOr::T(response)) if !response.description.is_empty() => response.description,
            _ => description.to_owned(),
        };
        let content = ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build();
        responses.insert(status.to_string(), RefOr::T(response));
    };
    for status in declared {
        add(status, title(status));
    }
    if permission.is_some() {
        add(401, "There is no session or API key, or it has ended");
        add(403, "The role or the API key does not allow it");
    }
    if path.contains("{id}") {
        add(404, "There is no such thing in this account");
    }
    if has_body {
        for status in [400, 413, 415, 422] {
            add(status, title(status));
        }
    }
    add(500, "Something went wrong on the server");
    if method != "GET" {
        add(503, "The server cannot make changes at the moment");
    }
    if let Some(permission) = permission {
        if permission != Permission::OwnSelf.as_str() {
            let requirement = SecurityRequirement::new("api_key", [permission.as_str()]);
            operation.security.get_or_insert_default().push(requirement);
        }
        let extensions = operation.extensions.get_or_insert_default();
        extensions.insert("x-permission".to_owned(), permission.into());
    }
}

fn title(status: u16) -> &'static str {
    match status {
        409 => "It contradicts what is there",
        _ => Code::ALL
            .iter()
            .find(|code| code.status() == status)
            .map_or("The request failed", |code| code.title()),
    }
}

/// The permission that an operation asks for, if it asks for one.
fn permission(operation: &Operation) -> Option<String> {
    let requirement = serde_json::to_value(operation.security.as_ref()?.first()?).ok()?;
    Some(requirement.get("session")?.get(0)?.as_str()?.to_owned())
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
