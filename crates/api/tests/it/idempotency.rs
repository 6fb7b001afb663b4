//! `Idempotency-Key`: a request that is sent again is answered again, and not carried out again.

use crate::server::{Server, on_both, token_of};
use crate::wire::{Heard, Wire, hear};
use rapport_client::Client;
use rapport_contract::account::AccountPatch;
use rapport_contract::api_key::ApiKeyDraft;
use rapport_contract::role::{Permission, Role};
use rapport_store::accounts::{self, AccountChange};
use rapport_store::{Actor, Who, idempotency};
use reqwest::{Method, RequestBuilder};
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::time::{Duration, Instant as Moment};

on_both! {
    a_repeated_request_is_answered_as_before;
    a_key_belongs_to_one_request;
    a_key_belongs_to_its_caller;
    a_refusal_is_repeated_too;
    faults_leave_the_key_free;
    a_key_holds_for_a_day;
    of_many_at_once_one_is_carried_out;
    while_the_first_is_running_the_second_is_told_so;
    a_key_is_a_few_visible_characters;
    links_are_shown_again_and_kept_from_the_database;
    an_erased_contact_is_answered_no_more;
    faults_of_the_server_are_not_kept;
    a_restored_attribute_is_answered_again;
    what_has_expired_is_forgotten_by_the_worker;
}

const CONTACTS: &str = "/api/v1/contacts";

fn token(client: &Client) -> String {
    client.access_token().unwrap().0
}

/// A `POST` with a key.
fn keyed(wire: &Wire, token: &str, path: &str, key: &str, body: &Value) -> RequestBuilder {
    wire.request(Method::POST, path)
        .bearer_auth(token)
        .header("Idempotency-Key", key)
        .json(body)
}

async fn post(wire: &Wire, token: &str, path: &str, key: &str, body: &Value) -> Heard {
    hear(keyed(wire, token, path, key, body)).await
}

/// What has to be the same the second time.
fn said(heard: &Heard) -> (u16, [Option<String>; 3], Value) {
    let headers = ["location", "etag", "content-type"];
    let mut body = heard.json();
    if let Some(problem) = body.as_object_mut() {
        problem.remove("request_id");
    }
    (
        heard.status,
        headers.map(|name| heard.header(name).map(str::to_owned)),
        body,
    )
}

fn is_replay(heard: &Heard) -> bool {
    heard.header("idempotent-replayed") == Some("true")
}

async fn count(client: &Client) -> u64 {
    let count = client.count_contacts(&Default::default(), None).await;
    count.unwrap().count
}

async fn a_repeated_request_is_answered_as_before(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let ana = json!({"first_name": "Ana", "email": "ana@example.com", "city": "Mérida 🌵"});
    let first = post(&wire, &token, CONTACTS, "k-1", &ana).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert!(!is_replay(&first));
    for _ in 0..3 {
        let again = post(&wire, &token, CONTACTS, "k-1", &ana).await;
        assert_eq!(said(&again), said(&first));
        assert!(is_replay(&again));
    }
    assert_eq!(count(&owner).await, 1);
    // It is the answer of then, whatever became of the contact.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let path = format!("{CONTACTS}/{id}");
    let gone = hear(wire.request(Method::DELETE, &path).bearer_auth(&token)).await;
    assert_eq!(gone.status, 204);
    let again = post(&wire, &token, CONTACTS, "k-1", &ana).await;
    assert_eq!(said(&again), said(&first));
    assert_eq!(count(&owner).await, 0);
    // Without a body too.
    let path = format!("{path}/restore");
    let restore = || {
        let request = wire.request(Method::POST, &path).bearer_auth(&token);
        request.header("Idempotency-Key", "k-2")
    };
    let restored = hear(restore()).await;
    assert_eq!((restored.status, is_replay(&restored)), (200, false));
    let again = hear(restore()).await;
    assert_eq!(said(&again), said(&restored));
    assert!(is_replay(&again));
}

async fn a_key_belongs_to_one_request(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let ana = json!({"first_name": "Ana"});
    assert_eq!(post(&wire, &token, CONTACTS, "k", &ana).await.status, 201);
    let invitations = "/api/v1/invitations";
    for (path, body) in [
        (CONTACTS, json!({"first_name": "Bea"})),
        ("/api/v1/contacts?a=1", ana.clone()),
        (invitations, json!({"role": "agent"})),
    ] {
        let heard = post(&wire, &token, path, "k", &body).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (422, "idempotency_key_reused"),
            "{path}"
        );
    }
    assert_eq!(count(&owner).await, 1);
    assert!(owner.invitations().await.unwrap().data.is_empty());
    // The same JSON in another spelling is another request: bytes are compared.
    let spaced = wire
        .request(Method::POST, CONTACTS)
        .bearer_auth(&token)
        .header("Idempotency-Key", "k")
        .header("Content-Type", "application/json")
        .body("{ \"first_name\": \"Ana\" }");
    assert_eq!(hear(spaced).await.code(), "idempotency_key_reused");
}

