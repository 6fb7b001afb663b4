//! Imports of what is hardly a file of contacts: each has its answer, and no row is lost without being reported.

use crate::contacts::{raw, some};
use crate::history::{count, run_sql};
use crate::imports::{done, everybody, finished, import, problems};
use crate::server::{Server, on_both};
use rapport_client::Client;
use rapport_contract::Code;
use rapport_contract::import::{ImportFaultCode, ImportState, RowProblemCode};
use reqwest::multipart::{Form, Part};
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant as Moment};

on_both! {
    every_encoding_and_delimiter;
    files_that_cannot_be_used;
    rows_that_cannot_be_used;
    odd_cells_are_reported_and_kept;
    formulas_stay_texts;
    forms_that_are_no_uploads;
    too_large_a_file;
    an_upload_that_breaks_off_leaves_nothing;
    files_are_forgotten_after_a_week;
}

async fn every_encoding_and_delimiter(server: &Server) {
    let owner = server.owner().await;
    let text =
        "Nombre completo;Correo;Compañía;País\r\nJosé Núñez;{};\"Niño, \"\"S.A.\"\"\";España\r\n";
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    let latin = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect::<Vec<u8>>()
    };
    let files: Vec<(&str, Vec<u8>, char)> = vec![
        ("utf8@example.com", text.as_bytes().to_vec(), ';'),
        (
            "bom@example.com",
            format!("\u{feff}{text}").into_bytes(),
            ';',
        ),
        ("little@example.com", utf16(text, true), ';'),
        ("big@example.com", utf16(text, false), ';'),
        ("latin@example.com", latin(text), ';'),
        (
            "tabs@example.com",
            text.replace(';', "\t").into_bytes(),
            '\t',
        ),
        (
            "commas@example.com",
            text.replace(';', ",").into_bytes(),
            ',',
        ),
        (
            "unix@example.com",
            text.replace("\r\n", "\n").into_bytes(),
            ';',
        ),
        (
            "unended@example.com",
            text.trim_end().as_bytes().to_vec(),
            ';',
        ),
    ];
    for (email, bytes, delimiter) in files {
        // The address goes in as bytes, in the file's own encoding.
        let bytes = match email {
            "little@example.com" => utf16(&text.replace("{}", email), true),
            "big@example.com" => utf16(&text.replace("{}", email), false),
            _ => {
                let place = bytes.windows(2).position(|two| two == b"{}").unwrap();
                [&bytes[..place], email.as_bytes(), &bytes[place + 2..]].concat()
            }
        };
        let import = done(&owner, bytes).await;
        assert_eq!(
            (
                import.counts.created,
                import.counts.rejected,
                import.counts.warnings
            ),
            (1, 0, 0),
            "{email}"
        );
        assert_eq!(
            import.dialect.unwrap().delimiter,
            Some(delimiter),
            "{email}"
        );
        let made = everybody(&owner).await.pop().unwrap();
        assert_eq!(
            (made.name.as_str(), made.email.as_deref()),
            ("José Núñez", Some(email))
        );
        assert_eq!(made.company.as_deref(), Some("Niño, \"S.A.\""), "{email}");
        assert_eq!(made.country.unwrap().code(), "ES", "{email}");
    }
}

