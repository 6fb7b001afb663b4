//! `tickets`: an address that lets in once.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub(crate) struct Model {
    pub(crate) account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) secret_hash: String,
    pub(crate) purpose: String,
    /// Whose it is: a session's, or
    pub(crate) session_id: Option<i64>,
    /// an API key's.
    pub(crate) api_key_id: Option<i64>,
    /// What was asked for, as JSON.
    pub(crate) parameters: String,
    pub(crate) expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
