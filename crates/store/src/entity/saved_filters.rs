//! `saved_filters`: filters with a name.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_filters")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) name: String,
    /// `{"v": 1, "filter": …}`.
    pub(crate) filter: String,
    pub(crate) sort: Option<String>,
    /// A JSON list of names.
    pub(crate) columns: Option<String>,
    pub(crate) owner_kind: String,
    pub(crate) owner_id: Option<i64>,
    pub(crate) shared: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
    pub(crate) deleted_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
