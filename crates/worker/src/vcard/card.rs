//! A card as a row: one cell for each column, and what is wrong with it.

use super::charset::Charsets;
use super::columns::Column;
use super::fault::{CardFault, CardFaultCode};
use super::params::Kinds;
use super::property::{Name, Property};
use super::raw::RawCard;
use super::text::{Version, one_line, paragraphs, split, unescape};
use super::values::Values;
use crate::csv::Record;
use rapport_contract::import::Severity;
use std::collections::HashMap;

const EMAILS: [Column; 3] = [Column::Email, Column::Email2, Column::Email3];
const PHONES: [Column; 3] = [Column::Phone, Column::Phone2, Column::Phone3];

/// A card of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// One cell for each of [`Column::ALL`], and the line on which the card begins. A card that is broken has what stands in it before
    /// it breaks off, for a report.
    ///
    /// No cell has control characters, but line breaks in the note.
    pub record: Record,
    /// What is wrong, in the order of the file, each code once. A card of which one is [`Severity::Rejected`] cannot be used.
    pub faults: Vec<CardFault>,
}

impl Card {
    /// Reads the values of a card.
    pub(super) fn new(card: RawCard, charsets: &Charsets) -> Self {
        let mut faults = card.faults;
        let mut reader = CardReader {
            labels: HashMap::new(),
            values: Values {
                properties: &card.properties,
                version: card.version,
                charsets,
                faults: &mut faults,
            },
            cells: Default::default(),
        };
        reader.read();
        let mut record = Record::default();
        record.begin(card.line);
        for cell in &reader.cells {
            record.push(cell);
            record.end_cell();
        }
        Self {
            record,
            faults: faults.into_vec(),
        }
    }

    /// Whether the card cannot be used: it was cut off, is mixed up with another, or is too long.
    pub fn is_broken(&self) -> bool {
        let rejects = |fault: &CardFault| fault.code.severity() == Severity::Rejected;
        self.faults.iter().any(rejects)
    }

    /// What the card has in this column; an empty text where it has nothing.
    pub fn get(&self, column: Column) -> &str {
        self.record.get(column.place()).unwrap_or_default()
    }
}

struct CardReader<'a> {
    values: Values<'a>,
    /// What people and programs call a group of properties.
    labels: HashMap<String, String>,
    cells: [String; Column::ALL.len()],
}

impl<'a> CardReader<'a> {
    fn read(&mut self) {
        for property in self.values.named(Name::Label) {
            if let Some(group) = &property.params.group {
                let label = self.values.line(property);
                self.labels.insert(group.clone(), label);
            }
        }
        self.set_line(Column::Name, Name::Full);
        self.names();
        self.emails();
        self.phones();
        self.company();
        self.set_line(Column::JobTitle, Name::Title);
        if self.is_empty(Column::JobTitle) {
            self.set_line(Column::JobTitle, Name::Role);
        }
        self.address();
        self.set_line(Column::Language, Name::Language);
        self.identifier();
        self.birthday();
        self.notes();
        self.link();
        self.categories();
        self.set_line(Column::Revision, Name::Revision);
    }

    fn set(&mut self, column: Column, text: String) {
        if let Some(cell) = self.cells.get_mut(column.place()) {
            *cell = text;
        }
    }

    fn set_line(&mut self, column: Column, name: Name) {
        let line = self.values.first_line(name);
        self.set(column, line);
    }

    fn is_empty(&self, column: Column) -> bool {
        self.cells.get(column.place()).is_none_or(String::is_empty)
    }

    /// Family; given; additional; before; behind. Each can be several names.
    fn names(&mut self) {
        for property in self.values.named(Name::Names) {
            let parts = self.values.parts(property);
            let last = self.list(parts.first());
            let first = [self.list(parts.get(1)), self.list(parts.get(2))].join(" ");
            let first = first.trim().to_owned();
            if !first.is_empty() || !last.is_empty() {
                self.set(Column::FirstName, first);
                self.set(Column::LastName, last);
                return;
            }
        }
    }

    /// The names of a part with commas between them; in version 2.1 a comma is a comma.
    fn list(&self, part: Option<&String>) -> String {
        let version = self.values.version;
        let part = part.map_or("", String::as_str);
        if version == Version::Old {
            return one_line(&unescape(part, version));
        }
        let names = split(part, ',')
            .map(|name| one_line(&unescape(name, version)))
            .filter(|name| !name.is_empty());
        names.collect::<Vec<_>>().join(" ")
    }

