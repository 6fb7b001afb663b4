//! Exports: who is in the file, what the cells say, and what becomes of a file that is not read to its end.

use crate::addresses::make;
use crate::contacts::{person, some};
use crate::custom_values::{define, define_all, having};
use crate::history::run_sql;
use crate::imports::done;
use crate::list::{pages, sorts};
use crate::segments::segment;
use crate::server::{Server, on_both};
use crate::wire::{Wire, hear};
use rapport_client::Client;
use rapport_contract::api_key::ApiKeyDraft;
use rapport_contract::contact::{
    Column, Contact, ContactDraft, ContactExport, ContactPatch, ContactSearch, Sort,
};
use rapport_contract::filter::Filter;
use rapport_contract::role::{Permission, Role};
use rapport_contract::saved_filter::SavedFilterDraft;
use rapport_contract::ticket::TicketDraft;
use rapport_contract::{ContactId, Patch};
use rapport_store::contacts::{Ask, Cell, ExportAsk};
use rapport_store::{Actor, Error, Who, demo};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant as Moment};

on_both! {
    the_rows_are_those_of_the_list;
    every_column_says_what_the_contact_says;
    saved_filters_say_order_and_columns;
    formulas_are_texts;
    a_file_comes_back_as_it_was;
    tickets_and_keys_let_in;
    wrong_questions_have_answers_before_any_byte;
    what_is_written_meanwhile_is_not_in_the_file;
    a_file_that_cannot_be_finished_is_cut_off;
    whoever_goes_away_leaves_nothing_behind;
}

fn asking(export: Value) -> ContactExport {
    serde_json::from_value(export).unwrap()
}

/// A file, whole.
async fn file(client: &Client, export: Value) -> String {
    let download = client.export_contacts(&asking(export)).await.unwrap();
    String::from_utf8(download.whole().await.unwrap()).unwrap()
}

/// The records of a file, the names of the columns first, as another program reads them.
fn records(file: &str) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_bytes());
    let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader
        .into_records()
        .map(|record| cells(record.unwrap()))
        .collect()
}

/// The rows of a file without the names of the columns.
async fn rows(client: &Client, export: Value) -> Vec<Vec<String>> {
    records(&file(client, export).await).split_off(1)
}

/// Every contact of a list, page by page.
async fn listed(client: &Client, filter: &Value, q: Option<&str>, sort: &Sort) -> Vec<Contact> {
    let mut search = ContactSearch {
        filter: Some(Filter(filter.clone().into())),
        q: q.map(str::to_owned),
        sort: Some(sort.to_string()),
        limit: Some(700),
        ..ContactSearch::default()
    };
    let mut all = Vec::new();
    loop {
        let page = client.search_contacts(&search).await.unwrap();
        all.extend(page.data);
        search.cursor = page.page.next;
        if search.cursor.is_none() {
            return all;
        }
    }
}

/// The account of the owner, filled with contacts of every kind.
async fn filled(server: &Server, count: u64) -> Client {
    let owner = server.owner().await;
    let actor = Actor {
        account: owner.me().await.unwrap().account.id,
        who: Who::System,
    };
    let fill = server.store.write(server.now(), async |w| {
        demo::fill_in(w, &actor, 7, count).await
    });
    fill.await.unwrap();
    owner
}

async fn the_rows_are_those_of_the_list(server: &Server) {
    let owner = filled(server, 500).await;
    let gone = pages(&owner, Sort::default(), "", 3).await.remove(0).data;
    owner.delete_contact(gone[0].id).await.unwrap();
    owner.erase_contact(gone[1].id).await.unwrap();
    let attributes = owner.custom_attributes().await.unwrap().data;
    let segments = owner.segments().await.unwrap().data;
    let custom = attributes.iter().filter(|one| one.indexed).flat_map(|one| {
        ["", "-"].map(|minus| {
            format!("{minus}custom.{}", one.key)
                .parse::<Sort>()
                .unwrap()
        })
    });
    let sorts: Vec<_> = sorts().chain(custom).collect();
    assert!(sorts.len() > 22, "no custom attributes: {sorts:?}");
    let filters = [
        (json!({"all": []}), None),
        (json!({"field": "country", "op": "eq", "value": "MX"}), None),
        (
            json!({"not": {"field": "email", "op": "is_not_empty"}}),
            None,
        ),
        (
            json!({"field": "segment", "op": "any_of", "value": [segments[0].id, segments[1].id]}),
            None,
        ),
        (
            json!({"any": [
                {"field": "name", "op": "contains", "value": "a"}, {"field": "last_activity_at", "op": "is_empty"}
            ]}),
            Some("example"),
        ),
        (
            json!({"field": "created_at", "op": "before", "value": "2026-01-01"}),
            None,
        ),
        (json!({"any": []}), None),
    ];
    let mut compared = 0;
    for (n, (filter, q)) in filters.iter().enumerate() {
        // Everybody in every order, the others in a third of them each.
        for (m, sort) in sorts.iter().enumerate() {
            if n > 0 && (n + m) % 3 > 0 {
                continue;
            }
            let expected: Vec<_> = listed(&owner, filter, *q, sort)
                .await
                .into_iter()
                .map(|contact| vec![contact.id.to_string()])
                .collect();
            let asked = json!({"filter": filter, "q": q, "sort": sort, "columns": ["id"]});
            assert_eq!(rows(&owner, asked).await, expected, "{filter} {q:?} {sort}");
            compared += expected.len();
        }
    }
    assert!(compared > 10_000, "{compared} rows are no test");
}