async fn files_that_cannot_be_used(server: &Server) {
    let owner = server.owner().await;
    let mut binary = b"\x89PNG\r\n\x1a\n".to_vec();
    binary.extend((0..5000_u32).map(|n| (n * 31 % 256) as u8));
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let wide = format!("{}name\nAna\n", "x,".repeat(1500));
    let long = format!("name\n{}\n", "x".repeat(2 << 20));
    for (bytes, code, line) in [
        (b"".to_vec(), ImportFaultCode::EmptyFile, None),
        (b"\xef\xbb\xbf".to_vec(), ImportFaultCode::EmptyFile, None),
        (b" \r\n\n".to_vec(), ImportFaultCode::EmptyFile, None),
        (b"name,email\n".to_vec(), ImportFaultCode::NoRows, None),
        (b"name,email".to_vec(), ImportFaultCode::NoRows, None),
        (binary, ImportFaultCode::NotText, None),
        (noise, ImportFaultCode::NotText, None),
        (
            b"PK\x03\x04xl/workbook.xml".to_vec(),
            ImportFaultCode::NotText,
            None,
        ),
        (
            b"color,size\nred,7\nblue,8\n".to_vec(),
            ImportFaultCode::NoUsableColumn,
            Some(1),
        ),
        (
            b"name,email\nAna,a@example.com\nBo,\"b@example.com\nCy,c@example.com\n".to_vec(),
            ImportFaultCode::UnclosedQuote,
            Some(3),
        ),
        (wide.into_bytes(), ImportFaultCode::TooManyColumns, Some(1)),
        (long.into_bytes(), ImportFaultCode::RowTooLong, Some(2)),
    ] {
        let import = import(&owner, bytes).await;
        assert_eq!(import.state, ImportState::Failed, "{code:?}");
        let fault = import.fault.unwrap();
        assert_eq!((fault.code, fault.line), (code, line), "{}", fault.detail);
        assert!(!fault.detail.is_empty());
        assert_eq!(import.counts.rows(), 0);
    }
    assert_eq!(count(server, "contacts").await, 0);
    assert_eq!(owner.imports().await.unwrap().data.len(), 12);
}

async fn rows_that_cannot_be_used(server: &Server) {
    let owner = server.owner().await;
    let file = "name,email,city\n\
        Ana,a@example.com,Lima\n\
        Bo,b@example.com,Lima,extra,more\n\
        Cy\n\
        \n\
        ,,Lima\n\
        ,,\n\
        Di,d@example.com,\"Two\nlines\"\n\
        Ed,e@example.com,Lima,,\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts.rows(), 6);
    assert_eq!((import.counts.created, import.counts.rejected), (4, 2));
    let codes: Vec<_> = problems(&owner, import.id)
        .await
        .into_iter()
        .map(|problem| (problem.line, problem.code))
        .collect();
    assert_eq!(
        codes,
        [
            (3, RowProblemCode::TooManyCells),
            (4, RowProblemCode::TooFewCells),
            (6, RowProblemCode::NothingToKnowBy),
            (8, RowProblemCode::InvalidCharacter),
        ]
    );
    let rejected = String::from_utf8(owner.rejected_rows(import.id).await.unwrap()).unwrap();
    assert_eq!(
        rejected.lines().skip(1).collect::<Vec<_>>(),
        [
            "3,too_many_cells,Bo,b@example.com,Lima,extra,more",
            "6,nothing_to_know_by,,,Lima"
        ]
    );
    // Taken out what was too much, the row can be used.
    let corrected = rejected.replace(",extra,more", "");
    let again = done(&owner, corrected).await;
    assert_eq!((again.counts.created, again.counts.rejected), (1, 1));
    let names: Vec<_> = everybody(&owner)
        .await
        .into_iter()
        .map(|contact| contact.name)
        .collect();
    assert_eq!(names, ["Ana", "Cy", "Di", "Ed", "Bo"]);
}

