//! What holds for all cards, and for bytes that are none.

use super::faults::sample;
use super::{cards, cells};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rapport_worker::vcard::{CARD_MAX, Card, Column, Survey};

/// Text that is hard to write: what separates, what escapes, what is not ASCII.
const TEXT: &str = "[A-Za-zñé张三\u{1f600};,:\\\\=\".-]([A-Za-zñé张三\u{1f600};,:\\\\=\". -]{0,30}[A-Za-zñé张三\u{1f600};,:\\\\=\".-])?";
/// The same on several lines.
const LINES: &str = "[a-zñ张;,\\\\=\"]([a-zñ张;,\\\\=\" \n]{0,60}[a-zñ张;,\\\\=\"])?";

#[derive(Debug, Clone)]
struct Person {
    name: Option<String>,
    first: Option<String>,
    last: Option<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    /// Of the e-mails and of the phones, if they have so many.
    preferred: usize,
    company: Option<String>,
    title: Option<String>,
    city: Option<String>,
    country: Option<String>,
    note: Option<String>,
    categories: Vec<String>,
}

fn person() -> impl Strategy<Value = Person> {
    let text = || option::of(TEXT);
    let addresses = vec("[a-z]{1,6}@[a-z]{1,6}\\.example", 0..3);
    let phones = vec("\\+[1-9][0-9]{6,12}", 0..3);
    (
        (text(), text(), text(), addresses, phones, 0..4_usize),
        (text(), text(), text(), text()),
        option::of(LINES),
        vec(TEXT, 0..3),
    )
        .prop_map(|(who, what, note, categories)| {
            let (name, first, last, mut emails, mut phones, preferred) = who;
            let (company, title, city, country) = what;
            emails.sort();
            emails.dedup();
            phones.sort();
            phones.dedup();
            Person {
                name,
                first,
                last,
                emails,
                phones,
                preferred,
                company,
                title,
                city,
                country,
                note,
                categories,
            }
        })
}

/// The preferred first.
fn ordered(values: &[String], preferred: usize) -> Vec<&str> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|place| *place != preferred);
    order
        .into_iter()
        .map(|place| values[place].as_str())
        .collect()
}