/// What the columns of a contact have to say, from what its JSON says.
fn cells(contact: &Value, columns: &[String]) -> Vec<String> {
    let several = |list: &Value, key: &str| {
        let list = list.as_array().unwrap().iter();
        let texts = list.map(|one| one.get(key).unwrap_or(one).as_str().unwrap());
        texts.collect::<Vec<_>>().join("; ")
    };
    let plain = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    columns
        .iter()
        .map(|column| match column.as_str() {
            "emails" => several(&contact["emails"], "address"),
            "phones" => match several(&contact["phones"], "number") {
                many if many.contains(';') => format!("'{many}"),
                one => one,
            },
            "channels" => several(&contact["channels"], ""),
            "segments" => several(&contact["segments"], "name"),
            other => match other.strip_prefix("custom.") {
                Some(key) => plain(&contact["custom"][key]),
                None => plain(&contact[other]),
            },
        })
        .collect()
}

async fn every_column_says_what_the_contact_says(server: &Server) {
    let owner = filled(server, 300).await;
    server.pass(60);
    define_all(&owner).await;
    let (first, second) = (
        segment(&owner, "Älpha, \"one\"").await,
        segment(&owner, "Beta").await,
    );
    let all = json!({
        "name": "Ana \"la\" Núñez, S.A.", "identifier": "i,1",
        "emails": [{"address": "Ana@Example.com"}, {"address": "z@example.com"}, {"address": "b@example.com", "primary": true}],
        "phones": [{"number": "+525512345678"}, {"number": "+34600000001"}],
        "identities": [{"kind": "wechat", "external_id": "w1"}, {"kind": "whatsapp", "external_id": "525512345678"}],
        "company": "שלום 🙂 👩‍👩‍👧", "city": "القاهرة", "country": "EG", "language": "ar-EG",
        "custom": {"text": "line one\nline \"two\"\tend", "number": -0.1, "date": "2027-01-31", "yes_no": false, "list": "pro",
            "link": "https://example.com/a,b"},
    });
    let ana = make(&owner, all).await;
    let ana: ContactId = ana["id"].as_str().unwrap().parse().unwrap();
    for segment in [&second, &first] {
        owner.put_into_segment(ana, segment.id).await.unwrap();
    }
    // Known by nothing but a channel, and by nothing but an e-mail.
    make(
        &owner,
        json!({"identities": [{"kind": "wechat", "external_id": "o w9-客七八九"}]}),
    )
    .await;
    make(
        &owner,
        json!({"email": "only@example.com", "blocked": true}),
    )
    .await;
    having(&owner, "Whole", json!({"number": 1e21})).await;
    having(
        &owner,
        "Large",
        json!({"number": 9_007_199_254_740_993_i64}),
    )
    .await;
    let attributes = owner.custom_attributes().await.unwrap().data;
    let names: Vec<_> = Column::BUILT_IN
        .iter()
        .map(Column::to_string)
        .chain(attributes.iter().map(|one| format!("custom.{}", one.key)))
        .collect();
    let search = ContactSearch {
        limit: Some(1_000),
        sort: some("name"),
        ..ContactSearch::default()
    };
    let contacts = owner.search_contacts(&search).await.unwrap().data;
    let expected: Vec<_> = contacts
        .iter()
        .map(|contact| cells(&serde_json::to_value(contact).unwrap(), &names))
        .collect();
    let asked = json!({"sort": "name", "columns": names});
    let all = records(&file(&owner, asked).await);
    assert_eq!(all[0], names);
    for (found, expected) in all[1..].iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(all.len(), expected.len() + 1);
    // No column is empty everywhere, and none says the same everywhere.
    for (place, name) in names.iter().enumerate() {
        let mut values: Vec<_> = all[1..].iter().map(|row| &row[place]).collect();
        values.sort_unstable();
        values.dedup();
        assert!(values.len() > 1, "{name}");
    }
    // Each column alone, and in another order, says the same.
    for (place, name) in names.iter().enumerate() {
        let one = rows(&owner, json!({"sort": "name", "columns": [name]})).await;
        let expected: Vec<_> = expected
            .iter()
            .map(|row| vec![row[place].clone()])
            .collect();
        assert_eq!(one, expected, "{name}");
    }
    let mut reversed = names.clone();
    reversed.reverse();
    let rows = rows(&owner, json!({"sort": "name", "columns": reversed})).await;
    let expected: Vec<_> = expected
        .into_iter()
        .map(|row| row.into_iter().rev().collect::<Vec<_>>())
        .collect();
    assert_eq!(rows, expected);
    // A removed choice, a deleted segment and a deleted attribute are gone from the file too.
    owner.delete_segment(first.id).await.unwrap();
    let list = attributes.iter().find(|one| one.key == "list").unwrap();
    let patch = json!({"choices": [{"key": "team", "label": "Team"}], "replace_choices": {"pro": "team", "free": null}});
    owner
        .update_custom_attribute(list.id, &serde_json::from_value(patch).unwrap(), None)
        .await
        .unwrap();
    let one = json!({"field": "id", "op": "any_of", "value": [ana]});
    let asked = json!({"filter": one, "columns": ["segments", "custom.list"]});
    assert_eq!(
        file(&owner, asked).await,
        "segments,custom.list\r\nBeta,team\r\n"
    );
    let usual = records(&file(&owner, json!({"filter": one})).await);
    assert_eq!(
        usual[0][..16].join(" "),
        "id first_name last_name email phone identifier company city country language source blocked segments created_at \
         updated_at last_activity_at"
    );
    assert_eq!(usual[0].len(), 16 + attributes.len());
    let text = attributes.iter().find(|one| one.key == "text").unwrap();
    owner.delete_custom_attribute(text.id).await.unwrap();
    let usual = records(&file(&owner, json!({})).await);
    assert_eq!(usual[0].len(), 16 + attributes.len() - 1);
    assert!(!usual[0].contains(&"custom.text".to_owned()));
}

