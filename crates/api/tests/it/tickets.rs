//! Tickets: addresses that let in once.

use crate::server::{Server, on_both};
use crate::wire::{Wire, hear};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rapport_client::Client;
use rapport_contract::api_key::ApiKeyDraft;
use rapport_contract::contact::ContactExport;
use rapport_contract::role::{Permission, Role};
use rapport_contract::ticket::TicketDraft;
use rapport_store::tickets::{self, Purpose};
use rapport_store::{Caller, Who};
use reqwest::Method;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

on_both! {
    a_ticket_lets_in_once;
    a_ticket_holds_for_a_minute;
    a_ticket_ends_with_whoever_made_it;
    a_ticket_is_for_those_who_may_export;
    a_ticket_says_what_is_wrong_when_it_is_made;
    a_ticket_shows_its_own_account;
}

/// The secret in a ticket's address.
fn secret(url: &str) -> &str {
    url.split_once("?ticket=")
        .expect("an address with a ticket")
        .1
}

fn export() -> ContactExport {
    serde_json::from_value(json!({
        "filter": {"field": "country", "op": "eq", "value": "MX"}, "q": "garcía & co", "sort": "-name",
        "columns": ["name", "email"], "bom": true
    }))
    .unwrap()
}

async fn make(client: &Client) -> String {
    let ticket = client.make_ticket(&TicketDraft::from(export())).await;
    secret(&ticket.expect("a ticket").url.0).to_owned()
}

/// What opening the address does.
async fn redeem(server: &Server, secret: &str) -> Option<(Caller, ContactExport)> {
    let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()));
    let found = server.store.write(server.now(), async |w| {
        tickets::redeem(w, &hash, Purpose::Export).await
    });
    let (caller, parameters) = found.await.unwrap()?;
    Some((caller, serde_json::from_str(&parameters).unwrap()))
}

/// The rows in the table of tickets.
async fn kept(server: &Server) -> Vec<String> {
    let connection = server.store.migration_connection();
    let all = Statement::from_string(
        connection.get_database_backend(),
        "SELECT secret_hash FROM tickets",
    );
    let rows = connection.query_all_raw(all).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "secret_hash").unwrap())
        .collect()
}

async fn a_ticket_lets_in_once(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let made = owner
        .make_ticket(&TicketDraft::from(export()))
        .await
        .unwrap();
    assert!(
        made.url
            .0
            .starts_with(&format!("{}/api/v1/contacts.csv?ticket=", server.url))
    );
    assert_eq!(made.expires_at, server.now().plus_seconds(60));
    assert!(!format!("{made:?}").contains(secret(&made.url.0)));
    let secret = secret(&made.url.0);
    assert_eq!(secret.len(), 43);
    assert!(!kept(server).await.iter().any(|hash| hash.contains(secret)));
    assert!(redeem(server, "nonsense").await.is_none());
    let (caller, asked) = redeem(server, secret).await.unwrap();
    assert_eq!(asked, export());
    assert_eq!((caller.person, caller.session), (me.id, Some(me.session)));
    assert_eq!(caller.account, me.account);
    assert!(redeem(server, secret).await.is_none());
    assert!(kept(server).await.is_empty());
    // Of two at once, one gets in.
    let secret = make(&owner).await;
    let (one, other) = futures::join!(redeem(server, &secret), redeem(server, &secret));
    assert_eq!([one, other].iter().flatten().count(), 1);
}

async fn a_ticket_holds_for_a_minute(server: &Server) {
    let owner = server.owner().await;
    let (first, second) = (make(&owner).await, make(&owner).await);
    server.later(59).await;
    assert!(redeem(server, &first).await.is_some());
    server.later(1).await;
    assert!(redeem(server, &second).await.is_none());
    // Those that nobody came with are taken away by the next.
    make(&owner).await;
    make(&owner).await;
    server.later(60).await;
    make(&owner).await;
    assert_eq!(kept(server).await.len(), 1);
}

