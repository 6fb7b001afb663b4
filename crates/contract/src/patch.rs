//! The three states of a key in a JSON merge patch (RFC 7396): absent, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a patch says of one field.
///
/// Use it with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The key is not there: the field stays as it is.
    #[default]
    Absent,
    /// The key is null: the field becomes missing.
    Null,
    /// The key has a value: the field takes it.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field stays as it is.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The field after the patch, if it was `before`.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Absent => before,
            Self::Null => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same patch with a parsed value.
    pub fn try_map<U, E>(self, parse: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Set(value) => Patch::Set(parse(value)?),
        })
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            None => Self::Null,
            Some(value) => Self::Set(value),
        })
    }
}

/// Reads a key of a patch that may be absent, and cannot be null: `#[serde(default, deserialize_with = "crate::patch::not_null")]`.
///
/// # Errors
/// What the type says of null.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        city: Patch<String>,
    }

    #[test]
    fn absent_null_and_set_survive_the_wire() {
        for (text, city) in [
            ("{}", Patch::Absent),
            (r#"{"city":null}"#, Patch::Null),
            (r#"{"city":"Lima"}"#, Patch::Set("Lima".to_owned())),
        ] {
            let body = Body { city };
            assert_eq!(serde_json::to_string(&body).unwrap(), text);
            assert_eq!(serde_json::from_str::<Body>(text).unwrap(), body);
        }
    }
}