async fn saved_filters_say_order_and_columns(server: &Server) {
    let owner = server.owner().await;
    define(&owner, "plan", "list").await;
    let goes = define(&owner, "goes", "text").await;
    for (name, plan) in [("Bea", "pro"), ("Ana", "pro"), ("Caro", "free")] {
        having(&owner, name, json!({"plan": plan, "goes": "x"})).await;
    }
    let draft = SavedFilterDraft {
        name: "Pro".to_owned(),
        filter: Filter(json!({"field": "custom.plan", "op": "eq", "value": "pro"}).into()),
        sort: some("-name"),
        columns: Some(
            ["first_name", "custom.goes", "custom.plan"]
                .map(str::to_owned)
                .into(),
        ),
        shared: false,
    };
    let saved = owner.create_saved_filter(&draft).await.unwrap();
    let whole = "first_name,custom.goes,custom.plan\r\nBea,x,pro\r\nAna,x,pro\r\n";
    assert_eq!(file(&owner, json!({"saved_filter": saved.id})).await, whole);
    let asked = json!({"saved_filter": saved.id, "sort": "name", "columns": ["name"], "q": "a"});
    assert_eq!(file(&owner, asked).await, "name\r\nAna\r\nBea\r\n");
    owner.delete_custom_attribute(goes.id).await.unwrap();
    let whole = "first_name,custom.plan\r\nBea,pro\r\nAna,pro\r\n";
    assert_eq!(file(&owner, json!({"saved_filter": saved.id})).await, whole);
}

