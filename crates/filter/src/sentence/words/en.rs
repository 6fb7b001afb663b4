//! English.

use super::super::condition::{Asked, Clause, Comparison, List, Part, Span, Subject, When};
use super::super::join::{Inner, Piece, most};
use super::super::number::{Signs, count};
use super::super::tree::Group;
use super::{CURVED, Mark, Quotes, Words, has_word};
use crate::checked::Field;
use crate::tree::Unit;
use chrono::{Datelike, NaiveDate};

const SIGNS: Signs = Signs {
    group: ',',
    decimal: '.',
    grouped_from: 4,
};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// English.
#[derive(Debug)]
pub(in super::super) struct En;

impl Words for En {
    fn field(&self, field: &Field) -> Option<&'static str> {
        Some(match field {
            Field::Name => "Name",
            Field::FirstName => "First name",
            Field::LastName => "Last name",
            Field::Company => "Company",
            Field::City => "City",
            Field::Email => "E-mail",
            Field::Phone => "Phone",
            Field::Identifier => "Identifier",
            Field::Country => "Country",
            Field::Language => "Language",
            Field::Source => "Source",
            Field::Channel => "Channel",
            Field::Segment => "Segment",
            Field::Blocked => "Blocked",
            Field::CreatedAt => "Created",
            Field::UpdatedAt => "Updated",
            Field::LastActivityAt => "Last activity",
            Field::Id => "ID",
            Field::Custom(_) => return None,
        })
    }

    fn choice(&self, field: &Field, key: &str) -> Option<&'static str> {
        match (field, key) {
            (Field::Source | Field::Channel, "form") => Some("Form"),
            (Field::Source | Field::Channel, "live_chat") => Some("Live chat"),
            (Field::Source | Field::Channel, "whatsapp") => Some("WhatsApp"),
            (Field::Source | Field::Channel, "wechat") => Some("WeChat"),
            (Field::Source | Field::Channel, "sms") => Some("SMS"),
            (Field::Source | Field::Channel, "email") => Some("E-mail"),
            (Field::Source, "import") => Some("Import"),
            (Field::Source, "manual") => Some("Manual"),
            (Field::Source, "api") => Some("API"),
            _ => None,
        }
    }

    fn yes_no(&self, value: bool) -> &'static str {
        if value { "yes" } else { "no" }
    }

    fn clause(&self, clause: &Clause) -> Piece {
        let Clause {
            subject: Subject { name, field },
            asked,
            negated,
            marks: _,
        } = clause;
        let negated = *negated;
        match (field, asked) {
            // None of its values, which are several.
            (Some(Field::Email), Asked::Is(_) | Asked::Part(..)) if negated => {
                return Piece::plain(format!("no e-mail {}", phrase(asked, false)), true);
            }
            (Some(Field::Phone), Asked::Is(_) | Asked::Part(..)) if negated => {
                return Piece::plain(format!("no phone {}", phrase(asked, false)), true);
            }
            (Some(Field::CreatedAt | Field::UpdatedAt), Asked::Time(when)) => {
                let when = time(when);
                return if negated {
                    Piece::plain(format!("not {} {when}", name.to_lowercase()), true)
                } else {
                    Piece::plain(format!("{name} {when}"), false)
                };
            }
            (Some(Field::LastActivityAt), Asked::Time(when)) => {
                let was = if negated { "was not" } else { "was" };
                return Piece::plain(format!("{name} {was} {}", time(when)), false);
            }
            (Some(Field::Blocked), Asked::YesNo(blocked)) => {
                let text = if *blocked == negated {
                    "not blocked"
                } else {
                    "blocked"
                };
                return Piece::plain(text, true);
            }
            _ => {}
        }
        Piece::plain(format!("{name} {}", phrase(asked, negated)), false)
    }

    fn joined(&self, group: Group, pieces: &[Piece]) -> String {
        let conjunction = match group {
            Group::All => "and",
            Group::Any => "or",
        };
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        match (texts.as_slice(), most(pieces)) {
            ([one, other], Inner::Plain) => format!("{one} {conjunction} {other}"),
            ([one, other], _) => format!("{one}, {conjunction} {other}"),
            ([first @ .., last], Inner::Commas) => {
                format!("{}; {conjunction} {last}", first.join("; "))
            }
            ([first @ .., last], _) => format!("{}, {conjunction} {last}", first.join(", ")),
            ([], _) => String::new(),
        }
    }

    fn not(&self, bracketed: &str) -> String {
        format!("not {bracketed}")
    }

    fn everybody(&self) -> &'static str {
        "everybody"
    }

    fn nobody(&self) -> &'static str {
        "nobody"
    }

    fn everybody_matches(&self) -> &'static str {
        "everybody matches"
    }

    fn nobody_matches(&self) -> &'static str {
        "nobody matches"
    }

    fn unreadable(&self) -> &'static str {
        "a part that cannot be read"
    }

    fn more_conditions(&self, number: usize) -> String {
        match number {
            1 => "1 more condition".to_owned(),
            _ => format!("{} more conditions", count(SIGNS, number)),
        }
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Gone => "no longer exists",
            Mark::Invalid => "not valid",
            Mark::Reversed => "the first value is above the second",
            Mark::NoValue => "no value",
            Mark::NoField => "no field",
            Mark::NoOperator => "no operator",
            Mark::UnknownOperator => "unknown operator",
            Mark::Impossible => "not possible for this field",
            Mark::Unreadable => "with parts that cannot be read",
        }
    }

    fn bracketed(&self, text: &str) -> String {
        format!("({text})")
    }

    fn noted(&self, text: &str, note: &str) -> String {
        format!("{text} ({note})")
    }

    fn quotes(&self) -> Quotes {
        CURVED
    }

    fn has_connectives(&self, name: &str) -> bool {
        const WORDS: &[&str] = &[
            "and", "or", "not", "nor", "neither", "none", "no", "is", "all",
        ];
        has_word(name, WORDS)
    }

    fn signs(&self) -> Signs {
        SIGNS
    }

    fn day(&self, day: NaiveDate) -> String {
        let month = MONTHS.get(day.month0() as usize).copied();
        format!("{} {} {}", day.day(), month.unwrap_or_default(), day.year())
    }
}