async fn odd_cells_are_reported_and_kept(server: &Server) {
    let owner = server.owner().await;
    let long = "é".repeat(256);
    let identifier = "i".repeat(255);
    let mut rows: Vec<String> = (0..100)
        .map(|n| format!("Plain {n},p{n}@example.com,i-{n},Lima\n"))
        .collect();
    rows.push("a\0b,zero@example.com,i-zero,L\0ma\n".to_owned());
    rows.push(format!("{long},long@example.com,i-long,{long}\n"));
    rows.push("\u{1b}[31mred,esc@example.com,i\u{7}-esc,\u{9b}\n".to_owned());
    rows.push("No mail,\0,\0,\0\n".to_owned());
    rows.push(format!("Long key,key@example.com,{identifier},\n"));
    rows.push(format!("Other,p1@example.com,{identifier},\n"));
    rows.push("👩‍👩‍👧 'quoted' \\ % _,emoji@example.com,=1+1,'=x\n".to_owned());
    let file = format!("name\0,email,identifier,city\n{}", rows.concat());
    let import = import(&owner, file).await;
    // Whether a file with NULs is a text is the reader's to say; what it must not do is stop half-way.
    match import.state {
        ImportState::Failed => {
            assert_eq!(import.fault.unwrap().code, ImportFaultCode::NotText);
            assert_eq!(count(server, "contacts").await, 0);
        }
        _ => assert_eq!(import.counts.rows(), 107),
    }

    let rows = rows.concat().replace('\0', "\u{1}");
    let import = done(&owner, format!("name,email,identifier,city\n{rows}")).await;
    assert_eq!((import.counts.rows(), import.counts.rejected), (107, 1));
    let found = problems(&owner, import.id).await;
    assert!(
        found
            .iter()
            .filter_map(|problem| problem.value.as_ref())
            .all(|value| value.chars().count() <= 200)
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.code == RowProblemCode::KeysOfDifferentContacts)
    );
    let everybody = everybody(&owner).await;
    let emoji = everybody
        .iter()
        .find(|contact| contact.email.as_deref() == Some("emoji@example.com"))
        .unwrap();
    assert_eq!(
        (emoji.name.as_str(), emoji.identifier.as_deref()),
        ("👩‍👩‍👧 'quoted' \\ % _", Some("=1+1"))
    );
    // The apostrophe that an export put before a formula is taken off.
    assert_eq!(emoji.city, some("=x"));
}

async fn formulas_stay_texts(server: &Server) {
    let owner = server.owner().await;
    let file = "note,phone,city,name,=HYPERLINK(1)\n\
        =1+1,,@SUM(A1),,-1+2\n\
        +1+cmd|' /C calc'!A0,12,\"=\"\"x\"\"\",,'=kept\n\
        -5,call,\ttab,,+52 55 1234 5678\n\
        +525512345678,x,,,-1-2-3-4\n";
    let import = done(&owner, file).await;
    assert_eq!(import.counts.rejected, 4);
    let rejected = String::from_utf8(owner.rejected_rows(import.id).await.unwrap()).unwrap();
    let cells: Vec<Vec<String>> = csv_cells(&rejected);
    assert_eq!(
        cells[0][2..],
        ["note", "phone", "city", "name", "'=HYPERLINK(1)"]
    );
    assert_eq!(cells[1][2..], ["'=1+1", "", "'@SUM(A1)", "", "'-1+2"]);
    assert_eq!(
        cells[2][2..],
        ["'+1+cmd|' /C calc'!A0", "12", "'=\"x\"", "", "'=kept"]
    );
    assert_eq!(
        cells[3][2..],
        ["'-5", "call", "'\ttab", "", "'+52 55 1234 5678"]
    );
    // A phone in E.164 is none; whatever else a spreadsheet would reckon with is.
    assert_eq!(cells[4][2..], ["+525512345678", "x", "", "", "'-1-2-3-4"]);
}

/// Records of a CSV that `csv` wrote.
fn csv_cells(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.trim_end_matches('\n').chars().peekable();
    while let Some(c) = characters.next() {
        let record = records.last_mut().unwrap();
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                record.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            c => record.last_mut().unwrap().push(c),
        }
    }
    records
}

