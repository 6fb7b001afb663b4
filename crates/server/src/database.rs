//! Opening the database and bringing it up to date.

use crate::config::Config;
use anyhow::Context;
use migrations::Migrator;
use rapport_contract::Instant;
use rapport_store::{Engine, Store};
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, TransactionTrait};
use std::convert::Infallible;
use std::time::Duration;

/// What the clock of the machine says. The one place where the program reads it.
pub(crate) fn now() -> Instant {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    Instant::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A seed that no earlier run had.
pub(crate) fn fresh_seed() -> u64 {
    now().unix_millis().unsigned_abs()
}

/// How often a process on PostgreSQL prolongs its hold on its node number.
pub(crate) const RENEW: Duration = Duration::from_secs(20);

/// Does work that changes the database and may take longer than the hold on a node number lasts, which is prolonged meanwhile.
pub(crate) async fn holding_node<T>(store: &Store, work: impl Future<Output = T>) -> T {
    let renew = async {
        loop {
            tokio::time::sleep(RENEW).await;
            if let Err(error) = store.renew_node(now()).await {
                tracing::error!(%error, "the node number cannot be prolonged");
            }
        }
    };
    let never: Infallible = tokio::select! {
        done = work => return done,
        never = renew => never,
    };
    match never {}
}

/// The number under which processes agree who migrates: `rapport` in bytes.
const MIGRATION_LOCK: i64 = 0x0072_6170_706f_7274;

/// Opens the database, runs the migrations that it lacks, and makes it ready for changes.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Store> {
    let store = Store::open(&config.database).await?;
    migrate(&store)
        .await
        .context("the database cannot be brought up to date")?;
    store
        .prepare(now())
        .await
        .context("the database cannot be made ready")?;
    Ok(store)
}

async fn migrate(store: &Store) -> anyhow::Result<()> {
    let connection = store.migration_connection();
    if Migrator::get_pending_migrations(connection)
        .await
        .is_ok_and(|pending| pending.is_empty())
    {
        return Ok(());
    }
    // On PostgreSQL several processes can start at once: one migrates, the others wait and find nothing left to do.
    let lock = connection.begin().await?;
    if store.engine() == Engine::Postgres {
        let sql = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        lock.execute_unprepared(&sql).await?;
    }
    Migrator::up(&lock, None).await?;
    lock.commit().await?;
    tracing::info!("the database is up to date");
    Ok(())
}
