//! Two real files, and one table in every way to write it.

use crate::{READERS, fields, rows, survey, values};
use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS, UTF_8, WINDOWS_1252};
use rapport_contract::import::ImportField::{
    Company, Email, FirstName, Identifier, LastName, Name, Phone,
};
use rapport_contract::import::{ImportField, RowProblemCode, Severity};
use std::collections::HashSet;

const SAMPLE: &[u8] = include_bytes!("../data/import-contacts-sample.csv");
const RAGGED: &[u8] = include_bytes!("../data/import-contacts-ragged.csv");

#[test]
fn the_sample_has_25_contacts() {
    let survey = survey(SAMPLE);
    assert_eq!(survey.rows, 25);
    assert_eq!(survey.dialect.encoding, "UTF-8");
    assert_eq!(survey.dialect.delimiter, Some(','));
    assert!(!survey.dialect.byte_order_mark);
    assert!(survey.has_header);
    assert_eq!(
        fields(SAMPLE),
        [
            None,
            Some(Name),
            Some(Email),
            Some(Identifier),
            Some(Phone),
            None,
            None,
            None
        ]
    );

    let rows = rows(SAMPLE);
    assert!(rows.iter().all(|row| row.problems.is_empty()));
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, (2..=26).collect::<Vec<u64>>());

    let people = values(SAMPLE);
    let emails: HashSet<_> = people
        .iter()
        .filter_map(|row| row.fields.email.as_ref())
        .map(|email| email.identity())
        .collect();
    let identifiers: HashSet<_> = people
        .iter()
        .filter_map(|row| row.fields.identifier.as_ref())
        .collect();
    assert_eq!((emails.len(), identifiers.len()), (25, 25));
    // One phone stands on 23 rows: 22 are another contact's.
    let shared = people.iter().filter(|row| {
        row.fields
            .phone
            .as_ref()
            .is_some_and(|phone| phone.as_str() == "+15417543011")
    });
    assert_eq!(shared.count(), 23);

    let first = &people[0].fields;
    assert_eq!(first.first_name.as_deref(), Some("Clarice Uzzell"));
    assert_eq!(first.last_name, None);
    assert_eq!(
        first.email.as_ref().map(|email| email.as_str()),
        Some("cuzzell0@mozilla.org")
    );
    assert_eq!(
        first.phone.as_ref().map(|phone| phone.as_str()),
        Some("+498963648018")
    );
    assert_eq!(
        people[4].fields.first_name.as_deref(),
        Some("Tina O'Lunney")
    );
    assert_eq!(rows[24].raw.get(7), Some("Random-value23"));
}

#[test]
fn ragged_rows_are_used() {
    assert_eq!(
        fields(RAGGED),
        [
            None,
            Some(FirstName),
            Some(LastName),
            Some(Email),
            None,
            None,
            Some(Identifier),
            Some(Phone),
            Some(Company)
        ]
    );
    let people = values(RAGGED);
    assert_eq!(people.len(), 25);
    let phones: HashSet<_> = people
        .iter()
        .filter_map(|row| row.fields.phone.as_ref())
        .map(|phone| phone.as_str().to_owned())
        .collect();
    assert_eq!(phones.len(), 25);
    assert!(
        phones.iter().all(|phone| phone.starts_with("+9180808")),
        "with and without a plus: {phones:?}"
    );
    assert_eq!(people[0].fields.company.as_deref(), Some("My Company Name"));

    let rows = rows(RAGGED);
    assert!(rows[0].problems.is_empty());
    for row in &rows[1..] {
        let [problem] = row.problems.as_slice() else {
            panic!("{:?}", row.problems)
        };
        assert_eq!(problem.code, RowProblemCode::TooFewCells);
        assert_eq!(problem.severity, Severity::Warning);
        assert_eq!(problem.line, row.line);
        assert_eq!(problem.column.as_deref(), Some("company"));
    }
}

/// A table in the ways that programs write it.
fn written(table: &[&[&str]], delimiter: char, line_end: &str, quoted: bool) -> String {
    let lines = table.iter().map(|cells| {
        let cells = cells.iter().map(|cell| {
            if quoted || cell.contains([delimiter, '"', '\r', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                (*cell).to_owned()
            }
        });
        cells.collect::<Vec<_>>().join(&delimiter.to_string())
    });
    lines.map(|line| line + line_end).collect()
}

fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lost) = encoding.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

