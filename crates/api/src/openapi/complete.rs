//! What follows from what an operation says of itself: who may call it, the problems that it can answer, the headers around it.

use rapport_contract::Code;
use rapport_contract::role::Permission;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder,
};

/// Completes an operation.
pub(super) fn complete(method: &str, path: &str, operation: &mut Operation) {
    let permission = permission(operation);
    let has_body = operation.request_body.is_some();
    for status in statuses(operation)
        .filter(|status| *status >= 400)
        .collect::<Vec<_>>()
    {
        add(operation, status, title(status));
    }
    if permission.is_some() {
        add(
            operation,
            401,
            "There is no session or API key, or it has ended",
        );
        add(operation, 403, "The role or the API key does not allow it");
    }
    if path.contains("{id}") {
        add(operation, 404, "There is no such thing in this account");
    }
    if has_body {
        for status in [400, 413, 415, 422] {
            add(operation, status, title(status));
        }
    }
    if takes(operation, "If-Match") {
        add(operation, 412, title(412));
    }
    if takes(operation, "Idempotency-Key") {
        for status in [400, 409, 422] {
            add(operation, status, title(status));
        }
        tell(operation, |status| status < 300, &["Idempotent-Replayed"]);
    }
    if path.starts_with("/api/") {
        add(operation, 429, title(429));
    }
    add(operation, 500, "Something went wrong on the server");
    if method != "GET" {
        add(
            operation,
            503,
            "The server cannot make changes at the moment",
        );
    }
    if method == "GET" {
        not_modified(operation);
    }
    if path.starts_with("/api/") {
        let told = |status| status < 400 || status == 429;
        tell(operation, told, &["RateLimit", "RateLimit-Policy"]);
        tell(operation, |status| status == 429, &["Retry-After"]);
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

/// The permission that an operation asks for, if it asks for one.
fn permission(operation: &Operation) -> Option<String> {
    let requirement = serde_json::to_value(operation.security.as_ref()?.first()?).ok()?;
    Some(requirement.get("session")?.get(0)?.as_str()?.to_owned())
}

fn statuses(operation: &Operation) -> impl Iterator<Item = u16> {
    let statuses = operation.responses.responses.keys();
    statuses.filter_map(|status| status.parse().ok())
}

/// Whether it reads this header.
fn takes(operation: &Operation, header: &str) -> bool {
    operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| match parameter {
            RefOr::T(parameter) => {
                parameter.parameter_in == ParameterIn::Header && parameter.name == header
            }
            RefOr::Ref(_) => false,
        })
}

/// Adds a problem that it can answer. What it says of that itself stays.
fn add(operation: &mut Operation, status: u16, description: &str) {
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
}

/// What has a tag need not be sent to whoever has it.
fn not_modified(operation: &mut Operation) {
    let has_tag = |response: &RefOr<Response>| match response {
        RefOr::T(response) => response.headers.contains_key("ETag"),
        RefOr::Ref(_) => false,
    };
    if !operation
        .responses
        .responses
        .get("200")
        .is_some_and(has_tag)
    {
        return;
    }
    let parameter = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The `ETag` of what the caller has: if it still is the same, it is not sent again",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(RefOr::T(parameter));
    let response = Response::new("The caller has it already");
    operation
        .responses
        .responses
        .insert("304".to_owned(), RefOr::T(response));
}

/// Adds headers to the answers with these statuses.
fn tell(operation: &mut Operation, which: impl Fn(u16) -> bool, headers: &[&str]) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if !status.parse().is_ok_and(&which) {
            continue;
        }
        for header in headers {
            let reference = Ref::new(format!("#/components/headers/{header}"));
            response
                .headers
                .insert((*header).to_owned(), RefOr::Ref(reference));
        }
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