async fn a_key_belongs_to_its_caller(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let stranger = server.stranger().await;
    let wire = Wire::new(server);
    let ana = json!({"first_name": "Ana"});
    let mut ids = Vec::new();
    for client in [&owner, &agent, &stranger] {
        let heard = post(&wire, &token(client), CONTACTS, "k", &ana).await;
        assert_eq!((heard.status, is_replay(&heard)), (201, false));
        ids.push(heard.json()["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    // Another session of the same person is the same caller.
    let other = wire.session("olga@example.com").await;
    let heard = post(&wire, &other.access, CONTACTS, "k", &ana).await;
    assert_eq!((heard.status, &heard.json()["id"]), (201, &ids[0]));
    assert!(is_replay(&heard));
}

async fn a_refusal_is_repeated_too(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let ana = json!({"email": "ana@example.com"});
    let first = post(&wire, &token, CONTACTS, "k-1", &ana).await;
    let refused = post(&wire, &token, CONTACTS, "k-2", &ana).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "contact_conflict")
    );
    // The address is free by now; the answer is still that of then, with the request's own id.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let path = format!("{CONTACTS}/{id}");
    hear(wire.request(Method::DELETE, &path).bearer_auth(&token)).await;
    let again = post(&wire, &token, CONTACTS, "k-2", &ana).await;
    assert_eq!(said(&again), said(&refused));
    assert!(is_replay(&again));
    assert_ne!(again.json()["request_id"], refused.json()["request_id"]);
    assert_eq!(count(&owner).await, 0);
    assert_eq!(post(&wire, &token, CONTACTS, "k-3", &ana).await.status, 201);
}

async fn faults_leave_the_key_free(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    for body in [json!({}), json!({"email": "nonsense"}), json!({"x": 1})] {
        let heard = post(&wire, &token, CONTACTS, "k", &body).await;
        assert_eq!((heard.status, is_replay(&heard)), (422, false));
    }
    let heard = post(&wire, "nonsense", CONTACTS, "k", &json!({})).await;
    assert_eq!(heard.status, 401);
    let ana = json!({"first_name": "Ana"});
    let heard = post(&wire, &token, CONTACTS, "k", &ana).await;
    assert_eq!((heard.status, is_replay(&heard)), (201, false));
}

async fn a_key_holds_for_a_day(server: &Server) {
    let owner = server.owner().await;
    let wire = Wire::new(server);
    let ana = json!({"email": "ana@example.com"});
    let token = async || wire.session("olga@example.com").await.access;
    let first = post(&wire, &token().await, CONTACTS, "k", &ana).await;
    assert_eq!(first.status, 201);
    server.later(24 * 3600 - 1).await;
    let again = post(&wire, &token().await, CONTACTS, "k", &ana).await;
    assert_eq!(said(&again), said(&first));
    server.later(1).await;
    let late = post(&wire, &token().await, CONTACTS, "k", &ana).await;
    assert_eq!((late.status, is_replay(&late)), (409, false));
    // Others tidy up behind those whose callers never come back.
    for at in 0..3 {
        let body = json!({"first_name": format!("Bea {at}")});
        post(&wire, &token().await, CONTACTS, &format!("k-{at}"), &body).await;
    }
    assert_eq!(kept(server).await.len(), 4);
    server.later(24 * 3600).await;
    let body = json!({"first_name": "Cid"});
    post(&wire, &token().await, CONTACTS, "another", &body).await;
    assert_eq!(kept(server).await.len(), 1);
    assert_eq!(count(&owner).await, 5);
}

async fn of_many_at_once_one_is_carried_out(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let ana = json!({"first_name": "Ana"});
    for round in 0..5 {
        let key = format!("round-{round}");
        let requests = (0..8).map(|_| post(&wire, &token, CONTACTS, &key, &ana));
        let answers = futures::future::join_all(requests).await;
        let carried_out = answers
            .iter()
            .filter(|heard| heard.status == 201 && !is_replay(heard));
        assert_eq!(carried_out.count(), 1);
        for heard in answers.iter().filter(|heard| heard.status != 201) {
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (409, "idempotency_in_progress")
            );
            assert_eq!(heard.header("retry-after"), Some("1"));
        }
        assert_eq!(count(&owner).await, round + 1);
    }
}

