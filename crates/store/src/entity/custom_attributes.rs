//! `custom_attributes`: the fields that accounts defined.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_attributes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) kind: String,
    /// A JSON array of choices, for lists; empty for every other kind.
    pub(crate) choices: String,
    pub(crate) description: Option<String>,
    /// The column of `contact_index` that holds the values; none when all were taken.
    pub(crate) slot: Option<String>,
    /// Whether every contact's value stands in the slot.
    pub(crate) slot_filled: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
    pub(crate) deleted_at: Option<i64>,
    /// What contacts still have to get instead of choices that were removed, and who asked for it: JSON, while there is something to do.
    pub(crate) replacing: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
