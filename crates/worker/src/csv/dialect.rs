//! How a file is written: its encoding, what stands between two cells, and where its rows begin.

use super::encoding::{Beginning, recognise};
use super::headers;
use super::parser::first_records;
use super::record::Record;
use encoding_rs::{Encoding, UTF_8};
use rapport_contract::country::Country;
use rapport_contract::import::{Dialect, FileFormat, ImportFault, ImportFaultCode};
use std::collections::HashMap;

/// What stands between cells, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that a delimiter is judged by.
const JUDGED: usize = 500;

/// What a reader has to know of a file before it reads the first row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    /// Missing while every byte that was seen is ASCII.
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) byte_order_mark: bool,
    pub(super) delimiter: u8,
    /// Whether the first line is Excel's `sep=;` and no row.
    pub(super) names_its_delimiter: bool,
}

impl Format {
    /// Finds out how a file that begins with `head` is written; `whole` says that there is no more of it.
    pub(super) fn find(
        head: &[u8],
        whole: bool,
        country: Option<Country>,
    ) -> Result<Self, ImportFault> {
        let Beginning {
            encoding,
            byte_order_mark,
        } = recognise(head, whole, country)?;
        let (text, _) = encoding.unwrap_or(UTF_8).decode_with_bom_removal(head);
        if text.trim().is_empty() && whole {
            return Err(ImportFault {
                code: ImportFaultCode::EmptyFile,
                line: None,
                detail: "The file is empty.".to_owned(),
            });
        }
        let named = named_delimiter(&text);
        Ok(Self {
            encoding,
            byte_order_mark,
            delimiter: named.unwrap_or_else(|| likeliest_delimiter(&text, whole)),
            names_its_delimiter: named.is_some(),
        })
    }

    /// The same for people; `encoding` is the one that the whole file was read with.
    pub(super) fn dialect(&self, encoding: &'static Encoding) -> Dialect {
        Dialect {
            format: FileFormat::Csv,
            encoding: encoding.name().to_owned(),
            delimiter: Some(char::from(self.delimiter)),
            byte_order_mark: self.byte_order_mark,
        }
    }
}

/// The delimiter that the first line names: `sep=;`, as Excel writes and reads it.
fn named_delimiter(text: &str) -> Option<u8> {
    let line = text.split(['\r', '\n']).next()?;
    let line = line
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    match delimiter.as_bytes() {
        [byte]
            if name.eq_ignore_ascii_case("sep=")
                && (byte.is_ascii_punctuation() || *byte == b'\t') =>
        {
            (*byte != b'"').then_some(*byte)
        }
        _ => None,
    }
}

fn likeliest_delimiter(text: &str, whole: bool) -> u8 {
    let judged = DELIMITERS.map(|delimiter| {
        let records = first_records(text, delimiter, JUDGED, whole);
        (delimiter, likelihood(&records), records)
    });
    // The first of equals: comma before semicolon before tab before bar.
    let best = judged
        .iter()
        .rev()
        .max_by_key(|(_, likelihood, _)| *likelihood);
    match best {
        Some((delimiter, Likelihood { cells: 2.., .. }, _)) => *delimiter,
        // One column: any delimiter that cuts none of its cells.
        _ => judged
            .iter()
            .find(|(_, _, records)| records.iter().all(|record| record.len() == 1))
            .map_or(b',', |(delimiter, ..)| *delimiter),
    }
}

/// How well a delimiter cuts a file; compared from the first field on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likelihood {
    /// Headers that are known.
    known: usize,
    /// Tenths of the records that have as many cells as most.
    alike: usize,
    /// Cells of most records.
    cells: usize,
}

fn likelihood(records: &[Record]) -> Likelihood {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for record in records {
        *counts.entry(record.len()).or_default() += 1;
    }
    let (cells, times) = counts
        .into_iter()
        .max_by_key(|(cells, times)| (*times, *cells))
        .unwrap_or_default();
    let header = records.first();
    let known = header.map_or(0, |header| {
        header
            .cells()
            .filter(|cell| headers::is_known(cell))
            .count()
    });
    // What does not cut the first line is a character of the texts below it.
    if cells < 2 || header.is_none_or(|header| header.len() < 2) {
        return Likelihood {
            known: 0,
            alike: 0,
            cells: 1,
        };
    }
    Likelihood {
        known,
        alike: times * 10 / records.len().max(1),
        cells,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> char {
        let format = Format::find(text.as_bytes(), true, None).unwrap();
        char::from(format.delimiter)
    }

    #[test]
    fn delimiters_are_found() {
        for (text, expected) in [
            ("name,email\nAna,a@x.es\n", ','),
            ("name;email\nNúñez, Ana;a@x.es\n", ';'),
            ("name\temail\nNúñez, Ana\ta@x.es\n", '\t'),
            ("name|email\nAna|a@x.es\n", '|'),
            ("\"name\";\"e,m,a,i,l\"\n\"a,b,c\";\"d,e\"\n", ';'),
            // The text in one column is full of commas, and evenly so.
            ("name;notes\nAna;a,b\nEva;c,d\nLeo;e,f\n", ';'),
            ("name,notes\nAna,a;b\nEva,c;d\nLeo,e;f\n", ','),
            // Neither header is known: what cuts every row alike.
            ("x;y,z\n1;2\n3;4\n5;6\n", ';'),
            // Ragged rows.
            (
                "name,email,company\nAna,a@x.es\nEva,e@x.es\nLeo,l@x.es,Acme\n",
                ',',
            ),
            // No header at all.
            ("Ana;a@x.es;1,5\nEva;e@x.es;2\n", ';'),
            // One column.
            ("email\na@x.es\n", ','),
            ("name\nNúñez, Ana\nIbáñez, Eva, Dr.\n", ';'),
            ("name\nNúñez, Ana; Eva\n", '\t'),
            // A line break in quotes.
            ("name;notes\n\"Ana\";\"a,b\nc,d\ne,f\"\n", ';'),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn excel_names_its_delimiter() {
        for (text, expected) in [
            ("sep=;\r\nname;email\r\n", Some(b';')),
            ("SEP=\t\nname\temail\n", Some(b'\t')),
            ("\"sep=|\"\nname|email\n", Some(b'|')),
            ("sep=^\nname^email\n", Some(b'^')),
            ("sep=;", Some(b';')),
            ("sep=,,\n", None),
            ("sep=a\n", None),
            ("sep=\"\n", None),
            ("separator\n", None),
            ("年sep=;\n", None),
        ] {
            assert_eq!(named_delimiter(text), expected, "{text:?}");
        }
        let format = Format::find(b"sep=|\na|b,c\n1|2,3\n", true, None).unwrap();
        assert!(format.names_its_delimiter);
        assert_eq!(format.delimiter, b'|');
    }

    #[test]
    fn empty_files_are_named() {
        for text in ["", " ", "\n\r\n", "\u{feff}", "\u{feff} \t\n", "\u{a0}\n"] {
            let fault = Format::find(text.as_bytes(), true, None).unwrap_err();
            assert_eq!(fault.code, ImportFaultCode::EmptyFile, "{text:?}");
        }
    }
}
