//! A file of contacts, whatever it is written in: rows with what is wrong in them.

use crate::csv::dates::Evidence;
use crate::csv::row::Reading;
use crate::csv::{self, Failure, Readers, Row};
use crate::vcard::{self, Card, CardFault, CardFaultCode, looks_like_vcard};
use rapport_contract::country::Country;
use rapport_contract::import::{
    Dialect, FileFormat, ImportColumn, RowProblem, RowProblemCode, Severity,
};
use std::io::{self, Cursor, Read};

/// Bytes by which cards are known: whatever stands before the first of them is white space.
const HEAD: u64 = 1_024;

/// What is known of a file that was read once from end to end.
pub(crate) struct Survey {
    pub(crate) dialect: Dialect,
    /// The columns from left to right, and what each fills.
    pub(crate) columns: Vec<ImportColumn>,
    pub(crate) rows: u64,
    inner: Inner,
}

enum Inner {
    Table(csv::Survey),
    Cards {
        survey: vcard::Survey,
        /// Of no column: cards say dates in one way.
        dates: Vec<Evidence>,
    },
}

impl Survey {
    /// Reads a file once and finds out how to read it; `country` is where the account is.
    pub(crate) fn of(mut file: impl Read, country: Option<Country>) -> Result<Self, Failure> {
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        let is_cards = looks_like_vcard(&head);
        let file = Cursor::new(head).chain(file);
        if !is_cards {
            let survey = csv::Survey::of(file, country)?;
            return Ok(Self {
                dialect: survey.dialect.clone(),
                columns: survey.columns.clone(),
                rows: survey.rows,
                inner: Inner::Table(survey),
            });
        }
        let survey = vcard::Survey::of(file, country)?;
        let column = |column: vcard::Column| ImportColumn {
            header: column.key().to_owned(),
            field: column.field(),
        };
        let columns: Vec<_> = vcard::Column::ALL.into_iter().map(column).collect();
        Ok(Self {
            dialect: Dialect {
                format: FileFormat::Vcard,
                encoding: survey.encoding.to_owned(),
                delimiter: None,
                byte_order_mark: survey.byte_order_mark,
            },
            rows: survey.cards,
            inner: Inner::Cards {
                dates: vec![Evidence::default(); columns.len()],
                survey,
            },
            columns,
        })
    }

    /// The rows of the same file behind so many that are done.
    pub(crate) fn rows<'a, R: Read>(
        &'a self,
        file: R,
        readers: Readers<'a>,
        done: u64,
    ) -> Result<Rows<'a, R>, Failure> {
        Ok(match &self.inner {
            Inner::Table(survey) => {
                let mut rows = survey.rows(file, readers)?;
                rows.pass_over(done)?;
                Rows::Table(rows)
            }
            Inner::Cards { survey, dates } => {
                let mut cards = survey.cards(file);
                cards.pass_over(done)?;
                Rows::Cards(cards, Reading::new(&self.columns, dates, readers))
            }
        })
    }
}

/// The rows of a file, read one by one.
pub(crate) enum Rows<'a, R> {
    Table(csv::Rows<'a, R>),
    Cards(vcard::Cards<R>, Reading<'a>),
}

impl<R: Read> Iterator for Rows<'_, R> {
    type Item = Result<Row, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Table(rows) => rows.next(),
            Self::Cards(cards, reading) => {
                let card = cards.next()?;
                let row = card.map(|card| row(card, reading));
                Some(row.map_err(|error: io::Error| Failure::Io(error)))
            }
        }
    }
}

/// What a card says of a contact, and what is wrong with it.
fn row(card: Card, reading: &Reading<'_>) -> Row {
    let is_broken = card.is_broken();
    let Card { record, faults } = card;
    let line = record.line();
    let problem = |fault: CardFault| RowProblem {
        line,
        severity: fault.code.severity(),
        code: code(fault.code),
        column: None,
        value: fault.value,
    };
    let mut problems: Vec<_> = faults.into_iter().map(problem).collect();
    if is_broken {
        // One of them rejects the row, and stands last.
        let lost = problems
            .iter()
            .position(|one| one.severity == Severity::Rejected);
        let lost = lost.map(|place| problems.remove(place));
        problems.retain(|one| one.severity != Severity::Rejected);
        problems.extend(lost);
        return Row {
            line,
            values: None,
            problems,
            raw: record,
        };
    }
    let mut row = reading.row(record);
    problems.append(&mut row.problems);
    row.problems = problems;
    row
}

const fn code(code: CardFaultCode) -> RowProblemCode {
    match code {
        CardFaultCode::CutOff
        | CardFaultCode::NoEnd
        | CardFaultCode::NoBegin
        | CardFaultCode::TooLong => RowProblemCode::BrokenCard,
        CardFaultCode::UnreadableLine => RowProblemCode::UnreadableLine,
        CardFaultCode::UnreadableCharset => RowProblemCode::InvalidEncoding,
        CardFaultCode::TooManyValues => RowProblemCode::TooManyValues,
    }
}
