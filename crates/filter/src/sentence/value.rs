//! Reading values, whether they are right or not.

use super::condition::{List, Span};
use super::outside::{self, Origin};
use super::words::Mark;
use super::{Speaker, VALUES_SHOWN, number, time};
use crate::catalogue::{Choice, FieldDefinition, FieldType};
use crate::check::{COUNT_MAX, TEXT_MAX, day, digits, digits_of_beginning, get, instant, whole};
use crate::checked::Field;
use crate::language;
use crate::op::Op;
use crate::raw::Raw;
use crate::text::normalise;
use crate::tree::Unit;
use std::collections::HashSet;

/// A value in words; in the other case the words say what is wrong with it.
type Said = Result<String, String>;

impl Speaker<'_> {
    /// A text in words, followed by a note.
    pub(super) fn noted(&self, text: String, mark: Mark) -> String {
        self.words.noted(&text, self.words.mark(mark))
    }

    /// A note that stands for what is not there.
    pub(super) fn alone(&self, mark: Mark) -> String {
        self.words.bracketed(self.words.mark(mark))
    }

    /// What was sent, in quotation marks.
    pub(super) fn as_it_stands(&self, raw: &Raw) -> String {
        match raw {
            Raw::Text(text) => outside::quoted(self.words, text),
            other => {
                let json = serde_json::to_string(other).unwrap_or_default();
                outside::quoted(self.words, &json)
            }
        }
    }

    fn invalid(&self, raw: &Raw) -> String {
        self.noted(self.as_it_stands(raw), Mark::Invalid)
    }

    /// The value of an operator that takes one, or one of many.
    pub(super) fn value(
        &self,
        field: Option<&FieldDefinition>,
        op: Op,
        raw: Option<&Raw>,
    ) -> String {
        match raw {
            None => self.alone(Mark::NoValue),
            Some(raw) => self.said(field, op, raw).unwrap_or_else(|wrong| wrong),
        }
    }

    fn said(&self, field: Option<&FieldDefinition>, op: Op, raw: &Raw) -> Said {
        if *raw == Raw::Null {
            return Err(self.alone(Mark::NoValue));
        }
        let Some(field) = field else {
            return self.any_value(op, raw);
        };
        let invalid = || self.invalid(raw);
        let quoted = |text: &str| outside::quoted(self.words, text);
        match field.kind() {
            FieldType::Text | FieldType::Link => text(raw)
                .filter(|text| !normalise(text).is_empty())
                .map(quoted)
                .ok_or_else(invalid),
            FieldType::ExactText | FieldType::Id => text(raw).map(quoted).ok_or_else(invalid),
            FieldType::Phone => text(raw)
                .filter(|text| has_digits(op, text))
                .map(quoted)
                .ok_or_else(invalid),
            FieldType::Choice { many: _ } => self.choice(field, raw),
            FieldType::Number => finite(raw)
                .map(|value| number::number(self.words.signs(), value))
                .ok_or_else(invalid),
            FieldType::Date => text(raw)
                .and_then(|text| time::said_day(self.words, text))
                .ok_or_else(invalid),
            FieldType::Moment => text(raw)
                .and_then(|text| self.day_or_instant(text))
                .ok_or_else(invalid),
            FieldType::YesNo => match raw {
                Raw::Bool(value) => Ok(self.words.yes_no(*value).to_owned()),
                _ => Err(invalid()),
            },
        }
    }

    fn day_or_instant(&self, text: &str) -> Option<String> {
        time::said_day(self.words, text).or_else(|| time::said_instant(self.words, text))
    }

    /// A value of whatever type, where the field does not tell.
    fn any_value(&self, op: Op, raw: &Raw) -> Said {
        match raw {
            Raw::Text(text) => {
                let of_time = match op {
                    Op::Before | Op::After | Op::Between => self.day_or_instant(text),
                    _ => None,
                };
                Ok(of_time.unwrap_or_else(|| outside::quoted(self.words, text)))
            }
            Raw::Number(_) => finite(raw)
                .map(|value| number::number(self.words.signs(), value))
                .ok_or_else(|| self.invalid(raw)),
            Raw::Bool(value) => Ok(self.words.yes_no(*value).to_owned()),
            Raw::Null | Raw::List(_) | Raw::Object(_) => Err(self.invalid(raw)),
        }
    }

    fn choice(&self, field: &FieldDefinition, raw: &Raw) -> Said {
        let Some(text) = text(raw) else {
            return Err(self.invalid(raw));
        };
        let named = |key: &str| (self.name_of_choice)(field.key(), key);
        let known = |name: &str| outside::name(self.words, name, Origin::Known);
        let choice = match field.field() {
            Field::Language => {
                return match language::canonical(text) {
                    Some(tag) => Ok(named(&tag).map_or_else(|| known(&tag), |name| known(&name))),
                    None => Err(self.invalid(raw)),
                };
            }
            Field::Country => field.choice(&text.to_ascii_uppercase()),
            _ => field.choice(text),
        };
        let Some(Choice { key, label, .. }) = choice else {
            let name = match named(text) {
                Some(name) => outside::name(self.words, &name, Origin::Account),
                None => outside::quoted(self.words, text),
            };
            return Err(self.noted(name, Mark::Gone));
        };
        if let Some(label) = label {
            return Ok(outside::name(self.words, label, Origin::Account));
        }
        let own = self.words.choice(field.field(), key).map(str::to_owned);
        let name = own.or_else(|| named(key)).unwrap_or_else(|| key.clone());
        let origin = match field.field() {
            Field::Segment | Field::Custom(_) => Origin::Account,
            _ => Origin::Known,
        };
        Ok(outside::name(self.words, &name, origin))
    }

    /// The values of an operator that takes a list: the first ones, but a broken one is never only counted.
    pub(super) fn values(
        &self,
        field: Option<&FieldDefinition>,
        op: Op,
        raw: Option<&Raw>,
    ) -> List {
        let only = |value| List {
            shown: vec![value],
            more: 0,
        };
        let items = match raw {
            None | Some(Raw::Null) => return only(self.alone(Mark::NoValue)),
            Some(Raw::List(items)) if items.is_empty() => {
                return only(self.alone(Mark::NoValue));
            }
            Some(Raw::List(items)) => items,
            Some(other) => return only(self.invalid(other)),
        };
        let mut seen = HashSet::with_capacity(items.len());
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.said(field, op, item);
            if seen.insert(identity(field, item, &value)) {
                values.push(value);
            }
        }
        first(values)
    }

    /// Whatever values there are.
    pub(super) fn any_values(&self, raw: Option<&Raw>) -> List {
        let items = match raw {
            None | Some(Raw::Null) => &[],
            Some(Raw::List(items)) => items.as_slice(),
            Some(other) => std::slice::from_ref(other),
        };
        first(
            items
                .iter()
                .map(|item| self.said(None, Op::Eq, item))
                .collect(),
        )
    }

    /// Both ends of `{"from": a, "to": b}`.
    pub(super) fn range(
        &self,
        field: Option<&FieldDefinition>,
        op: Op,
        raw: Option<&Raw>,
    ) -> (String, String) {
        let entries = match raw {
            None | Some(Raw::Null) => &[],
            Some(Raw::Object(entries)) => entries.as_slice(),
            Some(other) => return (self.invalid(other), self.alone(Mark::NoValue)),
        };
        let [from, to] = ["from", "to"].map(|key| get(entries, key));
        let known = [from, to].into_iter().flatten().count();
        let reversed = from.zip(to).is_some_and(|(from, to)| is_reversed(from, to));
        let [from, mut to] = [from, to].map(|end| self.value(field, op, end));
        if reversed {
            to = self.noted(to, Mark::Reversed);
        }
        if entries.len() > known {
            to = self.noted(to, Mark::Unreadable);
        }
        (from, to)
    }

    /// `{"count": 30, "unit": "day"}`.
    pub(super) fn span(&self, field: Option<&FieldDefinition>, raw: Option<&Raw>) -> Span {
        let raw = match raw {
            None | Some(Raw::Null) => return Span::Broken(self.alone(Mark::NoValue)),
            Some(raw) => raw,
        };
        let kind = field.map(FieldDefinition::kind);
        match distance(raw) {
            // A day has no hours.
            Some((_, Unit::Hour)) if kind == Some(FieldType::Date) => {
                Span::Broken(self.invalid(raw))
            }
            Some((count, unit)) => Span::Of(count, unit),
            None => Span::Broken(self.invalid(raw)),
        }
    }
}

