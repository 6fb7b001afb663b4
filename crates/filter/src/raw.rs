//! A JSON document as it was sent: keys that repeat are kept, and so is their order.
//!
//! `serde_json::Value` would keep the last of two equal keys and forget that there were two; a filter that says `"op"` twice
//! has to be refused, not guessed at.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::fmt;

/// How deep lists and objects may stand in each other, in any format. `serde_json` itself has the same bound when it reads
/// a text; this one holds for every other way in.
pub const DEPTH_MAX: usize = 128;

/// A JSON value whose objects keep every key, in order.
///
/// It stands in request bodies and in stored documents wherever a filter does, and is what
/// [`check`](crate::check::check()) reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, finite.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Raw>),
    /// An object: its keys and values as they came, repeated ones too.
    Object(Vec<(String, Raw)>),
}

impl Raw {
    /// What stands here, for a sentence: `null`, `a yes or no`, `a number`, `a text`, `a list`, `an object`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl From<Value> for Raw {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(value) => Self::Number(value),
            Value::String(value) => Self::Text(value),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(entries) => Self::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, Self::from(value)))
                    .collect(),
            ),
        }
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(entries) => {
                let mut object = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    object.serialize_entry(key, value)?;
                }
                object.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level(DEPTH_MAX).deserialize(deserializer)
    }
}

/// Reads a value below which so many levels are left.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| {
            E::custom(format!(
                "expected at most {DEPTH_MAX} lists and objects within each other"
            ))
        })
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Raw;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Raw, E> {
        Number::from_f64(value)
            .map(Raw::Number)
            .ok_or_else(|| E::custom("expected a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let below = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(below)? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Raw, A::Error> {
        let below = self.below()?;
        let mut entries = Vec::new();
        while let Some(key) = object.next_key::<String>()? {
            entries.push((key, object.next_value_seed(below)?));
        }
        Ok(Raw::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_keys_and_their_order_stay() {
        let text = r#"{"b":1,"a":[null,true,-0.5,"x",{}],"b":{"b":18446744073709551615,"b":-9223372036854775808}}"#;
        let raw: Raw = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
    }

    #[test]
    fn it_stands_in_a_body() {
        #[derive(Serialize, Deserialize)]
        struct Body {
            filter: Raw,
            #[serde(default)]
            other: Option<Raw>,
        }
        let body: Body = serde_json::from_str(r#"{"filter":{"all":[],"all":[]}}"#).unwrap();
        assert!(body.other.is_none());
        let Raw::Object(entries) = &body.filter else {
            panic!("{:?}", body.filter)
        };
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn depth_ends_in_an_error() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(serde_json::from_str::<Raw>(&nested(127)).is_ok());
        for depth in [128, 129, 100_000, 5_000_000] {
            assert!(serde_json::from_str::<Raw>(&nested(depth)).is_err());
        }
        // Another way in, where serde_json does not count.
        let mut value = Value::Null;
        for _ in 0..DEPTH_MAX {
            value = Value::Array(vec![value]);
        }
        assert!(serde_json::from_value::<Raw>(value.clone()).is_ok());
        let error = serde_json::from_value::<Raw>(serde_json::json!({"a": value})).unwrap_err();
        assert!(error.to_string().contains("at most 128"), "{error}");
    }

    #[test]
    fn what_is_no_json_is_no_raw() {
        for text in ["", "{", "{\"a\"}", "1e400", "NaN", "\"\\ud800\"", "[1,]"] {
            assert!(serde_json::from_str::<Raw>(text).is_err(), "{text}");
        }
    }

    fn values() -> impl Strategy<Value = Raw> {
        let leaf = prop_oneof![
            Just(Raw::Null),
            any::<bool>().prop_map(Raw::Bool),
            any::<i64>().prop_map(|n| Raw::Number(n.into())),
            "\\PC{0,6}".prop_map(Raw::Text),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Raw::List),
                prop::collection::vec(("[ab/~]{0,2}", inner), 0..5).prop_map(Raw::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_survives_the_wire(raw in values()) {
            let text = serde_json::to_string(&raw).unwrap();
            prop_assert_eq!(serde_json::from_str::<Raw>(&text).unwrap(), raw);
        }
    }
}
