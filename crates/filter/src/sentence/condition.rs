//! Reading one condition, whether it is right or not.

use super::Speaker;
use super::outside::{self, Origin};
use super::words::Mark;
use crate::catalogue::{FieldDefinition, FieldType};
use crate::check::get;
use crate::checked::Field;
use crate::op::Op;
use crate::raw::Raw;
use crate::tree::Unit;

/// A condition as it is going to be said.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) subject: Subject,
    pub(super) asked: Asked,
    /// Whether the negation of what is asked holds.
    pub(super) negated: bool,
    /// What is wrong with the condition as a whole.
    pub(super) marks: Vec<Mark>,
}

/// The field, as it is called. There is none behind it where it is gone.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) field: Option<Field>,
}

/// What is asked of a field; values are in words already.
#[derive(Debug)]
pub(super) enum Asked {
    /// There is no value.
    Missing,
    /// It is one of these.
    Is(List),
    /// One of these is among its values.
    Includes(List),
    /// All of these are among its values.
    IncludesAll(List),
    /// A part of the text is so.
    Part(Part, String),
    /// The number compares so.
    Number(Comparison, String),
    /// From one number to another, both included.
    Within(String, String),
    /// The day or the instant is so.
    Time(When),
    /// It is yes, or it is no.
    YesNo(bool),
    /// An operator that there is not: what stands for it, and the values.
    Unknown(String, List),
}

/// Values in words, and how many others there are. There is at least one, but of an operator that there is not.
#[derive(Debug)]
pub(super) struct List {
    pub(super) shown: Vec<String>,
    pub(super) more: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Debug)]
pub(super) enum When {
    On(String),
    Before(String),
    After(String),
    Between(String, String),
    Last(Span),
    Next(Span),
}

/// A length of time.
#[derive(Debug)]
pub(super) enum Span {
    Of(u32, Unit),
    /// What stands for one.
    Broken(String),
}

/// Which words a condition takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    One,
    Many,
    Number,
    Time,
    YesNo,
}

impl Voice {
    const fn of(kind: FieldType) -> Self {
        match kind {
            FieldType::Text
            | FieldType::ExactText
            | FieldType::Link
            | FieldType::Phone
            | FieldType::Choice { many: false }
            | FieldType::Id => Self::One,
            FieldType::Choice { many: true } => Self::Many,
            FieldType::Number => Self::Number,
            FieldType::Date | FieldType::Moment => Self::Time,
            FieldType::YesNo => Self::YesNo,
        }
    }
}

impl Clause {
    /// Whether there are words for its negation.
    pub(super) const fn has_negation(&self) -> bool {
        !matches!(self.asked, Asked::Unknown(..))
    }
}

