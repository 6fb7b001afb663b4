//! Saved filters: who sees them, who changes them, what breaks them, and how many they match.

use crate::contacts::{person, raw, some};
use crate::history::{count, run_sql};
use crate::segments::{people, segment, these};
use crate::server::{Server, on_both};
use crate::wire::version_in;
use rapport_client::Client;
use rapport_contract::contact::{ContactDraft, ContactQuery, ContactSearch, CountQuery};
use rapport_contract::filter::Filter;
use rapport_contract::role::Role;
use rapport_contract::saved_filter::{
    SavedFilter, SavedFilterCountQuery, SavedFilterDraft, SavedFilterPatch,
};
use rapport_contract::{Code, FaultCode, Patch, SavedFilterId};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_saved_filters_life;
    each_says_what_it_asks;
    private_ones_are_their_makers;
    shared_ones_belong_to_whoever_made_them;
    what_means_nothing_is_not_saved;
    what_is_deleted_breaks_them;
    they_are_used_by_their_id;
    many_are_counted_at_once;
    there_are_at_most_a_thousand_filters;
}

pub(crate) fn filter(value: Value) -> Filter {
    serde_json::from_value(value).expect("a filter")
}

fn draft(name: &str, value: Value, shared: bool) -> SavedFilterDraft {
    SavedFilterDraft {
        name: name.to_owned(),
        filter: filter(value),
        sort: None,
        columns: None,
        shared,
    }
}

fn in_city(city: &str) -> Value {
    json!({"field": "city", "op": "eq", "value": city})
}

pub(crate) async fn saved(client: &Client, name: &str, value: Value, shared: bool) -> SavedFilter {
    let draft = draft(name, value, shared);
    client.create_saved_filter(&draft).await.unwrap()
}

async fn names(client: &Client) -> Vec<String> {
    let listed = client.saved_filters().await.unwrap().data;
    listed.into_iter().map(|one| one.name).collect()
}

async fn a_saved_filters_life(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let draft = SavedFilterDraft {
        sort: some("-company"),
        columns: Some(vec!["company".to_owned(), "name".to_owned()]),
        ..draft("  Lima ", in_city("Lima"), false)
    };
    let made = owner.create_saved_filter(&draft).await.unwrap();
    assert_eq!(made.name, "Lima");
    assert_eq!(made.filter, draft.filter);
    assert_eq!((&made.sort, &made.columns), (&draft.sort, &draft.columns));
    assert_eq!(
        (made.shared, made.mine, made.owner),
        (false, true, Some(me.id))
    );
    assert_eq!((made.version, made.broken.len()), (1, 0));
    // In the caller's language, which is the account's here.
    assert_eq!(made.sentence, "Ciudad es «Lima»");
    let shown = owner.saved_filter(made.id).await.unwrap();
    assert_eq!(
        (&shown.value, version_in(shown.etag.as_deref())),
        (&made, Some(1))
    );
    saved(&owner, "Árbol", json!({"all": []}), false).await;
    assert_eq!(names(&owner).await, ["Árbol", "Lima"]);

    server.pass(60);
    let patch = SavedFilterPatch {
        name: some("Cusco"),
        filter: Some(filter(in_city("Cusco"))),
        sort: Patch::Null,
        columns: Patch::Set(vec!["email".to_owned()]),
        shared: Some(true),
    };
    let changed = owner
        .update_saved_filter(made.id, &patch, Some("\"1\""))
        .await
        .unwrap();
    assert_eq!(version_in(changed.etag.as_deref()), Some(2));
    let now = changed.value;
    assert_eq!((now.name.as_str(), &now.sort), ("Cusco", &None));
    assert_eq!(now.filter, filter(in_city("Cusco")));
    assert_eq!(now.columns, Some(vec!["email".to_owned()]));
    assert_eq!((now.shared, now.updated_at), (true, server.now()));
    let again = owner.update_saved_filter(made.id, &patch, None).await;
    assert_eq!(again.unwrap().value, now);
    let stale = owner
        .update_saved_filter(made.id, &SavedFilterPatch::default(), Some("\"1\""))
        .await;
    assert_eq!(stale.unwrap_err().code(), Some(Code::VersionMismatch));

    owner.delete_saved_filter(made.id).await.unwrap();
    assert_eq!(names(&owner).await, ["Árbol"]);
    for gone in [
        owner.saved_filter(made.id).await.map(drop),
        owner
            .update_saved_filter(made.id, &patch, None)
            .await
            .map(drop),
        owner.delete_saved_filter(made.id).await,
    ] {
        assert_eq!(gone.unwrap_err().code(), Some(Code::NotFound));
    }
    let back = owner.restore_saved_filter(made.id).await.unwrap();
    assert_eq!(back.filter, now.filter);
    let twice = owner.restore_saved_filter(made.id).await.unwrap_err();
    assert_eq!(twice.code(), Some(Code::NotDeleted));
    owner.delete_saved_filter(made.id).await.unwrap();
    server.later(30 * 24 * 3600 + 1).await;
    server.sign_in(&owner, "olga@example.com").await;
    let late = owner.restore_saved_filter(made.id).await.unwrap_err();
    assert_eq!(late.code(), Some(Code::NotFound));
    let forgotten = server.store.write(server.now(), async |w| {
        rapport_store::saved_filters::forget_deleted(w).await
    });
    // The server's own worker may have been first.
    assert!(forgotten.await.unwrap() <= 1);
    assert_eq!(count(server, "saved_filters").await, 1);
}

