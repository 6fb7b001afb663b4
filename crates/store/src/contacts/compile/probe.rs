//! A condition as a question about the row `i` of `contact_index`.

use super::columns::Place;
use super::{Around, Compiler, beyond, joined, pattern};
use crate::Engine;
use crate::contacts::bits::{Flag, channel_bit};
use rapport_contract::{ContactId, SegmentId};
use rapport_filter::checked::{
    Bound, ChoiceTest, DateRange, MomentRange, NumberRange, PhoneTest, Predicate, Test, TextTest,
};
use rapport_filter::text::KEY_MAX;
use std::str::FromStr;

/// Whether a key column can hold the whole of such a text.
fn is_short(text: &str) -> bool {
    text.chars().count() < KEY_MAX
}

/// The part of a normalised text that a key column holds.
fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(KEY_MAX)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

impl Compiler<'_> {
    /// Whether the predicate of the test holds; NULL where it means false. The negation is for the caller.
    pub(super) fn test(&mut self, test: &Test) -> String {
        let place = self.columns().of(&test.field);
        match (&test.predicate, place) {
            (_, Place::Nowhere) => "FALSE".to_owned(),
            (Predicate::Missing, place) => self.missing(place),
            (Predicate::Text(text), Place::Text { column, name }) => {
                self.text(text, &column, &name)
            }
            (Predicate::Text(text), Place::Plain { column }) => {
                let column = self.column(&column);
                self.compare(text, &column)
            }
            (Predicate::Text(text), Place::More { name }) => {
                let more = self.more();
                let whole = self.columns().more_text(&more, &name);
                self.compare(text, &whole)
            }
            (Predicate::Text(text), Place::Emails) => self.email(text),
            (Predicate::Phone(phone), Place::Phones) => self.phone(phone),
            (Predicate::Choice(choice), Place::Segments) => self.segments(choice),
            (Predicate::Choice(choice), Place::Channels) => self.channels(choice),
            (Predicate::Choice(choice), Place::Id) => self.ids(choice),
            (Predicate::Choice(choice), Place::Plain { column }) => {
                let column = self.column(&column);
                self.choice(choice, &column)
            }
            (Predicate::Choice(choice), Place::More { name }) => {
                let more = self.more();
                let key = self.columns().more_text(&more, &name);
                self.choice(choice, &key)
            }
            (Predicate::Number(range), Place::Plain { column }) => {
                let column = self.column(&column);
                self.number(range, &column)
            }
            (Predicate::Number(range), Place::More { name }) => {
                let more = self.more();
                let number = self.columns().more_number(&more, &name);
                self.number(range, &number)
            }
            (Predicate::Date(range), Place::Plain { column }) => {
                let column = self.column(&column);
                self.date(range, &column)
            }
            (Predicate::Date(range), Place::More { name }) => {
                let more = self.more();
                let day = self.columns().more_text(&more, &name);
                self.date(range, &day)
            }
            (Predicate::Moment(range), Place::Plain { column }) => {
                let column = self.column(&column);
                self.moment(range, &column)
            }
            (Predicate::YesNo(yes), Place::Plain { column }) => {
                let column = self.column(&column);
                yes_no(*yes, &column)
            }
            (Predicate::YesNo(yes), Place::More { name }) => {
                let more = self.more();
                let value = self.columns().more_yes_no(&more, &name);
                yes_no(*yes, &value)
            }
            // A checked filter has no other pairs.
            _ => "FALSE".to_owned(),
        }
    }

    fn more(&mut self) -> String {
        self.column("more")
    }

    /// Whether the row has the flag.
    fn flagged(&mut self, flag: Flag) -> String {
        let flags = self.column("flags");
        format!("{flags} & {} <> 0", flag.bit())
    }

    fn missing(&mut self, place: Place) -> String {
        match place {
            Place::Text { column, .. } | Place::Plain { column } => {
                let column = self.column(&column);
                format!("{column} IS NULL")
            }
            Place::More { name } => {
                let more = self.more();
                let value = self.columns().more_text(&more, &name);
                format!("{value} IS NULL")
            }
            Place::Emails => {
                let column = self.column("email_key");
                format!("{column} IS NULL")
            }
            Place::Phones => {
                let column = self.column("phone_num");
                format!("{column} IS NULL")
            }
            Place::Channels => {
                let column = self.column("channels");
                format!("{column} = 0")
            }
            Place::Segments => {
                // Segments that are deleted keep their members, and are none.
                let live: Vec<i64> = self.catalogue.segments.keys().copied().collect();
                format!("NOT {}", self.member_of_any(&live))
            }
            Place::Id | Place::Nowhere => "FALSE".to_owned(),
        }
    }

    /// A text whose key stands in a column, and the whole of it, when it is longer, in `more`.
    fn text(&mut self, test: &TextTest, column: &str, name: &str) -> String {
        let key = self.column(column);
        let whole = |this: &mut Self| {
            let more = this.more();
            format!("COALESCE({}, {key})", this.columns().more_text(&more, name))
        };
        match test {
            TextTest::AnyOf(texts) => {
                let (short, long): (Vec<_>, Vec<_>) = texts
                    .iter()
                    .map(String::as_str)
                    .partition(|text| is_short(text));
                let mut either = Vec::new();
                if !short.is_empty() || long.is_empty() {
                    either.push(self.one_of(&key, &short));
                }
                if !long.is_empty() {
                    // The key finds them, the whole decides.
                    let keys: Vec<_> = long.iter().map(|text| cut(text)).collect();
                    let found = self.one_of(&key, &keys);
                    let whole = whole(self);
                    either.push(format!("({found} AND {})", self.one_of(&whole, &long)));
                }
                joined(&either, " OR ")
            }
            TextTest::StartsWith(prefix) if prefix.chars().count() <= KEY_MAX => {
                self.compare(test, &key)
            }
            TextTest::StartsWith(prefix) => {
                let found = self.one_of(&key, &[cut(prefix)]);
                let whole = whole(self);
                format!("({found} AND {})", self.compare(test, &whole))
            }
            TextTest::Contains(_) | TextTest::EndsWith(_) => {
                let cut = self.flagged(Flag::LongText);
                let (in_key, whole) = (self.compare(test, &key), whole(self));
                let in_whole = self.compare(test, &whole);
                format!("CASE WHEN {cut} THEN {in_whole} ELSE {in_key} END")
            }
        }
    }

    /// A text that an expression holds whole.
    pub(super) fn compare(&mut self, test: &TextTest, text: &str) -> String {
        match test {
            TextTest::AnyOf(texts) => {
                let texts: Vec<_> = texts.iter().map(String::as_str).collect();
                self.one_of(text, &texts)
            }
            TextTest::Contains(part) => match self.engine {
                Engine::Postgres => {
                    let pattern = self.bind(pattern("%", part, "%"));
                    format!("{text} LIKE {pattern}")
                }
                Engine::Sqlite => {
                    let part = self.bind(part.as_str());
                    format!("instr({text}, {part}) > 0")
                }
            },
            // By a range, which an index can find.
            TextTest::StartsWith(prefix) => {
                let from = self.bind(prefix.as_str());
                match beyond(prefix) {
                    Some(to) => {
                        let to = self.bind(to);
                        format!("({text} >= {from} AND {text} < {to})")
                    }
                    None => format!("{text} >= {from}"),
                }
            }
            TextTest::EndsWith(end) => {
                let length = end.chars().count();
                let value = self.bind(end.as_str());
                match self.engine {
                    Engine::Postgres => format!("right({text}, {length}) = {value}"),
                    Engine::Sqlite => format!("substr({text}, -{length}) = {value}"),
                }
            }
        }
    }

    /// Any of the addresses. Mostly there is one, and the index has all of it; else the others have to be asked, and of a key that may be cut the
    /// whole address.
    fn email(&mut self, test: &TextTest) -> String {
        let more = self.flagged(Flag::MoreEmails);
        let key = self.column("email_key");
        let primary = self.compare(test, &key);
        let any = self.compare(test, "e.email_key");
        let other = self.compare(test, "e.email_key");
        let other = format!("{} AND {other}", self.engine.not("e.is_primary"));
        let index = self.engine.indexed_by("contact_emails_contact");
        let apart = self.apart();
        let exists = |condition: &str| {
            format!(
                "EXISTS (SELECT 1 FROM contact_emails e{index} \
                 WHERE e.account_id = $1 AND e.contact_id = i.id AND {condition}{apart})"
            )
        };
        let (any, other) = (exists(&any), exists(&other));
        format!(
            "CASE WHEN {more} THEN CASE WHEN length({key}) < {KEY_MAX} THEN ({primary}) OR {other} ELSE {any} END ELSE {primary} END"
        )
    }

    /// Any of the numbers.
    fn phone(&mut self, test: &PhoneTest) -> String {
        let others = self.flagged(Flag::MorePhones);
        let number = self.column("phone_num");
        let (primary, any) = match test {
            PhoneTest::Equals(e164) => {
                let digits: i64 = e164.trim_start_matches('+').parse().unwrap_or_default();
                let digits = self.bind(digits);
                let e164 = self.bind(e164.as_str());
                (format!("{number} = {digits}"), format!("p.number = {e164}"))
            }
            PhoneTest::StartsWith(digits) => {
                let pattern = self.bind(format!("{digits}%"));
                (
                    format!("CAST({number} AS TEXT) LIKE {pattern}"),
                    format!("substr(p.number, 2) LIKE {pattern}"),
                )
            }
            PhoneTest::Contains(digits) => {
                let pattern = self.bind(format!("%{digits}%"));
                (
                    format!("CAST({number} AS TEXT) LIKE {pattern}"),
                    format!("p.number LIKE {pattern}"),
                )
            }
        };
        let index = self.engine.indexed_by("contact_phones_contact");
        let apart = self.apart();
        format!(
            "CASE WHEN {others} THEN EXISTS (SELECT 1 FROM contact_phones p{index} \
             WHERE p.account_id = $1 AND p.contact_id = i.id AND {any}{apart}) ELSE {primary} END"
        )
    }

    fn choice(&mut self, test: &ChoiceTest, value: &str) -> String {
        match test {
            ChoiceTest::AnyOf(keys) => {
                let keys: Vec<_> = keys.iter().map(String::as_str).collect();
                self.one_of(value, &keys)
            }
            // Of a field with one value.
            ChoiceTest::AllOf(keys) => {
                let each: Vec<_> = keys
                    .iter()
                    .map(|key| self.one_of(value, &[key.as_str()]))
                    .collect();
                joined(&each, " AND ")
            }
        }
    }

    fn segments(&mut self, test: &ChoiceTest) -> String {
        match test {
            ChoiceTest::AnyOf(keys) => self.member_of_any(&ids::<SegmentId>(keys)),
            ChoiceTest::AllOf(keys) => {
                let each: Vec<_> = ids::<SegmentId>(keys)
                    .into_iter()
                    .map(|id| self.member_of_any(&[id]))
                    .collect();
                joined(&each, " AND ")
            }
        }
    }

    fn member_of_any(&mut self, segments: &[i64]) -> String {
        let among = self.one_of_numbers("m.segment_id", segments);
        let apart = self.apart();
        format!(
            "EXISTS (SELECT 1 FROM segment_members m WHERE m.account_id = $1 AND m.contact_id = i.id AND {among}{apart})"
        )
    }

    fn channels(&mut self, test: &ChoiceTest) -> String {
        let channels = self.column("channels");
        let bits = |keys: &[String]| {
            keys.iter()
                .filter_map(|key| channel_bit(key))
                .fold(0, |all, bit| all | bit)
        };
        match test {
            ChoiceTest::AnyOf(keys) => format!("{channels} & {} <> 0", bits(keys)),
            ChoiceTest::AllOf(keys) => {
                let bits = bits(keys);
                format!("{channels} & {bits} = {bits}")
            }
        }
    }

    fn ids(&mut self, test: &ChoiceTest) -> String {
        let (ChoiceTest::AnyOf(keys) | ChoiceTest::AllOf(keys)) = test;
        self.one_of_numbers("i.id", &ids::<ContactId>(keys))
    }

    pub(super) fn number(&mut self, range: &NumberRange, number: &str) -> String {
        let mut both = Vec::new();
        if let Some(Bound { value, inclusive }) = range.lower {
            let value = self.bind(value);
            both.push(format!(
                "{number} {} {value}",
                if inclusive { ">=" } else { ">" }
            ));
        }
        if let Some(Bound { value, inclusive }) = range.upper {
            let value = self.bind(value);
            both.push(format!(
                "{number} {} {value}",
                if inclusive { "<=" } else { "<" }
            ));
        }
        present_or(number, &both)
    }

    pub(super) fn date(&mut self, range: &DateRange, day: &str) -> String {
        let mut both = Vec::new();
        if let Some(from) = range.from {
            let from = self.bind(from.format("%Y-%m-%d").to_string());
            both.push(format!("{day} >= {from}"));
        }
        if let Some(to) = range.to {
            let to = self.bind(to.format("%Y-%m-%d").to_string());
            both.push(format!("{day} <= {to}"));
        }
        present_or(day, &both)
    }

    pub(super) fn moment(&mut self, range: &MomentRange, at: &str) -> String {
        let mut both = Vec::new();
        if let Some(from) = range.from {
            let from = self.bind(from);
            both.push(format!("{at} >= {from}"));
        }
        if let Some(to) = range.to {
            let to = self.bind(to);
            both.push(format!("{at} < {to}"));
        }
        present_or(at, &both)
    }

    /// Keeps PostgreSQL from turning a question asked of each row into a join over all of them, where a walk stops early.
    pub(super) const fn apart(&self) -> &'static str {
        match (self.engine, self.around) {
            (Engine::Postgres, Around::Walk) => " OFFSET 0",
            _ => "",
        }
    }
}

/// A range without ends holds every value there is.
fn present_or(value: &str, bounds: &[String]) -> String {
    match bounds {
        [] => format!("{value} IS NOT NULL"),
        some => joined(some, " AND "),
    }
}

fn yes_no(yes: bool, value: &str) -> String {
    format!("{value} = {}", if yes { "TRUE" } else { "FALSE" })
}

/// The numbers of these ids; what is no id of the kind is none of a row.
pub(super) fn ids<T: FromStr + Into<i64>>(texts: &[String]) -> Vec<i64> {
    texts
        .iter()
        .filter_map(|text| text.parse::<T>().ok())
        .map(Into::into)
        .collect()
}
