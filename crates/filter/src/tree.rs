//! A filter that is built in Rust: by the app's filter builder, and by tests.

use crate::op::Op;
use crate::raw::Raw;
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A filter as it is written. It serialises to the wire form; whether it means anything is found by
/// [`check`](crate::check::check()).
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Every child holds; without children: everyone.
    All(Vec<Node>),
    /// At least one child holds; without children: nobody.
    Any(Vec<Node>),
    /// The child does not hold.
    Not(Box<Node>),
    /// The condition holds.
    Condition {
        /// The key of the field: `city`, `custom.plan`.
        field: String,
        /// The operator.
        op: Op,
        /// What the field is compared with. `null` stands for no value, and is left out on the wire.
        value: Value,
    },
}

/// The unit of a relative date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 3,600 seconds.
    Hour,
    /// A day of the calendar.
    Day,
    /// Seven days.
    Week,
    /// A month of the calendar.
    Month,
    /// Twelve months.
    Year,
}

impl Unit {
    /// Every unit, from short to long.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The unit as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The unit with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == name)
    }
}

impl Node {
    /// The filter that everyone matches.
    pub const fn everyone() -> Self {
        Self::All(Vec::new())
    }

    /// A condition with one value, or a list of them.
    pub fn condition(field: impl Into<String>, op: Op, value: impl Into<Value>) -> Self {
        Self::Condition {
            field: field.into(),
            op,
            value: value.into(),
        }
    }

    /// A condition without a value: `is_empty`, `is_not_empty`.
    pub fn bare(field: impl Into<String>, op: Op) -> Self {
        Self::condition(field, op, Value::Null)
    }

    /// A condition from one value to another, both included.
    pub fn between(field: impl Into<String>, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        let range = json!({"from": from.into(), "to": to.into()});
        Self::condition(field, Op::Between, range)
    }

    /// A condition with a relative date: `in_last`, `not_in_last`, `in_next`.
    pub fn relative(field: impl Into<String>, op: Op, count: u32, unit: Unit) -> Self {
        Self::condition(field, op, json!({"count": count, "unit": unit.as_str()}))
    }

    /// The negation of this filter.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        match self {
            Self::All(children) => object.serialize_entry("all", children)?,
            Self::Any(children) => object.serialize_entry("any", children)?,
            Self::Not(child) => object.serialize_entry("not", child)?,
            Self::Condition { field, op, value } => {
                object.serialize_entry("field", field)?;
                object.serialize_entry("op", op)?;
                if !value.is_null() {
                    object.serialize_entry("value", value)?;
                }
            }
        }
        object.end()
    }
}

impl From<Node> for Raw {
    fn from(node: Node) -> Self {
        let group = |key: &str, value: Self| Self::Object(vec![(key.to_owned(), value)]);
        let list = |nodes: Vec<Node>| Self::List(nodes.into_iter().map(Self::from).collect());
        match node {
            Node::All(children) => group("all", list(children)),
            Node::Any(children) => group("any", list(children)),
            Node::Not(child) => group("not", Self::from(*child)),
            Node::Condition { field, op, value } => {
                let mut entries = vec![
                    ("field".to_owned(), Self::Text(field)),
                    ("op".to_owned(), Self::Text(op.as_str().to_owned())),
                ];
                if !value.is_null() {
                    entries.push(("value".to_owned(), Self::from(value)));
                }
                Self::Object(entries)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_the_one_of_the_language() {
        let node = Node::All(vec![
            Node::Any(vec![
                Node::condition("country", Op::AnyOf, vec!["MX", "ES"]),
                Node::condition("custom.plan", Op::Eq, "pro"),
            ]),
            Node::bare("city", Op::IsEmpty).negated(),
            Node::relative("last_activity_at", Op::InLast, 30, Unit::Day),
            Node::between("custom.score", 1, 2.5),
        ]);
        let expected = r#"{"all":[{"any":[{"field":"country","op":"any_of","value":["MX","ES"]},{"field":"custom.plan","op":"eq","value":"pro"}]},{"not":{"field":"city","op":"is_empty"}},{"field":"last_activity_at","op":"in_last","value":{"count":30,"unit":"day"}},{"field":"custom.score","op":"between","value":{"from":1,"to":2.5}}]}"#;
        assert_eq!(serde_json::to_string(&node).unwrap(), expected);
        assert_eq!(serde_json::to_string(&Raw::from(node)).unwrap(), expected);
        assert_eq!(
            serde_json::to_string(&Node::everyone()).unwrap(),
            r#"{"all":[]}"#
        );
    }

    #[test]
    fn a_unit_is_the_same_in_rust_and_on_the_wire() {
        for unit in Unit::ALL {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
            assert_eq!(Unit::from_name(unit.as_str()), Some(unit));
        }
    }
}
