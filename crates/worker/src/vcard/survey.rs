//! A file as a whole: what is found out of it before the first card is used, and its cards.

use super::card::Card;
use super::cards::{Cards, RawCards, Seen};
use super::charset::{Charsets, Evidence};
use super::columns::Column;
use super::values::bytes;
use crate::csv::Failure;
use rapport_contract::country::Country;
use rapport_contract::import::{ImportFault, ImportFaultCode};
use std::io::Read;

/// What is known of a file that was read once from end to end: there is at least one card in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The encoding of most values that do not name their own: `UTF-8`, `UTF-16LE`, `windows-1252`, `GBK` …
    pub encoding: &'static str,
    /// Whether the file begins with a byte-order mark.
    pub byte_order_mark: bool,
    /// How many cards there are, those that cannot be used counted: what [`Survey::cards`] gives.
    pub cards: u64,
    /// How many of them cannot be used.
    pub broken: u64,
    /// The file's size.
    pub bytes: u64,
    /// For each of [`Column::ALL`], how many of the usable cards have a value there.
    pub filled: [u64; Column::ALL.len()],
    charsets: Charsets,
}

impl Survey {
    /// Reads a file once, at the memory of one card, and finds out how to read it.
    ///
    /// `country` is where the account is: it settles close calls between legacy encodings. Faults: an empty file, one that is not text, one
    /// without any card. A file of nothing but broken cards is none: each of them says what is wrong with it.
    pub fn of(file: impl Read, country: Option<Country>) -> Result<Self, Failure> {
        let mut raw = RawCards::new(file);
        let mut evidence = Evidence::default();
        let (mut cards, mut broken) = (0, 0);
        let mut filled = [0; Column::ALL.len()];
        while let Some(card) = raw.read()? {
            cards += 1;
            for property in &card.properties {
                let label = property.params.charset.as_deref();
                evidence.add(&bytes(property), label);
            }
            let card = Card::new(card, &Charsets::default());
            if card.is_broken() {
                broken += 1;
                continue;
            }
            for (count, cell) in filled.iter_mut().zip(card.record.cells()) {
                *count += u64::from(!cell.is_empty());
            }
        }
        let source = raw.source();
        if cards == 0 {
            return Err(no_card(raw.seen()).into());
        }
        let charsets = evidence.charsets(country);
        Ok(Self {
            encoding: source.encoding().unwrap_or(charsets.usual()).name(),
            byte_order_mark: source.has_byte_order_mark(),
            cards,
            broken,
            bytes: source.bytes_read(),
            filled,
            charsets,
        })
    }

    /// The cards of the same file, from the first on.
    pub fn cards<R: Read>(&self, file: R) -> Cards<R> {
        Cards::new(file, self.charsets)
    }
}

fn no_card(seen: Seen) -> ImportFault {
    let (code, detail) = match seen {
        Seen::Nothing => (ImportFaultCode::EmptyFile, "The file is empty."),
        Seen::Binary => (
            ImportFaultCode::NotText,
            "This is not a text file, so there is no vCard in it.",
        ),
        Seen::Text => (
            ImportFaultCode::NoRows,
            "There is no contact in this file: none of its lines is BEGIN:VCARD.",
        ),
    };
    ImportFault {
        code,
        line: None,
        detail: detail.to_owned(),
    }
}
