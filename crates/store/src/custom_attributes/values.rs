//! The values of one contact: as they are stored, shown, changed, and copied for lists.

use super::slot::SlotValue;
use super::{Attribute, Attributes};
use crate::activities::FieldChange;
use crate::contacts::bits::Flag;
use crate::entity::contact_index;
use crate::{Error, Who};
use rapport_contract::Instant;
use rapport_contract::custom_attribute::{AttributeType, CheckedValues, CustomValue, CustomValues};
use rapport_filter::text::{key, normalise};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Values by key, as they stand in `contacts.custom`.
type Stored = BTreeMap<String, Value>;

/// What `contacts.custom` holds when there is no value.
const NONE: &str = "{}";

fn read(custom: &str) -> Result<Stored, Error> {
    if custom == NONE {
        return Ok(Stored::new());
    }
    serde_json::from_str(custom).map_err(|error| Error::Corrupt(format!("custom values: {error}")))
}

/// As [`read`], with other choices in the place of those that were removed.
fn read_current(custom: &str, attributes: &Attributes) -> Result<Stored, Error> {
    let mut values = read(custom)?;
    for attribute in attributes.all() {
        let replaced = values
            .get(&attribute.key)
            .and_then(|value| attribute.replaced(value));
        match replaced {
            Some(Some(choice)) => {
                values.insert(attribute.key.clone(), Value::from(choice));
            }
            Some(None) => {
                values.remove(&attribute.key);
            }
            None => {}
        }
    }
    Ok(values)
}

/// What of stored values is out of date.
pub(super) struct Unsettled<'a> {
    /// Other choices in the place of those that were removed, and who asked for that.
    pub(super) replaced: Vec<(CheckedValues, &'a Who)>,
    /// The values without those of attributes that are gone for good, as they are stored; none when there are none of those.
    pub(super) without_gone: Option<String>,
}

/// What of stored values is out of date.
pub(super) fn unsettled<'a>(
    custom: &str,
    attributes: &'a Attributes,
    now: Instant,
) -> Result<Unsettled<'a>, Error> {
    let mut values = read(custom)?;
    let mut replaced = Vec::new();
    let before = values.len();
    for attribute in attributes.all() {
        let Some(value) = values.get(&attribute.key) else {
            continue;
        };
        if attribute.is_gone(now) {
            values.remove(&attribute.key);
        } else if let (Some(choice), Some(replacing)) =
            (attribute.replaced(value), &attribute.replacing)
        {
            let choice = choice.map(|choice| CustomValue::Choice(choice.to_owned()));
            replaced.push(([(attribute.key.clone(), choice)].into(), &replacing.by));
        }
    }
    let without_gone = if values.len() < before {
        Some(write(&values)?)
    } else {
        None
    };
    Ok(Unsettled {
        replaced,
        without_gone,
    })
}

fn write(values: &Stored) -> Result<String, Error> {
    serde_json::to_string(values).map_err(|error| Error::Corrupt(error.to_string()))
}

/// The values that are shown: those of deleted attributes are not.
pub(crate) fn shown(custom: &str, attributes: &Attributes) -> Result<CustomValues, Error> {
    let mut values = read_current(custom, attributes)?;
    values.retain(|key, _| attributes.live().get(key).is_some());
    Ok(CustomValues(values))
}

/// The values after a change, as they are stored.
pub(crate) fn apply(custom: &str, change: &CheckedValues) -> Result<String, Error> {
    if change.is_empty() {
        return Ok(custom.to_owned());
    }
    let mut values = read(custom)?;
    for (key, value) in change {
        match value {
            Some(value) => {
                values.insert(key.clone(), value.to_json());
            }
            None => {
                values.remove(key);
            }
        }
    }
    write(&values)
}

/// The values of two contacts together, as they are stored: of what both have those of `own`, but the other's where `taken` says so.
pub(crate) fn combined(
    own: &str,
    theirs: &str,
    taken: impl Fn(&str) -> bool,
) -> Result<String, Error> {
    let mut values = read(own)?;
    for (key, value) in read(theirs)? {
        if taken(&key) || !values.contains_key(&key) {
            values.insert(key, value);
        }
    }
    write(&values)
}