/// A text that a filter may hold.
fn text(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) => Some(text.as_str()).filter(|text| {
            !text.is_empty() && !text.contains('\0') && text.chars().nth(TEXT_MAX).is_none()
        }),
        _ => None,
    }
}

fn finite(raw: &Raw) -> Option<f64> {
    match raw {
        Raw::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
}

fn has_digits(op: Op, text: &str) -> bool {
    let digits = match op {
        Op::StartsWith => digits_of_beginning(text),
        _ => digits(text),
    };
    !digits.is_empty()
}

/// By what two values of a list are the same.
fn identity(field: Option<&FieldDefinition>, raw: &Raw, said: &Said) -> String {
    match (field.map(FieldDefinition::kind), raw, said) {
        (Some(FieldType::Text | FieldType::Link), Raw::Text(text), Ok(_)) => normalise(text),
        (Some(FieldType::ExactText | FieldType::Id) | None, Raw::Text(text), _) => text.clone(),
        (_, _, Ok(said) | Err(said)) => said.clone(),
    }
}

/// The values that are said, and how many are not.
fn first(values: Vec<Said>) -> List {
    // One more would be no shorter than the value itself.
    if values.len() <= VALUES_SHOWN + 1 {
        return List {
            shown: values.into_iter().map(either).collect(),
            more: 0,
        };
    }
    let more = values.len() - VALUES_SHOWN;
    let broken = |value: &Said| value.is_err();
    let place = match values.iter().position(broken) {
        Some(place) if place >= VALUES_SHOWN => place,
        _ => VALUES_SHOWN - 1,
    };
    let shown = values
        .into_iter()
        .enumerate()
        .filter(|(number, _)| *number < VALUES_SHOWN - 1 || *number == place)
        .map(|(_, value)| either(value))
        .collect();
    List { shown, more }
}

fn either(said: Said) -> String {
    said.unwrap_or_else(|wrong| wrong)
}

/// Whether a range ends before it begins, as far as that can be known without a time zone.
fn is_reversed(from: &Raw, to: &Raw) -> bool {
    if let (Some(from), Some(to)) = (finite(from), finite(to)) {
        return from > to;
    }
    let (Some(from), Some(to)) = (text(from), text(to)) else {
        return false;
    };
    if let (Some(from), Some(to)) = (day(from), day(to)) {
        return from > to;
    }
    matches!((instant(from), instant(to)), (Some(from), Some(to)) if from > to)
}

fn distance(raw: &Raw) -> Option<(u32, Unit)> {
    let Raw::Object(entries) = raw else {
        return None;
    };
    let count = u32::try_from(whole(get(entries, "count")?)?).ok()?;
    let unit = match get(entries, "unit")? {
        Raw::Text(name) => Unit::from_name(name)?,
        _ => return None,
    };
    (entries.len() == 2 && (1..=COUNT_MAX).contains(&count)).then_some((count, unit))
}
