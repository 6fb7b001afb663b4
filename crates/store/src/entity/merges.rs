//! `merges`: two contacts that became one.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merges")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) survivor_id: i64,
    pub(crate) merged_id: i64,
    pub(crate) at: i64,
    /// The survivor as it was: its row and its segments, as JSON. Missing when the merge can no longer be undone.
    pub(crate) before: Option<String>,
    /// The survivor as the merge left it.
    pub(crate) after: Option<String>,
    pub(crate) undone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
