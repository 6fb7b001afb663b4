//! Imports: what becomes of the rows of a file.

use crate::contacts::{person, some};
use crate::history::{activities, count, events};
use crate::list::page;
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::contact::{Contact, ContactDraft, ContactPatch, Source};
use rapport_contract::import::{
    FileFormat, Import, ImportCounts, ImportField, ImportState, RowProblem, RowProblemCode,
    Severity,
};
use rapport_contract::role::Role;
use rapport_contract::{Code, ImportId, Patch};
use std::time::{Duration, Instant as Moment};

on_both! {
    the_sample;
    the_ragged_file;
    rows_update_what_they_say;
    the_strongest_key_decides;
    a_weaker_key_of_another_is_left_out;
    two_contacts_reject_the_row;
    the_same_key_twice_in_one_file;
    histories_come_along;
    twenty_thousand_rows;
    problems_come_page_by_page;
    only_importers_import;
    cards_are_read_as_rows;
}

const SAMPLE: &[u8] = include_bytes!("../../../worker/tests/data/import-contacts-sample.csv");
const RAGGED: &[u8] = include_bytes!("../../../worker/tests/data/import-contacts-ragged.csv");

/// The import when it is at its end.
pub(crate) async fn finished(client: &Client, id: ImportId) -> Import {
    let deadline = Moment::now() + Duration::from_secs(120);
    loop {
        let import = client.import(id).await.unwrap();
        if import.state.is_final() {
            assert_eq!(import.progress, 1.0);
            assert!(import.finished_at.is_some());
            return import;
        }
        assert!(Moment::now() < deadline, "still at {import:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Uploads a file, and waits for its end.
pub(crate) async fn import(client: &Client, bytes: impl Into<Vec<u8>>) -> Import {
    let import = client
        .upload_import("people.csv", bytes.into())
        .await
        .unwrap();
    finished(client, import.id).await
}

/// As [`import`], where the file can be used.
pub(crate) async fn done(client: &Client, bytes: impl Into<Vec<u8>>) -> Import {
    let import = import(client, bytes).await;
    assert_eq!(import.state, ImportState::Done, "{import:?}");
    import
}

/// Every problem of an import.
pub(crate) async fn problems(client: &Client, id: ImportId) -> Vec<RowProblem> {
    let mut page = client.import_problems(id, None).await.unwrap();
    let mut problems = std::mem::take(&mut page.data);
    while let Some(next) = page.page.next.take() {
        page = client.import_problems(id, Some(&next)).await.unwrap();
        problems.append(&mut page.data);
    }
    problems
}

/// Line and code of every problem.
async fn codes(client: &Client, import: &Import) -> Vec<(u64, RowProblemCode)> {
    problems(client, import.id)
        .await
        .into_iter()
        .map(|problem| (problem.line, problem.code))
        .collect()
}

/// Everybody, by the order of their making.
pub(crate) async fn everybody(client: &Client) -> Vec<Contact> {
    page(client, "created_at".parse().unwrap(), "", 1000, None)
        .await
        .data
}

const fn counts(
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    warnings: u64,
) -> ImportCounts {
    ImportCounts {
        created,
        updated,
        unchanged,
        rejected,
        warnings,
    }
}

async fn the_sample(server: &Server) {
    let owner = server.owner().await;
    let queued = owner
        .upload_import("C:\\files\\sample.csv", SAMPLE.to_vec())
        .await
        .unwrap();
    assert_eq!(
        (queued.file_name.as_str(), queued.size),
        ("sample.csv", SAMPLE.len() as u64)
    );
    let first = finished(&owner, queued.id).await;
    assert_eq!(first.state, ImportState::Done);
    assert_eq!(first.counts, counts(25, 0, 0, 0, 22));
    let dialect = first.dialect.clone().unwrap();
    assert_eq!(
        (dialect.encoding.as_str(), dialect.delimiter.unwrap()),
        ("UTF-8", ',')
    );
    let fields: Vec<_> = first
        .columns
        .iter()
        .map(|column| (column.header.as_str(), column.field))
        .collect();
    assert_eq!(fields[0], ("id", None));
    assert_eq!(fields[4], ("phone_number", Some(ImportField::Phone)));
    let warnings = problems(&owner, first.id).await;
    assert_eq!(warnings.len(), 22);
    assert!(
        warnings
            .iter()
            .all(|problem| (problem.code, problem.severity)
                == (RowProblemCode::PhoneOfAnother, Severity::Warning)
                && problem.value.as_deref() == Some("+15417543011"))
    );
    let people = everybody(&owner).await;
    assert_eq!(people.len(), 25);
    assert_eq!(
        people
            .iter()
            .filter(|contact| contact.phone.is_some())
            .count(),
        3
    );
    assert!(
        people
            .iter()
            .all(|contact| contact.source == Source::Import)
    );
    for contact in &people {
        let [written] = activities(server, contact.id)
            .await
            .try_into()
            .unwrap_or_else(|all| panic!("{all:?}"));
        assert_eq!(written.kind, "created");
        assert_eq!(
            written.actor,
            ("import".to_owned(), Some(first.id.as_i64()))
        );
        assert_eq!(events(server, contact.id).await, ["contact.created"]);
    }

    // Again: nothing changes, and the same phone is still another's.
    let again = done(&owner, SAMPLE).await;
    assert_eq!(again.counts, counts(0, 0, 25, 0, 22));
    assert_eq!(codes(&owner, &again).await, codes(&owner, &first).await);
    assert_eq!(everybody(&owner).await, people);
    assert_eq!(count(server, "activities").await, 25);
    assert_eq!(owner.imports().await.unwrap().data, [again, first]);
}

async fn the_ragged_file(server: &Server) {
    let owner = server.owner().await;
    let import = done(&owner, RAGGED).await;
    assert_eq!(import.counts, counts(25, 0, 0, 0, 24));
    assert!(
        codes(&owner, &import)
            .await
            .iter()
            .all(|(_, code)| *code == RowProblemCode::TooFewCells)
    );
    let people = everybody(&owner).await;
    assert!(people.iter().all(|contact| {
        contact
            .phone
            .as_ref()
            .unwrap()
            .as_str()
            .starts_with("+9180808")
    }));
    assert_eq!(
        (people[0].name.as_str(), people[0].company.as_deref()),
        ("Clarice Uzzell", Some("My Company Name"))
    );
    // The sample has the same people under whole names, which are the same names; and their phones are other ones.
    let sample = done(&owner, SAMPLE).await;
    assert_eq!((sample.counts.created, sample.counts.rejected), (0, 0));
    let clarice = everybody(&owner).await.remove(0);
    assert_eq!(
        (clarice.first_name.as_deref(), clarice.last_name.as_deref()),
        (Some("Clarice"), Some("Uzzell"))
    );
}

async fn rows_update_what_they_say(server: &Server) {
    let owner = server.owner().await;
    let ana = owner
        .create_contact(&ContactDraft {
            first_name: some("Ana"),
            last_name: some("Núñez"),
            email: some("ana@example.com"),
            phone: some("+525512345678"),
            identifier: some("i-1"),
            company: some("Acme"),
            city: some("Lima"),
            country: some("PE"),
            ..ContactDraft::default()
        })
        .await
        .unwrap();
    server.pass(60);
    // Empty cells change nothing; the same full name is no change of its parts.
    let file = "identifier,name,email,phone,company,city,country,language\n\
        i-1,Ana Núñez,,,,Cusco,,es\n\
        ,,ana@example.com,,Bolt,,España,\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(0, 2, 0, 0, 0));
    let after = owner.contact(ana.id).await.unwrap().value;
    let expected = Contact {
        city: some("Cusco"),
        company: some("Bolt"),
        country: Some(rapport_contract::country::Country::from_code("ES").unwrap()),
        language: after.language.clone(),
        updated_at: server.now(),
        version: 3,
        ..ana.clone()
    };
    assert_eq!(after, expected);
    assert_eq!(after.language.unwrap().as_str(), "es");
    let written = activities(server, ana.id).await;
    assert_eq!(written.len(), 3);
    assert_eq!(
        written[1].actor,
        ("import".to_owned(), Some(import.id.as_i64()))
    );
    assert_eq!(
        written[1]
            .changes
            .iter()
            .map(|change| change[0].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["city", "language"]
    );

    // Another full name replaces both parts; a new e-mail and phone replace the primary ones.
    let import = done(
        &owner,
        "identifier,name,email,phone\ni-1,Anna N.,anna@example.com,5587654321\n",
    )
    .await;
    assert_eq!(import.counts, counts(0, 1, 0, 0, 0));
    let after = owner.contact(ana.id).await.unwrap().value;
    assert_eq!(
        (after.name.as_str(), after.last_name.as_deref()),
        ("Anna N.", None)
    );
    assert_eq!(after.email.as_deref(), Some("anna@example.com"));
    assert_eq!(after.phone.unwrap().as_str(), "+525587654321");
    // What it had is free.
    owner
        .create_contact(&person("New", "ana@example.com"))
        .await
        .unwrap();
}

async fn the_strongest_key_decides(server: &Server) {
    let owner = server.owner().await;
    let file = "identifier,email,phone,name\n\
        i-1,one@example.com,5512345671,One\n\
        ,two@example.com,5512345672,Two\n\
        ,,5512345673,Three\n";
    assert_eq!(done(&owner, file).await.counts, counts(3, 0, 0, 0, 0));
    let people = everybody(&owner).await;
    // Each is found by its strongest key; an identifier that nobody has goes to whoever has the e-mail and no other identifier.
    let file = "identifier,email,phone,city\n\
        i-1,,,A\n\
        i-2,two@example.com,,B\n\
        ,,+52 55 1234 5673,C\n\
        i-9,,5512345673,D\n\
        ,nine@example.com,5512345673,E\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(2, 3, 0, 0, 2));
    assert_eq!(
        codes(&owner, &import).await,
        [
            (5, RowProblemCode::PhoneOfAnother),
            (6, RowProblemCode::PhoneOfAnother)
        ]
    );
    let after = everybody(&owner).await;
    assert!(
        after
            .iter()
            .zip(&people)
            .all(|(after, before)| after.id == before.id)
    );
    let rows: Vec<_> = after
        .iter()
        .map(|contact| {
            (
                contact.identifier.as_deref(),
                contact.email.as_deref(),
                contact.city.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Some("i-1"), Some("one@example.com"), Some("A")),
            (Some("i-2"), Some("two@example.com"), Some("B")),
            (None, None, Some("C")),
            (Some("i-9"), None, Some("D")),
            (None, Some("nine@example.com"), Some("E")),
        ]
    );
}

async fn a_weaker_key_of_another_is_left_out(server: &Server) {
    let owner = server.owner().await;
    let one = owner
        .create_contact(&ContactDraft {
            identifier: some("i-1"),
            phone: some("5512345671"),
            ..person("One", "one@example.com")
        })
        .await
        .unwrap();
    let two = owner
        .create_contact(&person("Two", "two@example.com"))
        .await
        .unwrap();
    // A new identifier beside an e-mail of somebody with another identifier: a new contact, without the e-mail.
    let file = "identifier,email,phone,name,city\n\
        i-2,ONE@example.com,5512345671,New,Lima\n\
        ,two@example.com,5512345671,,Cusco\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(1, 1, 0, 0, 3));
    assert_eq!(
        codes(&owner, &import).await,
        [
            (2, RowProblemCode::EmailOfAnother),
            (2, RowProblemCode::PhoneOfAnother),
            (3, RowProblemCode::PhoneOfAnother)
        ]
    );
    assert_eq!(owner.contact(one.id).await.unwrap().value, one);
    let two = owner.contact(two.id).await.unwrap().value;
    assert_eq!((two.city.as_deref(), two.phone), (Some("Cusco"), None));
    let new = everybody(&owner).await.pop().unwrap();
    assert_eq!(
        (new.identifier.as_deref(), new.email, new.phone),
        (Some("i-2"), None, None)
    );
}

async fn two_contacts_reject_the_row(server: &Server) {
    let owner = server.owner().await;
    let draft = ContactDraft {
        identifier: some("i-1"),
        ..person("One", "one@example.com")
    };
    owner.create_contact(&draft).await.unwrap();
    owner
        .create_contact(&person("Two", "two@example.com"))
        .await
        .unwrap();
    let before = everybody(&owner).await;
    let file = "identifier,email,name,city,note\n\
        i-1,two@example.com,\"Three, \"\"3\"\"\",Lima,=1+1\n\
        i-3,three@example.com,Three,Lima,\n\
        ,,,Lima,x\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(1, 0, 0, 2, 0));
    assert_eq!(
        codes(&owner, &import).await,
        [
            (2, RowProblemCode::KeysOfDifferentContacts),
            (4, RowProblemCode::NothingToKnowBy)
        ]
    );
    assert_eq!(everybody(&owner).await[..2], before);

    let rejected = String::from_utf8(owner.rejected_rows(import.id).await.unwrap()).unwrap();
    assert_eq!(
        rejected.lines().collect::<Vec<_>>(),
        [
            "\u{feff}rapport_line,rapport_reason,identifier,email,name,city,note",
            "2,keys_of_different_contacts,i-1,two@example.com,\"Three, \"\"3\"\"\",Lima,'=1+1",
            "4,nothing_to_know_by,,,,Lima,x",
        ]
    );
    // Corrected, it can be imported as it is.
    let corrected = rejected
        .replace("i-1,two@", ",two@")
        .replace("by,,,,Lima", "by,i-4,,,Lima");
    let import = done(&owner, corrected).await;
    assert_eq!(import.counts, counts(1, 1, 0, 0, 0));
    let after = everybody(&owner).await;
    assert_eq!(
        (after[1].name.as_str(), after[1].city.as_deref()),
        ("Three, \"3\"", Some("Lima"))
    );
    assert_eq!(after[3].identifier.as_deref(), Some("i-4"));
}

async fn the_same_key_twice_in_one_file(server: &Server) {
    let owner = server.owner().await;
    let file = "identifier,email,phone,name,city\n\
        i-1,a@example.com,,Ana,\n\
        ,b@example.com,,Bo,\n\
        ,B@example.com,,,Lima\n\
        i-2,a@example.com,,Other,\n\
        ,b@example.com,,,Lima\n\
        i-1,b@example.com,,,\n\
        ,,5512345678,Cy,\n\
        ,,55 1234 5678,,Cusco\n\
        i-3,c@example.com,,Di,\n\
        i-3,d@example.com,,,\n\
        ,c@example.com,,Free,\n";
    let import = done(&owner, file).await;
    // Line 4 updates Bo; 5 is somebody new whose e-mail is Ana's; 6 changes the spelling back; 7 is about two contacts;
    // 9 updates Cy; 11 gives Di another e-mail; so 12 is somebody new.
    assert_eq!(import.counts, counts(6, 4, 0, 1, 1));
    assert_eq!(
        codes(&owner, &import).await,
        [
            (5, RowProblemCode::EmailOfAnother),
            (7, RowProblemCode::KeysOfDifferentContacts)
        ]
    );
    let rows: Vec<_> = everybody(&owner)
        .await
        .into_iter()
        .map(|contact| {
            (
                contact.name,
                contact.identifier,
                contact.email,
                contact.city,
            )
        })
        .collect();
    let row = |name: &str, identifier: &str, email: &str, city: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (
            name.to_owned(),
            given(identifier),
            given(email),
            given(city),
        )
    };
    assert_eq!(
        rows,
        [
            row("Ana", "i-1", "a@example.com", ""),
            row("Bo", "", "b@example.com", "Lima"),
            row("Other", "i-2", "", ""),
            row("Cy", "", "", "Cusco"),
            row("Di", "i-3", "d@example.com", ""),
            row("Free", "", "c@example.com", ""),
        ]
    );
}

async fn histories_come_along(server: &Server) {
    let owner = server.owner().await;
    let file = "email,created_at,last_activity_at\n\
        a@example.com,2024-02-29T10:00:00Z,2025-03-01 10:30\n\
        b@example.com,2024-13-01,\n";
    let import = done(&owner, file).await;
    assert_eq!((import.counts.created, import.counts.warnings), (2, 1));
    let people = everybody(&owner).await;
    assert_eq!(people[0].created_at.to_string(), "2024-02-29T10:00:00.000Z");
    // In the account's time zone, Mexico City.
    assert_eq!(
        people[0].last_activity_at.unwrap().to_string(),
        "2025-03-01T16:30:00.000Z"
    );
    assert_eq!(
        (people[1].created_at, people[1].last_activity_at),
        (server.now(), None)
    );
    // The last activity moves forwards only.
    for (at, moves) in [
        ("2025-02-01T00:00:00Z", false),
        ("2025-04-01T00:00:00Z", true),
        ("2025-04-01T00:00:00Z", false),
    ] {
        let import = done(
            &owner,
            format!("email,last_activity_at\na@example.com,{at}\n"),
        )
        .await;
        assert_eq!(
            (import.counts.updated == 1, import.counts.unchanged == 1),
            (moves, !moves),
            "{at}"
        );
    }
}

async fn twenty_thousand_rows(server: &Server) {
    const ROWS: u64 = 20_000;
    let owner = server.owner().await;
    let file = |from: u64| {
        let mut file = String::from("identifier,name,email,phone,company,city,notes\n");
        let notes = "x".repeat(150);
        for n in from..from + ROWS {
            let row = format!(
                "i-{n},Person {n},p{n}@example.com,+5255{n:08},Company {},City {},{notes}\n",
                n % 100,
                n % 7
            );
            file.push_str(&row);
        }
        file
    };
    let bytes = file(0).into_bytes();
    assert!(bytes.len() > 3 << 20, "several pieces");
    let queued = owner.upload_import("many.csv", bytes).await.unwrap();
    let deadline = Moment::now() + Duration::from_secs(300);
    let mut seen = vec![queued.progress];
    let import = loop {
        let import = owner.import(queued.id).await.unwrap();
        assert!(import.counts.rows() <= ROWS);
        if import.state == ImportState::Running && import.progress > 0.0 {
            assert!((import.progress - import.counts.rows() as f64 / ROWS as f64).abs() < 1e-9);
        }
        if seen.last().is_none_or(|last| *last != import.progress) {
            seen.push(import.progress);
        }
        if import.state.is_final() {
            break import;
        }
        assert!(Moment::now() < deadline);
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(import.counts, counts(ROWS, 0, 0, 0, 0));
    assert!(seen.len() > 5 && seen.is_sorted(), "{seen:?}");
    assert_eq!(count(server, "contacts").await, ROWS as i64);
    assert_eq!(count(server, "activities").await, ROWS as i64);
    // Half of them again: half unchanged, half new.
    let import = done(&owner, file(ROWS / 2)).await;
    assert_eq!(import.counts, counts(ROWS / 2, 0, ROWS / 2, 0, 0));
}

async fn problems_come_page_by_page(server: &Server) {
    let owner = server.owner().await;
    let mut file = String::from("name,email,country\n");
    for n in 0..260 {
        file.push_str(&format!("Person {n},nobody{n},Atlantis\n"));
    }
    file.push_str(",,Lima\n");
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(260, 0, 0, 1, 520));
    let first = owner.import_problems(import.id, None).await.unwrap();
    assert_eq!(first.data.len(), 100);
    let all = problems(&owner, import.id).await;
    // The rejected row's own warning stands in the report as well.
    assert_eq!(all.len(), 522);
    assert!(all.is_sorted_by_key(|problem| problem.line));
    assert_eq!(
        all[0],
        RowProblem {
            line: 2,
            severity: Severity::Warning,
            code: RowProblemCode::InvalidEmail,
            column: some("email"),
            value: some("nobody0"),
        }
    );
    assert_eq!(
        (all[521].line, all[521].severity),
        (262, Severity::Rejected)
    );
    for cursor in ["x", "", "1", "1-", "9999999999999999999-1"] {
        let error = owner
            .import_problems(import.id, Some(cursor))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some(Code::InvalidCursor), "{cursor:?}");
    }
    let stranger = server.stranger().await;
    let refused = [
        stranger.import(import.id).await.unwrap_err().code(),
        stranger
            .import_problems(import.id, None)
            .await
            .unwrap_err()
            .code(),
        stranger.rejected_rows(import.id).await.unwrap_err().code(),
    ];
    assert_eq!(refused, [Some(Code::NotFound); 3]);
    assert_eq!(stranger.imports().await.unwrap().data, []);
}

async fn only_importers_import(server: &Server) {
    let owner = server.owner().await;
    let agent = server.member(&owner, Role::Agent).await;
    let admin = server.member(&owner, Role::Admin).await;
    let refused = agent
        .upload_import("people.csv", SAMPLE.to_vec())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden));
    assert_eq!(
        agent.imports().await.unwrap_err().code(),
        Some(Code::Forbidden)
    );
    assert_eq!(
        count(server, "imports").await + count(server, "import_chunks").await,
        0
    );
    let import = done(&admin, "name\nAna\n").await;
    assert_eq!(import.created_by, admin.me().await.unwrap().id);
    // What was imported is a contact like any other.
    let ana = everybody(&agent).await.remove(0);
    let patch = ContactPatch {
        city: Patch::Set("Lima".to_owned()),
        ..ContactPatch::default()
    };
    agent.update_contact(ana.id, &patch, None).await.unwrap();
}

