//! `contact_index`: what lists of live contacts sort and filter by.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
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
    pub(crate) blocked: bool,
    /// Bits that say where this row is not the whole story: see `contacts::keys`.
    pub(crate) flags: i64,
    /// Values that have no column here, and texts longer than a key, normalised: a JSON object; mostly there is none.
    pub(crate) more: Option<Json>,
    pub(crate) text_1: Option<String>,
    pub(crate) text_2: Option<String>,
    pub(crate) text_3: Option<String>,
    pub(crate) text_4: Option<String>,
    pub(crate) text_5: Option<String>,
    pub(crate) text_6: Option<String>,
    pub(crate) text_7: Option<String>,
    pub(crate) text_8: Option<String>,
    pub(crate) number_1: Option<f64>,
    pub(crate) number_2: Option<f64>,
    pub(crate) number_3: Option<f64>,
    pub(crate) number_4: Option<f64>,
    pub(crate) number_5: Option<f64>,
    pub(crate) number_6: Option<f64>,
    pub(crate) number_7: Option<f64>,
    pub(crate) number_8: Option<f64>,
    pub(crate) date_1: Option<String>,
    pub(crate) date_2: Option<String>,
    pub(crate) date_3: Option<String>,
    pub(crate) date_4: Option<String>,
    pub(crate) date_5: Option<String>,
    pub(crate) date_6: Option<String>,
    pub(crate) date_7: Option<String>,
    pub(crate) date_8: Option<String>,
    pub(crate) yes_no_1: Option<bool>,
    pub(crate) yes_no_2: Option<bool>,
    pub(crate) yes_no_3: Option<bool>,
    pub(crate) yes_no_4: Option<bool>,
    pub(crate) yes_no_5: Option<bool>,
    pub(crate) yes_no_6: Option<bool>,
    pub(crate) yes_no_7: Option<bool>,
    pub(crate) yes_no_8: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