    fn emails(&mut self) {
        let mut emails = self.values.named(Name::Email);
        // X.400 is no address that anybody writes to any more.
        emails.sort_by_key(|property| property.params.kinds.is_machine());
        self.several(&emails, &EMAILS, email, str::to_lowercase);
    }

    fn phones(&mut self) {
        let mut phones: Vec<(Kinds, &Property)> = Vec::new();
        for property in self.values.named(Name::Telephone) {
            let mut kinds = property.params.kinds;
            let group = property.params.group.as_ref();
            if let Some(label) = group.and_then(|group| self.labels.get(group)) {
                kinds.add_label(label);
            }
            phones.push((kinds, property));
        }
        phones.sort_by_key(|(kinds, property)| {
            (kinds.is_machine(), property.params.rank(), !kinds.mobile)
        });
        let phones: Vec<&Property> = phones.into_iter().map(|(_, property)| property).collect();
        self.several(&phones, &PHONES, phone, digits);
    }

    /// Fills the columns with values, the best first. Two with the same `key` are one.
    fn several(
        &mut self,
        properties: &[&Property],
        columns: &[Column],
        clean: fn(&str) -> String,
        key: fn(&str) -> String,
    ) {
        let mut keys: Vec<String> = Vec::new();
        let mut free = columns.iter();
        for property in properties {
            let value = clean(&self.values.line(property));
            let this = key(&value);
            if value.is_empty() || keys.contains(&this) {
                continue;
            }
            let Some(column) = free.next() else {
                let (code, line) = (CardFaultCode::TooManyValues, property.line);
                self.values.faults.add(code, line, Some(&value));
                return;
            };
            self.set(*column, value);
            keys.push(this);
        }
    }

    /// The company; its departments follow.
    fn company(&mut self) {
        for property in self.values.named(Name::Organisation) {
            let parts = self.values.parts(property);
            let company = self.part(&parts, 0);
            if !company.is_empty() {
                self.set(Column::Company, company);
                return;
            }
        }
    }

    /// Box; extension; street; city; region; code; country.
    fn address(&mut self) {
        let mut addresses = self.values.named(Name::Address);
        addresses.sort_by_key(|property| {
            let kinds = property.params.kinds;
            (property.params.rank(), !kinds.work, !kinds.home)
        });
        for property in addresses {
            let parts = self.values.parts(property);
            let city = self.part(&parts, 3);
            let mut country = self.part(&parts, 6);
            if country.is_empty() {
                country = property.params.country.clone().unwrap_or_default();
            }
            if !city.is_empty() || !country.is_empty() {
                self.set(Column::City, city);
                self.set(Column::Country, one_line(&country));
                return;
            }
        }
    }

    fn part(&self, parts: &[String], place: usize) -> String {
        let text = parts.get(place).map_or("", String::as_str);
        one_line(&unescape(text, self.values.version))
    }

    fn identifier(&mut self) {
        let uid = self.values.first_line(Name::Uid);
        let uid = without_prefix(&uid, "urn:uuid:").to_owned();
        self.set(Column::Identifier, uid);
    }

    fn birthday(&mut self) {
        if let Some(property) = self.values.named(Name::Birthday).first() {
            let text = self.values.line(property);
            let no_year = property.params.no_year.as_deref();
            self.set(Column::Birthday, birthday(&text, no_year));
        }
    }

    fn notes(&mut self) {
        let properties = self.values.properties;
        let notes: Vec<String> = properties
            .iter()
            .filter(|property| property.name == Name::Note)
            .map(|property| paragraphs(&self.values.plain(property)))
            .filter(|note| !note.is_empty())
            .collect();
        self.set(Column::Note, notes.join("\n\n"));
    }

    fn link(&mut self) {
        for property in self.values.named(Name::Url) {
            let link = self.values.line(property);
            if !link.is_empty() && without_prefix(&link, "data:") == link {
                self.set(Column::Link, link);
                return;
            }
        }
    }

    fn categories(&mut self) {
        let version = self.values.version;
        let mut categories: Vec<String> = Vec::new();
        for property in self.values.named(Name::Categories) {
            let text = self.values.text(property);
            let names = split(&text, ',')
                .flat_map(|part| split(part, ';'))
                .map(|name| one_line(&unescape(name, version)).replace(';', ","))
                .filter(|name| !name.is_empty());
            categories.extend(names);
        }
        self.set(Column::Categories, categories.join("; "));
    }
}