async fn formulas_are_texts(server: &Server) {
    let owner = server.owner().await;
    define_all(&owner).await;
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'=1",
        "''+x",
        "'tis",
        "'",
        "+525512345678",
        "a=1",
        "-",
        "=\"a\",b",
        "＝1",
    ];
    for text in texts {
        having(
            &owner,
            text,
            json!({"text": text, "number": -3, "date": "2027-01-31"}),
        )
        .await;
    }
    let columns = ["first_name", "custom.text", "custom.number", "custom.date"];
    let asked = json!({"columns": columns, "sort": "created_at"});
    let whole = file(&owner, asked.clone()).await;
    let expected = [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "''=1",
        "'''+x",
        "'tis",
        "'",
        "+525512345678",
        "a=1",
        "'-",
        "'=\"a\",b",
        "＝1",
    ];
    let rows = records(&whole).split_off(1);
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(row[..], [expected, expected, "-3", "2027-01-31"]);
    }
    assert_eq!(rows.len(), expected.len());
    assert!(whole.contains("\r\n\"'=\"\"a\"\",b\",\"'=\"\"a\"\",b\",-3,2027-01-31\r\n"));
    let mut marked = asked;
    marked["bom"] = json!(true);
    assert_eq!(file(&owner, marked).await, format!("\u{feff}{whole}"));
}

async fn a_file_comes_back_as_it_was(server: &Server) {
    let owner = server.owner().await;
    for (n, (first, last)) in [
        ("=1+1", "+x"),
        ("'=cmd", "''-2"),
        ("'tis", "'"),
        ("Ana \"la\"", "Núñez, S.A."),
        ("שלום", "עולם"),
        ("🙂 👩‍👩‍👧", "小明"),
        ("@x", ""),
        ("", "Sólo"),
        ("Jose\u{301}", "ﬁn"),
    ]
    .into_iter()
    .enumerate()
    {
        server.pass(1);
        let mut draft = ContactDraft {
            first_name: some(first),
            last_name: some(last),
            identifier: some(&format!("'=id {n}")),
            company: some("-company, \"quoted\""),
            city: some("Mérida"),
            country: some("MX"),
            language: some("zh-Hans-CN"),
            created_at: Some(server.now().plus_seconds(-1_000_000 * n as i64)),
            ..ContactDraft::default()
        };
        if n % 2 == 0 {
            draft.email = some(&format!("'={n}.Ana@Example.com"));
            draft.phone = some(&format!("+52551234567{n}"));
            draft.last_activity_at = Some(server.now());
        }
        owner.create_contact(&draft).await.unwrap();
    }
    let columns = [
        "first_name",
        "last_name",
        "email",
        "phone",
        "identifier",
        "company",
        "city",
        "country",
        "language",
        "created_at",
        "last_activity_at",
    ];
    for bom in [false, true] {
        let asked = json!({"columns": columns, "sort": "created_at", "bom": bom});
        let before = file(&owner, asked.clone()).await;
        assert_eq!(records(&before).len(), 10);
        let stranger = if bom {
            // Once more over those that are there: nothing changes.
            owner.clone()
        } else {
            server.stranger().await
        };
        let import = done(&stranger, before.as_bytes()).await;
        assert_eq!(import.counts.rejected, 0, "{import:?}");
        assert_eq!(import.counts.warnings, 0, "{import:?}");
        assert_eq!(file(&stranger, asked).await, before);
    }
}

