//! `contacts`: the truth about a contact.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "contacts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) identifier: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) source: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) last_activity_at: Option<i64>,
    pub(crate) version: i64,
    pub(crate) deleted_at: Option<i64>,
    pub(crate) blocked: bool,
    /// The custom attributes that have a value: a JSON object by key.
    pub(crate) custom: String,
    /// Its e-mails, phones, identities and consents: `contacts::reach`. Empty but in the database.
    pub(crate) reach: String,
    /// The contact that has everything of this one since they were merged; this one is deleted.
    pub(crate) merged_into: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
