//! The document: that the committed one is the served one, and what every operation in it has to say.

use crate::operations::{document, operations};
use crate::server::{Server, on_both};
use crate::wire::{Wire, hear};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

on_both! {
    the_served_document_is_this_one;
}

async fn the_served_document_is_this_one(server: &Server) {
    let heard = hear(Wire::new(server).request(Method::GET, "/openapi.json")).await;
    assert_eq!(heard.status, 200);
    assert_eq!(heard.json(), document());
}

#[test]
fn the_committed_document_is_the_served_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let served = serde_json::to_string_pretty(&rapport_api::openapi()).unwrap() + "\n";
    assert!(
        committed == served,
        "openapi/openapi.json is stale: run `cargo xtask openapi`"
    );
}

#[test]
fn it_is_openapi_3_1() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    for key in ["title", "version", "description"] {
        assert!(
            document["info"][key]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{key}"
        );
    }
    assert_eq!(
        document["components"]["securitySchemes"]["session"]["scheme"],
        "bearer"
    );
}

#[test]
fn operations_have_ids_of_a_verb_and_a_noun() {
    const VERBS: [&str; 18] = [
        "accept", "cancel", "change", "count", "create", "delete", "download", "get", "list",
        "merge", "open", "refresh", "reset", "restore", "search", "undo", "update", "upsert",
    ];
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let (verb, noun) = operation.id.split_once('_').unwrap_or_default();
        assert!(VERBS.contains(&verb), "{}", operation.id);
        assert!(
            noun.len() > 1 && noun.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{}",
            operation.id
        );
        let expected: &[&str] = match operation.method {
            Method::GET => &["get", "list", "download"],
            Method::DELETE => &["delete"],
            Method::PATCH => &["update"],
            Method::PUT => &["update", "upsert"],
            _ => &[
                "accept", "cancel", "change", "count", "create", "delete", "merge", "open",
                "refresh", "reset", "restore", "search", "undo",
            ],
        };
        assert!(
            expected.contains(&verb),
            "{} {}",
            operation.method,
            operation.id
        );
        assert!(seen.insert(operation.id.clone()), "{} twice", operation.id);
    }
}

/// Every operation with its path and method, as it stands in the document.
fn each(document: &Value) -> impl Iterator<Item = (String, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter()
            .map(move |(method, operation)| (format!("{method} {path}"), path.as_str(), operation))
    })
}

#[test]
fn operations_say_what_they_do_and_who_may() {
    let document = document();
    for (name, _, operation) in each(&document) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(
            !summary.is_empty() && summary.len() <= 80 && !summary.ends_with('.'),
            "{name}: {summary:?}"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{name}"
        );
        // The permission, and the security scheme beside it. Those without are named in the tests of access.
        let permission = operation["x-permission"].as_str();
        let scope = operation["security"][0]["session"][0].as_str();
        assert_eq!(permission, scope, "{name}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let said = parameter["description"].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "{name}: {}", parameter["name"]);
            assert_eq!(
                parameter["required"] == true,
                parameter["in"] == "path",
                "{name}: {}",
                parameter["name"]
            );
        }
    }
}

#[test]
fn operations_say_which_problems_they_answer() {
    let document = document();
    for (name, path, operation) in each(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let mut successes = 0;
        for (status, response) in responses {
            let status: u16 = status
                .parse()
                .unwrap_or_else(|_| panic!("{name}: {status}"));
            let content = response["content"].as_object();
            if status < 400 {
                successes += usize::from(status != 304);
                let empty = matches!(status, 204 | 304);
                assert_eq!(content.is_none(), empty, "{name} {status}");
                continue;
            }
            let content = content.unwrap_or_else(|| panic!("{name} {status} has no content"));
            assert_eq!(
                content.keys().collect::<Vec<_>>(),
                ["application/problem+json"],
                "{name} {status}"
            );
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{name} {status}");
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{name} {status}"
            );
        }
        // An upsert says by its status whether it made something; what is done at once when it is little becomes a job when it is much.
        const TWO: [&str; 4] = [
            "change_contacts",
            "create_segment_members",
            "delete_segment_members",
            "upsert_contact",
        ];
        let two = TWO.contains(&operation["operationId"].as_str().unwrap());
        assert_eq!(successes, 1 + usize::from(two), "{name}");
        let mut expected = vec![500];
        if operation["x-permission"].is_string() {
            expected.extend([401, 403]);
        }
        if path.contains("{id}") {
            expected.push(404);
        }
        if operation["requestBody"].is_object() {
            expected.extend([400, 413, 415, 422]);
        }
        for status in expected {
            assert!(
                responses.contains_key(&status.to_string()),
                "{name} can answer {status}"
            );
        }
    }
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters
        .into_iter()
        .any(|parameter| parameter["name"] == name)
}

