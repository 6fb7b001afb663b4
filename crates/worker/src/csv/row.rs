//! Rows: what the cells of a record say of a contact, and what is wrong with them.

use super::cells::{is_replaced, several, shorten, without_apostrophe, without_marks};
use super::dates::{self, Evidence, ReadLocalTime};
use super::record::Record;
use rapport_contract::Instant;
use rapport_contract::contact::{ContactFields, LINE_MAX};
use rapport_contract::country::Country;
use rapport_contract::email::EmailAddress;
use rapport_contract::import::{ImportColumn, ImportField, RowProblem, RowProblemCode, Severity};
use rapport_contract::language::LanguageTag;
use rapport_contract::phone::{InvalidPhone, PhoneNumber};
use rapport_contract::text::{line, normalise};
use rapport_contract::{Fault, FaultCode};
use rapport_store::phones::ReadPhone;

/// Longest text that a problem quotes, in characters.
const QUOTED_MAX: usize = 200;

/// What has to be known of the account to read its rows.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// Reads a phone number as the API does: with the account's default country, then as if `+` stood before it.
    pub phone: &'a (dyn Fn(&str) -> Result<ReadPhone, InvalidPhone> + Sync),
    /// Turns a time of the account's zone into an instant.
    pub local_time: ReadLocalTime<'a>,
}

/// A row, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which it begins, counted from 1.
    pub line: u64,
    /// What it says of a contact; missing when it is rejected.
    pub values: Option<RowValues>,
    /// What is wrong. A row without values has one problem of severity `rejected`, the last; what was left out of its
    /// cells stands before as warnings, though nothing of the row is used.
    pub problems: Vec<RowProblem>,
    /// The cells as they stand in the file.
    pub raw: Record,
}

/// What a row says of a contact: at least a name, an e-mail, a phone or an identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowValues {
    /// The contact's values.
    pub fields: ContactFields,
    /// When the contact was first known.
    pub created_at: Option<Instant>,
    /// When the contact last did something.
    pub last_activity_at: Option<Instant>,
}

/// What a row is read by: the columns, and what all rows together say of the dates.
pub(crate) struct Reading<'a> {
    columns: &'a [ImportColumn],
    dates: &'a [Evidence],
    readers: Readers<'a>,
    /// Columns up to the last one with a header: what a whole row has.
    width: usize,
}

impl<'a> Reading<'a> {
    /// `dates` has one entry per column.
    pub(crate) fn new(
        columns: &'a [ImportColumn],
        dates: &'a [Evidence],
        readers: Readers<'a>,
    ) -> Self {
        let last = columns.iter().rposition(|column| !column.header.is_empty());
        Self {
            columns,
            dates,
            readers,
            width: last.map_or(0, |place| place + 1),
        }
    }

    /// Reads a record.
    pub(crate) fn row(&self, record: Record) -> Row {
        let mut reader = RowReader {
            reading: self,
            record: &record,
            problems: Vec::new(),
        };
        let values = reader.values();
        let problems = reader.problems;
        Row {
            line: record.line(),
            values,
            problems,
            raw: record,
        }
    }
}

struct RowReader<'a> {
    reading: &'a Reading<'a>,
    record: &'a Record,
    problems: Vec<RowProblem>,
}

