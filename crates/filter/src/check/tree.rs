//! Groups and conditions.

use super::keys::{get, quoted};
use super::place::Place;
use super::{CONDITIONS_MAX, Check, DEPTH_MAX, FaultCode};
use crate::catalogue::{CUSTOM_PREFIX, FieldDefinition};
use crate::checked::{Checked, Test};
use crate::op::{Op, Operand};
use crate::raw::Raw;

const GROUP_KEYS: [&str; 3] = ["all", "any", "not"];
const CONDITION_KEYS: [&str; 3] = ["field", "op", "value"];
const NODE: &str = "a group with one of the keys all, any and not, or a condition with the keys field, op and value";

type Entries = [(String, Raw)];

impl Check<'_> {
    /// A node that stands in so many groups.
    pub(super) fn node(&mut self, raw: &Raw, place: &Place, depth: usize) -> Option<Checked> {
        if self.stopped {
            return None;
        }
        let Raw::Object(entries) = raw else {
            self.wrong_type(NODE, raw, place);
            return None;
        };
        self.no_repeated_keys(entries, place);
        let group = entries
            .iter()
            .find(|(key, _)| GROUP_KEYS.contains(&key.as_str()));
        match group {
            Some((key, children)) => {
                self.only_key(entries, key, place);
                self.group(key, children, place, depth)
            }
            None => self.condition(entries, place),
        }
    }

    /// Reports every other key than that of the group.
    fn only_key(&mut self, entries: &Entries, group: &str, place: &Place) {
        for (key, _) in entries.iter().filter(|(key, _)| key != group) {
            if self.stopped {
                return;
            }
            let place = place.key(key);
            if GROUP_KEYS.contains(&key.as_str()) || CONDITION_KEYS.contains(&key.as_str()) {
                let detail = format!("{group} stands in this object already; expected {NODE}");
                self.fault(&place, FaultCode::NotTogether, detail);
            } else {
                let detail = format!("expected no key beside {group}");
                self.fault(&place, FaultCode::UnknownKey, detail);
            }
        }
    }

    fn group(&mut self, key: &str, raw: &Raw, place: &Place, depth: usize) -> Option<Checked> {
        let below = depth + 1;
        if below > DEPTH_MAX {
            let detail = format!("expected at most {DEPTH_MAX} groups within each other");
            self.fault(place, FaultCode::TooDeep, detail);
            return None;
        }
        let list = place.key(key);
        if key == "not" {
            let child = self.node(raw, &list, below)?;
            return Some(Checked::Not(Box::new(child)));
        }
        let Raw::List(items) = raw else {
            self.wrong_type("a list of groups and conditions", raw, &list);
            return None;
        };
        if items.is_empty() && !self.count_condition(place) {
            return None;
        }
        // All of them are read, so that all faults are reported.
        let children: Vec<Option<Checked>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.node(item, &list.index(index), below))
            .collect();
        let children = children.into_iter().collect::<Option<Vec<_>>>()?;
        Some(if key == "all" {
            Checked::All(children)
        } else {
            Checked::Any(children)
        })
    }

    /// Whether there may be one more condition.
    fn count_condition(&mut self, place: &Place) -> bool {
        self.conditions += 1;
        let fits = self.conditions <= CONDITIONS_MAX;
        if !fits {
            let detail = format!("expected at most {CONDITIONS_MAX} conditions in a filter");
            self.fault(place, FaultCode::TooMany, detail);
            self.stopped = true;
        }
        fits
    }

    fn condition(&mut self, entries: &Entries, place: &Place) -> Option<Checked> {
        if !self.count_condition(place) {
            return None;
        }
        let mut unknown = false;
        for (key, _) in entries {
            if !CONDITION_KEYS.contains(&key.as_str()) && !self.stopped {
                unknown = true;
                self.fault(
                    &place.key(key),
                    FaultCode::UnknownKey,
                    format!("expected {NODE}"),
                );
            }
        }
        let recognised = entries
            .iter()
            .any(|(key, _)| CONDITION_KEYS.contains(&key.as_str()));
        if !recognised {
            if !unknown && !self.stopped {
                self.fault(place, FaultCode::Required, format!("expected {NODE}"));
            }
            return None;
        }
        let field = self.field(entries, place);
        let op = self.op(entries, field, place);
        let (field, op) = (field?, op?);
        let value = self.value(entries, op, place)?;
        let (positive, negated) = op.positive();
        let predicate = self.predicate(field, positive, value, &place.key("value"))?;
        Some(Checked::Test(Test {
            field: field.field().clone(),
            negated,
            predicate,
        }))
    }

    /// The value of a condition, `null` where the operator takes none.
    fn value<'r>(&mut self, entries: &'r Entries, op: Op, place: &Place) -> Option<&'r Raw> {
        let what = match op.operand() {
            Operand::Nothing => {
                let value = get(entries, "value").unwrap_or(&Raw::Null);
                if *value == Raw::Null {
                    return Some(value);
                }
                let detail = format!("{op} takes no value; expected none, or null");
                self.fault(&place.key("value"), FaultCode::NotAllowed, detail);
                return None;
            }
            Operand::One => "a value to compare with",
            Operand::List => "a list of values",
            Operand::Range => super::value::RANGE,
            Operand::Relative => super::value::RELATIVE,
        };
        self.required(entries, "value", what, place)
    }
}

impl<'a> Check<'a> {
    fn field(&mut self, entries: &Entries, place: &Place) -> Option<&'a FieldDefinition> {
        let what = "the key of a field, such as city";
        let raw = self.required(entries, "field", what, place)?;
        let place = place.key("field");
        let Raw::Text(key) = raw else {
            self.wrong_type(what, raw, &place);
            return None;
        };
        let field = self.catalogue.field(key);
        if field.is_none() {
            let detail = match key.strip_prefix(CUSTOM_PREFIX) {
                Some(custom) => format!(
                    "expected the key of a custom attribute of this account; {} does not exist or was deleted",
                    quoted(custom)
                ),
                None => {
                    let known: Vec<&str> = self
                        .catalogue
                        .fields()
                        .iter()
                        .filter(|field| field.label().is_none() && field.is_offered())
                        .map(FieldDefinition::key)
                        .collect();
                    format!(
                        "expected one of {}, or {CUSTOM_PREFIX} and the key of a custom attribute; {} is no field",
                        known.join(", "),
                        quoted(key)
                    )
                }
            };
            self.fault(&place, FaultCode::UnknownField, detail);
        }
        field
    }

    /// The operator, one that the field's type knows where the field is known.
    fn op(
        &mut self,
        entries: &Entries,
        field: Option<&FieldDefinition>,
        place: &Place,
    ) -> Option<Op> {
        let operators = field.map_or(Op::ALL, FieldDefinition::operators);
        let names: Vec<&str> = operators.iter().copied().map(Op::as_str).collect();
        let what = format!("one of the operators {}", names.join(", "));
        let raw = self.required(entries, "op", &what, place)?;
        let place = place.key("op");
        let Raw::Text(name) = raw else {
            self.wrong_type(&what, raw, &place);
            return None;
        };
        let op = Op::from_name(name).filter(|op| operators.contains(op));
        if op.is_none() {
            let detail = match field {
                Some(field) => format!(
                    "expected {what} for {}; {} is none of them",
                    field.key(),
                    quoted(name)
                ),
                None => format!("expected {what}; {} is none of them", quoted(name)),
            };
            self.fault(&place, FaultCode::UnknownOperator, detail);
        }
        op
    }
}