/// The values as they are `now`, as they are stored; those that are still as they were `after` a merge become what they were `before` it.
pub(crate) fn separated(now: &str, before: &str, after: &str) -> Result<String, Error> {
    let (mut values, mut before, after) = (read(now)?, read(before)?, read(after)?);
    let keys: BTreeSet<String> = after.keys().chain(before.keys()).cloned().collect();
    for key in keys {
        if values.get(&key) != after.get(&key) {
            continue;
        }
        match before.remove(&key) {
            Some(was) => values.insert(key, was),
            None => values.remove(&key),
        };
    }
    write(&values)
}

/// What is different, value by value, as the timeline tells it.
pub(crate) fn differences(before: &str, after: &str) -> Result<Vec<FieldChange>, Error> {
    if before == after {
        return Ok(Vec::new());
    }
    let (mut before, after) = (read(before)?, read(after)?);
    let mut changes = Vec::new();
    let mut tell = |key: &str, from: Option<&Value>, to: Option<&Value>| {
        if from != to {
            changes.push(FieldChange {
                field: format!("custom.{key}"),
                from: from.map(told),
                to: to.map(told),
            });
        }
    };
    for (key, to) in &after {
        tell(key, before.remove(key).as_ref(), Some(to));
    }
    for (key, from) in &before {
        tell(key, Some(from), None);
    }
    changes.sort_by(|a, b| a.field.cmp(&b.field));
    Ok(changes)
}

fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Copies the values into the row that lists sort and filter by.
pub(crate) fn fill(
    row: &mut contact_index::Model,
    custom: &str,
    attributes: &Attributes,
) -> Result<(), Error> {
    let values = read_current(custom, attributes)?;
    if values.is_empty() {
        return Ok(());
    }
    for attribute in attributes.all() {
        if let Some(value) = values.get(&attribute.key) {
            put(row, attribute, value);
        }
    }
    Ok(())
}

fn put(row: &mut contact_index::Model, attribute: &Attribute, value: &Value) {
    let mut whole = None;
    let short = match (attribute.kind, value) {
        (AttributeType::Text | AttributeType::Link, Value::String(text)) => {
            let Some(short) = key(text) else {
                return;
            };
            let normalised = normalise(text);
            if attribute.slot.is_none() {
                whole = Some(Value::from(normalised));
            } else if normalised.len() > short.len() {
                row.flags |= Flag::LongText.bit();
                whole = Some(Value::from(normalised));
            }
            SlotValue::Text(short)
        }
        (AttributeType::List | AttributeType::Date, Value::String(text)) => {
            SlotValue::Text(text.clone())
        }
        (AttributeType::Number, Value::Number(number)) => match number.as_f64() {
            Some(number) => SlotValue::Number(number),
            None => return,
        },
        (AttributeType::YesNo, Value::Bool(yes)) => SlotValue::YesNo(*yes),
        // A value of another type than its attribute: nothing writes one.
        _ => return,
    };
    if attribute.slot.is_none() && whole.is_none() {
        whole = Some(value.clone());
    }
    if let Some(slot) = attribute.slot.or(attribute.filling) {
        slot.put(row, short);
    }
    if let Some(whole) = whole {
        let more = row
            .more
            .get_or_insert_with(|| Value::Object(Default::default()));
        if let Value::Object(more) = more {
            more.insert(format!("custom.{}", attribute.key), whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_contract::custom_attribute::{CustomNumber, CustomValue};

    #[test]
    fn every_double_is_read_as_it_was_written() {
        for number in [
            0.30000000000000004,
            1e22 + 4e6,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            123_456_789.123_456_79,
        ] {
            let value = CustomNumber::new(number).map(CustomValue::Number);
            let stored = apply(NONE, &[("n".to_owned(), value)].into()).unwrap();
            assert_eq!(
                read(&stored).unwrap()["n"].as_f64(),
                Some(number),
                "{stored}"
            );
            assert_eq!(
                apply(&stored, &[("m".to_owned(), None)].into()).unwrap(),
                stored
            );
        }
    }

    #[test]
    fn the_timeline_tells_each_value() {
        let before = r#"{"a":"x","b":1.5,"c":true,"d":"same"}"#;
        let after = r#"{"a":"y","c":false,"d":"same","e":12}"#;
        let changes: Vec<_> = differences(before, after)
            .unwrap()
            .into_iter()
            .map(|change| (change.field, change.from, change.to))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            changes,
            [
                ("custom.a".to_owned(), some("x"), some("y")),
                ("custom.b".to_owned(), some("1.5"), None),
                ("custom.c".to_owned(), some("true"), some("false")),
                ("custom.e".to_owned(), None, some("12")),
            ]
        );
    }
}