#[test]
fn api_keys_are_for_everything_but_ones_own_person() {
    let document = document();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["api_key"]["scheme"], "bearer");
    for (name, _, operation) in each(&document) {
        let Some(permission) = operation["x-permission"].as_str() else {
            assert!(operation["security"].is_null(), "{name}");
            continue;
        };
        let expected = if permission == "self" {
            serde_json::json!([{"session": [permission]}])
        } else {
            serde_json::json!([{"session": [permission]}, {"api_key": [permission]}])
        };
        assert_eq!(operation["security"], expected, "{name}");
    }
}

#[test]
fn limits_are_told_everywhere() {
    let document = document();
    for (name, path, operation) in each(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let limited = path.starts_with("/api/");
        assert_eq!(responses.contains_key("429"), limited, "{name}");
        for (status, response) in responses {
            let status: u16 = status.parse().unwrap();
            let told = limited && (status < 400 || status == 429);
            for header in ["RateLimit", "RateLimit-Policy"] {
                assert_eq!(
                    response["headers"][header].is_object(),
                    told,
                    "{name} {status}"
                );
            }
            assert_eq!(
                response["headers"]["Retry-After"].is_object(),
                status == 429,
                "{name} {status}"
            );
        }
    }
}

#[test]
fn what_creates_can_be_sent_again() {
    // A file is streamed, and not compared with another one.
    const WITHOUT: [&str; 1] = ["create_import"];
    let document = document();
    let mut seen = 0;
    for (name, _, operation) in each(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let responses = operation["responses"].as_object().unwrap();
        let creates = responses.contains_key("201") || responses.contains_key("202");
        let keyed = has_parameter(operation, "Idempotency-Key");
        if name.starts_with("post") && creates && operation["x-permission"].is_string() {
            assert_eq!(keyed, !WITHOUT.contains(&id), "{name}");
        }
        if keyed {
            seen += 1;
            assert!(name.starts_with("post") || id == "upsert_contact", "{name}");
            for status in ["400", "409", "422"] {
                assert!(responses.contains_key(status), "{name} can answer {status}");
            }
            let success = ["200", "201", "202"]
                .iter()
                .find_map(|status| responses.get(*status));
            let header = &success.unwrap()["headers"]["Idempotent-Replayed"];
            assert!(header.is_object(), "{name}");
        }
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn what_is_shown_alone_has_a_tag() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let get = &item["get"];
        let alone = path.ends_with("{id}") || path == "/api/v1/me" || path == "/api/v1/account";
        if !alone || get.is_null() {
            continue;
        }
        assert!(
            get["responses"]["200"]["headers"]["ETag"].is_object(),
            "{path}"
        );
        assert!(get["responses"]["304"].is_object(), "{path}");
        assert!(has_parameter(get, "If-None-Match"), "{path}");
        let patch = &item["patch"];
        if patch.is_object() {
            assert!(has_parameter(patch, "If-Match"), "{path}");
            assert!(patch["responses"]["412"].is_object(), "{path}");
            assert!(
                patch["responses"]["200"]["headers"]["ETag"].is_object(),
                "{path}"
            );
        }
    }
}

#[test]
fn what_takes_a_body_says_so() {
    // Those that are told everything by their path or their cookie.
    const WITHOUT: [&str; 12] = [
        "cancel_job",
        "create_duplicate_search",
        "create_password_reset",
        "delete_current_session",
        "refresh_session",
        "restore_contact",
        "restore_custom_attribute",
        "restore_note",
        "restore_saved_filter",
        "restore_segment",
        "undo_merge",
        "update_contact_segment",
    ];
    // A deletion that names what is deleted in its body.
    const WITH: [&str; 1] = ["delete_segment_members"];
    let document = document();
    for (name, _, operation) in each(&document) {
        let takes = ["post", "put", "patch"]
            .iter()
            .any(|method| name.starts_with(method));
        let id = operation["operationId"].as_str().unwrap();
        let takes = takes || WITH.contains(&id);
        assert_eq!(
            operation["requestBody"].is_object(),
            takes && !WITHOUT.contains(&id),
            "{name}"
        );
        if takes && !WITHOUT.contains(&id) {
            assert_eq!(operation["requestBody"]["required"], true, "{name}");
        }
    }
}