/// A cell that fills a field, without white space around it and without an export's apostrophe; never empty.
#[derive(Clone, Copy)]
struct Cell<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> RowReader<'a> {
    fn values(&mut self) -> Option<RowValues> {
        let columns = self.reading.columns.len();
        let beyond = self.record.cells().skip(columns);
        if let Some(extra) = beyond.map(str::trim).find(|cell| !cell.is_empty()) {
            let extra = extra.to_owned();
            self.problem(
                Severity::Rejected,
                RowProblemCode::TooManyCells,
                None,
                Some(&extra),
            );
            return None;
        }
        if self.record.len() < self.reading.width {
            let missing = self.record.len();
            self.problem(
                Severity::Warning,
                RowProblemCode::TooFewCells,
                Some(missing),
                None,
            );
        }
        let values = RowValues {
            fields: self.fields(),
            created_at: self.moment(ImportField::CreatedAt),
            last_activity_at: self.moment(ImportField::LastActivityAt),
        };
        if values.fields.identify_somebody() {
            return Some(values);
        }
        self.problem(
            Severity::Rejected,
            RowProblemCode::NothingToKnowBy,
            None,
            None,
        );
        None
    }

    fn fields(&mut self) -> ContactFields {
        let whole = self.text(ImportField::Name);
        let first = self.text(ImportField::FirstName);
        let last = self.text(ImportField::LastName);
        let (first_name, last_name) = names(whole, first, last);
        ContactFields {
            first_name,
            last_name,
            email: self.email(),
            phone: self.phone(),
            identifier: self.identifier(),
            company: self.text(ImportField::Company),
            city: self.text(ImportField::City),
            country: self.country(),
            language: self.language(),
        }
    }

    fn cell(&self, field: ImportField) -> Option<Cell<'a>> {
        let is_it = |column: &ImportColumn| column.field == Some(field);
        let place = self.reading.columns.iter().position(is_it)?;
        let text = without_apostrophe(self.record.get(place)?).trim();
        (!text.is_empty()).then_some(Cell { text, place })
    }

    fn text(&mut self, field: ImportField) -> Option<String> {
        let Cell { text, place } = self.cell(field)?;
        let replaced = is_replaced(text);
        let kept = line(text, LINE_MAX, "");
        if replaced {
            self.warn(RowProblemCode::InvalidEncoding, place);
        }
        match kept {
            Ok(text) => text,
            Err(fault) => {
                self.warn(code(&fault), place);
                None
            }
        }
    }

    /// A key: it is exact, so one with replaced characters is none.
    fn identifier(&mut self) -> Option<String> {
        let Cell { text, place } = self.cell(ImportField::Identifier)?;
        if is_replaced(text) {
            self.warn(RowProblemCode::InvalidCharacter, place);
            return None;
        }
        self.text(ImportField::Identifier)
    }

    fn email(&mut self) -> Option<EmailAddress> {
        let parse = |text: &str| {
            let text = without_marks(text);
            (!is_replaced(&text))
                .then(|| EmailAddress::parse(&text).ok())
                .flatten()
        };
        self.first_of(ImportField::Email, RowProblemCode::InvalidEmail, parse)
    }

    fn phone(&mut self) -> Option<PhoneNumber> {
        let read = self.reading.readers.phone;
        let parse = |text: &str| read(&as_phone(text)).ok();
        let phone = self.first_of(ImportField::Phone, RowProblemCode::InvalidPhone, parse)?;
        if !phone.in_use
            && let Some(Cell { place, .. }) = self.cell(ImportField::Phone)
        {
            self.warn(RowProblemCode::UnlikelyPhone, place);
        }
        Some(phone.number)
    }

    /// The value of a cell, or the first of several in one cell; those that are not taken are warned of.
    fn first_of<T>(
        &mut self,
        field: ImportField,
        code: RowProblemCode,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Cell { text, place } = self.cell(field)?;
        if let Some(value) = parse(text) {
            return Some(value);
        }
        let mut taken = None;
        let mut left: Vec<String> = Vec::new();
        for part in several(text) {
            match taken {
                None if parse(part).is_some() => taken = parse(part),
                _ => left.push(part.to_owned()),
            }
        }
        if taken.is_none() {
            self.warn(code, place);
        } else if !left.is_empty() {
            let left = left.join(", ");
            self.problem(Severity::Warning, code, Some(place), Some(&left));
        }
        taken
    }

    fn country(&mut self) -> Option<Country> {
        let Cell { text, place } = self.cell(ImportField::Country)?;
        let country = Country::from_name(text);
        if country.is_none() {
            self.warn(RowProblemCode::UnknownCountry, place);
        }
        country
    }

    fn language(&mut self) -> Option<LanguageTag> {
        let Cell { text, place } = self.cell(ImportField::Language)?;
        let language = LanguageTag::parse(text).ok();
        if language.is_none() {
            self.warn(RowProblemCode::InvalidLanguage, place);
        }
        language
    }

    fn moment(&mut self, field: ImportField) -> Option<Instant> {
        let Cell { text, place } = self.cell(field)?;
        let evidence = self.reading.dates.get(place).copied().unwrap_or_default();
        let moment = dates::read(text, evidence, self.reading.readers.local_time);
        if moment.is_none() {
            self.warn(RowProblemCode::InvalidDate, place);
        }
        moment
    }

    /// Warns of the cell at this place, with its text as it stands in the file.
    fn warn(&mut self, code: RowProblemCode, place: usize) {
        let value = self.record.get(place).map(str::to_owned);
        self.problem(Severity::Warning, code, Some(place), value.as_deref());
    }

    fn problem(
        &mut self,
        severity: Severity,
        code: RowProblemCode,
        place: Option<usize>,
        value: Option<&str>,
    ) {
        let column = place.and_then(|place| self.reading.columns.get(place));
        self.problems.push(RowProblem {
            line: self.record.line(),
            severity,
            code,
            column: column.map(|column| column.header.clone()),
            value: value.map(|value| shorten(value, QUOTED_MAX)),
        });
    }
}

fn code(fault: &Fault) -> RowProblemCode {
    match fault.code {
        FaultCode::TooLong => RowProblemCode::TooLong,
        _ => RowProblemCode::InvalidCharacter,
    }
}

/// First and last name of a row that may have a whole name too: that stands in for both, and is not split by guess.
fn names(
    whole: Option<String>,
    first: Option<String>,
    last: Option<String>,
) -> (Option<String>, Option<String>) {
    match (whole, first, last) {
        // "Name" and "Surname" can be two halves, or the whole and a half.
        (Some(whole), None, Some(last)) if normalise(&whole).contains(&normalise(&last)) => {
            (Some(whole), None)
        }
        (whole, None, last) => (whole, last),
        (_, first, last) => (first, last),
    }
}

/// A phone number as programs garble it: with marks of writing direction, full-width digits, typographic dashes, or the
/// decimals of a number.
fn as_phone(text: &str) -> String {
    let mut phone = without_marks(text).into_owned();
    if !phone.is_ascii() {
        phone = normalise(&phone).replace(['‐', '‑', '‒', '–', '—', '−'], "-");
    }
    if let Some(whole) = phone.strip_suffix(".0")
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        phone.truncate(whole.len());
    }
    phone
}
