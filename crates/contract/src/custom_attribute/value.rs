//! One value of a custom attribute: what is accepted, and what it means.

use super::{AttributeType, CustomAttribute, CustomValues};
use crate::text::{keep, line, paragraphs};
use crate::{Fault, FaultCode};
use chrono::{Datelike, NaiveDate};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest text and link, in characters.
pub const VALUE_MAX: usize = 4_000;

/// A number that is finite, and never the negative zero.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct CustomNumber(f64);

// Without NaN, equality holds for every number with itself.
impl Eq for CustomNumber {}

impl CustomNumber {
    /// The number, if it is finite; `-0` is `0`.
    pub fn new(number: f64) -> Option<Self> {
        // Adding zero turns the negative zero into the positive one and changes nothing else.
        number.is_finite().then_some(Self(number + 0.0))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// As JSON: without a decimal point where it is whole and every double near it is.
    pub fn to_json(self) -> Value {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT {
            return Value::from(self.0 as i64);
        }
        Value::from(self.0)
    }
}

/// A value of a custom attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomValue {
    /// A text: trimmed, not empty, at most 4,000 characters; it may have several lines.
    Text(String),
    /// A number.
    Number(CustomNumber),
    /// A day of the years 1 to 9999.
    Date(NaiveDate),
    /// True or false.
    YesNo(bool),
    /// The key of a choice.
    Choice(String),
    /// An address of the web: `http` or `https` with a host, at most 4,000 characters.
    Link(String),
}

impl CustomValue {
    /// The value as it stands on the wire.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) | Self::Choice(text) | Self::Link(text) => Value::from(text.as_str()),
            Self::Number(number) => number.to_json(),
            Self::Date(date) => Value::from(date.to_string()),
            Self::YesNo(yes) => Value::from(*yes),
        }
    }

    /// The type of attribute that it is a value of.
    pub const fn kind(&self) -> AttributeType {
        match self {
            Self::Text(_) => AttributeType::Text,
            Self::Number(_) => AttributeType::Number,
            Self::Date(_) => AttributeType::Date,
            Self::YesNo(_) => AttributeType::YesNo,
            Self::Choice(_) => AttributeType::List,
            Self::Link(_) => AttributeType::Link,
        }
    }
}

/// Values by key; `None` makes an attribute's value missing.
pub type CheckedValues = BTreeMap<String, Option<CustomValue>>;

/// The custom attributes of an account, by key: what values are checked against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definitions(BTreeMap<String, CustomAttribute>);

impl FromIterator<CustomAttribute> for Definitions {
    fn from_iter<I: IntoIterator<Item = CustomAttribute>>(attributes: I) -> Self {
        let by_key = attributes.into_iter().map(|one| (one.key.clone(), one));
        Self(by_key.collect())
    }
}

/// Unknown keys that are named one by one: a body can hold as many as it has room for.
const UNKNOWN_MAX: usize = 100;

impl Definitions {
    /// The attribute with this key.
    pub fn get(&self, key: &str) -> Option<&CustomAttribute> {
        self.0.get(key)
    }

    /// Every attribute, by key.
    pub fn iter(&self) -> impl Iterator<Item = &CustomAttribute> {
        self.0.values()
    }

    /// Checks values that were sent. Each fault stands at `/custom/` and the key; a wrong value is left out.
    pub fn check(&self, values: &CustomValues, faults: &mut Vec<Fault>) -> CheckedValues {
        let mut checked = CheckedValues::new();
        let mut unknown = 0;
        for (key, value) in &values.0 {
            let pointer = format!("/custom/{}", key.replace('~', "~0").replace('/', "~1"));
            let Some(attribute) = self.get(key) else {
                unknown += 1;
                if unknown <= UNKNOWN_MAX {
                    faults.push(self.unknown(pointer));
                }
                continue;
            };
            if let Some(value) = keep(attribute.check(value, &pointer), faults) {
                checked.insert(key.clone(), value);
            }
        }
        checked
    }