fn phrase(asked: &Asked, negated: bool) -> String {
    let is = if negated { "is not" } else { "is" };
    match asked {
        Asked::Missing if negated => "is set".to_owned(),
        Asked::Missing => "is not set".to_owned(),
        Asked::Is(list) => match (list.shown.as_slice(), list.more) {
            ([one, other], 0) if negated => format!("is neither {one} nor {other}"),
            ([_, _, ..], _) if negated => format!("is none of {}", and(list)),
            _ => format!("{is} {}", or(list)),
        },
        Asked::Includes(list) => match (list.shown.as_slice(), list.more) {
            ([one, other], 0) if negated => format!("includes neither {one} nor {other}"),
            ([_, _, ..], _) if negated => format!("includes none of {}", and(list)),
            _ if negated => format!("does not include {}", or(list)),
            _ => format!("includes {}", or(list)),
        },
        Asked::IncludesAll(list) => match (list.shown.as_slice(), list.more) {
            ([_, _], 0) if negated => format!("does not include both {}", and(list)),
            ([_, _, ..], _) if negated => format!("does not include all of {}", and(list)),
            ([_, _], 0) => format!("includes both {}", and(list)),
            ([_, _, ..], _) => format!("includes all of {}", and(list)),
            _ if negated => format!("does not include {}", and(list)),
            _ => format!("includes {}", and(list)),
        },
        Asked::Part(part, text) => {
            let verb = match (part, negated) {
                (Part::Contains, false) => "contains",
                (Part::Contains, true) => "does not contain",
                (Part::StartsWith, false) => "starts with",
                (Part::StartsWith, true) => "does not start with",
                (Part::EndsWith, false) => "ends with",
                (Part::EndsWith, true) => "does not end with",
            };
            format!("{verb} {text}")
        }
        Asked::Number(comparison, number) => match comparison {
            Comparison::Equal => format!("{is} {number}"),
            Comparison::Above => format!("{is} greater than {number}"),
            Comparison::AtLeast => format!("{is} at least {number}"),
            Comparison::Below => format!("{is} less than {number}"),
            Comparison::AtMost => format!("{is} at most {number}"),
        },
        Asked::Within(from, to) => format!("{is} between {from} and {to}"),
        Asked::Time(when) => format!("{is} {}", time(when)),
        Asked::YesNo(value) => format!("{is} {}", En.yes_no(*value)),
        Asked::Unknown(op, list) if list.shown.is_empty() => op.clone(),
        Asked::Unknown(op, list) => format!("{op} {}", and(list)),
    }
}

fn time(when: &When) -> String {
    match when {
        When::On(day) => format!("on {day}"),
        When::Before(day) => format!("before {day}"),
        When::After(day) => format!("after {day}"),
        When::Between(from, to) => format!("between {from} and {to}"),
        When::Last(span) => format!("in the last {}", length(span)),
        When::Next(span) => format!("in the next {}", length(span)),
    }
}

fn length(span: &Span) -> String {
    let (number, unit) = match span {
        Span::Of(number, unit) => (*number, *unit),
        Span::Broken(text) => return text.clone(),
    };
    let (one, many) = match unit {
        Unit::Hour => ("hour", "hours"),
        Unit::Day => ("day", "days"),
        Unit::Week => ("week", "weeks"),
        Unit::Month => ("month", "months"),
        Unit::Year => ("year", "years"),
    };
    match number {
        1 => one.to_owned(),
        _ => format!("{} {many}", count(SIGNS, number as usize)),
    }
}

/// `A, B or C`.
fn or(list: &List) -> String {
    list_of(list, "or", "or one of")
}

/// `A, B and C`.
fn and(list: &List) -> String {
    list_of(list, "and", "and")
}

fn list_of(list: &List, conjunction: &str, before_more: &str) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => format!(
            "{} {before_more} {} more",
            shown.join(", "),
            count(SIGNS, *more)
        ),
        ([first @ .., last], 0) if !first.is_empty() => {
            format!("{} {conjunction} {last}", first.join(", "))
        }
        (shown, 0) => shown.concat(),
    }
}
