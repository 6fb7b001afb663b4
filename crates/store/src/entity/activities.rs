//! `activities`: an entry of a contact's timeline.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) contact_id: i64,
    pub(crate) kind: String,
    pub(crate) changes: String,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<i64>,
    pub(crate) at: i64,
    /// The note that it is about.
    pub(crate) note_id: Option<i64>,
    /// The merge that brought it here from another contact.
    pub(crate) merge_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