    /// Checks again values that were parsed, against definitions that may have changed since.
    pub fn recheck(&self, values: &CheckedValues) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        for (key, value) in values {
            keep(self.recheck_one(key, value.as_ref()), &mut faults);
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// As [`recheck`](Self::recheck), for one value.
    pub fn recheck_one(&self, key: &str, value: Option<&CustomValue>) -> Result<(), Fault> {
        let pointer = || format!("/custom/{key}");
        let attribute = self.get(key).ok_or_else(|| self.unknown(pointer()))?;
        match value {
            Some(value) if value.kind() != attribute.kind => Err(attribute.wrong_type(&pointer())),
            Some(CustomValue::Choice(choice)) => {
                attribute.check_choice(choice, &pointer()).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn unknown(&self, pointer: String) -> Fault {
        let mut known: Vec<_> = self.0.keys().take(20).map(String::as_str).collect();
        if self.0.len() > known.len() {
            known.push("…");
        }
        let detail = if known.is_empty() {
            "there are no custom attributes in this account".to_owned()
        } else {
            format!(
                "expected the key of a custom attribute: {}",
                known.join(", ")
            )
        };
        Fault::new(pointer, FaultCode::UnknownKey, detail)
    }
}

impl CustomAttribute {
    /// Checks one value; null and an empty text are missing values.
    ///
    /// # Errors
    /// A fault at `pointer` that says what would have been accepted.
    pub fn check(&self, value: &Value, pointer: &str) -> Result<Option<CustomValue>, Fault> {
        match (self.kind, value) {
            (_, Value::Null) => Ok(None),
            // An empty text cannot be stored: it is a missing value of whatever type.
            (_, Value::String(text)) if text.trim().is_empty() => Ok(None),
            (AttributeType::Text, Value::String(text)) => {
                Ok(paragraphs(text, VALUE_MAX, pointer)?.map(CustomValue::Text))
            }
            (AttributeType::Link, Value::String(text)) => Ok(line(text, VALUE_MAX, pointer)?
                .map(|text| check_link(text, pointer))
                .transpose()?),
            (AttributeType::List, Value::String(choice)) => {
                let choice = self.check_choice(choice, pointer)?;
                Ok(Some(CustomValue::Choice(choice.to_owned())))
            }
            (AttributeType::Date, Value::String(text)) => check_date(text, pointer).map(Some),
            (AttributeType::Number, Value::Number(number)) => {
                let number = number.as_f64().and_then(CustomNumber::new);
                number.map(CustomValue::Number).map(Some).ok_or_else(|| {
                    Fault::new(pointer, FaultCode::OutOfRange, "expected a finite number")
                })
            }
            (AttributeType::YesNo, Value::Bool(yes)) => Ok(Some(CustomValue::YesNo(*yes))),
            _ => Err(self.wrong_type(pointer)),
        }
    }

    fn check_choice<'c>(&self, choice: &'c str, pointer: &str) -> Result<&'c str, Fault> {
        if self.choices.iter().any(|known| known.key == choice) {
            return Ok(choice);
        }
        let mut known: Vec<_> = self.choices.iter().map(|one| one.key.as_str()).collect();
        if known.len() > 20 {
            known.truncate(20);
            known.push("…");
        }
        Err(Fault::new(
            pointer,
            FaultCode::UnknownValue,
            format!("expected the key of a choice: {}", known.join(", ")),
        ))
    }

    fn wrong_type(&self, pointer: &str) -> Fault {
        let expected = match self.kind {
            AttributeType::Text => "expected a text",
            AttributeType::Number => "expected a number",
            AttributeType::Date => "expected a day as a text, YYYY-MM-DD",
            AttributeType::YesNo => "expected true or false",
            AttributeType::List => "expected the key of a choice as a text",
            AttributeType::Link => "expected an address that begins with http:// or https://",
        };
        Fault::new(pointer, FaultCode::WrongType, expected)
    }
}

/// `YYYY-MM-DD`, years 0001 to 9999.
fn check_date(text: &str, pointer: &str) -> Result<CustomValue, Fault> {
    let text = text.trim();
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    date.filter(|date| shaped && date.year() >= 1)
        .map(CustomValue::Date)
        .ok_or_else(|| {
            Fault::new(
                pointer,
                FaultCode::InvalidDate,
                "expected a day of the years 0001 to 9999 such as 2027-01-31",
            )
        })
}

/// `http://` or `https://`, then a host; no white space anywhere.
fn check_link(text: String, pointer: &str) -> Result<CustomValue, Fault> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    let rest = scheme.and_then(|scheme| text.get(scheme.len()..));
    // RFC 3986, 3.2: the authority ends at the first of these; the host stands behind user information and before a port.
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#', '\\']).next());
    let host = authority.map(|authority| {
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => host,
        }
    });
    let is_host = |host: &str| {
        let literal = host.starts_with('[') && host.ends_with(']') && host.len() > 2;
        literal
            || host.chars().any(char::is_alphanumeric)
                && host
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || !c.is_ascii())
    };
    if host.is_some_and(is_host) && !text.contains(char::is_whitespace) {
        return Ok(CustomValue::Link(text));
    }
    Err(Fault::new(
        pointer,
        FaultCode::InvalidLink,
        "expected an address that begins with http:// or https:// and names a host, such as https://example.com/page",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_attribute::Choice;
    use crate::{AttributeId, Instant};
    use serde_json::json;

    fn attribute(kind: AttributeType) -> CustomAttribute {
        let choice = |key: &str| Choice {
            key: key.to_owned(),
            label: key.to_uppercase(),
            color: Default::default(),
        };
        CustomAttribute {
            id: AttributeId::from_i64(1),
            key: kind.as_str().to_owned(),
            label: "x".to_owned(),
            kind,
            choices: match kind {
                AttributeType::List => vec![choice("free"), choice("pro")],
                _ => Vec::new(),
            },
            description: None,
            indexed: true,
            created_at: Instant::from_unix_millis(0),
            updated_at: Instant::from_unix_millis(0),
            version: 1,
        }
    }

    fn read(kind: AttributeType, value: Value) -> Result<Option<Value>, FaultCode> {
        let checked = attribute(kind).check(&value, "/custom/x");
        checked
            .map(|value| value.map(|value| value.to_json()))
            .map_err(|fault| fault.code)
    }

    #[test]
    fn each_type_takes_its_values() {
        use AttributeType::*;
        for (kind, given, kept) in [
            (Text, json!(" a\r\nb "), json!("a\nb")),
            (Text, json!("é".repeat(4_000)), json!("é".repeat(4_000))),
            (Number, json!(12.5), json!(12.5)),
            (Number, json!(-0.0), json!(0)),
            (Number, json!(12.0), json!(12)),
            (Number, json!(1e300), json!(1e300)),
            (Number, json!(u64::MAX), json!(18_446_744_073_709_551_616.0)),
            (Date, json!("2027-01-31"), json!("2027-01-31")),
            (Date, json!("0001-01-01"), json!("0001-01-01")),
            (Date, json!("2028-02-29"), json!("2028-02-29")),
            (YesNo, json!(false), json!(false)),
            (List, json!("pro"), json!("pro")),
            (
                Link,
                json!(" HTTPS://例え.jp:8080/a?b#c "),
                json!("HTTPS://例え.jp:8080/a?b#c"),
            ),
            (Link, json!("http://[::1]/"), json!("http://[::1]/")),
            (
                Link,
                json!("http://ana:x@example.com"),
                json!("http://ana:x@example.com"),
            ),
        ] {
            assert_eq!(
                read(kind, given.clone()),
                Ok(Some(kept)),
                "{kind:?} {given}"
            );
        }
        for kind in AttributeType::ALL {
            for missing in [json!(null), json!(""), json!(" \n ")] {
                assert_eq!(read(kind, missing), Ok(None), "{kind:?}");
            }
        }
    }

    #[test]
    fn everything_else_is_refused() {
        use AttributeType::*;
        for (kind, given, code) in [
            (Text, json!("a\0"), FaultCode::InvalidCharacter),
            (Text, json!("é".repeat(4_001)), FaultCode::TooLong),
            (
                Link,
                json!(format!("http://a/{}", "b".repeat(3_992))),
                FaultCode::TooLong,
            ),
            (Link, json!("http://a/\nb"), FaultCode::InvalidCharacter),
            (List, json!("Pro"), FaultCode::UnknownValue),
            (List, json!("gone"), FaultCode::UnknownValue),
        ] {
            assert_eq!(read(kind, given.clone()), Err(code), "{kind:?} {given}");
        }
        for date in [
            "2027-02-29",
            "0000-01-01",
            "10000-01-01",
            "2027-1-31",
            "31-01-2027",
            "+027-01-31",
            "2027-01-31T00:00:00Z",
            "２０２７-01-31",
            "soon",
        ] {
            assert_eq!(
                read(Date, json!(date)),
                Err(FaultCode::InvalidDate),
                "{date}"
            );
        }
        for link in [
            "example.com",
            "ftp://example.com",
            "javascript:alert(1)",
            "http://",
            "https:///path",
            "http://?q",
            "http:// x",
            "http://a b/",
            "http://:80",
            "http://-",
            "http:example.com",
            "http://a\"b/",
            "http://\\evil",
        ] {
            assert_eq!(
                read(Link, json!(link)),
                Err(FaultCode::InvalidLink),
                "{link}"
            );
        }
        for kind in AttributeType::ALL {
            let right = match kind {
                Number => json!(1),
                YesNo => json!(true),
                _ => json!("2027-01-31"),
            };
            for wrong in [
                json!(1),
                json!(true),
                json!("2027-01-31"),
                json!([]),
                json!({}),
            ] {
                let takes_it = std::mem::discriminant(&wrong) == std::mem::discriminant(&right);
                if !takes_it {
                    assert_eq!(
                        read(kind, wrong.clone()),
                        Err(FaultCode::WrongType),
                        "{kind:?} {wrong}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_fault_has_its_place() {
        let definitions: Definitions = AttributeType::ALL.into_iter().map(attribute).collect();
        let values: CustomValues = [
            ("a/b~c", json!(1)),
            ("number", json!("x")),
            ("text", json!("fine")),
            ("date", json!(null)),
        ]
        .into_iter()
        .collect();
        let mut faults = Vec::new();
        let checked = definitions.check(&values, &mut faults);
        let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/custom/a~1b~0c", "/custom/number"]);
        assert_eq!(checked.len(), 2);
        assert_eq!(checked["date"], None);
        assert_eq!(definitions.recheck(&checked), Ok(()));

        let other = CheckedValues::from([
            ("gone".to_owned(), None),
            (
                "list".to_owned(),
                Some(CustomValue::Choice("gone".to_owned())),
            ),
            ("number".to_owned(), Some(CustomValue::YesNo(true))),
        ]);
        let faults = definitions.recheck(&other).unwrap_err();
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!(
            codes,
            [
                FaultCode::UnknownKey,
                FaultCode::UnknownValue,
                FaultCode::WrongType
            ]
        );

        let many: CustomValues = (0..1_000).map(|n| (format!("k{n}"), 1)).collect();
        let mut faults = Vec::new();
        definitions.check(&many, &mut faults);
        assert_eq!(faults.len(), UNKNOWN_MAX);
    }
}
