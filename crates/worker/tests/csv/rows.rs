//! Cells that are wrong, and what is kept of their rows.

use crate::{known, problems, rows, values};
use rapport_contract::import::RowProblemCode::*;
use rapport_contract::import::Severity;

#[test]
fn too_many_cells_reject_a_row_unless_they_are_empty() {
    let file = b"name,city\nAna,Lima,,\nEva,Lima, ,x\nLeo,Lima\n";
    let rows = rows(file);
    assert!(rows[0].values.is_some() && rows[0].problems.is_empty());
    assert_eq!(rows[1].values, None);
    let [problem] = rows[1].problems.as_slice() else {
        panic!()
    };
    assert_eq!(
        (problem.code, problem.severity),
        (TooManyCells, Severity::Rejected)
    );
    assert_eq!((problem.line, problem.value.as_deref()), (3, Some("x")));
    assert_eq!(
        rows[1].raw.cells().collect::<Vec<_>>(),
        ["Eva", "Lima", " ", "x"]
    );
    assert!(rows[2].values.is_some());
}

#[test]
fn columns_without_a_header_need_no_cells() {
    assert_eq!(
        problems(b"name,city,,\nAna,Lima\nEva\n"),
        [(3, TooFewCells, Some("city".to_owned()), None)]
    );
}

#[test]
fn a_row_needs_something_to_know_a_contact_by() {
    let rows = rows(b"name,email,phone,city\n,,,Lima\n,ana@,call me,Lima\nAna,,,\n");
    assert_eq!(rows[0].problems[0].code, NothingToKnowBy);
    assert_eq!(rows[0].problems[0].severity, Severity::Rejected);
    let second: Vec<_> = rows[1]
        .problems
        .iter()
        .map(|problem| (problem.code, problem.severity))
        .collect();
    assert_eq!(
        second,
        [
            (InvalidEmail, Severity::Warning),
            (InvalidPhone, Severity::Warning),
            (NothingToKnowBy, Severity::Rejected)
        ]
    );
    assert!(rows[0].values.is_none() && rows[1].values.is_none() && rows[2].values.is_some());
}

#[test]
fn what_is_not_understood_is_left_out_and_reported() {
    let file = "Name,Email,Phone,Country,Language,Created at,Last activity\n\
                Ana,ana@example,12,Atlantis,Spanish!,yesterday,31/31/2027\n\
                Eva,eva@example.com,+52 55 1234 5678,España,es_mx,2027-01-31,2027-01-31T10:00:00Z\n";
    assert_eq!(
        problems(file.as_bytes()),
        [
            known(2, InvalidEmail, "Email", "ana@example"),
            known(2, InvalidPhone, "Phone", "12"),
            known(2, UnknownCountry, "Country", "Atlantis"),
            known(2, InvalidLanguage, "Language", "Spanish!"),
            known(2, InvalidDate, "Created at", "yesterday"),
            known(2, InvalidDate, "Last activity", "31/31/2027"),
        ]
    );
    let people = values(file.as_bytes());
    assert_eq!(people[0].fields.first_name.as_deref(), Some("Ana"));
    let eva = &people[1];
    assert_eq!(
        eva.fields
            .country
            .map(|country| country.to_string())
            .as_deref(),
        Some("ES")
    );
    assert_eq!(
        eva.fields.language.as_ref().map(|tag| tag.as_str()),
        Some("es-MX")
    );
    assert_eq!(
        eva.created_at.unwrap().to_string(),
        "2027-01-31T06:00:00.000Z"
    );
    assert_eq!(
        eva.last_activity_at.unwrap().to_string(),
        "2027-01-31T10:00:00.000Z"
    );
}

#[test]
fn texts_are_bounded_and_have_no_control_characters() {
    let file = format!(
        "name,company,city,identifier\nAna,{},a\u{1}b,x\ny\n",
        "x".repeat(256)
    )
    .replace("x\ny", "\"x\ny\"");
    let found = problems(file.as_bytes());
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].1, InvalidCharacter);
    assert_eq!(found[0].3.as_deref(), Some("x\ny"));
    assert_eq!(found[1].1, TooLong);
    assert_eq!(
        found[1].3.as_deref().map(|value| value.chars().count()),
        Some(200)
    );
    assert_eq!(found[2], known(2, InvalidCharacter, "city", "a\u{1}b"));
    assert_eq!(values(file.as_bytes())[0].fields.company, None);
}

#[test]
fn countries_are_codes_or_names_in_three_languages() {
    let file = "name,country\na,MX\nb,mexico\nc,México\nd,墨西哥\ne,mex\nf,EE. UU.\ng,中国大陆\n";
    let found: Vec<_> = values(file.as_bytes())
        .into_iter()
        .filter_map(|row| row.fields.country)
        .map(|country| country.to_string())
        .collect();
    assert_eq!(found, ["MX", "MX", "MX", "MX", "MX", "US", "CN"]);
}

