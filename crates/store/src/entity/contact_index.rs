//! `contact_index`: what lists of live contacts sort and filter by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_index")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) name_key: Option<String>,
    pub(crate) first_name_key: Option<String>,
    pub(crate) last_name_key: Option<String>,
    pub(crate) email_key: Option<String>,
    pub(crate) phone_num: Option<i64>,
    pub(crate) company_key: Option<String>,
    pub(crate) city_key: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) country_rank: Option<i64>,
    pub(crate) identifier: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) source: String,
    pub(crate) channels: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) last_activity_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
