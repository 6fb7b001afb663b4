//! `contact_phones`: a phone number of a live contact.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_phones")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    pub(crate) contact_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: String,
    pub(crate) is_primary: bool,
    pub(crate) verified: String,
    pub(crate) added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