/// A text without this at its beginning, in any case.
fn without_prefix<'a>(text: &'a str, prefix: &str) -> &'a str {
    match text.split_at_checked(prefix.len()) {
        Some((beginning, rest)) if beginning.eq_ignore_ascii_case(prefix) => rest.trim_start(),
        _ => text,
    }
}

fn email(text: &str) -> String {
    without_prefix(text, "mailto:").to_owned()
}

/// A number, or the number of a `tel:` URI (RFC 3966) without what is dialled behind it.
fn phone(text: &str) -> String {
    let number = without_prefix(text, "tel:");
    if number == text {
        return number.to_owned();
    }
    let mut parts = number.split(';');
    let digits = parts.next().unwrap_or_default();
    let digits = digits.replace("%2B", "+").replace("%2b", "+");
    let digits = digits.replace("%20", " ").trim().to_owned();
    let context = parts.find_map(|part| {
        let context = without_prefix(part, "phone-context=");
        (context != part && context.starts_with('+')).then_some(context)
    });
    match context {
        Some(context) if !digits.starts_with('+') && !digits.is_empty() => {
            format!("{context}{digits}")
        }
        _ => digits,
    }
}

/// What two ways to write a number have in common.
fn digits(phone: &str) -> String {
    let counts = |c: &char| c.is_alphanumeric() || *c == '+';
    phone.chars().filter(counts).collect()
}

/// `19960415` and `1996-04-15T10:00:00Z` as `1996-04-15`, `--0415` and a year that stands for none as `--04-15`; anything else as it is.
fn birthday(text: &str, no_year: Option<&str>) -> String {
    let day = text.split(['T', 't']).next().unwrap_or_default().trim();
    let digits: String = day.chars().filter(|c| *c != '-').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let dashes = day.len() - digits.len();
    match (digits.split_at_checked(4), day.starts_with("--")) {
        (Some((year, month_and_day)), false) if digits.len() == 8 && matches!(dashes, 0 | 2) => {
            let (month, day) = month_and_day.split_at(2);
            if no_year == Some(year) {
                format!("--{month}-{day}")
            } else {
                format!("{year}-{month}-{day}")
            }
        }
        (Some((month_and_day, "")), true) => {
            let (month, day) = month_and_day.split_at(2);
            format!("--{month}-{day}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_uris() {
        for (text, expected) in [
            ("tel:+52-55-1234-5678", "+52-55-1234-5678"),
            ("TEL:+52 55;ext=12", "+52 55"),
            ("tel:%2B5255", "+5255"),
            ("tel:12345678;phone-context=+5255", "+525512345678"),
            ("tel:12345678;phone-context=example.com", "12345678"),
            ("55 1234 5678;12", "55 1234 5678;12"),
            ("telephone", "telephone"),
            ("tel:", ""),
        ] {
            assert_eq!(phone(text), expected, "{text}");
        }
    }

    #[test]
    fn birthdays_of_every_version() {
        for (text, no_year, expected) in [
            ("19960415", None, "1996-04-15"),
            ("1996-04-15", None, "1996-04-15"),
            ("1996-04-15T10:20:30Z", None, "1996-04-15"),
            ("19960415T102030", None, "1996-04-15"),
            ("--0415", None, "--04-15"),
            ("--04-15", None, "--04-15"),
            ("1604-04-15", Some("1604"), "--04-15"),
            ("1996-04-15", Some("1604"), "1996-04-15"),
            ("1996-04", None, "1996-04"),
            ("1996", None, "1996"),
            ("---15", None, "---15"),
            ("circa 1800", None, "circa 1800"),
            ("15/04/1996", None, "15/04/1996"),
            ("", None, ""),
        ] {
            assert_eq!(birthday(text, no_year), expected, "{text}");
        }
    }

    #[test]
    fn prefixes_come_off_in_any_case() {
        assert_eq!(without_prefix("URN:UUID:a", "urn:uuid:"), "a");
        assert_eq!(without_prefix("urn:oid:a", "urn:uuid:"), "urn:oid:a");
        assert_eq!(without_prefix("é", "urn:uuid:"), "é");
    }
}