async fn each_says_what_it_asks(server: &Server) {
    let owner = server.owner().await;
    let abroad = json!({"not": {"field": "country", "op": "any_of", "value": ["MX", "ES"]}});
    let abroad = saved(&owner, "Abroad", abroad, false).await;
    assert_eq!(abroad.sentence, "País no es ni México ni España");
    // A segment by its name, and also when it is gone.
    let group = segment(&owner, "Alumni").await;
    let of_group = json!({"field": "segment", "op": "eq", "value": group.id});
    let of_group = saved(&owner, "Of the group", of_group, false).await;
    assert!(
        of_group.sentence.contains("Alumni"),
        "{}",
        of_group.sentence
    );
    owner.delete_segment(group.id).await.unwrap();
    let broken = owner.saved_filter(of_group.id).await.unwrap().value;
    assert_eq!(broken.broken.len(), 1);
    assert!(
        broken.sentence.contains("ya no existe"),
        "{}",
        broken.sentence
    );
}

async fn private_ones_are_their_makers(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let viewer = server.member(&owner, Role::Viewer).await;
    let private = saved(&agent, "Private", in_city("Lima"), false).await;
    let shared = saved(&agent, "Shared", in_city("Lima"), true).await;
    assert_eq!(names(&agent).await, ["Private", "Shared"]);
    for other in [&owner, &viewer] {
        assert_eq!(names(other).await, ["Shared"]);
        let seen = other.saved_filter(shared.id).await.unwrap().value;
        assert_eq!((seen.mine, seen.owner), (false, shared.owner));
        let patch = SavedFilterPatch::default();
        let query = ContactQuery {
            saved_filter: Some(private.id),
            ..ContactQuery::default()
        };
        let mut errors = vec![
            other.saved_filter(private.id).await.unwrap_err(),
            other.contacts(&query).await.unwrap_err(),
        ];
        if other.me().await.unwrap().role == Role::Owner {
            errors.extend([
                other
                    .update_saved_filter(private.id, &patch, None)
                    .await
                    .unwrap_err(),
                other.delete_saved_filter(private.id).await.unwrap_err(),
                other.restore_saved_filter(private.id).await.unwrap_err(),
            ]);
        }
        for error in errors {
            assert_eq!(error.code(), Some(Code::NotFound));
        }
        let all = SavedFilterCountQuery {
            ids: Some(vec![private.id, shared.id]),
            at_most: None,
        };
        let counts = other.count_saved_filters(&all).await.unwrap().counts;
        assert_eq!(counts.len(), 1);
        assert_eq!(counts[0].id, shared.id);
    }
    let refused = viewer
        .create_saved_filter(&draft("Mine", in_city("Lima"), false))
        .await;
    assert_eq!(refused.unwrap_err().code(), Some(Code::Forbidden));
}

