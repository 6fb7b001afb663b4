//! `bulks`: changes of many contacts at once.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    /// The action as it was sent, in JSON.
    pub(crate) action: String,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<i64>,
    /// Who answers for a program that acts.
    pub(crate) person_id: Option<i64>,
    pub(crate) batches: i64,
    pub(crate) batches_done: i64,
    pub(crate) matched: i64,
    pub(crate) changed: i64,
    pub(crate) unchanged: i64,
    pub(crate) failed: i64,
    /// The first failures, in JSON.
    pub(crate) failures: String,
    pub(crate) cancelled_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) finished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