/// Reads the file, and compares its raw cells with the table's.
fn assert_reads(file: &[u8], table: &[&[&str]], encoding: &str, delimiter: char, mark: bool) {
    let survey = survey(file);
    assert_eq!(survey.dialect.encoding, encoding);
    assert_eq!(survey.dialect.delimiter, Some(delimiter), "{encoding}");
    assert_eq!(survey.dialect.byte_order_mark, mark);
    let headers: Vec<_> = survey
        .columns
        .iter()
        .map(|column| column.header.as_str())
        .collect();
    assert_eq!(headers, table[0]);
    let rows = rows(file);
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.raw.cells().collect()).collect();
    assert_eq!(cells, table[1..]);
    assert!(rows.iter().all(|row| row.values.is_some()));
}

const SPANISH: &[&[&str]] = &[
    &["Nombre", "Apellidos", "Correo electrónico", "Ciudad"],
    &["José", "Núñez Ibáñez", "jose@example.com", "Mérida"],
    &["María", "Peña; de la O", "maria@example.com", "León, Gto."],
    &["Íñigo", "Muñoz \"el Güero\"", "inigo@example.com", "Bogotá"],
    &[
        "Ana",
        "Córdoba",
        "ana@example.com",
        "línea uno\r\nlínea dos",
    ],
];

const CHINESE: &[&[&str]] = &[
    &["姓", "名", "邮箱", "城市"],
    &["王", "小明", "wang@example.com", "北京"],
    &["李", "娜", "lina@example.com", "上海,浦东"],
    &["张", "伟", "zhang@example.com", "广州"],
];

const TAIWANESE: &[&[&str]] = &[
    &["姓名", "電子郵件", "城市", "備註"],
    &[
        "陳怡君",
        "chen@example.com",
        "臺北市",
        "重要客戶，請優先處理",
    ],
    &["林志明", "lin@example.com", "高雄市", "下週再聯絡"],
    &["張淑芬", "chang@example.com", "臺中市", "已經寄出報價單"],
];

const JAPANESE: &[&[&str]] = &[
    &["Name", "Email", "City"],
    &["山田太郎", "yamada@example.com", "東京都"],
    &["鈴木さくら", "suzuki@example.com", "おおさか"],
    &["ミラー", "miller@example.com", "カナガワ"],
];

#[test]
fn one_table_in_every_way_to_write_it() {
    for delimiter in [',', ';', '\t', '|'] {
        for line_end in ["\n", "\r\n", "\r"] {
            for quoted in [false, true] {
                let text = written(SPANISH, delimiter, line_end, quoted);
                let marked = format!("\u{feff}{text}");
                for (file, encoding, mark) in [
                    (text.clone().into_bytes(), "UTF-8", false),
                    (marked.clone().into_bytes(), "UTF-8", true),
                    (encoded(&text, WINDOWS_1252), "windows-1252", false),
                    (utf_16(&marked, u16::to_le_bytes), "UTF-16LE", true),
                    (utf_16(&marked, u16::to_be_bytes), "UTF-16BE", true),
                    (utf_16(&text, u16::to_le_bytes), "UTF-16LE", false),
                    (utf_16(&text, u16::to_be_bytes), "UTF-16BE", false),
                ] {
                    assert_reads(&file, SPANISH, encoding, delimiter, mark);
                }
            }
        }
    }
}

#[test]
fn tables_in_the_encodings_of_asia() {
    for (table, encodings) in [
        (CHINESE, [UTF_8, GBK]),
        (TAIWANESE, [UTF_8, BIG5]),
        (JAPANESE, [UTF_8, SHIFT_JIS]),
    ] {
        for encoding in encodings {
            for delimiter in [',', ';', '\t'] {
                let text = written(table, delimiter, "\r\n", false);
                assert_reads(
                    &encoded(&text, encoding),
                    table,
                    encoding.name(),
                    delimiter,
                    false,
                );
            }
        }
    }
    // With characters that only GB 18030 has.
    let text = "姓名,邮箱\n㐀𠀀,rare@example.com\n王小明,wang@example.com\n李娜,lina@example.com\n";
    let file = encoded(text, encoding_rs::GB18030);
    assert_eq!(values(&file)[0].fields.first_name.as_deref(), Some("㐀𠀀"));
}

