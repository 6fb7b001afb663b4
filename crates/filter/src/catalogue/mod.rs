//! The fields of an account, their types, the operators of each type, and the values of a choice: as data, in one place.

mod field;
mod kind;

pub use field::FieldDefinition;
pub use kind::FieldType;

use crate::checked::Field;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What precedes the key of a custom attribute in a filter.
pub const CUSTOM_PREFIX: &str = "custom.";

/// How a contact first arrived: the values of `source`.
pub const SOURCES: [&str; 9] = [
    "form",
    "live_chat",
    "whatsapp",
    "wechat",
    "sms",
    "email",
    "import",
    "manual",
    "api",
];

/// Kinds of channel on which a contact can be reached: the values of `channel`.
pub const CHANNELS: [&str; 5] = ["email", "sms", "live_chat", "whatsapp", "wechat"];

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// What a filter names it by; it never changes.
    pub key: String,
    /// How people call it, where the account says so; else the app translates the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The name of its colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

impl Choice {
    /// A choice with a key alone.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            label: None,
            color: None,
        }
    }

    /// A choice with a label.
    pub fn labelled(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..Self::new(key)
        }
    }
}

/// A custom attribute of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomDefinition {
    /// Its key, without `custom.`.
    pub key: String,
    /// How people call it.
    pub label: String,
    /// What it holds.
    pub kind: CustomType,
    /// Whether an index serves it; without one it is slower.
    pub indexed: bool,
}

/// What a custom attribute holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomType {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of these choices.
    List(Vec<Choice>),
    /// A link.
    Link,
}

/// Every field of an account. Made once and kept: a look-up by key costs one hash.
#[derive(Debug, Clone)]
pub struct Catalogue {
    fields: Vec<FieldDefinition>,
    places: HashMap<String, usize>,
}

impl Catalogue {
    /// The fields of an account with these manual segments and custom attributes. `countries` are the codes that exist, in
    /// upper case. Of two custom attributes with one key the first counts.
    pub fn new(
        countries: Vec<Choice>,
        segments: Vec<Choice>,
        custom: Vec<CustomDefinition>,
    ) -> Self {
        use FieldType::{Choice as One, ExactText, Id, Moment, Phone, Text, YesNo};
        let one = One { many: false };
        let many = One { many: true };
        let fixed = |keys: &[&str]| keys.iter().copied().map(Choice::new).collect();
        let built_in = [
            FieldDefinition::new("name", Field::Name, Text),
            FieldDefinition::new("first_name", Field::FirstName, Text),
            FieldDefinition::new("last_name", Field::LastName, Text),
            FieldDefinition::new("company", Field::Company, Text),
            FieldDefinition::new("city", Field::City, Text),
            FieldDefinition::new("email", Field::Email, Text).with_several(),
            FieldDefinition::new("phone", Field::Phone, Phone),
            FieldDefinition::new("identifier", Field::Identifier, ExactText),
            FieldDefinition::new("country", Field::Country, one).one_of(countries),
            FieldDefinition::new("language", Field::Language, one),
            FieldDefinition::new("source", Field::Source, one).one_of(fixed(&SOURCES)),
            FieldDefinition::new("channel", Field::Channel, many).one_of(fixed(&CHANNELS)),
            FieldDefinition::new("segment", Field::Segment, many).one_of(segments),
            FieldDefinition::new("blocked", Field::Blocked, YesNo),
            FieldDefinition::new("created_at", Field::CreatedAt, Moment),
            FieldDefinition::new("updated_at", Field::UpdatedAt, Moment),
            FieldDefinition::new("last_activity_at", Field::LastActivityAt, Moment),
        ];
        let id = FieldDefinition::new("id", Field::Id, Id).not_offered();
        let mut catalogue = Self {
            fields: Vec::with_capacity(built_in.len() + custom.len() + 1),
            places: HashMap::with_capacity(built_in.len() + custom.len() + 1),
        };
        let custom = custom.into_iter().map(FieldDefinition::custom);
        for definition in built_in.into_iter().chain(custom).chain([id]) {
            catalogue.add(definition);
        }
        catalogue
    }