async fn while_the_first_is_running_the_second_is_told_so(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let actor = Actor {
        account: owner.me().await.unwrap().account.id,
        who: Who::System,
    };
    let change = AccountChange {
        name: Some("Held".to_owned()),
        ..AccountChange::default()
    };
    let ana = json!({"first_name": "Ana"});
    let one = post(&wire, &token, CONTACTS, "k", &ana);
    let other = post(&wire, &token, CONTACTS, "k", &ana);
    let (one, other) = (Box::pin(one), Box::pin(other));
    // A change of the account's settings is under way, which a new contact waits for.
    let (told, waiting) = hold(
        server,
        &actor,
        &change,
        async || match futures::future::select(one, other).await {
            futures::future::Either::Left((told, waiting)) => (told, waiting),
            futures::future::Either::Right((told, waiting)) => (told, waiting),
        },
    )
    .await;
    assert_eq!(
        (told.status, told.code().as_str()),
        (409, "idempotency_in_progress")
    );
    assert_eq!(told.header("retry-after"), Some("1"));
    let done = waiting.await;
    assert_eq!((done.status, is_replay(&done)), (201, false));
    let again = post(&wire, &token, CONTACTS, "k", &ana).await;
    assert_eq!(said(&again), said(&done));
    assert!(is_replay(&again));
    assert_eq!(count(&owner).await, 1);
    let patch = AccountPatch::default();
    assert_eq!(owner.update_account(&patch).await.unwrap().name, "Held");
}

/// Does something while the account's settings are being changed.
async fn hold<T>(
    server: &Server,
    actor: &Actor,
    change: &AccountChange,
    meanwhile: impl AsyncFnOnce() -> T,
) -> T {
    let meanwhile = std::sync::Mutex::new(Some(meanwhile));
    let done = server.store.write(server.now(), async |w| {
        accounts::update(w, actor, change, None).await?;
        let meanwhile = meanwhile.lock().unwrap().take().unwrap();
        Ok(meanwhile().await)
    });
    done.await.unwrap()
}

async fn a_key_is_a_few_visible_characters(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let ana = json!({"first_name": "Ana"});
    let long = "k".repeat(256);
    for key in ["", "a b", "clé", &long] {
        let heard = post(&wire, &token, CONTACTS, key, &ana).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (400, "invalid_header"),
            "{key:?}"
        );
        assert_eq!(
            heard.faults(),
            [("Idempotency-Key".to_owned(), "incorrect".to_owned())]
        );
    }
    let two = keyed(&wire, &token, CONTACTS, "a", &ana).header("Idempotency-Key", "b");
    assert_eq!(hear(two).await.code(), "invalid_header");
    assert_eq!(count(&owner).await, 0);
    for key in ["k", &long[1..], "\"8e03978e-40d5-43dd-bc93-6894a57f9324\""] {
        let heard = post(&wire, &token, CONTACTS, key, &ana).await;
        assert_eq!(heard.status, 201, "{key:?}");
    }
}

/// Everything that is kept, as text.
async fn kept(server: &Server) -> Vec<String> {
    let connection = server.store.migration_connection();
    let all = Statement::from_string(
        connection.get_database_backend(),
        "SELECT request, fingerprint, answer FROM kept_answers",
    );
    let rows = connection.query_all_raw(all).await.unwrap();
    rows.iter()
        .map(|row| {
            let answer: Vec<u8> = row.try_get("", "answer").unwrap();
            let request: String = row.try_get("", "request").unwrap();
            let fingerprint: String = row.try_get("", "fingerprint").unwrap();
            format!(
                "{request} {fingerprint} {}",
                String::from_utf8_lossy(&answer)
            )
        })
        .collect()
}

async fn links_are_shown_again_and_kept_from_the_database(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let draft = json!({"role": "agent", "email": "nora@example.com"});
    let invitations = "/api/v1/invitations";
    let first = post(&wire, &token, invitations, "my-own-key", &draft).await;
    let again = post(&wire, &token, invitations, "my-own-key", &draft).await;
    assert_eq!(said(&again), said(&first));
    assert_eq!(owner.invitations().await.unwrap().data.len(), 1);
    let body = first.json();
    let secret = token_of(body["url"].as_str().unwrap()).to_owned();
    let rows = kept(server).await;
    assert_eq!(rows.len(), 1);
    for text in [secret.as_str(), "my-own-key", "nora", "http", "{\""] {
        assert!(!rows[0].contains(text), "{text} in {}", rows[0]);
    }
}

