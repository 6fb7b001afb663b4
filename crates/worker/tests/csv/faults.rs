//! Files that cannot be used: each has its own answer, and the line where something is wrong.

use crate::{fault, rows, survey};
use rapport_contract::import::ImportFaultCode::{self, *};
use rapport_worker::csv::{CELLS_MAX, Failure, ROW_MAX, Survey};
use std::io::{self, Read};

fn code_and_line(file: &[u8]) -> (ImportFaultCode, Option<u64>) {
    let fault = fault(file);
    assert!(
        fault.detail.ends_with('.') && fault.detail.len() > 15,
        "{}",
        fault.detail
    );
    (fault.code, fault.line)
}

#[test]
fn a_file_without_anything() {
    for file in [
        "",
        " ",
        "\n\n\r\n",
        "\u{feff}",
        "\u{feff}\r\n",
        " \t \n",
        ",,,\n,,,\n",
        "sep=;\n",
    ] {
        assert_eq!(
            code_and_line(file.as_bytes()),
            (EmptyFile, None),
            "{file:?}"
        );
    }
    assert_eq!(code_and_line(b"\xff\xfe").0, EmptyFile);
}

#[test]
fn a_header_alone() {
    for file in [
        "name,email",
        "name,email\n",
        "name,email\r\n\r\n,\r\n",
        "sep=;\nname;email\n",
    ] {
        assert_eq!(code_and_line(file.as_bytes()), (NoRows, None), "{file:?}");
    }
}

#[test]
fn a_file_that_is_no_text() {
    let noise: Vec<u8> = (0..50_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for file in [
        b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml xl/workbook.xml".as_slice(),
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"name,email\nA\0na,ana@example.com\n",
        &noise,
    ] {
        assert_eq!(code_and_line(file), (NotText, None));
    }
    let workbook = fault(b"PK\x03\x04 [Content_Types].xml xl/workbook.xml");
    assert_eq!(
        workbook.detail,
        "This is an Excel workbook; save it as CSV first."
    );
}

#[test]
fn a_quote_that_is_never_closed() {
    let good = "Ana,ana@example.com\n".repeat(20_000);
    for (file, line) in [
        (
            "name,email\n\"Ana,ana@example.com\nEva,eva@example.com\n".to_owned(),
            2,
        ),
        (format!("name,email\n{good}\"Eva,eva@example.com\n"), 20_002),
        (
            format!("name,email\n{good}\"Eva,eva@example.com\n{good}"),
            20_002,
        ),
        // Far more than the longest row behind it.
        (format!("name,email\n\"Eva,x\n{}", good.repeat(5)), 2),
        // The next quote in the file seems to close it.
        (
            "name,email\nAna,\"ana\nEva,\"eva\"\nLeo,leo\n".to_owned(),
            2,
        ),
        ("name,email\r\rAna,\"a\r\rb".to_owned(), 3),
    ] {
        assert_eq!(code_and_line(file.as_bytes()), (UnclosedQuote, Some(line)));
    }
}

#[test]
fn a_file_cut_in_the_middle() {
    // In a quoted cell: a fault. Elsewhere: a short last row, used and warned of.
    assert_eq!(
        code_and_line(b"name,email,city\nAna,ana@example.com,Lima\nEva,\"eva@exa"),
        (UnclosedQuote, Some(3))
    );
    let rows = rows(b"name,email,city\nAna,ana@example.com,Lima\nEva,eva@example.com");
    assert!(rows[1].values.is_some());
    assert_eq!(rows[1].problems.len(), 1);
}

#[test]
fn rows_that_are_too_long() {
    let long = format!("name,notes\nAna,x\nEva,{}\n", "x".repeat(ROW_MAX + 1));
    assert_eq!(code_and_line(long.as_bytes()), (RowTooLong, Some(3)));
    let cells = format!("name,notes\nAna,x\n\n{}\n", "x,".repeat(1_000_000));
    assert_eq!(code_and_line(cells.as_bytes()), (TooManyColumns, Some(4)));
    let header = format!("name{}\nAna\n", ",x".repeat(CELLS_MAX));
    assert_eq!(code_and_line(header.as_bytes()), (TooManyColumns, Some(1)));
    let widest = format!("name{}\nAna\n", ",x".repeat(CELLS_MAX - 1));
    assert_eq!(survey(widest.as_bytes()).columns.len(), CELLS_MAX);
}

#[test]
fn a_file_without_a_column_to_know_anyone_by() {
    let found = fault("Colour;Größe\nred;7\n".as_bytes());
    assert_eq!((found.code, found.line), (NoUsableColumn, Some(1)));
    assert!(
        found.detail.contains("\"Colour\", \"Größe\""),
        "{}",
        found.detail
    );
    assert_eq!(
        code_and_line(b"id,city,country\n1,Lima,PE\n").0,
        NoUsableColumn
    );
    assert_eq!(code_and_line(b"hello").0, NoUsableColumn);
}

/// Gives a few bytes at a time, now and then nothing but an interruption, and at last perhaps an error.
struct Slow<'a> {
    bytes: &'a [u8],
    turn: usize,
    breaks: bool,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.bytes.is_empty() && self.breaks {
            return Err(io::Error::other("the database went away"));
        }
        let length = (self.turn % 4 + 1).min(buffer.len());
        self.bytes.read(&mut buffer[..length])
    }
}

#[test]
fn a_file_that_comes_in_crumbs_is_the_same_file() {
    let text = "名前,email\n\"王\r\n小明\",wang@example.com\nJosé,jose@example.com\n".as_bytes();
    let slow = |breaks| Slow {
        bytes: text,
        turn: 0,
        breaks,
    };
    assert_eq!(
        Survey::of(slow(false), None).unwrap(),
        Survey::of(text, None).unwrap()
    );
    // An error is the reader's and no fault of the file.
    assert!(matches!(Survey::of(slow(true), None), Err(Failure::Io(_))));
}
