//! What makes a custom attribute and what changes it: as it is sent, and as it is understood.

use super::{AttributeType, Choice, reserved};
use crate::AttributeKey;
use crate::text::{keep, line, required_line};
use crate::{Fault, FaultCode, Patch};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Longest label of an attribute and of a choice, in characters.
pub const LABEL_MAX: usize = 80;

/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 1_000;

/// The most choices of a list.
pub const CHOICES_MAX: usize = 500;

/// What makes a custom attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeDraft {
    /// What contacts, filters and imports call it: `custom.<key>`. Never changes. 1 to 64 of `a-z`, `0-9` and `_`, a letter first; not the name
    /// of a field that every contact has.
    pub key: String,
    /// How it is shown, at most 80 characters.
    pub label: String,
    /// What its values are. Never changes.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// What can be chosen, in order: 1 to 500 for a list, none for every other type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What it is for, at most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A change of a custom attribute, as a JSON merge patch: absent keys stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributePatch {
    /// How it is shown.
    #[serde(
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, required = false))]
    pub label: Option<String>,
    /// What it is for; null: nothing is said of it.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub description: Patch<String>,
    /// What can be chosen from now on, all of it, in order. Those that are no longer there are removed.
    #[serde(
        deserialize_with = "crate::patch::not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Choice>, required = false))]
    pub choices: Option<Vec<Choice>>,
    /// For choices that are removed and that contacts have: the key of the choice that they get instead, or null for none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub replace_choices: BTreeMap<String, Option<String>>,
}

/// An attribute to make: the parsed values of an [`AttributeDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttribute {
    /// What it is called in filters and imports.
    pub key: AttributeKey,
    /// How it is shown.
    pub label: String,
    /// What its values are.
    pub kind: AttributeType,
    /// What can be chosen, in order; empty unless it is a list.
    pub choices: Vec<Choice>,
    /// What it is for.
    pub description: Option<String>,
}

/// A change to make: the parsed values of an [`AttributePatch`]. What concerns choices has to be held against the attribute as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttributeChange {
    /// How it is shown.
    pub label: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
    /// What can be chosen, in order.
    pub choices: Option<Vec<Choice>>,
    /// What contacts get instead of choices that are removed.
    pub replace_choices: BTreeMap<String, Option<String>>,
}

impl AttributeDraft {
    /// Parses the draft, or gives every fault at once.
    pub fn check(&self) -> Result<NewAttribute, Vec<Fault>> {
        let Self {
            key,
            label,
            kind,
            choices,
            description,
        } = self;
        let mut faults = Vec::new();
        let key = keep(check_key(key), &mut faults);
        let label = keep(required_line(label, LABEL_MAX, "/label"), &mut faults);
        if *kind == AttributeType::List {
            check_choices(choices, &mut faults);
        } else if !choices.is_empty() {
            faults.push(Fault::new(
                "/choices",
                FaultCode::NotTogether,
                "expected no choices: only a list has them",
            ));
        }
        let description = description.as_deref().unwrap_or_default();
        let description = keep(check_description(description), &mut faults);
        match (key, label, description) {
            (Some(key), Some(label), Some(description)) if faults.is_empty() => Ok(NewAttribute {
                key,
                label,
                kind: *kind,
                choices: trimmed(choices),
                description,
            }),
            _ => Err(faults),
        }
    }
}

impl AttributePatch {
    /// Parses the patch, or gives every fault at once.
    pub fn check(&self) -> Result<AttributeChange, Vec<Fault>> {
        let Self {
            label,
            description,
            choices,
            replace_choices,
        } = self;
        let mut faults = Vec::new();
        let label = label
            .as_deref()
            .and_then(|label| keep(required_line(label, LABEL_MAX, "/label"), &mut faults));
        let description = match description {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Set(text) => keep(check_description(text), &mut faults)
                .flatten()
                .map_or(Patch::Null, Patch::Set),
        };
        if let Some(choices) = choices {
            check_choices(choices, &mut faults);
        }
        if faults.is_empty() {
            Ok(AttributeChange {
                label,
                description,
                choices: choices.as_deref().map(trimmed),
                replace_choices: replace_choices.clone(),
            })
        } else {
            Err(faults)
        }
    }
}

fn check_key(key: &str) -> Result<AttributeKey, Fault> {
    let key: AttributeKey = key
        .parse()
        .map_err(|error| Fault::new("/key", FaultCode::Incorrect, format!("{error}")))?;
    if reserved(key.as_str()) {
        return Err(Fault::new(
            "/key",
            FaultCode::Taken,
            format!(
                "every contact has {key} already, or may have it one day: expected another key, such as my_{key}"
            ),
        ));
    }
    Ok(key)
}

