//! What a random condition compares its field with.

use super::super::{NOW, words};
use super::Sampler;
use crate::catalogue::{FieldDefinition, FieldType};
use crate::check::TEXT_MAX;
use crate::checked::Field;
use crate::facts::{Facts, Value as Held};
use crate::op::{Op, Operand};
use crate::text::normalise;
use crate::tree::Unit;
use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A value for this operator of this field; `null` where it takes none.
pub(super) fn draw(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    if op.operand() == Operand::Nothing {
        return Value::Null;
    }
    match field.kind() {
        FieldType::Text | FieldType::ExactText | FieldType::Link => text(sampler, field, op),
        FieldType::Phone => phone(sampler, op),
        FieldType::Choice { .. } => choice(sampler, field, op),
        FieldType::Id => sampler.ids().into(),
        FieldType::Number => number(sampler, field, op),
        FieldType::Date => date(sampler, field, op),
        FieldType::Moment => moment(sampler, field, op),
        FieldType::YesNo => sampler.random.percent(50).into(),
    }
}

/// Every text that a contact has in a field.
fn texts<'a>(field: &Field, facts: &'a Facts) -> Vec<&'a str> {
    let one = |text: &'a Option<String>| text.as_deref().into_iter().collect();
    match field {
        Field::Name => one(&facts.name),
        Field::FirstName => one(&facts.first_name),
        Field::LastName => one(&facts.last_name),
        Field::Company => one(&facts.company),
        Field::City => one(&facts.city),
        Field::Identifier => one(&facts.identifier),
        Field::Country => one(&facts.country),
        Field::Language => one(&facts.language),
        Field::Source => vec![&facts.source],
        Field::Email => facts.emails.iter().map(String::as_str).collect(),
        Field::Phone => facts.phones.iter().map(String::as_str).collect(),
        Field::Channel => facts.channels.iter().map(String::as_str).collect(),
        Field::Segment => facts.segments.iter().map(String::as_str).collect(),
        Field::Custom(key) => match facts.custom.get(key) {
            Some(Held::Text(text) | Held::Link(text) | Held::Choice(text)) => vec![text],
            _ => Vec::new(),
        },
        Field::Blocked
        | Field::CreatedAt
        | Field::UpdatedAt
        | Field::LastActivityAt
        | Field::Id => Vec::new(),
    }
}

/// A text that some contact has in a field.
fn held(sampler: &mut Sampler, field: &Field) -> Option<String> {
    let texts =
        sampler.held(|facts| Some(texts(field, facts)).filter(|texts| !texts.is_empty()))?;
    sampler.random.pick(&texts).map(|text| (*text).to_owned())
}

/// One value, or the list of some, as the operator takes it.
fn one_or_list(
    sampler: &mut Sampler,
    op: Op,
    mut one: impl FnMut(&mut Sampler) -> String,
) -> Value {
    if op.operand() != Operand::List {
        return one(sampler).into();
    }
    let most = if op == Op::AllOf { 2 } else { 8 };
    let values: Vec<String> = (0..=sampler.random.below(most))
        .map(|_| one(sampler))
        .collect();
    values.into()
}

fn text(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    let exact = field.kind() == FieldType::ExactText;
    one_or_list(sampler, op, |sampler| {
        let whole = held(sampler, field.field()).unwrap_or_else(|| "nobody".to_owned());
        let cut = match op.positive().0 {
            Op::Contains => part(sampler, &whole, Part::Within),
            Op::StartsWith => part(sampler, &whole, Part::Beginning),
            Op::EndsWith => part(sampler, &whole, Part::End),
            _ => whole,
        };
        let text: String = disguised(sampler, &cut, exact)
            .chars()
            .take(TEXT_MAX)
            .collect();
        if (exact && !text.is_empty()) || !normalise(&text).is_empty() {
            text
        } else {
            sampler.random.word(&["a", "%", "_", "\\"]).to_owned()
        }
    })
}

enum Part {
    Beginning,
    Within,
    End,
}

/// Some characters in a row, seldom all of them.
fn part(sampler: &mut Sampler, text: &str, part: Part) -> String {
    let chars: Vec<char> = text.chars().collect();
    let most = if sampler.random.percent(80) {
        3
    } else {
        chars.len()
    };
    let length = 1 + sampler.random.below(most.min(chars.len()));
    let from = match part {
        Part::Beginning => 0,
        Part::Within => sampler
            .random
            .below(chars.len() + 1 - length.min(chars.len())),
        Part::End => chars.len().saturating_sub(length),
    };
    chars.into_iter().skip(from).take(length).collect()
}

/// The text as it is, or so that it may or may not mean the same.
fn disguised(sampler: &mut Sampler, text: &str, exact: bool) -> String {
    let kept = if exact { 60 } else { 35 };
    if sampler.random.percent(kept) {
        return text.to_owned();
    }
    match sampler.random.below(8) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        2 => normalise(text),
        3 => format!(" {text}\u{a0}"),
        4 => text.replace(' ', "\u{3000} "),
        5 => text.replace('e', "e\u{301}").replace('a', "Á"),
        6 => {
            let mut chars: Vec<char> = text.chars().collect();
            if let Some(last) = chars.pop() {
                chars.push(char::from_u32(last as u32 + 1).unwrap_or('?'));
            }
            String::from_iter(chars)
        }
        _ => text.replace(
            |c: char| c.is_alphanumeric(),
            sampler.random.word(&["_", "%"]),
        ),
    }
}

