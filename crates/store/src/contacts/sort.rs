//! What a list is sorted by: a column of `contact_index` and its index.

use crate::catalogue::AccountCatalogue;
use rapport_contract::contact::{Sort, SortKey};
use rapport_contract::custom_attribute::AttributeType;
use rapport_contract::{Fault, FaultCode};
use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize};

/// The value that a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum KeyValue {
    /// A normalised text, a choice, a day.
    Text(String),
    /// A whole number, a rank, an instant, 0 or 1; of a double its bits, which survive every reading and writing.
    Number(i64),
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Double,
    YesNo,
}

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SortColumn {
    /// The column of `contact_index`.
    pub(super) name: String,
    /// Its index, which begins with the account and ends with the contact's id.
    pub(super) index: String,
    /// Whether the index has the contacts that lack the value, too.
    pub(super) index_has_missing: bool,
    /// Whether a contact can lack the value.
    pub(super) can_be_missing: bool,
    pub(super) descending: bool,
    kind: Kind,
}

/// Checks that lists can be sorted so.
///
/// # Errors
/// When the attribute is not there or has no index; the fault stands at `pointer`.
pub(crate) fn check_sort(
    sort: &Sort,
    catalogue: &AccountCatalogue,
    pointer: &str,
) -> Result<(), Fault> {
    SortColumn::of(sort, catalogue, pointer).map(drop)
}

impl SortColumn {
    /// The column behind a sort.
    ///
    /// # Errors
    /// When the attribute is not there or has no index; the fault stands at `pointer`.
    pub(super) fn of(
        sort: &Sort,
        catalogue: &AccountCatalogue,
        pointer: &str,
    ) -> Result<Self, Fault> {
        use Kind::{Double, Text, Whole, YesNo};
        let built_in = |name: &str, index: &str, kind: Kind| Self {
            name: name.to_owned(),
            index: format!("contact_index_{index}"),
            index_has_missing: true,
            can_be_missing: !matches!(sort.key, SortKey::CreatedAt | SortKey::UpdatedAt),
            descending: sort.descending,
            kind,
        };
        Ok(match &sort.key {
            SortKey::Name => built_in("name_key", "name", Text),
            SortKey::Email => built_in("email_key", "email", Text),
            SortKey::Phone => built_in("phone_num", "phone", Whole),
            SortKey::Company => built_in("company_key", "company", Text),
            SortKey::City => built_in("city_key", "city", Text),
            SortKey::Country => built_in("country_rank", "country", Whole),
            SortKey::CreatedAt => built_in("created_at", "created", Whole),
            SortKey::UpdatedAt => built_in("updated_at", "updated", Whole),
            SortKey::LastActivityAt => built_in("last_activity_at", "activity", Whole),
            SortKey::Custom(key) => {
                let attribute = catalogue.attributes.get(key.as_str()).ok_or_else(|| {
                    Fault::new(
                        pointer,
                        FaultCode::UnknownField,
                        format!("the account has no attribute {key}"),
                    )
                })?;
                let slot = attribute.slot.ok_or_else(|| {
                    Fault::new(
                        pointer,
                        FaultCode::UnknownValue,
                        format!("custom.{key} is not indexed; expected an attribute that is"),
                    )
                })?;
                let kind = match attribute.kind {
                    AttributeType::Text
                    | AttributeType::List
                    | AttributeType::Link
                    | AttributeType::Date => Text,
                    AttributeType::Number => Double,
                    AttributeType::YesNo => YesNo,
                };
                Self {
                    index_has_missing: false,
                    ..built_in(slot.column(), slot.column(), kind)
                }
            }
        })
    }

    /// Whether a value, as a cursor brought it, can be one of this column.
    pub(super) fn takes(&self, value: &KeyValue) -> bool {
        match (value, self.kind) {
            (KeyValue::Text(text), Kind::Text) => !text.contains('\0'),
            (KeyValue::Number(_), Kind::Whole) => true,
            (KeyValue::Number(bits), Kind::Double) => {
                f64::from_bits(bits.cast_unsigned()).is_finite()
            }
            (KeyValue::Number(number), Kind::YesNo) => matches!(number, 0 | 1),
            _ => false,
        }
    }

    /// The value as SQL takes it.
    pub(super) fn value(&self, value: &KeyValue) -> Value {
        match (value, self.kind) {
            (KeyValue::Text(text), _) => text.as_str().into(),
            (KeyValue::Number(bits), Kind::Double) => f64::from_bits(bits.cast_unsigned()).into(),
            (KeyValue::Number(number), Kind::YesNo) => (*number != 0).into(),
            (KeyValue::Number(number), _) => (*number).into(),
        }
    }

    /// The value of a row.
    pub(super) fn read(&self, row: &QueryResult, column: &str) -> Result<KeyValue, sea_orm::DbErr> {
        Ok(match self.kind {
            Kind::Text => KeyValue::Text(row.try_get("", column)?),
            Kind::Whole => KeyValue::Number(row.try_get("", column)?),
            Kind::Double => {
                KeyValue::Number(row.try_get::<f64>("", column)?.to_bits().cast_signed())
            }
            Kind::YesNo => KeyValue::Number(row.try_get::<bool>("", column)?.into()),
        })
    }
}
