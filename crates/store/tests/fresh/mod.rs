//! Databases for tests: a file of SQLite, and a database in the cluster that `TEST_POSTGRES_URL` names.

use super::{Options, Store};
use migrations::Migrator;
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, Database};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Runs `test` on a migrated, empty database of each engine.
pub(crate) async fn on_both(test: impl AsyncFn(&Store)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = format!("sqlite://{}", folder.path().join("test.db").display());
    on(&file, &test).await;

    let cluster = std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL names no PostgreSQL; `cargo xtask test` starts one and says where",
    );
    let name = format!("test_{:016x}", RandomState::new().build_hasher().finish());
    execute(
        &cluster,
        &format!("CREATE DATABASE {name} TEMPLATE template0"),
    )
    .await;
    let (server, _) = cluster
        .rsplit_once('/')
        .expect("an address with a database");
    on(&format!("{server}/{name}"), &test).await;
    execute(&cluster, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn on(url: &str, test: &impl AsyncFn(&Store)) {
    let options = Options {
        url: url.to_owned(),
        connections: 2,
        cache_mb: 8,
        process: "test".to_owned(),
    };
    let store = Store::open(&options)
        .await
        .expect("the test's database opens");
    Migrator::up(store.migration_connection(), None)
        .await
        .expect("migrations run");
    test(&store).await;
    store.close().await;
}

async fn execute(url: &str, sql: &str) {
    let connection = Database::connect(url).await.expect("PostgreSQL answers");
    connection
        .execute_unprepared(sql)
        .await
        .expect("PostgreSQL obeys");
    connection.close().await.expect("a closed connection");
}