async fn shared_ones_belong_to_whoever_made_them(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let admin = server.member(&owner, Role::Admin).await;
    let shared = saved(&owner, "Shared", in_city("Lima"), true).await;
    let rename = |name: &str| SavedFilterPatch {
        name: some(name),
        ..SavedFilterPatch::default()
    };
    for error in [
        agent
            .update_saved_filter(shared.id, &rename("X"), None)
            .await
            .unwrap_err(),
        agent.delete_saved_filter(shared.id).await.unwrap_err(),
    ] {
        let problem = error.problem().unwrap();
        assert_eq!(problem.code, Code::Forbidden);
        assert!(problem.detail.contains("saved_filters:manage"), "{problem}");
    }
    admin
        .update_saved_filter(shared.id, &rename("Renamed"), None)
        .await
        .unwrap();
    // Nobody makes it invisible to themselves.
    let hide = SavedFilterPatch {
        shared: Some(false),
        ..SavedFilterPatch::default()
    };
    let error = admin
        .update_saved_filter(shared.id, &hide, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(Code::Forbidden));
    admin.delete_saved_filter(shared.id).await.unwrap();
    let error = agent.restore_saved_filter(shared.id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Forbidden));
    admin.restore_saved_filter(shared.id).await.unwrap();
    let hidden = owner
        .update_saved_filter(shared.id, &hide, None)
        .await
        .unwrap();
    assert!(!hidden.value.shared);
    assert_eq!(names(&admin).await, [""; 0]);
}