fn check_description(text: &str) -> Result<Option<String>, Fault> {
    crate::text::paragraphs(text, DESCRIPTION_MAX, "/description")
}

fn check_choices(choices: &[Choice], faults: &mut Vec<Fault>) {
    if choices.is_empty() {
        faults.push(Fault::new(
            "/choices",
            FaultCode::TooShort,
            "expected at least one choice",
        ));
    }
    if choices.len() > CHOICES_MAX {
        faults.push(Fault::new(
            "/choices",
            FaultCode::TooLong,
            format!("expected at most {CHOICES_MAX} choices"),
        ));
        return;
    }
    let mut seen = HashSet::new();
    for (place, choice) in choices.iter().enumerate() {
        let pointer = format!("/choices/{place}/key");
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if choice.key.is_empty() || choice.key.len() > 64 || !choice.key.bytes().all(plain) {
            faults.push(Fault::new(
                pointer,
                FaultCode::Incorrect,
                "expected 1 to 64 of a-z, 0-9 and _",
            ));
        } else if !seen.insert(choice.key.as_str()) {
            faults.push(Fault::new(
                pointer,
                FaultCode::Taken,
                "another choice has this key; expected one of its own",
            ));
        }
        let pointer = format!("/choices/{place}/label");
        keep(required_line(&choice.label, LABEL_MAX, &pointer), faults);
    }
}

/// The choices with their labels as they are kept.
fn trimmed(choices: &[Choice]) -> Vec<Choice> {
    choices
        .iter()
        .map(|choice| Choice {
            key: choice.key.clone(),
            label: line(&choice.label, LABEL_MAX, "")
                .ok()
                .flatten()
                .unwrap_or_default(),
            color: choice.color,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(draft: serde_json::Value) -> Result<NewAttribute, Vec<(String, FaultCode)>> {
        let draft: AttributeDraft = serde_json::from_value(draft).unwrap();
        draft.check().map_err(|faults| {
            let faults = faults.into_iter();
            faults.map(|fault| (fault.pointer, fault.code)).collect()
        })
    }

    #[test]
    fn a_draft_gives_every_fault_at_once() {
        let faults = check(json!({
            "key": "Plan", "label": " ", "type": "list", "description": "x".repeat(1_001),
            "choices": [
                {"key": "a", "label": "A"}, {"key": "a", "label": "B"}, {"key": "", "label": ""},
                {"key": "é", "label": "x".repeat(81)},
            ],
        }))
        .unwrap_err();
        let places: Vec<_> = faults.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "/key",
                "/label",
                "/choices/1/key",
                "/choices/2/key",
                "/choices/2/label",
                "/choices/3/key",
                "/choices/3/label",
                "/description"
            ]
        );
    }

    #[test]
    fn only_lists_have_choices() {
        let choices = json!([{"key": "a", "label": " A ", "color": "teal"}]);
        let list = json!({"key": "plan", "label": " Plan ", "type": "list", "choices": choices});
        let list = check(list).unwrap();
        assert_eq!(
            (list.label.as_str(), list.choices[0].label.as_str()),
            ("Plan", "A")
        );
        let none = json!({"key": "plan", "label": "Plan", "type": "list"});
        assert_eq!(
            check(none),
            Err(vec![("/choices".to_owned(), FaultCode::TooShort)])
        );
        let text = json!({"key": "plan", "label": "Plan", "type": "text", "choices": choices});
        assert_eq!(
            check(text),
            Err(vec![("/choices".to_owned(), FaultCode::NotTogether)])
        );
        let many: Vec<_> = (0..=CHOICES_MAX)
            .map(|n| json!({"key": format!("k{n}"), "label": "x"}))
            .collect();
        let many = json!({"key": "plan", "label": "Plan", "type": "list", "choices": many});
        assert_eq!(
            check(many),
            Err(vec![("/choices".to_owned(), FaultCode::TooLong)])
        );
    }

    #[test]
    fn names_of_fields_are_no_keys() {
        for key in [
            "name",
            "email",
            "segment",
            "q",
            "custom",
            "created_at",
            "emails",
        ] {
            let draft = json!({"key": key, "label": "x", "type": "text"});
            assert_eq!(
                check(draft),
                Err(vec![("/key".to_owned(), FaultCode::Taken)]),
                "{key}"
            );
        }
        for key in ["", "1a", "_a", "a-b", "a.b", "ñ", &"a".repeat(65)] {
            let draft = json!({"key": key, "label": "x", "type": "text"});
            assert_eq!(
                check(draft),
                Err(vec![("/key".to_owned(), FaultCode::Incorrect)]),
                "{key}"
            );
        }
    }
}
