//! The values of custom attributes as they stand on the wire.

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Values by the keys of their attributes: a text, a number, a day (`YYYY-MM-DD`), true or false, the key of a choice, or an address.
///
/// As it was sent, not yet checked: see [`Definitions::check`](super::Definitions::check). Null is a missing value. A key that comes twice is
/// an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CustomValues(pub BTreeMap<String, Value>);

impl CustomValues {
    /// Whether nothing is said of any attribute.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for CustomValues {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        let values = values.into_iter();
        Self(values.map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl<'de> Deserialize<'de> for CustomValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = CustomValues;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CustomValues, A::Error> {
                let mut values = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if values.contains_key(&key) {
                        return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
                    }
                    values.insert(key, value);
                }
                Ok(CustomValues(values))
            }
        }

        deserializer.deserialize_map(Values)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for CustomValues {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{AdditionalProperties, SchemaType};
        use utoipa::openapi::{ObjectBuilder, Type};
        let value = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([
                Type::String,
                Type::Number,
                Type::Boolean,
                Type::Null,
            ]))
            .description(Some(
                "A text, a number, a day (`YYYY-MM-DD`), true or false, the key of a choice, or an address; null is a missing value",
            ));
        ObjectBuilder::new()
            .description(Some(
                "Values of custom attributes by their keys; those without a value are left out of answers",
            ))
            .additional_properties(Some(AdditionalProperties::from(value)))
            .examples([serde_json::json!({
                "plan": "pro", "score": 12.5, "renewal": "2027-01-31", "vip": true
            })])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for CustomValues {
    fn name() -> std::borrow::Cow<'static, str> {
        "CustomValues".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_once() {
        let read = |text: &str| serde_json::from_str::<CustomValues>(text);
        assert_eq!(read(r#"{"plan": "pro", "vip": null}"#).unwrap().0.len(), 2);
        let error = read(r#"{"plan": "pro", "plan": "free"}"#).unwrap_err();
        assert!(error.to_string().starts_with("duplicate field `plan`"));
        assert!(read("null").is_err() && read("[]").is_err());
    }
}