impl Person {
    fn cells(&self) -> Vec<(Column, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let emails = ordered(&self.emails, self.preferred);
        let phones = ordered(&self.phones, self.preferred);
        let at = |values: &[&str], place: usize| values.get(place).map_or("", |v| v).to_owned();
        let categories: Vec<String> = self
            .categories
            .iter()
            .map(|name| name.replace(';', ","))
            .collect();
        let all = [
            (Column::Name, text(&self.name)),
            (Column::FirstName, text(&self.first)),
            (Column::LastName, text(&self.last)),
            (Column::Email, at(&emails, 0)),
            (Column::Email2, at(&emails, 1)),
            (Column::Email3, at(&emails, 2)),
            (Column::Phone, at(&phones, 0)),
            (Column::Phone2, at(&phones, 1)),
            (Column::Phone3, at(&phones, 2)),
            (Column::Company, text(&self.company)),
            (Column::JobTitle, text(&self.title)),
            (Column::City, text(&self.city)),
            (Column::Country, text(&self.country)),
            (Column::Note, text(&self.note)),
            (Column::Categories, categories.join("; ")),
        ];
        all.into_iter()
            .filter(|(_, cell)| !cell.is_empty())
            .collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Version {
    Two,
    Three,
    Four,
}

/// Writes cards in all the ways that are allowed, as the dice fall.
struct Writer {
    version: Version,
    end: &'static str,
    dice: Vec<u8>,
    at: usize,
    file: Vec<u8>,
}

impl Writer {
    fn roll(&mut self, sides: u8) -> u8 {
        self.at += 1;
        // Not the same faces again when they are used up.
        let again = (self.at / self.dice.len()) as u8;
        self.dice[self.at % self.dice.len()].wrapping_add(again.wrapping_mul(31)) % sides
    }

    fn escaped(&mut self, text: &str, in_a_list: bool) -> String {
        let mut escaped = String::new();
        for c in text.chars() {
            match (c, self.version) {
                ('\\' | ';', _) => escaped.extend(['\\', c]),
                (',', Version::Two) if !in_a_list => escaped.push(c),
                (',', _) => escaped.extend(['\\', c]),
                ('\n', Version::Two) => escaped.push_str("\r\n"),
                ('\n', _) => escaped.push_str(if self.roll(2) == 0 { "\\n" } else { "\\N" }),
                (':', Version::Three) if self.roll(3) == 0 => escaped.push_str("\\:"),
                _ => escaped.push(c),
            }
        }
        escaped
    }

    /// Writes a property whose value is escaped already.
    fn property(&mut self, name: &str, value: &str) {
        let mut header = String::new();
        if self.roll(4) == 0 {
            header.push_str("item1.");
        }
        for c in name.chars() {
            header.push(if self.roll(2) == 0 {
                c.to_ascii_lowercase()
            } else {
                c
            });
        }
        if self.roll(4) == 0 {
            header.push_str(";X-PARAM=\"a:b;c,d\"");
        }
        let needs_it = !value.is_ascii() || value.contains(['\r', '\n']);
        if self.version == Version::Two && (needs_it || self.roll(3) == 0) {
            header.push_str(";CHARSET=utf-8;ENCODING=Quoted-Printable:");
            self.file.extend_from_slice(header.as_bytes());
            self.quoted_printable(value);
        } else {
            self.folded(format!("{header}:{value}").as_bytes());
        }
        self.file.extend_from_slice(self.end.as_bytes());
        if self.roll(8) == 0 {
            self.file.extend_from_slice(self.end.as_bytes());
        }
        if self.roll(8) == 0 {
            let photo = format!(
                "X-A:b{}PHOTO;ENCODING=b:AAAA{} BB=={}",
                self.end, self.end, self.end
            );
            self.file.extend_from_slice(photo.as_bytes());
        }
    }

    fn quoted_printable(&mut self, value: &str) {
        let (mut starts_a_line, mut is_escaped) = (false, false);
        for byte in value.bytes() {
            // Between two parts it has to be seen.
            let separates = byte == b';' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            let plain =
                (byte.is_ascii_graphic() && byte != b'=') || (byte == b' ' && !starts_a_line);
            if separates || (plain && self.roll(3) > 0) {
                self.file.push(byte);
            } else {
                let digits = if self.roll(2) == 0 {
                    format!("={byte:02X}")
                } else {
                    format!("={byte:02x}")
                };
                self.file.extend_from_slice(digits.as_bytes());
            }
            starts_a_line = self.roll(10) == 0;
            if starts_a_line {
                self.file.push(b'=');
                self.file.extend_from_slice(self.end.as_bytes());
            }
        }
    }

    fn folded(&mut self, line: &[u8]) {
        for (place, byte) in line.iter().enumerate() {
            if place > 0 && self.roll(12) == 0 {
                self.file.extend_from_slice(self.end.as_bytes());
                let indent = if self.roll(2) == 0 { b' ' } else { b'\t' };
                self.file.push(indent);
            }
            self.file.push(*byte);
        }
    }

    fn text(&mut self, name: &str, text: &Option<String>) {
        if let Some(text) = text {
            let value = self.escaped(text, false);
            self.property(name, &value);
        }
    }

    fn part(&mut self, text: &Option<String>) -> String {
        self.escaped(text.as_deref().unwrap_or_default(), false)
    }

    fn person(&mut self, person: &Person) {
        let end = self.end;
        let version = match self.version {
            Version::Two => "2.1",
            Version::Three => "3.0",
            Version::Four => "4.0",
        };
        let begin = format!("BEGIN:VCARD{end}VERSION:{version}{end}");
        self.file.extend_from_slice(begin.as_bytes());
        if person.first.is_some() || person.last.is_some() {
            let names = format!(
                "{};{};;Dr.;",
                self.part(&person.last),
                self.part(&person.first)
            );
            self.property("N", &names);
        }
        self.text("FN", &person.name);
        let preferred = match self.version {
            Version::Two => ";PREF",
            Version::Three => ";TYPE=pref",
            Version::Four => ";PREF=1",
        };
        for (name, values) in [("EMAIL", &person.emails), ("TEL", &person.phones)] {
            for (place, value) in values.iter().enumerate() {
                let params = if place == person.preferred {
                    preferred
                } else {
                    ""
                };
                let prefix = match (name, self.version) {
                    ("TEL", Version::Four) => "tel:",
                    _ => "",
                };
                self.property(&format!("{name}{params}"), &format!("{prefix}{value}"));
            }
        }
        if person.company.is_some() {
            let company = format!("{};Dept", self.part(&person.company));
            self.property("ORG", &company);
        }
        self.text("TITLE", &person.title);
        if person.city.is_some() || person.country.is_some() {
            let address = format!(
                ";;1 St\\; A;{};;97000;{}",
                self.part(&person.city),
                self.part(&person.country)
            );
            self.property("ADR;WORK", &address);
        }
        self.text("NOTE", &person.note);
        if !person.categories.is_empty() {
            let names: Vec<String> = person
                .categories
                .iter()
                .map(|name| self.escaped(name, true))
                .collect();
            self.property("CATEGORIES", &names.join(","));
        }
        self.file
            .extend_from_slice(format!("END:VCARD{end}").as_bytes());
    }
}

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![
        Just(Version::Two),
        Just(Version::Three),
        Just(Version::Four)
    ]
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]
}