async fn forms_that_are_no_uploads(server: &Server) {
    let owner = server.owner().await;
    let post = async |form: Form| {
        let token = owner.access_token().unwrap();
        let request = reqwest::Client::new()
            .post(owner.url("/api/v1/imports"))
            .bearer_auth(token.0);
        let response = request.multipart(form).send().await.unwrap();
        let status = response.status().as_u16();
        let problem: serde_json::Value = response.json().await.unwrap();
        (status, problem)
    };
    let (status, problem) = post(Form::new().text("note", "hello")).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (400, Some("invalid_form"))
    );
    let (status, problem) = post(Form::new()).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (400, Some("invalid_form"))
    );
    let (status, problem) = raw(
        &owner,
        reqwest::Method::POST,
        "/imports",
        Some("name\nAna\n"),
    )
    .await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (415, Some("unsupported_media_type"))
    );
    assert_eq!(count(server, "imports").await, 0);
    // Parts before the file are passed over; a file without a name has one.
    let form = Form::new()
        .text("note", "hello")
        .part("file", Part::bytes(b"name\nAna\n".to_vec()));
    let (status, queued) = post(form).await;
    assert_eq!(
        (status, queued["file_name"].as_str()),
        (202, Some("contacts.csv"))
    );
    let id = serde_json::from_value(queued["id"].clone()).unwrap();
    assert_eq!(finished(&owner, id).await.counts.created, 1);
}

async fn too_large_a_file(server: &Server) {
    let owner = server.owner().await;
    let bytes = [b"name\n".to_vec(), b"x\n".repeat(4 << 20)].concat();
    let error = owner.upload_import("large.csv", bytes).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::PayloadTooLarge));
    assert_eq!(
        (
            count(server, "imports").await,
            count(server, "import_chunks").await
        ),
        (0, 0)
    );
}

async fn until(server: &Server, table: &str, rows: i64) {
    let deadline = Moment::now() + Duration::from_secs(20);
    while count(server, table).await != rows {
        assert!(Moment::now() < deadline, "{table} does not come to {rows}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn an_upload_that_breaks_off_leaves_nothing(server: &Server) {
    let owner = server.owner().await;
    let client: &Client = &owner;
    let host = server.url.strip_prefix("http://").unwrap();
    let begin = || {
        let mut stream = TcpStream::connect(host).unwrap();
        let head = format!(
            "POST /api/v1/imports HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Length: 5000000\r\n\
             Content-Type: multipart/form-data; boundary=b\r\n\r\n\
             --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\nname\n",
            client.access_token().unwrap().0
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&b"Ana\n".repeat(400_000)).unwrap();
        stream
    };
    let broken = begin();
    until(server, "import_chunks", 1).await;
    // Nobody but the uploader knows of it.
    assert_eq!(client.imports().await.unwrap().data, []);
    drop(broken);
    until(server, "imports", 0).await;
    until(server, "import_chunks", 0).await;

    // One that hangs for a day, because its server died, is forgotten.
    let me = client.me().await.unwrap();
    server
        .store
        .write(server.now(), async |w| {
            rapport_store::imports::begin(w, me.account.id, me.id, "x.csv")
                .await
                .map(drop)
        })
        .await
        .unwrap();
    assert_eq!(count(server, "imports").await, 1);
    server.pass(26 * 3600);
    until(server, "imports", 0).await;
    assert_eq!(
        (count(server, "contacts").await, count(server, "jobs").await),
        (0, 0)
    );
}

async fn files_are_forgotten_after_a_week(server: &Server) {
    let owner = server.owner().await;
    let import = done(&owner, "name,email,city\nAna,nobody,\n,,Lima\n").await;
    assert_eq!(count(server, "import_chunks").await, 1);
    server.pass(6 * 24 * 3600);
    // A second one makes the worker look.
    server.sign_in(&owner, "olga@example.com").await;
    done(&owner, "name\nBo\n").await;
    assert_eq!(count(server, "import_chunks").await, 2);
    server.pass(2 * 24 * 3600);
    until(server, "import_chunks", 1).await;
    // The report stays.
    server.sign_in(&owner, "olga@example.com").await;
    assert_eq!(owner.import(import.id).await.unwrap(), import);
    assert_eq!(problems(&owner, import.id).await.len(), 2);
    run_sql(server, "DELETE FROM import_chunks").await;
}
