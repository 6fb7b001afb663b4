//! Files of vCards as they come, through the doors that the import uses.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod encodings;
mod faults;
mod programs;
mod properties;
mod standards;

use rapport_contract::country::Country;
use rapport_contract::import::ImportFault;
use rapport_worker::csv::Failure;
use rapport_worker::vcard::{Card, CardFaultCode, Column, Survey};

/// The account's country.
fn mexico() -> Country {
    Country::from_code("MX").unwrap()
}

fn survey(file: &[u8]) -> Survey {
    match Survey::of(file, Some(mexico())) {
        Ok(survey) => survey,
        Err(failure) => panic!("{failure}"),
    }
}

fn fault(file: &[u8]) -> ImportFault {
    match Survey::of(file, Some(mexico())) {
        Ok(survey) => panic!("{survey:?}"),
        Err(Failure::Io(error)) => panic!("{error}"),
        Err(Failure::Fault(fault)) => fault,
    }
}

fn cards(file: &[u8]) -> Vec<Card> {
    let survey = survey(file);
    let cards: Vec<Card> = survey.cards(file).map(Result::unwrap).collect();
    assert_eq!(survey.cards, cards.len() as u64);
    let broken = cards.iter().filter(|card| card.is_broken()).count();
    assert_eq!(survey.broken, broken as u64);
    assert_eq!(survey.bytes, file.len() as u64);
    for (place, filled) in survey.filled.into_iter().enumerate() {
        let has_it =
            |card: &&Card| !card.is_broken() && !card.record.get(place).unwrap().is_empty();
        assert_eq!(filled, cards.iter().filter(has_it).count() as u64);
    }
    cards
}

/// What stands in a card, column by column.
fn cells(card: &Card) -> Vec<(Column, &str)> {
    assert_eq!(card.record.len(), Column::ALL.len());
    Column::ALL
        .into_iter()
        .zip(card.record.cells())
        .filter(|(_, cell)| !cell.is_empty())
        .collect()
}

/// Reads the one card of a text, which is right, with every kind of line end; it has these cells and no others.
fn expect(text: &str, expected: &[(Column, &str)]) {
    for end in ["\r\n", "\n", "\r"] {
        let file = text.replace('\n', end);
        let cards = cards(file.as_bytes());
        assert_eq!(cards.len(), 1, "{text}");
        assert_eq!(cards[0].faults, [], "{text}");
        assert_eq!(cells(&cards[0]), expected, "{text}");
    }
}

/// Line of a card, its name, and code and line of each fault.
type Outline = (u64, String, Vec<(CardFaultCode, u64)>);

fn outline(file: &[u8]) -> Vec<Outline> {
    let outline = cards(file).into_iter().map(|card| {
        let faults = card.faults.iter().map(|fault| (fault.code, fault.line));
        let name = card.get(Column::Name).to_owned();
        (card.record.line(), name, faults.collect())
    });
    outline.collect()
}