/// What makes or breaks a card.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"BEGIN:VCARD\r\n",
        b"END:VCARD\n",
        b"\nBEGIN:VCARD",
        b"END:VCARD",
        b"VERSION:2.1\r",
        b"FN",
        b"N",
        b"NOTE",
        b"TEL",
        b"ADR",
        b"BDAY:",
        b"CATEGORIES:",
        b"EMAIL;PREF=",
        b"PHOTO;BASE64:",
        b"AGENT:\n",
        b";ENCODING=QUOTED-PRINTABLE:",
        b";CHARSET=GBK:",
        b";CHARSET=",
        b"=\n",
        b"=E5",
        b"=",
        b"\\",
        b";",
        b":",
        b",",
        b".",
        b"\"",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe5",
        b"\xbc",
        b"\xa0",
        b"\0",
        b"x",
        b"0415",
        b"--",
        b"tel:",
        b"item1",
        b"X-ABLabel:",
        b"data:",
    ];
    let known = prop::sample::select(pieces).prop_map(<[u8]>::to_vec);
    vec(prop_oneof![9 => known, 1 => vec(any::<u8>(), 1..4)], 0..200)
        .prop_map(|pieces| pieces.concat())
}

/// Reads bytes that may be anything: it ends, and what comes out is in order.
fn assert_ends(file: &[u8]) {
    let Ok(survey) = Survey::of(file, None) else {
        return;
    };
    let cards: Vec<Card> = survey.cards(file).map(Result::unwrap).collect();
    assert_eq!(survey.cards, cards.len() as u64);
    assert!(cards.len() <= file.len() / "END:VCARD".len() + 1);
    let mut before = 0;
    for card in &cards {
        assert!(card.record.line() >= before && card.record.line() <= file.len() as u64 + 1);
        before = card.record.line();
        assert_eq!(card.record.len(), Column::ALL.len());
        for (column, cell) in cells(card) {
            let is_wrong = |c: char| c.is_control() && !(column == Column::Note && c == '\n');
            assert!(!cell.contains(is_wrong), "{column:?}: {cell:?}");
            assert!(cell.len() <= 3 * CARD_MAX);
        }
    }
    let mut rest = survey.cards(file);
    rest.pass_over(survey.cards / 2).unwrap();
    let rest: Vec<Card> = rest.map(Result::unwrap).collect();
    assert_eq!(rest, cards[(survey.cards / 2) as usize..]);
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        people in vec(person(), 1..4),
        version in version(),
        end in line_end(),
        dice in vec(any::<u8>(), 50..200),
    ) {
        let mut writer = Writer { version, end, dice, at: 0, file: Vec::new() };
        for person in &people {
            writer.person(person);
        }
        let cards = cards(&writer.file);
        prop_assert_eq!(cards.len(), people.len());
        for (card, person) in cards.iter().zip(&people) {
            prop_assert_eq!(&card.faults, &[]);
            let read: Vec<(Column, String)> = cells(card)
                .into_iter()
                .map(|(column, cell)| (column, cell.to_owned()))
                .collect();
            prop_assert_eq!(read, person.cells(), "{}", String::from_utf8_lossy(&writer.file));
        }
    }

    #[test]
    fn random_bytes_end(file in vec(any::<u8>(), 0..500)) {
        assert_ends(&file);
        assert_ends(&[b"BEGIN:VCARD\n", &file[..]].concat());
    }

    #[test]
    fn pieces_of_cards_end(file in soup()) {
        assert_ends(&file);
        assert_ends(&[b"BEGIN:VCARD\n", &file[..]].concat());
    }

    #[test]
    fn damaged_cards_end(damage in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..10)) {
        let mut file = sample().into_bytes();
        for (place, byte, how) in damage {
            let place = place.index(file.len());
            match how {
                0 => file[place] = byte,
                1 => file.insert(place, byte),
                _ => { file.remove(place); }
            }
        }
        assert_ends(&file);
    }
}

#[test]
fn where_the_chunks_end_makes_no_difference() {
    let sample = sample();
    let sample = sample.trim_start_matches('\u{feff}');
    let expected: Vec<_> = cards(sample.as_bytes());
    let chunk = 64 * 1024;
    for place in 0..sample.len() {
        let padding = format!("X-A:{}\n", "x".repeat(chunk - place - 5));
        let file = format!("{padding}{sample}");
        let found = cards(file.as_bytes());
        assert_eq!(found.len(), expected.len());
        for (card, expected) in found.iter().zip(&expected) {
            assert_eq!(cells(card), cells(expected), "{place}");
            assert_eq!(card.record.line(), expected.record.line() + 1);
            assert_eq!(card.faults, expected.faults);
        }
    }
}
