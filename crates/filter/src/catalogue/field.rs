//! One field.

use super::{CUSTOM_PREFIX, Choice, CustomDefinition, CustomType, FieldType};
use crate::checked::Field;
use crate::op::Op;
use std::collections::HashMap;

/// A field that a filter can ask about.
#[derive(Debug, Clone)]
pub struct FieldDefinition {
    pub(super) key: String,
    field: Field,
    kind: FieldType,
    label: Option<String>,
    many: bool,
    offered: bool,
    indexed: bool,
    choices: Option<Choices>,
}

/// The closed list of a choice's values.
#[derive(Debug, Clone)]
struct Choices {
    list: Vec<Choice>,
    places: HashMap<String, usize>,
}

impl Choices {
    fn new(list: Vec<Choice>) -> Self {
        let places = list
            .iter()
            .enumerate()
            .map(|(place, choice)| (choice.key.clone(), place))
            .collect();
        Self { list, places }
    }
}

impl FieldDefinition {
    pub(super) fn new(key: &str, field: Field, kind: FieldType) -> Self {
        Self {
            key: key.to_owned(),
            field,
            kind,
            label: None,
            many: matches!(kind, FieldType::Phone | FieldType::Choice { many: true }),
            offered: true,
            indexed: true,
            choices: None,
        }
    }

    pub(super) fn one_of(self, choices: Vec<Choice>) -> Self {
        Self {
            choices: Some(Choices::new(choices)),
            ..self
        }
    }

    pub(super) fn with_several(self) -> Self {
        Self { many: true, ..self }
    }

    pub(super) fn not_offered(self) -> Self {
        Self {
            offered: false,
            ..self
        }
    }

    pub(super) fn custom(definition: CustomDefinition) -> Self {
        let CustomDefinition {
            key,
            label,
            kind,
            indexed,
        } = definition;
        let (kind, choices) = match kind {
            CustomType::Text => (FieldType::Text, None),
            CustomType::Number => (FieldType::Number, None),
            CustomType::Date => (FieldType::Date, None),
            CustomType::YesNo => (FieldType::YesNo, None),
            CustomType::Link => (FieldType::Link, None),
            CustomType::List(choices) => (FieldType::Choice { many: false }, Some(choices)),
        };
        Self {
            label: Some(label),
            indexed,
            choices: choices.map(Choices::new),
            ..Self::new(
                &format!("{CUSTOM_PREFIX}{key}"),
                Field::Custom(key.clone()),
                kind,
            )
        }
    }

    /// What a filter names it by: `city`, `custom.plan`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is looked at.
    pub const fn field(&self) -> &Field {
        &self.field
    }

    /// Its type.
    pub const fn kind(&self) -> FieldType {
        self.kind
    }

    /// Its operators, in the order in which they are offered.
    pub const fn operators(&self) -> &'static [Op] {
        self.kind.operators()
    }

    /// The label of a custom attribute; the others are named by the app.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Whether a contact can have several values: a condition then holds if any of them meets it.
    pub const fn is_many(&self) -> bool {
        self.many
    }

    /// Whether the filter builder offers it.
    pub const fn is_offered(&self) -> bool {
        self.offered
    }

    /// Whether an index serves it.
    pub const fn is_indexed(&self) -> bool {
        self.indexed
    }

    /// Its values, where the list of them is closed. That of `language` is open: any well-formed tag.
    pub fn choices(&self) -> Option<&[Choice]> {
        self.choices.as_ref().map(|choices| choices.list.as_slice())
    }

    /// The choice with exactly this key.
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        let choices = self.choices.as_ref()?;
        choices.list.get(*choices.places.get(key)?)
    }
}
