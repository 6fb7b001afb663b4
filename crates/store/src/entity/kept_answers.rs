//! `kept_answers`: the answer to a request with an idempotency key.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_answers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: i64,
    /// A keyed hash of who asked and of the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) request: String,
    /// A keyed hash of what was asked.
    pub(crate) fingerprint: String,
    /// The answer, encrypted with a key that is kept nowhere.
    pub(crate) answer: Vec<u8>,
    /// The contact that the answer shows.
    pub(crate) subject_id: Option<i64>,
    pub(crate) expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