async fn tickets_and_keys_let_in(server: &Server) {
    let owner = server.owner().await;
    let stranger = server.stranger().await;
    owner
        .create_contact(&person("Ana", "ana@example.com"))
        .await
        .unwrap();
    stranger
        .create_contact(&person("Bea", "bea@example.com"))
        .await
        .unwrap();
    let wire = Wire::new(server);
    let path = async |client: &Client| {
        let asked = asking(json!({"columns": ["name", "email"], "sort": "name", "bom": true}));
        let ticket = client.make_ticket(&TicketDraft::from(asked)).await.unwrap();
        ticket.url.0.strip_prefix(&server.url).unwrap().to_owned()
    };
    let open = async |path: &str| hear(wire.request(Method::GET, path)).await;
    for (client, row) in [
        (&owner, "Ana,ana@example.com"),
        (&stranger, "Bea,bea@example.com"),
    ] {
        let path = path(client).await;
        let heard = open(&path).await;
        assert_eq!(heard.status, 200);
        assert_eq!(heard.text(), format!("\u{feff}name,email\r\n{row}\r\n"));
        assert_eq!(
            heard.header("content-type"),
            Some("text/csv; charset=utf-8")
        );
        // 08:00 in London is night in Mexico City still, of the same day.
        assert_eq!(
            heard.header("content-disposition"),
            Some("attachment; filename=\"contacts-2026-11-20.csv\"")
        );
        assert_eq!(heard.header("cache-control"), Some("no-store"));
        let again = open(&path).await;
        assert_eq!((again.status, again.code().as_str()), (410, "link_spent"));
    }
    let late = path(&owner).await;
    let beside = format!("{}&q=ana", path(&owner).await);
    let heard = open(&beside).await;
    assert_eq!(
        heard.faults(),
        [("ticket".to_owned(), "not_together".to_owned())]
    );
    server.later(60).await;
    assert_eq!(open(&late).await.status, 410);
    assert_eq!(
        open("/api/v1/contacts.csv?ticket=nonsense").await.status,
        410
    );
    assert_eq!(open("/api/v1/contacts.csv").await.status, 401);

    let mut tokens = Vec::new();
    for scopes in [
        vec![Permission::ContactsExport],
        vec![Permission::ContactsRead],
    ] {
        let draft = ApiKeyDraft {
            name: "Shop".to_owned(),
            scopes,
            expires_at: None,
        };
        tokens.push(owner.make_api_key(&draft).await.unwrap().key.0);
    }
    let all = "/api/v1/contacts.csv?columns=name,id&sort=-name&bom=false";
    let heard = wire.get(all, &tokens[0]).await;
    assert!(
        heard.text().starts_with("name,id\r\nAna,ct_"),
        "{}",
        heard.text()
    );
    assert_eq!(wire.get(all, &tokens[1]).await.code(), "forbidden");
    let agent = server.member(&owner, Role::Agent).await;
    let token = agent.access_token().unwrap().0;
    assert_eq!(wire.get(all, &token).await.code(), "forbidden");
    // Whoever may not export hears that, and not what is wrong with the question.
    assert_eq!(
        wire.get(&format!("{all}&shoe=1"), &token).await.code(),
        "forbidden"
    );
    let admin = server.member(&owner, Role::Admin).await;
    let download = admin.export_contacts(&asking(json!({}))).await.unwrap();
    assert_eq!(download.file_name(), Some("contacts-2026-11-20.csv"));
}

async fn wrong_questions_have_answers_before_any_byte(server: &Server) {
    let owner = server.owner().await;
    define(&owner, "note", "text").await;
    let wire = Wire::new(server);
    let token = owner.access_token().unwrap().0;
    let long = format!("q={}", "x".repeat(1_001));
    for (query, expected) in [
        ("columns=name,shoe", "columns unknown_value"),
        ("columns=name,name", "columns not_together"),
        ("columns=", "columns unknown_value"),
        ("columns=custom.shoe", "columns unknown_value"),
        ("sort=shoe", "sort unknown_value"),
        ("sort=custom.shoe", "sort unknown_field"),
        ("filter=%7B", "filter wrong_type"),
        (
            "filter=%7B%22field%22:%22shoe%22,%22op%22:%22eq%22,%22value%22:1%7D",
            "/field unknown_field",
        ),
        ("bom=perhaps", "bom wrong_type"),
        ("limit=5", "limit unknown_key"),
        ("q=%00", "q invalid_character"),
        (&long, "q too_long"),
    ] {
        let heard = wire
            .get(&format!("/api/v1/contacts.csv?{query}"), &token)
            .await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (400, "invalid_query"),
            "{query}: {}",
            heard.text()
        );
        let faults = heard.faults();
        let faults: Vec<_> = faults
            .iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect();
        assert_eq!(faults, [expected], "{query}");
    }
    let unknown = "/api/v1/contacts.csv?saved_filter=sf_0g4zk8q1w9r2t";
    assert_eq!(wire.get(unknown, &token).await.status, 404);
    // A ticket says what is wrong when it is made.
    for (body, expected) in [
        (
            json!({"columns": ["name", "shoe"]}),
            "/columns/1 unknown_value",
        ),
        (json!({"columns": []}), "/columns required"),
        (json!({"sort": "custom.shoe"}), "/sort unknown_field"),
    ] {
        let mut body = body;
        body["for"] = json!("export");
        let request = wire
            .request(Method::POST, "/api/v1/tickets")
            .bearer_auth(&token);
        let heard = hear(request.json(&body)).await;
        let faults = heard.faults();
        let faults: Vec<_> = faults
            .iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect();
        assert_eq!(
            (heard.status, faults),
            (422, vec![expected.to_owned()]),
            "{body}"
        );
    }
}