async fn a_ticket_ends_with_whoever_made_it(server: &Server) {
    let owner = server.owner().await;
    let admin = server.member(&owner, Role::Admin).await;
    // The session ends.
    let ended = server.visitor();
    server.sign_in(&ended, "admin@example.com").await;
    let (of_ended, of_other) = (make(&ended).await, make(&admin).await);
    ended.log_out().await.unwrap();
    assert!(redeem(server, &of_ended).await.is_none());
    assert!(redeem(server, &of_other).await.is_some());
    // The key is deleted.
    let draft = ApiKeyDraft {
        name: "Shop".to_owned(),
        scopes: vec![Permission::ContactsExport],
        expires_at: None,
    };
    let key = owner.make_api_key(&draft).await.unwrap();
    let program = server.visitor();
    program.set_access_token(Some(key.key.clone()));
    let (first, second) = (make(&program).await, make(&program).await);
    let (caller, _) = redeem(server, &first).await.unwrap();
    let maker = owner.me().await.unwrap().id;
    assert_eq!(
        caller.who,
        Who::ApiKey {
            key: key.api_key.id,
            maker
        }
    );
    assert!(caller.may(Permission::ContactsExport) && !caller.may(Permission::ContactsRead));
    owner.delete_api_key(key.api_key.id).await.unwrap();
    assert!(redeem(server, &second).await.is_none());
    // The person has become less, and then nobody.
    let (less, nobody) = (make(&admin).await, make(&admin).await);
    let id = admin.me().await.unwrap().id;
    let role = rapport_contract::member::MemberPatch { role: Role::Viewer };
    owner.update_member(id, &role).await.unwrap();
    let (caller, _) = redeem(server, &less).await.unwrap();
    assert!(!caller.may(Permission::ContactsExport));
    owner.remove_member(id).await.unwrap();
    assert!(redeem(server, &nobody).await.is_none());
}

async fn a_ticket_is_for_those_who_may_export(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let agent = server.member(&owner, Role::Agent).await;
    let draft = ApiKeyDraft {
        name: "Shop".to_owned(),
        scopes: vec![Permission::ContactsRead],
        expires_at: None,
    };
    let key = owner.make_api_key(&draft).await.unwrap().key;
    for token in [agent.access_token().unwrap(), key] {
        let request = wire
            .request(Method::POST, "/api/v1/tickets")
            .bearer_auth(token.0);
        let heard = hear(request.json(&json!({"for": "export"}))).await;
        assert_eq!((heard.status, heard.code().as_str()), (403, "forbidden"));
    }
    assert!(kept(server).await.is_empty());
}

async fn a_ticket_says_what_is_wrong_when_it_is_made(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let long = "x".repeat(1_001);
    for (body, expected) in [
        (json!({}), "/for required"),
        (json!({"for": "events"}), "/for unknown_value"),
        (json!({"for": "export", "limit": 5}), "/limit unknown_key"),
        (
            json!({"for": "export", "sort": "shoe_size"}),
            "/sort unknown_value",
        ),
        (json!({"for": "export", "q": long}), "/q too_long"),
        (json!({"for": "export", "bom": "yes"}), "/bom wrong_type"),
        (
            json!({"for": "export", "filter": {"field": "shoe_size", "op": "eq", "value": 1}}),
            "/filter/field unknown_field",
        ),
    ] {
        let request = wire
            .request(Method::POST, "/api/v1/tickets")
            .bearer_auth(&token);
        let heard = hear(request.json(&body)).await;
        assert_eq!(heard.status, 422, "{body}: {}", heard.text());
        let faults: Vec<_> = heard
            .faults()
            .into_iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect();
        assert_eq!(faults, [expected], "{body}");
    }
    let unknown = json!({"for": "export", "saved_filter": "sf_0g4zk8q1w9r2t"});
    let request = wire
        .request(Method::POST, "/api/v1/tickets")
        .bearer_auth(&token);
    assert_eq!(hear(request.json(&unknown)).await.status, 404);
    assert!(kept(server).await.is_empty());
}

async fn a_ticket_shows_its_own_account(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    let (ours, theirs) = (make(&owner).await, make(&stranger).await);
    let (here, _) = redeem(server, &ours).await.unwrap();
    let (there, _) = redeem(server, &theirs).await.unwrap();
    assert_eq!(here.account.name, "Ágora");
    assert_eq!(there.account.name, "Elsewhere");
    assert_ne!(here.account.id, there.account.id);
}
