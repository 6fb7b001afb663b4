//! Who may call what: every operation of the document, by every role.

use crate::operations::{Operation, operations};
use crate::server::{Server, on_both};
use crate::wire::{Heard, Wire, hear};
use rapport_contract::role::{Permission, Role};
use serde_json::json;

on_both! {
    every_operation_asks_for_its_permission;
    nothing_but_the_doors_is_open_without_a_session;
    the_refusal_comes_before_everything_else;
}

/// The operations that nobody has to be signed in for.
const OPEN: [&str; 10] = [
    "accept_invitation",
    "create_session",
    "create_setup",
    "delete_current_session",
    "get_health",
    "get_readiness",
    "get_setup",
    "open_link",
    "refresh_session",
    "reset_password",
];

fn permission(operation: &Operation) -> Option<Permission> {
    let name = operation.permission.as_deref()?;
    let permission = Permission::from_name(name);
    Some(permission.unwrap_or_else(|| panic!("{}: unknown permission {name}", operation.id)))
}

/// A call that harms nothing: an id that nothing has, and a body that says nothing.
pub(crate) async fn call(wire: &Wire, operation: &Operation, token: Option<&str>) -> Heard {
    let path = operation.at(&operation.unknown_id());
    let mut request = wire.request(operation.method.clone(), &path);
    if operation.takes_json {
        request = request.json(&json!({}));
    }
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    hear(request).await
}

async fn every_operation_asks_for_its_permission(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    for role in Role::ALL {
        let client = if role == Role::Owner {
            owner.clone()
        } else {
            server.member(&owner, role).await
        };
        let token = client.access_token().unwrap().0;
        for operation in operations() {
            let Some(permission) = permission(&operation) else {
                continue;
            };
            let heard = call(&wire, &operation, Some(&token)).await;
            let what = format!(
                "{} by {}: {} {}",
                operation.id,
                role.as_str(),
                heard.status,
                heard.text()
            );
            assert_ne!(heard.status, 401, "{what}");
            if role >= permission.least_role() {
                assert_ne!(heard.status, 403, "{what}");
            } else {
                assert_eq!(
                    (heard.status, heard.code().as_str()),
                    (403, "forbidden"),
                    "{what}"
                );
                // It says what is missing and who has it.
                let detail = heard.json()["detail"].as_str().unwrap().to_owned();
                assert!(detail.contains(permission.as_str()), "{what}");
                assert!(detail.contains(permission.least_role().as_str()), "{what}");
            }
        }
    }
}

async fn nothing_but_the_doors_is_open_without_a_session(server: &Server) {
    server.owner().await;
    let wire = Wire::new(server);
    let mut open = Vec::new();
    for operation in operations() {
        if operation.permission.is_none() {
            open.push(operation.id);
            continue;
        }
        for token in [None, Some(""), Some("nonsense")] {
            let heard = call(&wire, &operation, token).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (401, "unauthenticated"),
                "{}",
                operation.id
            );
            assert_eq!(heard.header("www-authenticate"), Some("Bearer"));
        }
    }
    open.sort();
    assert_eq!(open, OPEN);
}

async fn the_refusal_comes_before_everything_else(server: &Server) {
    let owner = server.owner().await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let token = viewer.access_token().unwrap().0;
    let wire = Wire::new(server);
    let ended = wire.session("viewer@example.com").await;
    let out = wire.cookie("/api/v1/auth/logout", &ended.refresh, Some(&server.url));
    assert_eq!(hear(out).await.status, 204);
    for operation in operations() {
        let Some(permission) = permission(&operation) else {
            continue;
        };
        // Everything about it is wrong: the id, the query, the body and its type.
        let request = |token: &str| {
            wire.request(
                operation.method.clone(),
                &format!("{}?nothing=%ff", operation.at("nonsense")),
            )
            .header("Content-Type", "text/plain")
            .bearer_auth(token)
            .body("{")
        };
        let heard = hear(request(&ended.access)).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (401, "session_ended"),
            "{}",
            operation.id
        );
        if permission.least_role() > Role::Viewer {
            let heard = hear(request(&token)).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (403, "forbidden"),
                "{}",
                operation.id
            );
        }
    }
}
