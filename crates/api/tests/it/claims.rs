//! A claim never blocks: an address that somebody vouches for moves to where it belongs.

use crate::addresses::{change, id, make, path, read, send};
use crate::history::{activities, count, events};
use crate::server::{Server, on_both};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    what_is_vouched_for_moves;
    a_claim_moves_nothing;
    what_is_vouched_for_stays;
    nobody_is_left_without_anything_to_be_known_by;
    several_move_at_once;
    of_many_who_vouch_the_first_gets_it;
}

/// The ways in which a contact gets an address that somebody vouches for: made with it, changed to it, upserted.
async fn vouchers(client: &rapport_client::Client, body: Value) -> Vec<(u16, Value)> {
    let there = make(client, json!({"name": "There", "identifier": "there"})).await;
    vec![
        send(client, Method::POST, "/contacts", &body).await,
        send(client, Method::PATCH, &path(&there), &body).await,
        send(client, Method::PUT, "/contacts/by/identifier/there", &body).await,
        send(client, Method::PUT, "/contacts/by/identifier/new", &body).await,
    ]
}

async fn what_is_vouched_for_moves(server: &Server) {
    let owner = server.owner().await;
    for (number, (list, key, text)) in [
        (
            "emails",
            json!({"address": "CLAIMED@example.com"}),
            "claimed@example.com",
        ),
        ("phones", json!({"number": "55 1234 5678"}), "+525512345678"),
        (
            "identities",
            json!({"kind": "wechat", "external_id": "w-1"}),
            "wechat:w-1",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut vouched = key.clone();
        vouched["verified"] = json!("person");
        let other = match list {
            "emails" => json!({"address": "other@example.com"}),
            "phones" => json!({"number": "+525512345670"}),
            _ => json!({"kind": "wechat", "external_id": "w-0"}),
        };
        let holder = make(&owner, json!({"name": "Holder", list: [key, other]})).await;
        server.pass(60);
        let taker = make(&owner, json!({"name": "Taker", list: [vouched]})).await;
        assert_eq!(taker[list].as_array().unwrap().len(), 1);
        assert_eq!(taker[list][0]["verified"], "person");
        // Not just taken away: the holder has a new version, a new primary, and knows why.
        let left = read(&owner, &holder).await;
        assert_eq!(left["version"], 2);
        assert_eq!(left["updated_at"], server.now().to_string());
        assert_eq!(left[list].as_array().unwrap().len(), 1);
        if list != "identities" {
            assert_eq!(left[list][0]["primary"], true);
        }
        let told = activities(server, id(&holder)).await;
        let moved = told[1].changes.last().unwrap();
        assert_eq!(told[1].kind, "updated");
        assert_eq!(
            [&moved[0], &moved[2]],
            [&json!("moved_to"), &taker["id"]],
            "{told:?}"
        );
        assert_eq!(moved[1].as_str().unwrap().to_lowercase(), text);
        assert!(told[1].changes.len() > 1, "{told:?}");
        let told = activities(server, id(&taker)).await;
        let moved = told[0].changes.last().unwrap();
        assert_eq!(
            [&moved[0], &moved[1]],
            [&json!("moved_from"), &holder["id"]]
        );
        assert_eq!(
            events(server, id(&holder)).await,
            ["contact.created", "contact.updated"]
        );

        // A patch does the same, and so does an upsert; what is vouched for now stays.
        let (_, other) = send(
            &owner,
            Method::POST,
            "/contacts",
            &json!({"name": "Other", list: [key]}),
        )
        .await;
        assert_eq!(other["conflict"]["id"], taker["id"], "{other}");
        let mut claimed = key.clone();
        claimed["verified"] = json!("none");
        change(&owner, &taker, json!({list: [claimed]})).await;
        let third = make(
            &owner,
            json!({"name": "Third", "identifier": format!("t{number}")}),
        )
        .await;
        change(&owner, &third, json!({list: [vouched]})).await;
        assert_eq!(read(&owner, &taker).await[list], json!([]));
        change(&owner, &third, json!({list: [claimed]})).await;
        let upsert = format!("/contacts/by/identifier/u{number}");
        let (status, upserted) =
            send(&owner, Method::PUT, &upsert, &json!({list: [vouched]})).await;
        assert_eq!((status, upserted[list].as_array().unwrap().len()), (201, 1));
        assert_eq!(read(&owner, &third).await[list], json!([]));
    }
}

async fn a_claim_moves_nothing(server: &Server) {
    let owner = server.owner().await;
    let holder = make(&owner, json!({"name": "Holder", "email": "a@example.com"})).await;
    let before = (
        count(server, "activities").await,
        count(server, "events").await,
    );
    for claim in [
        json!({"email": "a@example.com"}),
        json!({"emails": [{"address": "A@example.com"}]}),
        json!({"emails": [{"address": "a@example.com", "verified": "none"}]}),
    ] {
        let (status, problem) = send(&owner, Method::POST, "/contacts", &claim).await;
        assert_eq!(
            (status, &problem["conflict"]["id"]),
            (409, &holder["id"]),
            "{claim}"
        );
    }
    assert_eq!(read(&owner, &holder).await, holder);
    assert_eq!(
        (
            count(server, "activities").await,
            count(server, "events").await
        ),
        before
    );
}

async fn what_is_vouched_for_stays(server: &Server) {
    let owner = server.owner().await;
    let vouched = json!({"emails": [{"address": "a@example.com", "verified": "person"}]});
    let holder = {
        let mut draft = vouched.clone();
        draft["name"] = json!("Holder");
        make(&owner, draft).await
    };
    for (status, problem) in vouchers(&owner, vouched).await {
        assert_eq!(
            (status, &problem["code"]),
            (409, &json!("contact_conflict")),
            "{problem}"
        );
        assert_eq!(
            problem["conflict"],
            json!({"id": holder["id"], "name": "Holder"})
        );
        assert_eq!(problem["faults"][0]["pointer"], "/emails/0/address");
    }
    assert_eq!(read(&owner, &holder).await, holder);
    // An identifier is never a claim.
    let known = make(&owner, json!({"identifier": "i-1", "name": "Known"})).await;
    let (status, problem) = send(
        &owner,
        Method::POST,
        "/contacts",
        &json!({"identifier": "i-1"}),
    )
    .await;
    assert_eq!((status, &problem["conflict"]["id"]), (409, &known["id"]));
}

async fn nobody_is_left_without_anything_to_be_known_by(server: &Server) {
    let owner = server.owner().await;
    let holder = make(&owner, json!({"email": "only@example.com", "city": "Lima"})).await;
    let vouched = json!({"emails": [{"address": "only@example.com", "verified": "person"}]});
    for (status, problem) in vouchers(&owner, vouched.clone()).await {
        assert_eq!(status, 409, "{problem}");
        assert_eq!(
            problem["conflict"],
            json!({"id": holder["id"], "name": "only@example.com"})
        );
    }
    assert_eq!(read(&owner, &holder).await, holder);
    // Two that move at once count together.
    let two = make(
        &owner,
        json!({"email": "two@example.com", "phone": "+525512345678"}),
    )
    .await;
    let both = json!({
        "emails": [{"address": "two@example.com", "verified": "person"}],
        "phones": [{"number": "+525512345678", "verified": "person"}],
    });
    let (status, problem) = send(&owner, Method::POST, "/contacts", &both).await;
    assert_eq!((status, &problem["conflict"]["id"]), (409, &two["id"]));
    assert_eq!(read(&owner, &two).await, two);
    // With a name it is somebody.
    change(&owner, &holder, json!({"name": "Holder"})).await;
    make(&owner, vouched).await;
    assert_eq!(read(&owner, &holder).await["emails"], json!([]));
}

async fn several_move_at_once(server: &Server) {
    let owner = server.owner().await;
    let one = make(
        &owner,
        json!({"name": "One", "email": "a@example.com", "phone": "+525512345678"}),
    )
    .await;
    let two = make(
        &owner,
        json!({"name": "Two", "identities": [{"kind": "wechat", "external_id": "w"}]}),
    )
    .await;
    let taker = make(
        &owner,
        json!({
            "emails": [{"address": "a@example.com", "verified": "person"}],
            "phones": [{"number": "+525512345678", "verified": "person"}],
            "identities": [{"kind": "wechat", "external_id": "w", "verified": "person"}],
        }),
    )
    .await;
    assert_eq!(taker["channels"], json!(["email", "sms", "wechat"]));
    for holder in [&one, &two] {
        let left = read(&owner, holder).await;
        assert_eq!(
            (&left["channels"], &left["version"]),
            (&json!([]), &json!(2))
        );
        assert_eq!(activities(server, id(holder)).await.len(), 2);
    }
    let told = activities(server, id(&taker)).await;
    let moved = told[0]
        .changes
        .iter()
        .filter(|change| change[0] == "moved_from");
    assert_eq!(moved.count(), 3);
    // One of several is kept: then nothing moves.
    make(
        &owner,
        json!({"name": "Keeper", "email": "kept@example.com"}),
    )
    .await;
    let wanted = json!({"name": "Late", "emails": [
        {"address": "a@example.com"}, {"address": "kept@example.com", "verified": "person"},
    ]});
    let (status, problem) = send(&owner, Method::POST, "/contacts", &wanted).await;
    assert_eq!((status, &problem["conflict"]["id"]), (409, &taker["id"]));
    assert_eq!(count(server, "contact_emails").await, 2);
}

async fn of_many_who_vouch_the_first_gets_it(server: &Server) {
    let owner = server.owner().await;
    let holder = make(&owner, json!({"name": "Holder", "email": "a@example.com"})).await;
    let draft =
        json!({"name": "Taker", "emails": [{"address": "a@example.com", "verified": "person"}]});
    let answers = join_all((0..12).map(|_| send(&owner, Method::POST, "/contacts", &draft))).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(status, _)| *status == 201);
    assert_eq!(made.len(), 1, "{refused:?}");
    for (status, problem) in refused {
        assert_eq!(
            (status, &problem["conflict"]["id"]),
            (409, &made[0].1["id"]),
            "{problem}"
        );
    }
    assert_eq!(read(&owner, &holder).await["emails"], json!([]));
    assert_eq!(count(server, "contact_emails").await, 1);
}
