//! Choices of custom attributes that were removed and whose contacts get others, which takes a while when they are many.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, POSTGRES, SQLITE).await
    }
}

const POSTGRES: &str = "ALTER TABLE custom_attributes ADD COLUMN replacing TEXT;";

const SQLITE: &str = "ALTER TABLE custom_attributes ADD COLUMN replacing TEXT;";
