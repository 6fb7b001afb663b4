//! Any table that a careful program writes is read back as it was, with its lines.

use crate::{READERS, survey};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use encoding_rs::UTF_16LE;
use proptest::prelude::*;
use rapport_worker::csv::Survey;

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zñ王 ]{0,6}",
        2 => "[,;|\t\"'\r\n a-c=+@-]{0,8}",
        1 => "\\PC{0,5}",
    ]
}

/// Rows under the header `name` and others, each with a name, so that none is blank.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(|width| {
        let row = ("[a-z王é]{1,4}", prop::collection::vec(cell(), width - 1));
        let row = row.prop_map(|(name, mut rest)| {
            rest.insert(0, name);
            rest
        });
        prop::collection::vec(row, 1..8)
    })
}

fn delimiters() -> impl Strategy<Value = u8> {
    prop::sample::select(vec![b',', b';', b'\t', b'|'])
}

fn quoting() -> impl Strategy<Value = QuoteStyle> {
    prop::sample::select(vec![
        QuoteStyle::Necessary,
        QuoteStyle::Always,
        QuoteStyle::NonNumeric,
    ])
}

fn terminators() -> impl Strategy<Value = Terminator> {
    prop::sample::select(vec![
        Terminator::CRLF,
        Terminator::Any(b'\n'),
        Terminator::Any(b'\r'),
    ])
}

/// How many lines an editor shows before the end of the text.
fn lines(text: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    1 + text.chars().filter(|c| matches!(c, '\r' | '\n')).count() as u64
}

/// The file, and the line on which each row begins.
fn write(
    rows: &[Vec<String>],
    delimiter: u8,
    quoting: QuoteStyle,
    end: Terminator,
) -> (Vec<u8>, Vec<u64>) {
    let mut builder = WriterBuilder::new();
    builder
        .delimiter(delimiter)
        .quote_style(quoting)
        .terminator(end);
    let mut file = Vec::new();
    let append = |file: &mut Vec<u8>, row: &[String]| {
        let mut writer = builder.from_writer(Vec::new());
        writer.write_record(row).unwrap();
        file.extend(writer.into_inner().unwrap());
    };
    // Where there is one column, only Excel's line tells the delimiter.
    if rows[0].len() == 1 {
        file.extend(format!("sep={}\n", char::from(delimiter)).bytes());
    }
    let header: Vec<String> = (0..rows[0].len())
        .map(|place| {
            if place == 0 {
                "name".to_owned()
            } else {
                format!("x{place}")
            }
        })
        .collect();
    append(&mut file, &header);
    let mut begins = Vec::new();
    for row in rows {
        begins.push(lines(&file));
        append(&mut file, row);
    }
    (file, begins)
}

fn read(file: &[u8]) -> (Vec<Vec<String>>, Vec<u64>) {
    let survey = survey(file);
    let rows: Vec<_> = survey
        .rows(file, READERS)
        .unwrap()
        .map(|row| row.unwrap())
        .collect();
    let lines = rows.iter().map(|row| row.line).collect();
    let cells = rows
        .iter()
        .map(|row| row.raw.cells().map(str::to_owned).collect())
        .collect();
    (cells, lines)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        rows in table(),
        delimiter in delimiters(),
        quoting in quoting(),
        end in terminators(),
    ) {
        let (file, begins) = write(&rows, delimiter, quoting, end);
        prop_assert_eq!(read(&file), (rows, begins));
    }

    #[test]
    fn the_encoding_makes_no_difference(rows in table(), delimiter in delimiters()) {
        let (file, begins) = write(&rows, delimiter, QuoteStyle::Necessary, Terminator::CRLF);
        let text = String::from_utf8(file).unwrap();
        let marked = format!("\u{feff}{text}");
        let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        prop_assert_eq!(&survey(&wide).dialect.encoding, UTF_16LE.name());
        prop_assert_eq!(read(&wide), (rows.clone(), begins.clone()));
        prop_assert_eq!(read(marked.as_bytes()), (rows.clone(), begins.clone()));
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(survey) = Survey::of(&bytes[..], None) {
            let rows = survey.rows(&bytes[..], READERS).unwrap();
            prop_assert_eq!(rows.filter(Result::is_ok).count() as u64, survey.rows);
        }
    }

    #[test]
    fn any_text_has_an_answer(text in "[a-c@.,;\"'\r\n\t é王0-9=+/-]{0,300}") {
        let file = format!("name,email,phone,created\n{text}").into_bytes();
        if let Ok(survey) = Survey::of(&file[..], None) {
            let rows: Vec<_> = survey.rows(&file[..], READERS).unwrap().map(|row| row.unwrap()).collect();
            prop_assert_eq!(rows.len() as u64, survey.rows);
            for row in rows {
                prop_assert_eq!(row.values.is_none(), row.problems.iter().any(|p| p.severity == rapport_contract::import::Severity::Rejected));
                prop_assert!(row.problems.iter().all(|p| p.line == row.line));
            }
        }
    }
}