async fn what_is_written_meanwhile_is_not_in_the_file(server: &Server) {
    let owner = filled(server, 600).await;
    let actor = Actor {
        account: owner.me().await.unwrap().account.id,
        who: Who::System,
    };
    let columns = ["id", "city"].map(str::to_owned);
    let asked = ExportAsk {
        ask: Ask::default(),
        sort: Some("name".parse().unwrap()),
        columns: Some(columns.into()),
    };
    let sorted = pages(&owner, "name".parse().unwrap(), "", 1_000)
        .await
        .remove(0)
        .data;
    let expected: Vec<_> = sorted
        .iter()
        .map(|contact| {
            (
                contact.id.to_string(),
                contact.city.clone().unwrap_or_default(),
            )
        })
        .collect();
    let understood = asked
        .understand(&server.store, &actor.into(), server.now())
        .await
        .unwrap();
    let open = understood.open(&server.store).await.unwrap();
    owner
        .create_contact(&person("Zzz", "zzz@example.com"))
        .await
        .unwrap();
    let mut rows: Vec<(String, String)> = Vec::new();
    let read = open.rows(async |row| {
        let mut cells = Vec::new();
        row.cells(|cell| {
            cells.push(match cell {
                Cell::Missing => String::new(),
                Cell::Text(text) | Cell::Plain(text) => text.to_owned(),
            });
        })?;
        // In the first batch, and long before the end.
        if rows.len() == 10 {
            let patch = ContactPatch {
                city: Patch::Set("Elsewhere".to_owned()),
                ..ContactPatch::default()
            };
            owner
                .update_contact(sorted[500].id, &patch, None)
                .await
                .unwrap();
            owner.delete_contact(sorted[400].id).await.unwrap();
        }
        let city = cells.pop().unwrap();
        rows.push((cells.pop().unwrap(), city));
        Ok::<(), Error>(())
    });
    read.await.unwrap();
    assert_eq!(rows, expected);
    assert_eq!(
        file(&owner, json!({"columns": ["id"]}))
            .await
            .lines()
            .count(),
        1 + 600
    );
}

async fn a_file_that_cannot_be_finished_is_cut_off(server: &Server) {
    let owner = filled(server, 500).await;
    let last = pages(&owner, "name".parse().unwrap(), "", 1_000)
        .await
        .remove(0)
        .data
        .pop()
        .unwrap();
    let id = last.id.as_i64();
    let before = serde_json::to_string(&last.custom)
        .unwrap()
        .replace('\'', "''");
    run_sql(
        server,
        &format!("UPDATE contacts SET custom = 'broken' WHERE id = {id}"),
    )
    .await;
    let mut download = owner
        .export_contacts(&asking(json!({"sort": "name"})))
        .await
        .unwrap();
    let mut came = 0;
    let broken = loop {
        match download.piece().await {
            Ok(Some(piece)) => came += piece.len(),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(
        came > 0 && broken,
        "{came} bytes came, and the file looks whole"
    );
    run_sql(
        server,
        &format!("UPDATE contacts SET custom = '{before}' WHERE id = {id}"),
    )
    .await;
    assert_eq!(
        file(&owner, json!({"sort": "name"})).await.lines().count(),
        501
    );
}

/// A file that is larger than what the sockets between hold.
async fn large(owner: &Client) {
    let long = "🙂".repeat(4_000);
    for n in 0..10 {
        define(owner, &format!("text_{n}"), "text").await;
    }
    let custom: serde_json::Map<_, _> = (0..10)
        .map(|n| (format!("text_{n}"), json!(long)))
        .collect();
    for n in 0..60 {
        having(owner, &format!("Person {n}"), Value::Object(custom.clone())).await;
    }
}

async fn whoever_goes_away_leaves_nothing_behind(server: &Server) {
    let owner = server.owner().await;
    large(&owner).await;
    let export = asking(json!({}));
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut download = owner.export_contacts(&export).await.unwrap();
        assert!(download.piece().await.unwrap().is_some());
        open.push(download);
    }
    let refused = owner.export_contacts(&export).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().status, 429);
    // Writers and other readers never wait for one that stands still.
    owner
        .create_contact(&person("Meanwhile", ""))
        .await
        .unwrap();
    assert_eq!(
        pages(&owner, Sort::default(), "", 1_000).await[0]
            .data
            .len(),
        61
    );
    open.pop();
    let deadline = Moment::now() + Duration::from_secs(30);
    let whole = loop {
        match owner.export_contacts(&export).await {
            Ok(download) => break download.whole().await.unwrap(),
            Err(error) => assert!(Moment::now() < deadline, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(records(&String::from_utf8(whole).unwrap()).len(), 62);
    // The others go on where they stood.
    for download in open {
        let rest = download.whole().await.unwrap();
        assert!(rest.len() > 9_000_000, "{}", rest.len());
    }
}