/// Calls `visit` with every value in the document.
fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Object(map) => map.values().for_each(|value| walk(value, visit)),
        Value::Array(list) => list.iter().for_each(|value| walk(value, visit)),
        _ => {}
    }
}

#[test]
fn every_reference_resolves() {
    let document = document();
    let mut seen = 0;
    walk(&document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#');
            let target = pointer.and_then(|pointer| document.pointer(pointer));
            assert!(target.is_some(), "{reference} leads nowhere");
            seen += 1;
        }
    });
    assert!(seen > 100, "{seen}");
}

/// The schemas that request bodies are made of.
fn of_requests(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Value> = each(document)
        .map(|(_, _, operation)| &operation["requestBody"])
        .collect();
    while let Some(next) = open.pop() {
        let mut references = Vec::new();
        walk(next, &mut |value| {
            references.extend(value.get("$ref").and_then(Value::as_str));
        });
        for reference in references {
            let name = reference.rsplit('/').next().unwrap();
            if found.insert(name.to_owned()) {
                open.push(&document["components"]["schemas"][name]);
            }
        }
    }
    found
}

#[test]
fn what_is_sent_is_described_key_by_key() {
    let document = document();
    let schemas = of_requests(&document);
    assert!(schemas.len() > 12, "{schemas:?}");
    for name in schemas {
        let schema = &document["components"]["schemas"][&name];
        let Some(properties) = schema["properties"].as_object() else {
            continue;
        };
        assert_eq!(
            schema["additionalProperties"], false,
            "{name} refuses unknown keys"
        );
        for (key, property) in properties {
            assert!(is_described(property), "{name}.{key}: {property}");
        }
    }
}

/// Whether the property says what it is: itself, or beside the reference that it is null or.
fn is_described(property: &Value) -> bool {
    let says = |value: &Value| {
        value["description"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    };
    let branches = property["oneOf"].as_array().into_iter().flatten();
    says(property) || branches.into_iter().any(says)
}

#[test]
fn examples_are_what_their_schemas_say() {
    let document = document();
    let mut checked = 0;
    for (name, _, operation) in each(&document) {
        for media in operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flat_map(|map| map.values())
        {
            if let Some(example) = media.get("example") {
                fits(&document, &media["schema"], example, &name);
                checked += 1;
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for example in schema["examples"].as_array().into_iter().flatten() {
            fits(&document, schema, example, name);
            checked += 1;
        }
    }
    assert!(checked > 8, "{checked}");
}

/// Checks the parts of a schema that ours use: types, keys, values, references. Patterns are held to by the ids' own tests.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(&reference[1..]).unwrap();
        return fits(document, target, value, at);
    }
    // A schema that says nothing takes anything.
    if schema.as_object().is_none_or(serde_json::Map::is_empty) {
        return;
    }
    if let Some(branches) = schema["oneOf"].as_array() {
        let has_keys = |branch: &Value| {
            let keys = branch["required"].as_array().into_iter().flatten();
            keys.filter_map(Value::as_str)
                .all(|key| !value.is_object() || value.get(key).is_some())
        };
        let branch = branches
            .iter()
            .find(|branch| (branch["type"] == "null") == value.is_null() && has_keys(branch));
        return fits(
            document,
            branch.unwrap_or_else(|| panic!("{at}: {value}")),
            value,
            at,
        );
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::Array(kinds) => kinds.contains(&Value::from(kind)),
        one => *one == kind,
    };
    assert!(allowed, "{at}: {value} is {kind}, {}", schema["type"]);
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{at}: {value}");
    }
    if let Value::Array(items) = value {
        items
            .iter()
            .for_each(|item| fits(document, &schema["items"], item, at));
    }
    if let Value::Object(map) = value {
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(
                map.contains_key(key.as_str().unwrap()),
                "{at}: {key} is missing"
            );
        }
        for (key, value) in map {
            let named = &schema["properties"][key];
            // A map has keys of all names.
            let property = if named.is_object() {
                named
            } else {
                &schema["additionalProperties"]
            };
            assert!(property.is_object(), "{at}: unknown key {key}");
            fits(document, property, value, &format!("{at}/{key}"));
        }
    }
}