async fn what_means_nothing_is_not_saved(server: &Server) {
    let owner = server.owner().await;
    let events = count(server, "events").await;
    let body = json!({
        "name": " ", "sort": "shoe_size", "columns": ["city", "custom.plan", "city"],
        "filter": {"all": [
            {"field": "shoe_size", "op": "eq", "value": 7},
            {"field": "segment", "op": "eq", "value": "sg_0000000000001"},
            {"field": "city", "op": "eq", "op": "eq", "value": "Lima"}
        ]}
    });
    let body = body.to_string().replacen(
        r#""op":"eq","value":"Lima""#,
        r#""op":"eq","op":"eq","value":"Lima""#,
        1,
    );
    let (status, problem) = raw(&owner, Method::POST, "/saved-filters", Some(&body)).await;
    assert_eq!(status, 422, "{problem}");
    let faults: Vec<_> = problem["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (
                fault["pointer"].as_str().unwrap(),
                fault["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        faults,
        [
            ("/name", "required"),
            ("/filter/all/0/field", "unknown_field"),
            ("/filter/all/1/value", "unknown_value"),
            ("/filter/all/2/op", "repeated_key"),
            ("/sort", "unknown_value"),
            ("/columns/1", "unknown_value"),
            ("/columns/2", "not_together"),
        ],
        "{problem}"
    );
    let fine = json!({"all": []});
    for (body, pointer, code) in [
        (json!({"name": "x"}), "/filter", "required"),
        (
            json!({"name": "x", "filter": fine, "q": "ana"}),
            "/q",
            "unknown_key",
        ),
        (
            json!({"name": "x", "filter": null}),
            "/filter",
            "wrong_type",
        ),
        (
            json!({"name": "x", "filter": fine, "columns": []}),
            "/columns",
            "required",
        ),
        (
            json!({"name": "x", "filter": fine, "shared": null}),
            "/shared",
            "wrong_type",
        ),
        (
            json!({"name": "x".repeat(81), "filter": fine}),
            "/name",
            "too_long",
        ),
    ] {
        let (status, problem) = raw(
            &owner,
            Method::POST,
            "/saved-filters",
            Some(&body.to_string()),
        )
        .await;
        let fault = &problem["faults"][0];
        assert_eq!(
            (status, &fault["pointer"], &fault["code"]),
            (422, &json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    assert_eq!(count(server, "events").await, events);
    let one = saved(&owner, "One", fine, false).await;
    let path = format!("/saved-filters/{}", one.id);
    for (body, pointer) in [
        (
            json!({"filter": {"field": "city", "op": "gt", "value": "x"}}),
            "/filter/op",
        ),
        (json!({"filter": null}), "/filter"),
        (json!({"sort": "custom.plan"}), "/sort"),
        (json!({"columns": ["shoe"]}), "/columns/0"),
        (json!({"name": null}), "/name"),
    ] {
        let (status, problem) = raw(&owner, Method::PATCH, &path, Some(&body.to_string())).await;
        assert_eq!(
            (status, &problem["faults"][0]["pointer"]),
            (422, &json!(pointer)),
            "{problem}"
        );
    }
    assert_eq!(owner.saved_filter(one.id).await.unwrap().value, one);
}

async fn what_is_deleted_breaks_them(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 3).await;
    let vip = segment(&owner, "VIP").await;
    owner
        .add_to_segment(vip.id, &these(&ids[..2]))
        .await
        .unwrap();
    let none_of = json!({"field": "segment", "op": "none_of", "value": [vip.id]});
    let not_vip = saved(&owner, "Not VIP", none_of, true).await;
    let query = CountQuery {
        saved_filter: Some(not_vip.id),
        ..CountQuery::default()
    };
    assert_eq!(owner.count_contacts(&query, None).await.unwrap().count, 1);
    owner.delete_segment(vip.id).await.unwrap();
    // It does not mean everyone now: it means nothing.
    let broken = owner.saved_filter(not_vip.id).await.unwrap().value;
    assert_eq!(broken.broken.len(), 1, "{:?}", broken.broken);
    assert_eq!(broken.broken[0].pointer, "/filter/value/0");
    assert_eq!(broken.broken[0].code, FaultCode::UnknownValue);
    assert_eq!(owner.saved_filters().await.unwrap().data, [broken]);
    let error = owner.count_contacts(&query, None).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::ValidationFailed));
    let search = ContactQuery {
        saved_filter: Some(not_vip.id),
        ..ContactQuery::default()
    };
    let error = owner.contacts(&search).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::InvalidQuery));
    let counts = owner
        .count_saved_filters(&SavedFilterCountQuery::default())
        .await;
    let counts = counts.unwrap().counts;
    assert_eq!((counts[0].broken, counts[0].count), (true, None));

    // It can be renamed as it is, comes back with the segment, and can be repaired.
    let rename = SavedFilterPatch {
        name: some("Broken"),
        ..SavedFilterPatch::default()
    };
    let renamed = owner
        .update_saved_filter(not_vip.id, &rename, None)
        .await
        .unwrap();
    assert_eq!(renamed.value.broken.len(), 1);
    owner.restore_segment(vip.id).await.unwrap();
    assert_eq!(
        owner.saved_filter(not_vip.id).await.unwrap().value.broken,
        []
    );
    assert_eq!(owner.count_contacts(&query, None).await.unwrap().count, 1);
    owner.delete_segment(vip.id).await.unwrap();
    let repair = SavedFilterPatch {
        filter: Some(filter(in_city("Lima"))),
        ..SavedFilterPatch::default()
    };
    let repaired = owner
        .update_saved_filter(not_vip.id, &repair, None)
        .await
        .unwrap();
    assert_eq!(repaired.value.broken, []);
    assert_eq!(owner.count_contacts(&query, None).await.unwrap().count, 0);
}