impl Speaker<'_> {
    /// The condition of these entries, if they are those of one.
    pub(super) fn clause(&self, entries: &[(String, Raw)]) -> Option<Clause> {
        let [field, op, value] = ["field", "op", "value"].map(|key| get(entries, key));
        let known = [field, op, value].into_iter().flatten().count();
        if known == 0 {
            return None;
        }
        let mut marks = Vec::new();
        if entries.len() > known {
            marks.push(Mark::Unreadable);
        }
        let definition = match field {
            Some(Raw::Text(key)) => self.catalogue.field(key),
            _ => None,
        };
        let subject = Subject {
            name: self.name(definition, field),
            field: definition.map(|definition| definition.field().clone()),
        };
        let known = match op {
            Some(Raw::Text(name)) => Op::from_name(name),
            _ => None,
        };
        let (asked, negated) = match known {
            Some(op) => {
                let suits = |field: &&FieldDefinition| field.operators().contains(&op);
                if definition.is_some_and(|field| !suits(&field)) {
                    marks.push(Mark::Impossible);
                }
                if matches!(op, Op::IsEmpty | Op::IsNotEmpty)
                    && value.is_some_and(|value| *value != Raw::Null)
                    && marks.is_empty()
                {
                    marks.push(Mark::Unreadable);
                }
                let (_, negated) = op.positive();
                (self.asked(definition.filter(suits), op, value), negated)
            }
            None => {
                let op = match op {
                    None => self.alone(Mark::NoOperator),
                    Some(op) => self.noted(self.as_it_stands(op), Mark::UnknownOperator),
                };
                (Asked::Unknown(op, self.any_values(value)), false)
            }
        };
        Some(Clause {
            subject,
            asked,
            negated,
            marks,
        })
    }

    /// What the field is called.
    fn name(&self, definition: Option<&FieldDefinition>, raw: Option<&Raw>) -> String {
        let Some(definition) = definition else {
            return match raw {
                None | Some(Raw::Null) => self.alone(Mark::NoField),
                Some(raw) => self.noted(self.as_it_stands(raw), Mark::Gone),
            };
        };
        let Some(own) = self.words.field(definition.field()) else {
            let label = outside::clean(definition.label().unwrap_or_default());
            if label.is_empty() {
                return outside::quoted(self.words, definition.key());
            }
            let name = outside::name(self.words, &label, Origin::Account);
            return if self.is_called(&label, definition) {
                let key = outside::quoted(self.words, definition.key());
                self.words.noted(&name, &key)
            } else {
                name
            };
        };
        own.to_owned()
    }

    /// Whether another field has this name.
    fn is_called(&self, label: &str, but: &FieldDefinition) -> bool {
        let label = label.to_lowercase();
        self.catalogue.fields().iter().any(|other| {
            let name = match self.words.field(other.field()) {
                Some(own) => own.to_lowercase(),
                None => outside::clean(other.label().unwrap_or_default()).to_lowercase(),
            };
            other.key() != but.key() && name == label
        })
    }

    /// What is asked by an operator, or by its negation; of a field whose type does not know the operator, or of one that is gone,
    /// as the operator alone suggests.
    fn asked(&self, field: Option<&FieldDefinition>, op: Op, value: Option<&Raw>) -> Asked {
        let one = || self.value(field, op, value);
        let only = || List {
            shown: vec![one()],
            more: 0,
        };
        let voice = field.map_or(Voice::One, |field| Voice::of(field.kind()));
        match op {
            Op::IsEmpty | Op::IsNotEmpty => Asked::Missing,
            Op::Eq | Op::NotEq => match voice {
                Voice::One => Asked::Is(only()),
                Voice::Many => Asked::Includes(only()),
                Voice::Number => Asked::Number(Comparison::Equal, one()),
                Voice::Time => Asked::Time(When::On(one())),
                Voice::YesNo => match value {
                    Some(Raw::Bool(value)) => Asked::YesNo(*value),
                    _ => Asked::Is(only()),
                },
            },
            Op::AnyOf | Op::NoneOf => match voice {
                Voice::Many => Asked::Includes(self.values(field, op, value)),
                Voice::One | Voice::Number | Voice::Time | Voice::YesNo => {
                    Asked::Is(self.values(field, op, value))
                }
            },
            Op::AllOf => Asked::IncludesAll(self.values(field, op, value)),
            Op::Contains | Op::NotContains => Asked::Part(Part::Contains, one()),
            Op::StartsWith => Asked::Part(Part::StartsWith, one()),
            Op::EndsWith => Asked::Part(Part::EndsWith, one()),
            Op::Gt => Asked::Number(Comparison::Above, one()),
            Op::Gte => Asked::Number(Comparison::AtLeast, one()),
            Op::Lt => Asked::Number(Comparison::Below, one()),
            Op::Lte => Asked::Number(Comparison::AtMost, one()),
            Op::Between => {
                let (from, to) = self.range(field, op, value);
                match voice {
                    Voice::Time => Asked::Time(When::Between(from, to)),
                    Voice::One | Voice::Many | Voice::Number | Voice::YesNo => {
                        Asked::Within(from, to)
                    }
                }
            }
            Op::Before => Asked::Time(When::Before(one())),
            Op::After => Asked::Time(When::After(one())),
            Op::InLast | Op::NotInLast => Asked::Time(When::Last(self.span(field, value))),
            Op::InNext => Asked::Time(When::Next(self.span(field, value))),
        }
    }
}
