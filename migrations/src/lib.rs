#![doc = include_str!("../README.md")]

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

mod m20261120_000001_accounts;
mod m20261120_000002_contacts;
mod m20261120_000003_imports;
mod m20261120_000004_whole_contact;
mod m20261120_000005_saved_filters;
mod m20261120_000006_api_keys;
mod m20261120_000007_idempotency;
mod m20261120_000008_replaced_choices;
mod m20261120_000008_tickets;
mod m20261120_000010_deferred_indexes;
mod m20261120_000011_bulk;
mod m20261120_000011_pairs;
mod m20261120_000012_reach;
mod m20261120_000013_notes;
mod m20261120_000014_merges;
mod m20261120_000015_duplicates;

/// Every change, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_accounts::Migration),
            Box::new(m20261120_000002_contacts::Migration),
            Box::new(m20261120_000003_imports::Migration),
            Box::new(m20261120_000004_whole_contact::Migration),
            Box::new(m20261120_000005_saved_filters::Migration),
            Box::new(m20261120_000006_api_keys::Migration),
            Box::new(m20261120_000007_idempotency::Migration),
            Box::new(m20261120_000008_tickets::Migration),
            Box::new(m20261120_000008_replaced_choices::Migration),
            Box::new(m20261120_000010_deferred_indexes::Migration),
            Box::new(m20261120_000011_pairs::Migration),
            Box::new(m20261120_000011_bulk::Migration),
            Box::new(m20261120_000012_reach::Migration),
            Box::new(m20261120_000013_notes::Migration),
            Box::new(m20261120_000014_merges::Migration),
            Box::new(m20261120_000015_duplicates::Migration),
        ]
    }
}

/// Runs the script of the engine at hand.
async fn run(manager: &SchemaManager<'_>, postgres: &str, sqlite: &str) -> Result<(), DbErr> {
    let script = match manager.get_database_backend() {
        DbBackend::Postgres => postgres,
        DbBackend::Sqlite => sqlite,
        other => {
            return Err(DbErr::Migration(format!(
                "{other:?} is not an engine of Rapport"
            )));
        }
    };
    manager
        .get_connection()
        .execute_unprepared(script)
        .await
        .map(drop)
}