async fn they_are_used_by_their_id(server: &Server) {
    let owner = server.owner().await;
    for (name, city) in [("Ana", "Lima"), ("Bo", "Lima"), ("Cleo", "Cusco")] {
        let draft = ContactDraft {
            city: some(city),
            ..person(name, "")
        };
        owner.create_contact(&draft).await.unwrap();
    }
    let lima = SavedFilterDraft {
        sort: some("-name"),
        ..draft("Lima", in_city("lima"), false)
    };
    let lima = owner.create_saved_filter(&lima).await.unwrap();
    let names = |page: rapport_contract::page::Page<rapport_contract::contact::Contact>| {
        let names = page.data.into_iter().map(|contact| contact.name);
        names.collect::<Vec<_>>()
    };
    let query = ContactQuery {
        saved_filter: Some(lima.id),
        ..ContactQuery::default()
    };
    assert_eq!(names(owner.contacts(&query).await.unwrap()), ["Bo", "Ana"]);
    let search = ContactSearch {
        saved_filter: Some(lima.id),
        filter: Some(filter(
            json!({"field": "name", "op": "starts_with", "value": "a"}),
        )),
        ..ContactSearch::default()
    };
    assert_eq!(
        names(owner.search_contacts(&search).await.unwrap()),
        ["Ana"]
    );
    let never = ContactQuery {
        saved_filter: Some(SavedFilterId::from_i64(7)),
        ..ContactQuery::default()
    };
    let error = owner.contacts(&never).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
}

async fn many_are_counted_at_once(server: &Server) {
    let owner = server.owner().await;
    let ids = people(&owner, 5).await;
    let everyone = saved(&owner, "Everyone", json!({"all": []}), false).await;
    let nobody = saved(&owner, "Nobody", json!({"any": []}), false).await;
    let some_of = json!({"field": "id", "op": "any_of", "value": [ids[0], ids[1]]});
    let two = saved(&owner, "Two", some_of, false).await;
    let counted = async |query: &SavedFilterCountQuery| {
        let counts = owner.count_saved_filters(query).await.unwrap().counts;
        let each = counts.iter().map(|one| (one.id, one.count, one.exact));
        each.collect::<Vec<_>>()
    };
    assert_eq!(
        counted(&SavedFilterCountQuery::default()).await,
        [
            (everyone.id, Some(5), true),
            (nobody.id, Some(0), true),
            (two.id, Some(2), true)
        ]
    );
    let capped = SavedFilterCountQuery {
        ids: Some(vec![two.id, everyone.id, SavedFilterId::from_i64(7)]),
        at_most: Some(2),
    };
    assert_eq!(
        counted(&capped).await,
        [(everyone.id, Some(2), false), (two.id, Some(2), true)]
    );
    owner.delete_contact(ids[0]).await.unwrap();
    assert_eq!(counted(&capped).await[1], (two.id, Some(1), true));
    for (body, pointer) in [
        (json!({"at_most": 0}), "/at_most"),
        (json!({"at_most": 10_001}), "/at_most"),
        (json!({"at_most": -1}), "/at_most"),
        (json!({"ids": vec![two.id; 101]}), "/ids"),
        (json!({"ids": ["sg_0000000000001"]}), "/ids/0"),
    ] {
        let (status, problem) = raw(
            &owner,
            Method::POST,
            "/saved-filters/counts",
            Some(&body.to_string()),
        )
        .await;
        assert_eq!(
            (status, &problem["faults"][0]["pointer"]),
            (422, &json!(pointer)),
            "{problem}"
        );
    }
}

async fn there_are_at_most_a_thousand_filters(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let (account, user) = (me.account.id.as_i64(), me.id.as_i64());
    let no = match server.store.engine() {
        rapport_store::Engine::Postgres => "FALSE",
        rapport_store::Engine::Sqlite => "0",
    };
    let filter = r#"{"v":1,"filter":{"all":[]}}"#;
    let many: Vec<_> = (1..1000)
        .map(|n| format!("({account}, {n}, 'F{n}', '{filter}', NULL, NULL, 'user', {user}, {no}, 0, 0, 1, NULL)"))
        .collect();
    run_sql(
        server,
        &format!("INSERT INTO saved_filters VALUES {}", many.join(", ")),
    )
    .await;
    saved(&owner, "The thousandth", in_city("Lima"), false).await;
    let error = owner
        .create_saved_filter(&draft("One more", in_city("Lima"), false))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(Code::LimitReached));
    let counts = owner
        .count_saved_filters(&SavedFilterCountQuery::default())
        .await;
    assert_eq!(counts.unwrap().counts.len(), 100);
}