#[test]
fn excel_names_its_delimiter_in_the_first_line() {
    let text = "sep=|\r\nname|email\r\nNúñez, Ana; Dr.|ana@example.com\r\n";
    for file in [
        text.as_bytes().to_vec(),
        utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes),
    ] {
        let rows = rows(&file);
        assert_eq!(rows[0].line, 3);
        assert_eq!(rows[0].raw.get(0), Some("Núñez, Ana; Dr."));
        assert_eq!(survey(&file).dialect.delimiter, Some('|'));
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for line_end in ["\n", "\r\n", "\r"] {
        let text = "\nname,notes\n\nAna,\"one\ntwo\n\nfour\"\n\n\nEva,x\n".replace('\n', line_end);
        let lines: Vec<u64> = rows(text.as_bytes()).iter().map(|row| row.line).collect();
        assert_eq!(lines, [4, 10], "{line_end:?}");
    }
    let mixed = "name,notes\r\nAna,a\rEva,b\nLeo,\"c\r\rd\ne\"\r\nMia,f";
    let lines: Vec<u64> = rows(mixed.as_bytes()).iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 4, 8]);
}

#[test]
fn blank_lines_and_rows_of_nothing_are_no_rows() {
    let file = b"name,email\n\n  \n,\n , \n\"\",\"\"\nAna,ana@example.com\n,,,,\n\n";
    let rows = rows(file);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].line, 7);
}

#[test]
fn a_file_without_a_header_is_read_by_its_values() {
    let file = "Ana Núñez;ana@example.com;+52 55 1234 5678\nEva Ibáñez;eva@example.com;\n";
    let survey = survey(file.as_bytes());
    assert!(!survey.has_header);
    assert_eq!(
        fields(file.as_bytes()),
        [Some(Name), Some(Email), Some(Phone)]
    );
    let rows = rows(file.as_bytes());
    assert_eq!((rows[0].line, rows[1].line), (1, 2));
    let first = rows[0].values.as_ref().unwrap();
    assert_eq!(first.fields.first_name.as_deref(), Some("Ana Núñez"));
    assert_eq!(
        first.fields.phone.as_ref().map(|phone| phone.as_str()),
        Some("+525512345678")
    );
}

#[test]
fn an_import_goes_on_where_it_was_interrupted() {
    let survey = survey(SAMPLE);
    let all = rows(SAMPLE);
    for done in [0, 1, 24, 25, 99] {
        let mut rest = survey.rows(SAMPLE, READERS).unwrap();
        rest.pass_over(done as u64).unwrap();
        let rest: Vec<_> = rest.map(|row| row.unwrap()).collect();
        assert_eq!(rest, all[done.min(25)..]);
    }
}

#[test]
fn progress_is_told_in_bytes() {
    let file = format!("name\n{}", "Ana Núñez\n".repeat(50_000)).into_bytes();
    let survey = survey(&file);
    let mut rows = survey.rows(&file[..], READERS).unwrap();
    let mut seen = Vec::new();
    while rows.next().is_some() {
        seen.push(rows.bytes_read());
    }
    assert!(seen.is_sorted());
    assert!(seen[25_000] > survey.bytes / 3 && seen[25_000] < survey.bytes * 2 / 3);
    assert_eq!(seen.last(), Some(&survey.bytes));
}

#[test]
fn a_mark_quotes_spaces_and_case_do_not_hide_a_header() {
    let file = "\u{feff}\"  E-MAIL \",FIRST_NAME , \"last name\"\nana@example.com,Ana,Núñez\n";
    // A quote behind a space is an ordinary character, here around the header.
    assert_eq!(
        fields(file.as_bytes()),
        [Some(Email), Some(FirstName), Some(ImportField::LastName)]
    );
}

#[test]
fn what_stands_far_inside_a_long_file_is_found() {
    // The first accent and the first decisive date come long after what the beginning shows.
    let many = "Ana,ana@example.com,01/02/2027\n".repeat(30_000);
    let text = format!("name,email,created_at\n{many}José,jose@example.com,31/12/2026\n");
    let file = encoded(&text, WINDOWS_1252);
    let survey = survey(&file);
    assert_eq!(survey.dialect.encoding, "windows-1252");
    assert_eq!(survey.rows, 30_001);
    let rows = rows(&file);
    assert_eq!(
        rows[30_000]
            .values
            .as_ref()
            .unwrap()
            .fields
            .first_name
            .as_deref(),
        Some("José")
    );
    let first = rows[0].values.as_ref().unwrap();
    assert_eq!(
        first.created_at.unwrap().to_string(),
        "2027-02-01T06:00:00.000Z"
    );
}
