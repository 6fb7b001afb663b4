//! What a field is compared with.

use super::keys::quoted;
use super::place::Place;
use super::{Check, FaultCode, LIST_MAX, TEXT_MAX, VALUES_MAX};
use crate::catalogue::{FieldDefinition, FieldType};
use crate::checked::{Bound, ChoiceTest, Field, NumberRange, Predicate, TextTest};
use crate::language;
use crate::op::{Op, Operand};
use crate::raw::Raw;
use crate::text::normalise;
use std::collections::HashSet;
use std::hash::Hash;

pub(super) const RANGE: &str = "an object with the keys from and to";
pub(super) const RELATIVE: &str =
    "an object with the keys count and unit, such as {\"count\": 30, \"unit\": \"day\"}";
/// Choices that a fault lists by name.
const LISTED_MAX: usize = 20;

impl Check<'_> {
    /// What a positive operator asks, which the field's type knows.
    pub(super) fn predicate(
        &mut self,
        field: &FieldDefinition,
        op: Op,
        value: &Raw,
        place: &Place,
    ) -> Option<Predicate> {
        if op == Op::IsEmpty {
            return Some(Predicate::Missing);
        }
        if !matches!(op.operand(), Operand::List) {
            let values = if op == Op::Between { 2 } else { 1 };
            self.count_values(values, place);
        }
        match field.kind() {
            FieldType::Text | FieldType::Link | FieldType::ExactText => {
                self.text_test(field, op, value, place).map(Predicate::Text)
            }
            FieldType::Phone => self.phone_test(op, value, place).map(Predicate::Phone),
            FieldType::Choice { .. } | FieldType::Id => self
                .choice_test(field, op, value, place)
                .map(Predicate::Choice),
            FieldType::Number => self.number_range(op, value, place).map(Predicate::Number),
            FieldType::Date => self.date_range(op, value, place).map(Predicate::Date),
            FieldType::Moment => self.moment_range(op, value, place).map(Predicate::Moment),
            FieldType::YesNo => self.yes_no(value, place).map(Predicate::YesNo),
        }
    }

    /// Counts values; the fault of too many in the whole filter comes once, at the value that goes beyond.
    fn count_values(&mut self, values: usize, place: &Place) {
        let before = self.values;
        self.values += values;
        if before <= VALUES_MAX && self.values > VALUES_MAX {
            let detail = format!("expected at most {VALUES_MAX} values in the whole filter");
            self.fault(place, FaultCode::TooMany, detail);
        }
    }

    /// A text of the length and the characters that are allowed, not empty; `what` was expected.
    pub(super) fn text<'r>(&mut self, raw: &'r Raw, what: &str, place: &Place) -> Option<&'r str> {
        let Raw::Text(text) = raw else {
            self.wrong_type(what, raw, place);
            return None;
        };
        if text.chars().nth(TEXT_MAX).is_some() {
            let detail = format!("expected at most {TEXT_MAX} characters");
            self.fault(place, FaultCode::TooLong, detail);
        } else if text.contains('\0') {
            let detail = "expected a text without the character U+0000";
            self.fault(place, FaultCode::InvalidCharacter, detail);
        } else if text.is_empty() {
            let detail = format!("expected {what} that is not empty");
            self.fault(place, FaultCode::Empty, detail);
        } else {
            return Some(text);
        }
        None
    }

    /// The distinct values of a list, each read by `one`, in order.
    fn list<T: Clone + Eq + Hash>(
        &mut self,
        raw: &Raw,
        what: &str,
        place: &Place,
        mut one: impl FnMut(&mut Self, &Raw, &Place) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Raw::List(items) = raw else {
            self.wrong_type(&format!("a list of {what}"), raw, place);
            return None;
        };
        if items.is_empty() {
            let detail = format!("expected at least one of {what}");
            self.fault(place, FaultCode::Empty, detail);
            return None;
        }
        if items.len() > LIST_MAX {
            let detail = format!("expected at most {LIST_MAX} values in a list");
            self.fault(place, FaultCode::TooMany, detail);
            return None;
        }
        self.count_values(items.len(), place);
        let mut seen = HashSet::with_capacity(items.len());
        let mut values = Vec::with_capacity(items.len());
        let mut complete = true;
        for (index, item) in items.iter().enumerate() {
            if self.stopped {
                return None;
            }
            match one(self, item, &place.index(index)) {
                Some(value) if seen.insert(value.clone()) => values.push(value),
                Some(_) => {}
                None => complete = false,
            }
        }
        complete.then_some(values)
    }

    fn text_test(
        &mut self,
        field: &FieldDefinition,
        op: Op,
        raw: &Raw,
        place: &Place,
    ) -> Option<TextTest> {
        let exact = field.kind() == FieldType::ExactText;
        let one = |check: &mut Self, raw: &Raw, place: &Place| {
            let text = check.text(raw, "a text", place)?;
            if exact {
                return Some(text.to_owned());
            }
            let normalised = normalise(text);
            if normalised.is_empty() {
                let detail = "expected a text with more than white space and marks";
                check.fault(place, FaultCode::Empty, detail);
                return None;
            }
            Some(normalised)
        };
        match op {
            Op::AnyOf => self.list(raw, "texts", place, one).map(TextTest::AnyOf),
            Op::Contains => one(self, raw, place).map(TextTest::Contains),
            Op::StartsWith => one(self, raw, place).map(TextTest::StartsWith),
            Op::EndsWith => one(self, raw, place).map(TextTest::EndsWith),
            _ => one(self, raw, place).map(|text| TextTest::AnyOf(vec![text])),
        }
    }

    fn choice_test(
        &mut self,
        field: &FieldDefinition,
        op: Op,
        raw: &Raw,
        place: &Place,
    ) -> Option<ChoiceTest> {
        let one = |check: &mut Self, raw: &Raw, place: &Place| check.choice(field, raw, place);
        match op {
            Op::AnyOf => self.list(raw, "choices", place, one).map(ChoiceTest::AnyOf),
            Op::AllOf => self.list(raw, "choices", place, one).map(ChoiceTest::AllOf),
            _ => one(self, raw, place).map(|key| ChoiceTest::AnyOf(vec![key])),
        }
    }

    /// The canonical key of a choice.
    fn choice(&mut self, field: &FieldDefinition, raw: &Raw, place: &Place) -> Option<String> {
        let text = self.text(raw, "the key of a choice, a text", place)?;
        let key = match field.field() {
            Field::Id => return Some(text.to_owned()),
            Field::Language => {
                let tag = language::canonical(text);
                if tag.is_none() {
                    let detail = "expected a language tag of BCP 47 such as es or es-MX";
                    self.fault(place, FaultCode::InvalidLanguage, detail);
                }
                return tag;
            }
            Field::Country => field.choice(&text.to_ascii_uppercase()),
            _ => field.choice(text),
        };
        if key.is_none() {
            let detail = match field.field() {
                Field::Country => {
                    "expected a country's code of ISO 3166-1 alpha-2, such as MX".to_owned()
                }
                Field::Segment => format!(
                    "expected the id of a segment of this account; {} does not exist or was deleted",
                    quoted(text)
                ),
                _ => unknown_choice(field, text),
            };
            self.fault(place, FaultCode::UnknownValue, detail);
        }
        key.map(|choice| choice.key.clone())
    }

    fn number(&mut self, raw: &Raw, place: &Place) -> Option<f64> {
        let number = match raw {
            Raw::Number(number) => number.as_f64().filter(|number| number.is_finite()),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type("a number", raw, place);
        }
        // The sum makes 0 of -0.
        number.map(|number| number + 0.0)
    }

    fn number_range(&mut self, op: Op, raw: &Raw, place: &Place) -> Option<NumberRange> {
        let bound = |value, inclusive| Some(Bound { value, inclusive });
        if op == Op::Between {
            let (from, to) = self.range(raw, "a number", place, Self::number)?;
            if from > to {
                self.reversed(place);
                return None;
            }
            return Some(NumberRange {
                lower: bound(from, true),
                upper: bound(to, true),
            });
        }
        let number = self.number(raw, place)?;
        let (lower, upper) = match op {
            Op::Gt => (bound(number, false), None),
            Op::Gte => (bound(number, true), None),
            Op::Lt => (None, bound(number, false)),
            Op::Lte => (None, bound(number, true)),
            _ => (bound(number, true), bound(number, true)),
        };
        Some(NumberRange { lower, upper })
    }

    fn yes_no(&mut self, raw: &Raw, place: &Place) -> Option<bool> {
        if let Raw::Bool(value) = raw {
            return Some(*value);
        }
        self.wrong_type("true or false", raw, place);
        None
    }

    /// Both ends of `{"from": a, "to": b}`, each read by `one`; `what` it is.
    pub(super) fn range<T>(
        &mut self,
        raw: &Raw,
        what: &str,
        place: &Place,
        mut one: impl FnMut(&mut Self, &Raw, &Place) -> Option<T>,
    ) -> Option<(T, T)> {
        let entries = self.object(raw, &["from", "to"], RANGE, place)?;
        let mut end = |check: &mut Self, key| {
            let value = check.required(entries, key, what, place)?;
            one(check, value, &place.key(key))
        };
        let from = end(self, "from");
        let to = end(self, "to");
        Some((from?, to?))
    }

    pub(super) fn reversed(&mut self, place: &Place) {
        let detail = "expected a range whose from is not after its to";
        self.fault(place, FaultCode::Reversed, detail);
    }
}

fn unknown_choice(field: &FieldDefinition, text: &str) -> String {
    let choices = field.choices().unwrap_or_default();
    if choices.len() > LISTED_MAX {
        return format!(
            "expected the key of one of the {} choices of {}; {} is none of them",
            choices.len(),
            field.key(),
            quoted(text)
        );
    }
    let keys: Vec<&str> = choices.iter().map(|choice| choice.key.as_str()).collect();
    format!(
        "expected one of the choices {}; {} is none of them",
        keys.join(", "),
        quoted(text)
    )
}