async fn cards_are_read_as_rows(server: &Server) {
    let owner = server.owner().await;
    let known = person("Ana", "ana@example.com");
    owner.create_contact(&known).await.unwrap();
    let file = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Núñez\r\nN:Núñez;Ana;;;\r\nEMAIL;TYPE=INTERNET:ana@example.com\r\n\
                ORG:Colegio Ágora;Letras\r\nEND:VCARD\r\n\
                BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bea\r\nTEL;VALUE=uri:tel:+52-55-1234-5678\r\nADR;TYPE=work:;;Calle 1;Mérida;;97000;Mexico\r\n\
                PHOTO:data:image/png;base64,AAAA\r\nEND:VCARD\r\n\
                BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:nobody\r\nEND:VCARD\r\n\
                BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut";
    let import = done(&owner, file).await;
    assert_eq!(import.counts, counts(1, 1, 0, 2, 0));
    let dialect = import.dialect.unwrap();
    assert_eq!(
        (dialect.format, dialect.delimiter),
        (FileFormat::Vcard, None)
    );
    let mut codes: Vec<_> = problems(&owner, import.id)
        .await
        .into_iter()
        .map(|one| (one.line, one.code))
        .collect();
    codes.sort_by_key(|(line, _)| *line);
    assert_eq!(
        codes,
        [
            (15, RowProblemCode::NothingToKnowBy),
            (19, RowProblemCode::BrokenCard)
        ]
    );
    let all = everybody(&owner).await;
    let of = |name: &str| {
        all.iter()
            .find(|contact| contact.name == name)
            .unwrap_or_else(|| panic!("{name} of {all:?}"))
    };
    assert_eq!(of("Ana Núñez").company.as_deref(), Some("Colegio Ágora"));
    let bea = of("Bea");
    assert_eq!(
        bea.phone.as_ref().map(|phone| phone.as_str()),
        Some("+525512345678")
    );
    assert_eq!(
        (
            bea.city.as_deref(),
            bea.country.as_ref().map(|country| country.code())
        ),
        (Some("Mérida"), Some("MX"))
    );
}