#[test]
fn phones_are_read_as_programs_garble_them() {
    for (cell, expected) in [
        ("+52 55 1234 5678", "+525512345678"),
        ("5512345678", "+525512345678"),
        ("918080808080", "+918080808080"),
        ("'+525512345678", "+525512345678"),
        ("5512345678.0", "+525512345678"),
        ("\u{202a}+52 55 1234 5678\u{202c}", "+525512345678"),
        ("＋５２ ５５１２３４５６７８", "+525512345678"),
        ("+52 55–1234–5678", "+525512345678"),
        ("\u{a0}+52\u{a0}55\u{a0}1234\u{a0}5678", "+525512345678"),
    ] {
        let people = values(format!("name,phone\nAna,{cell}\n").as_bytes());
        let phone = people[0].fields.phone.as_ref().map(|phone| phone.as_str());
        assert_eq!(phone, Some(expected), "{cell}");
    }
    assert_eq!(
        problems("name,phone\nAna,+1 555 000 0000\nEva,5.51234E+09\n".as_bytes()),
        [
            known(2, UnlikelyPhone, "phone", "+1 555 000 0000"),
            known(3, InvalidPhone, "phone", "5.51234E+09")
        ]
    );
}

#[test]
fn of_several_values_in_a_cell_the_first_is_taken() {
    let file = "name,email,phone\nAna,ana@example.com ::: ana@work.com,+52 55 1234 5678 ::: 5587654321\n\
                Eva,\"n/a; eva@example.com\",\nLeo,n/a,\n";
    let people = values(file.as_bytes());
    let emails: Vec<_> = people
        .iter()
        .map(|row| row.fields.email.as_ref().map(|email| email.as_str()))
        .collect();
    assert_eq!(
        emails,
        [Some("ana@example.com"), Some("eva@example.com"), None]
    );
    assert_eq!(
        people[0].fields.phone.as_ref().map(|phone| phone.as_str()),
        Some("+525512345678")
    );
    assert_eq!(
        problems(file.as_bytes()),
        [
            known(2, InvalidEmail, "email", "ana@work.com"),
            known(2, InvalidPhone, "phone", "5587654321"),
            known(3, InvalidEmail, "email", "n/a"),
            known(4, InvalidEmail, "email", "n/a"),
        ]
    );
}

#[test]
fn names_in_whole_and_in_parts() {
    for (file, first, last) in [
        ("name\nAna Núñez\n", Some("Ana Núñez"), None),
        (
            "first name,last name\nAna,Núñez\n",
            Some("Ana"),
            Some("Núñez"),
        ),
        (
            "name,first name,last name\nAna Núñez,Ana,Núñez\n",
            Some("Ana"),
            Some("Núñez"),
        ),
        (
            "name,first name,last name\nAna Núñez,,\n",
            Some("Ana Núñez"),
            None,
        ),
        ("name,surname\nAna,Núñez\n", Some("Ana"), Some("Núñez")),
        ("name,surname\nAna Núñez,NUÑEZ\n", Some("Ana Núñez"), None),
        (
            "last name,email\nNúñez,ana@example.com\n",
            None,
            Some("Núñez"),
        ),
        ("姓,名\n王,小明\n", Some("小明"), Some("王")),
        ("Nombre,Apellidos\nAna,Núñez\n", Some("Ana"), Some("Núñez")),
    ] {
        let fields = &values(file.as_bytes())[0].fields;
        assert_eq!(
            (fields.first_name.as_deref(), fields.last_name.as_deref()),
            (first, last),
            "{file}"
        );
    }
}

#[test]
fn the_apostrophe_of_an_export_comes_off() {
    let people = values(b"name,company,city\n'=1+1,'@home,''-x\n'tis,O'Neil,'\n");
    let texts = |row: usize| {
        let fields = &people[row].fields;
        [&fields.first_name, &fields.company, &fields.city]
            .map(|text| text.as_deref().unwrap_or_default())
    };
    assert_eq!(texts(0), ["=1+1", "@home", "'-x"]);
    assert_eq!(texts(1), ["'tis", "O'Neil", "'"]);
}

#[test]
fn damaged_bytes_are_reported_where_they_stand() {
    let mut file = "name,email,city,identifier\n".to_owned();
    file.push_str(&"José,,Mérida,\n".repeat(20));
    let mut file = file.into_bytes();
    file.extend(b"Mar\xeda,mar\xeda@example.com,Lima,k\xed1\nEva,,Lima,\n");
    assert_eq!(
        problems(&file),
        [
            known(22, InvalidEncoding, "name", "Mar\u{fffd}a"),
            known(22, InvalidEmail, "email", "mar\u{fffd}a@example.com"),
            known(22, InvalidCharacter, "identifier", "k\u{fffd}1"),
        ]
    );
    let maria = &values(&file)[20].fields;
    assert_eq!(maria.first_name.as_deref(), Some("Mar\u{fffd}a"));
    assert!(maria.email.is_none() && maria.identifier.is_none());
}

#[test]
fn days_and_months_are_never_guessed() {
    let created = |cells: &[&str]| -> Vec<Option<String>> {
        let file = format!(
            "name,created\n{}",
            cells
                .iter()
                .map(|cell| format!("Ana,{cell}\n"))
                .collect::<String>()
        );
        let people = values(file.as_bytes());
        people
            .iter()
            .map(|row| row.created_at.map(|at| at.to_string()[..10].to_owned()))
            .collect()
    };
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(
        created(&["03/04/2027", "31/12/2026"]),
        [day("2027-04-03"), day("2026-12-31")]
    );
    assert_eq!(
        created(&["03/04/2027", "12/31/2026"]),
        [day("2027-03-04"), day("2026-12-31")]
    );
    assert_eq!(
        created(&["03/04/2027", "05/05/2027"]),
        [None, day("2027-05-05")]
    );
}