    fn add(&mut self, definition: FieldDefinition) {
        if !self.places.contains_key(&definition.key) {
            self.places
                .insert(definition.key.clone(), self.fields.len());
            self.fields.push(definition);
        }
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&FieldDefinition> {
        self.fields.get(*self.places.get(key)?)
    }

    /// Every field, in the order in which they are shown; also those that are not offered.
    pub fn fields(&self) -> &[FieldDefinition] {
        &self.fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let custom = |key: &str, kind| CustomDefinition {
            key: key.to_owned(),
            label: format!("The {key}"),
            kind,
            indexed: key != "plan",
        };
        Catalogue::new(
            vec![Choice::new("MX")],
            vec![Choice::labelled("sg_1", "Students")],
            vec![
                custom("plan", CustomType::List(vec![Choice::new("pro")])),
                custom("city", CustomType::Number),
                custom("city", CustomType::Text),
            ],
        )
    }

    fn operators(kind: FieldType) -> String {
        let names: Vec<&str> = kind.operators().iter().map(|op| op.as_str()).collect();
        names.join(" ")
    }

    #[test]
    fn each_type_has_its_operators() {
        let texts = "eq not_eq any_of none_of contains not_contains starts_with ends_with is_empty is_not_empty";
        let times =
            "eq not_eq before after between in_last not_in_last in_next is_empty is_not_empty";
        for (kind, expected) in [
            (FieldType::Text, texts),
            (FieldType::ExactText, texts),
            (FieldType::Link, texts),
            (
                FieldType::Phone,
                "eq not_eq starts_with contains not_contains is_empty is_not_empty",
            ),
            (
                FieldType::Choice { many: false },
                "eq not_eq any_of none_of is_empty is_not_empty",
            ),
            (
                FieldType::Choice { many: true },
                "eq not_eq any_of none_of all_of is_empty is_not_empty",
            ),
            (
                FieldType::Number,
                "eq not_eq gt gte lt lte between is_empty is_not_empty",
            ),
            (FieldType::Date, times),
            (FieldType::Moment, times),
            (FieldType::YesNo, "eq not_eq is_empty is_not_empty"),
            (FieldType::Id, "any_of"),
        ] {
            assert_eq!(operators(kind), expected, "{kind:?}");
        }
    }

    #[test]
    fn the_fields_are_those_of_the_language() {
        let catalogue = catalogue();
        let fields: Vec<(&str, &str)> = catalogue
            .fields()
            .iter()
            .map(|field| (field.key(), field.kind().as_str()))
            .collect();
        assert_eq!(
            fields,
            [
                ("name", "text"),
                ("first_name", "text"),
                ("last_name", "text"),
                ("company", "text"),
                ("city", "text"),
                ("email", "text"),
                ("phone", "phone"),
                ("identifier", "exact_text"),
                ("country", "choice"),
                ("language", "choice"),
                ("source", "choice"),
                ("channel", "choice"),
                ("segment", "choice"),
                ("blocked", "yes_no"),
                ("created_at", "moment"),
                ("updated_at", "moment"),
                ("last_activity_at", "moment"),
                ("custom.plan", "choice"),
                ("custom.city", "number"),
                ("id", "id"),
            ]
        );
        let keys = |of: fn(&FieldDefinition) -> bool| -> Vec<&str> {
            let fields = catalogue.fields().iter();
            fields
                .filter(|field| of(field))
                .map(FieldDefinition::key)
                .collect()
        };
        assert_eq!(
            keys(FieldDefinition::is_many),
            ["email", "phone", "channel", "segment"]
        );
        assert_eq!(keys(|field| !field.is_offered()), ["id"]);
        assert_eq!(keys(|field| !field.is_indexed()), ["custom.plan"]);
        assert_eq!(
            keys(|field| field.choices().is_some()),
            ["country", "source", "channel", "segment", "custom.plan"]
        );
    }

    #[test]
    fn a_field_is_found_by_its_key_alone() {
        let catalogue = catalogue();
        let plan = catalogue.field("custom.plan").unwrap();
        assert_eq!(plan.field(), &Field::Custom("plan".to_owned()));
        assert_eq!(plan.label(), Some("The plan"));
        assert!(plan.choice("pro").is_some() && plan.choice("Pro").is_none());
        let segment = catalogue.field("segment").unwrap();
        assert_eq!(
            segment.choice("sg_1").unwrap().label.as_deref(),
            Some("Students")
        );
        assert_eq!(catalogue.field("city").unwrap().field(), &Field::City);
        assert_eq!(
            catalogue.field("custom.city").unwrap().kind(),
            FieldType::Number
        );
        for key in ["plan", "City", "", "custom", "custom."] {
            assert!(catalogue.field(key).is_none(), "{key}");
        }
    }
}
