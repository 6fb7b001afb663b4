//! Filters on the wire: documents that `rapport-filter` reads and checks.

use crate::color::Color;
use crate::{Fault, FaultCode};
use rapport_filter::catalogue::{Choice, FieldDefinition};
use rapport_filter::raw::Raw;
use serde::{Deserialize, Serialize};

/// A filter as it was sent. What it means in an account, and whether it means anything, `rapport_filter::check` tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filter(pub Raw);

impl From<rapport_filter::tree::Node> for Filter {
    fn from(node: rapport_filter::tree::Node) -> Self {
        Self(serde_json::to_value(node).unwrap_or_default().into())
    }
}

/// A field that filters can ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilterField {
    /// What a condition calls it: `city`, `custom.plan`.
    pub field: String,
    /// `text`, `exact_text`, `link`, `phone`, `choice`, `number`, `date`, `moment`, `yes_no` or `id`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The operators that it knows, in the order in which they are offered.
    pub operators: Vec<String>,
    /// Whether a contact can have several values: a condition then holds if any of them meets it.
    pub many: bool,
    /// Whether it is for people to choose; the others are for programs.
    pub offered: bool,
    /// Whether an index serves it; without one it is slower.
    pub indexed: bool,
    /// How people call it, where the account says so.
    pub label: Option<String>,
    /// The values of a choice; null where any value of the type can stand.
    pub choices: Option<Vec<FilterChoice>>,
}

/// A value of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilterChoice {
    /// What a condition calls it.
    pub key: String,
    /// How people call it, where the account says so.
    pub label: Option<String>,
    /// Its colour, where it has one.
    pub color: Option<Color>,
}

impl From<&FieldDefinition> for FilterField {
    fn from(field: &FieldDefinition) -> Self {
        let choice = |choice: &Choice| FilterChoice {
            key: choice.key.clone(),
            label: choice.label.clone(),
            color: choice.color.as_deref().and_then(Color::from_name),
        };
        Self {
            field: field.key().to_owned(),
            kind: field.kind().as_str().to_owned(),
            operators: field
                .operators()
                .iter()
                .map(|op| op.as_str().to_owned())
                .collect(),
            many: field.is_many(),
            offered: field.is_offered(),
            indexed: field.is_indexed(),
            label: field.label().map(str::to_owned),
            choices: field
                .choices()
                .map(|choices| choices.iter().map(choice).collect()),
        }
    }
}

impl From<rapport_filter::check::Fault> for Fault {
    fn from(fault: rapport_filter::check::Fault) -> Self {
        use rapport_filter::check::FaultCode as Filter;
        let code = match fault.code {
            Filter::Required => FaultCode::Required,
            Filter::UnknownKey => FaultCode::UnknownKey,
            Filter::RepeatedKey => FaultCode::RepeatedKey,
            Filter::NotTogether => FaultCode::NotTogether,
            Filter::WrongType => FaultCode::WrongType,
            Filter::UnknownField => FaultCode::UnknownField,
            Filter::UnknownOperator => FaultCode::UnknownOperator,
            Filter::UnknownValue => FaultCode::UnknownValue,
            Filter::InvalidLanguage => FaultCode::InvalidLanguage,
            Filter::InvalidPhone => FaultCode::InvalidPhone,
            Filter::InvalidDate => FaultCode::InvalidDate,
            Filter::InvalidCharacter => FaultCode::InvalidCharacter,
            Filter::Empty => FaultCode::Empty,
            Filter::Reversed => FaultCode::Reversed,
            Filter::OutOfRange => FaultCode::OutOfRange,
            Filter::TooLong => FaultCode::TooLong,
            Filter::TooMany => FaultCode::TooMany,
            Filter::TooDeep => FaultCode::TooDeep,
            Filter::NotAllowed => FaultCode::Unexpected,
        };
        Self {
            pointer: fault.pointer,
            code,
            detail: fault.detail,
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use super::Filter;
    use utoipa::openapi::schema::{
        AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema,
    };
    use utoipa::openapi::{Ref, RefOr, Type};

    fn itself() -> RefOr<Schema> {
        Ref::from_schema_name("Filter").into()
    }

    fn group(key: &str, description: &str, child: impl Into<RefOr<Schema>>) -> ObjectBuilder {
        ObjectBuilder::new()
            .title(Some(key))
            .description(Some(description))
            .property(key, child)
            .required(key)
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
    }

    impl utoipa::PartialSchema for Filter {
        fn schema() -> RefOr<Schema> {
            let list = || ArrayBuilder::new().items(itself()).build();
            let condition = ObjectBuilder::new()
                .title(Some("condition"))
                .description(Some("A field, an operator of its type, and a value of its type; see `GET /filter-fields`."))
                .property("field", ObjectBuilder::new().schema_type(Type::String))
                .required("field")
                .property("op", ObjectBuilder::new().schema_type(Type::String))
                .required("op")
                .property("value", ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::AnyValue))
                .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
            OneOfBuilder::new()
                .description(Some(
                    "A tree of conditions: at most 10 groups deep, 500 conditions, 1,000 values in a list and 5,000 in all.",
                ))
                .item(group("all", "True when every child is; an empty list is true.", list()))
                .item(group("any", "True when at least one child is; an empty list is false.", list()))
                .item(group("not", "True when the child is not.", itself()))
                .item(condition)
                .examples([serde_json::json!({"all": [
                    {"any": [
                        {"field": "country", "op": "any_of", "value": ["MX", "ES"]},
                        {"field": "company", "op": "contains", "value": "colegio"}
                    ]},
                    {"field": "last_activity_at", "op": "in_last", "value": {"count": 30, "unit": "day"}}
                ]})])
                .into()
        }
    }

    impl utoipa::ToSchema for Filter {
        fn name() -> std::borrow::Cow<'static, str> {
            "Filter".into()
        }
    }
}