async fn an_erased_contact_is_answered_no_more(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let account = owner.me().await.unwrap().account.id;
    let ana = json!({"email": "ana@example.com"});
    let made = post(&wire, &token, CONTACTS, "k-1", &ana).await;
    // The refusal names the contact, too.
    let refused = post(&wire, &token, CONTACTS, "k-2", &ana).await;
    assert_eq!(refused.status, 409);
    let other = post(
        &wire,
        &token,
        CONTACTS,
        "k-3",
        &json!({"first_name": "Bea"}),
    )
    .await;
    let id = made.json()["id"].as_str().unwrap().parse().unwrap();
    let forget = server.store.write(server.now(), async |w| {
        idempotency::forget(w, account, id).await
    });
    forget.await.unwrap();
    assert_eq!(kept(server).await.len(), 1);
    let again = post(
        &wire,
        &token,
        CONTACTS,
        "k-3",
        &json!({"first_name": "Bea"}),
    )
    .await;
    assert_eq!(said(&again), said(&other));
    for key in ["k-1", "k-2"] {
        let heard = post(&wire, &token, CONTACTS, key, &ana).await;
        assert_eq!((heard.status, is_replay(&heard)), (409, false));
    }
}

async fn faults_of_the_server_are_not_kept(server: &Server) {
    // A process that is alone with its database never lacks ids.
    if server.store.engine() == rapport_store::Engine::Sqlite {
        return;
    }
    let owner = server.owner().await;
    let draft = ApiKeyDraft {
        name: "Shop".to_owned(),
        scopes: vec![Permission::ContactsWrite],
        expires_at: None,
    };
    let key = owner.make_api_key(&draft).await.unwrap().key.0;
    let wire = Wire::new(server);
    let ana = json!({"first_name": "Ana"});
    let centuries = 101 * 366 * 24 * 3600;
    server.pass(centuries);
    let heard = post(&wire, &key, CONTACTS, "k", &ana).await;
    assert_eq!((heard.status, heard.code().as_str()), (503, "unavailable"));
    server.later(1).await;
    let heard = post(&wire, &key, CONTACTS, "k", &ana).await;
    assert_eq!((heard.status, is_replay(&heard)), (201, false));
    let heard = post(&wire, &key, CONTACTS, "k", &ana).await;
    assert_eq!((heard.status, is_replay(&heard)), (201, true));
}

async fn a_restored_attribute_is_answered_again(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    let made = crate::custom_values::define(&owner, "plan", "text").await;
    owner.delete_custom_attribute(made.id).await.unwrap();
    let path = format!("/api/v1/custom-attributes/{}/restore", made.id);
    let first = post(&wire, &token, &path, "k", &json!({})).await;
    assert_eq!((first.status, is_replay(&first)), (200, false));
    assert_eq!(first.json()["key"], "plan");
    assert!(first.header("etag").is_some());
    let again = post(&wire, &token, &path, "k", &json!({})).await;
    assert_eq!((said(&again), is_replay(&again)), (said(&first), true));
    // Without the key it is carried out: there is nothing to restore any more.
    let other = post(&wire, &token, &path, "other", &json!({})).await;
    assert!(other.status >= 400, "{}", other.text());
}

/// Nobody sends anything again, and the answers go all the same.
async fn what_has_expired_is_forgotten_by_the_worker(server: &Server) {
    let owner = server.owner().await;
    let (wire, token) = (Wire::new(server), token(&owner));
    for n in 0..3 {
        let body = json!({"first_name": format!("Ana {n}")});
        post(&wire, &token, CONTACTS, &format!("k-{n}"), &body).await;
    }
    post(
        &wire,
        &token,
        "/api/v1/tickets",
        "ticket",
        &json!({"for": "export"}),
    )
    .await;
    assert_eq!(kept(server).await.len(), 4);
    assert_eq!(crate::history::count(server, "tickets").await, 1);
    server.later(24 * 3600).await;
    let deadline = Moment::now() + Duration::from_secs(60);
    while !kept(server).await.is_empty() || crate::history::count(server, "tickets").await > 0 {
        assert!(Moment::now() < deadline, "the worker forgets nothing");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