fn phone(sampler: &mut Sampler, op: Op) -> Value {
    let number = held(sampler, &Field::Phone).unwrap_or_else(|| "+5255123456".to_owned());
    let digits = number.trim_start_matches('+').to_owned();
    let text = match op.positive().0 {
        Op::Contains => part(sampler, &digits, Part::Within),
        Op::StartsWith => {
            let sign = sampler.random.word(&["", "+", "00", "+ (", "＋"]);
            let beginning = part(sampler, &digits, Part::Beginning);
            format!("{sign}{beginning}")
        }
        _ => match sampler.random.below(4) {
            0 => format!("00{digits}"),
            1 => {
                let (country, rest) = number.split_at(3);
                format!("{country} ({}) ", &rest[..1]) + &rest[1..]
            }
            2 if digits.starts_with("52") && digits.len() == 12 => digits[2..].to_owned(),
            _ => number,
        },
    };
    text.into()
}

fn choice(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    let keys: Vec<String> = field.choices().map_or_else(
        || {
            words::LANGUAGES
                .iter()
                .map(|tag| (*tag).to_owned())
                .collect()
        },
        |choices| choices.iter().map(|choice| choice.key.clone()).collect(),
    );
    let any_case = matches!(field.field(), Field::Country | Field::Language);
    one_or_list(sampler, op, |sampler| {
        let held = if sampler.random.percent(80) {
            held(sampler, field.field())
        } else {
            None
        };
        let key = held
            .or_else(|| sampler.random.pick(&keys).cloned())
            .unwrap_or_default();
        match sampler.random.below(4) {
            0 if any_case => key.to_ascii_lowercase(),
            1 if any_case => key.to_ascii_uppercase(),
            _ => key,
        }
    })
}

fn number(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    let one = |sampler: &mut Sampler| {
        let held = sampler.held(|facts| match field.field() {
            Field::Custom(key) => match facts.custom.get(key) {
                Some(Held::Number(number)) => Some(*number),
                _ => None,
            },
            _ => None,
        });
        let number = held.unwrap_or_default();
        match sampler.random.below(8) {
            0 => number.next_up(),
            1 => number.next_down(),
            2 => -number,
            _ => number,
        }
    };
    if op == Op::Between {
        let (a, b) = (one(sampler), one(sampler));
        return json!({"from": a.min(b), "to": a.max(b)});
    }
    one(sampler).into()
}

fn date(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    let today = day_of(NOW);
    let one = |sampler: &mut Sampler| {
        let held = sampler.held(|facts| match field.field() {
            Field::Custom(key) => match facts.custom.get(key) {
                Some(Held::Date(day)) => Some(*day),
                _ => None,
            },
            _ => None,
        });
        beside(sampler, held.unwrap_or(today))
    };
    match op.operand() {
        Operand::Relative => {
            let away = one(sampler).signed_duration_since(today).num_milliseconds();
            relative(sampler, away, &Unit::ALL[1..])
        }
        Operand::Range => {
            let (a, b) = (one(sampler), one(sampler));
            json!({"from": a.min(b).to_string(), "to": a.max(b).to_string()})
        }
        _ => one(sampler).to_string().into(),
    }
}

fn moment(sampler: &mut Sampler, field: &FieldDefinition, op: Op) -> Value {
    let one = |sampler: &mut Sampler| {
        let held = sampler.held(|facts| match field.field() {
            Field::CreatedAt => Some(facts.created_at),
            Field::UpdatedAt => Some(facts.updated_at),
            _ => facts.last_activity_at,
        });
        held.unwrap_or(NOW)
    };
    match op.operand() {
        Operand::Relative => {
            let away = one(sampler) - NOW;
            relative(sampler, away, &Unit::ALL)
        }
        Operand::Range => {
            let (a, b) = (one(sampler), one(sampler));
            // A day is earlier or later than its instants: only instants keep their order beside one.
            let (from, to) = (a.min(b), a.max(b));
            match sampler.random.below(3) {
                0 => json!({"from": day_of(from).to_string(), "to": day_of(to).to_string()}),
                1 => {
                    json!({"from": day_of(from - 2 * DAY).to_string(), "to": written(sampler, to)})
                }
                _ => json!({"from": written(sampler, from), "to": written(sampler, to)}),
            }
        }
        _ => {
            let millis = one(sampler);
            if sampler.random.percent(60) {
                return beside(sampler, day_of(millis)).to_string().into();
            }
            let millis = millis + sampler.random.between(-1, 1);
            written(sampler, millis).into()
        }
    }
}

/// The day of an instant in UTC.
fn day_of(millis: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .date_naive()
}

/// The day, or the one before or after it, where there is one.
fn beside(sampler: &mut Sampler, day: NaiveDate) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(9999, 12, 31);
    let first = NaiveDate::from_ymd_opt(1, 1, 1);
    match sampler.random.below(4) {
        0 if Some(day) != first => day.pred_opt().unwrap_or(day),
        1 if Some(day) != last => day.succ_opt().unwrap_or(day),
        _ => day,
    }
}

/// An instant of RFC 3339 at some offset.
fn written(sampler: &mut Sampler, millis: i64) -> String {
    let minutes = sampler
        .random
        .pick(&[0, 60, -180, 330])
        .copied()
        .unwrap_or_default();
    let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    match FixedOffset::east_opt(minutes * 60) {
        Some(offset) => utc
            .with_timezone(&offset)
            .to_rfc3339_opts(SecondsFormat::Millis, true),
        None => utc.to_rfc3339_opts(SecondsFormat::Millis, true),
    }
}

/// So far away in some unit, or about.
fn relative(sampler: &mut Sampler, away: i64, units: &[Unit]) -> Value {
    let unit = sampler.random.pick(units).copied().unwrap_or(Unit::Day);
    let length = match unit {
        Unit::Hour => HOUR,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
        Unit::Month => 30 * DAY,
        Unit::Year => 365 * DAY,
    };
    let count = away.abs() / length + sampler.random.between(0, 1);
    json!({"count": count.clamp(1, 10_000), "unit": unit.as_str()})
}
