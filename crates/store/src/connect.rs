//! Opening a database.

use crate::catalogue::Catalogues;
use crate::contacts::{SNAPSHOTS_MAX, Snapshots};
use crate::{Error, Ids, jobs};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector, Statement,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// The database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, embedded: one process.
    Sqlite,
    /// PostgreSQL: several processes, large accounts.
    Postgres,
}

/// Connections for long readings are closed when nobody has used them for so long.
const SNAPSHOT_IDLE: Duration = Duration::from_secs(60);
/// Whoever wants one waits so long at most.
const SNAPSHOT_WAIT: Duration = Duration::from_secs(10);

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://path`, or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections that read (SQLite), or connections in all (PostgreSQL).
    pub connections: u32,
    /// Memory for cached pages over all connections of SQLite, in MB.
    pub cache_mb: u32,
    /// A name that no other process has: random, or made of host and process id. It holds the node number on PostgreSQL.
    pub process: String,
}

/// A connection to PostgreSQL that nobody has used for so long is asked whether it is still there.
const IDLE: Duration = Duration::from_secs(1);

/// How much of the file readers of SQLite see as memory, in bytes; what lies behind is read page by page. Address space, not memory.
const MAPPED: &str = "1099511627776";

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is of no engine that we know.
    #[error("the database address begins with neither sqlite: nor postgres:")]
    UnknownEngine,
    /// Another process has the SQLite file open.
    #[error(
        "another process of Rapport uses {0}; stop it first (one process owns an SQLite file; PostgreSQL serves several)"
    )]
    InUse(PathBuf),
    /// The folder or the lock beside the file cannot be used.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// The database does not answer, or refuses.
    #[error("the database cannot be opened: {0}")]
    Connection(#[from] sqlx::Error),
    /// A first question went wrong.
    #[error(transparent)]
    Store(#[from] Error),
    /// PostgreSQL's `LC_CTYPE` makes search useless.
    #[error(
        "the database's LC_CTYPE is {0}, in which PostgreSQL's pg_trgm finds no Chinese and no Cyrillic; create it with LC_CTYPE 'C.UTF-8' or another UTF-8 locale"
    )]
    Locale(String),
}

/// An open database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) reader: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
    /// For what is looked up by its key: it is planned once, and not for every set of values.
    pub(crate) keyed: DatabaseConnection,
    pub(crate) snapshots: Snapshots,
    pub(crate) ids: Arc<Ids>,
    pub(crate) process: Arc<str>,
    pub(crate) catalogues: Arc<Catalogues>,
    /// Wakes whoever waits for something to be written.
    pub(crate) written: Arc<Notify>,
    engine: Engine,
    /// Held as long as the store lives: one process owns an SQLite file.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Opens the database; makes an SQLite file that is not there yet. Runs no migrations.
    pub async fn open(options: &Options) -> Result<Self, OpenError> {
        if options.url.starts_with("sqlite:") {
            Self::open_sqlite(options).await
        } else if options.url.starts_with("postgres:") || options.url.starts_with("postgresql:") {
            Self::open_postgres(options).await
        } else {
            Err(OpenError::UnknownEngine)
        }
    }

    async fn open_sqlite(options: &Options) -> Result<Self, OpenError> {
        let connect: SqliteConnectOptions = options.url.parse()?;
        let path = connect.get_filename().to_owned();
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)
                .map_err(|error| OpenError::File(folder.to_owned(), error))?;
        }
        let lock = own(&path)?;
        make_private(&path).map_err(|error| OpenError::File(path.clone(), error))?;
        let readers = options.connections.max(1);
        let cache_kb = i64::from(options.cache_mb) * 1024 / i64::from(readers + 1);
        let connect = connect
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A message that was sent must not be forgotten when the power fails.
            .synchronous(SqliteSynchronous::Full)
            .auto_vacuum(SqliteAutoVacuum::None)
            .page_size(8192)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("cache_size", format!("-{cache_kb}"))
            .pragma("temp_store", "memory")
            // 64 MB between two checkpoints: with nine sort indexes a batch of contacts dirties some thousand pages, and those that the next
            // batch dirties again need not be written in between.
            .pragma("wal_autocheckpoint", "8000")
            // More rows than a page has: whoever reads them never waits for them to be taken.
            .row_buffer_size(2_048)
            .disable_statement_logging();
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(Duration::from_secs(60))
                .test_before_acquire(false)
        };
        let writer = pool(1).connect_with(connect.clone()).await?;
        // All readers share the pages that the operating system keeps, and copy none of them: a page of a list reads thousands of rows.
        let connect = connect.read_only(true).pragma("mmap_size", MAPPED);
        let reader = pool(readers).connect_with(connect.clone()).await?;
        let snapshot = connect.pragma("cache_size", "-4096").row_buffer_size(2_048);
        let snapshots = SqlitePoolOptions::new()
            .max_connections(SNAPSHOTS_MAX)
            .min_connections(0)
            .idle_timeout(SNAPSHOT_IDLE)
            .acquire_timeout(SNAPSHOT_WAIT)
            .test_before_acquire(false)
            .connect_lazy_with(snapshot);
        let store = Self {
            keyed: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader.clone()),
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            snapshots: Snapshots::Sqlite(snapshots),
            ids: Arc::new(Ids::alone()),
            process: options.process.as_str().into(),
            catalogues: Arc::default(),
            written: Arc::default(),
            engine: Engine::Sqlite,
            _lock: Some(Arc::new(lock)),
        };
        Ok(store)
    }

    async fn open_postgres(options: &Options) -> Result<Self, OpenError> {
        let connect: PgConnectOptions = options.url.parse()?;
        let connect = connect
            .application_name("rapport")
            // JIT and parallel workers cost more than a page takes.
            .options([("jit", "off"), ("max_parallel_workers_per_gather", "0")])
            .disable_statement_logging();
        // A generic plan of a list costs up to seconds.
        let planning = connect
            .clone()
            .options([("plan_cache_mode", "force_custom_plan")]);
        let pool = |most: u32| {
            PgPoolOptions::new()
                .max_connections(most.max(2))
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(10))
                // A connection that broke while it was idle is replaced rather than handed out; to ask before each statement would double its way.
                .test_before_acquire(false)
                .before_acquire(|connection, known| {
                    Box::pin(async move {
                        if known.idle_for > IDLE {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
        };
        // Whoever waits for another's change keeps nobody from reading.
        let few = options.connections / 4;
        let reader = pool(options.connections.saturating_sub(few).div_ceil(2))
            .connect_with(planning.clone())
            .await?;
        // What is said again and again is planned once: that costs more than to look up, or to write, a few rows. A plan that is kept must not be one
        // that was good while a table was small.
        let by_key = connect.options([("enable_seqscan", "off")]);
        let keyed = pool(few).connect_with(by_key.clone()).await?;
        let writer = pool(options.connections.saturating_sub(few) / 2)
            .connect_with(by_key)
            .await?;
        let snapshots = PgPoolOptions::new()
            .max_connections(SNAPSHOTS_MAX)
            .min_connections(0)
            .idle_timeout(SNAPSHOT_IDLE)
            .acquire_timeout(SNAPSHOT_WAIT)
            .connect_lazy_with(planning);
        let store = Self {
            reader: SqlxPostgresConnector::from_sqlx_postgres_pool(reader),
            writer: SqlxPostgresConnector::from_sqlx_postgres_pool(writer),
            keyed: SqlxPostgresConnector::from_sqlx_postgres_pool(keyed),
            snapshots: Snapshots::Postgres(snapshots),
            ids: Arc::new(Ids::unleased()),
            process: options.process.as_str().into(),
            catalogues: Arc::default(),
            written: Arc::default(),
            engine: Engine::Postgres,
            _lock: None,
        };
        let locale = Statement::from_string(
            Engine::Postgres.backend(),
            "SELECT datctype AS locale FROM pg_database WHERE datname = current_database()",
        );
        let row = store
            .reader
            .query_one_raw(locale)
            .await
            .map_err(Error::from)?;
        let locale: String = row
            .map(|row| row.try_get("", "locale"))
            .transpose()
            .map_err(Error::from)?
            .unwrap_or_default();
        if matches!(locale.as_str(), "C" | "POSIX") {
            return Err(OpenError::Locale(locale));
        }
        Ok(store)
    }

    /// The engine behind it.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The connection that changes things, for migrations alone.
    pub const fn migration_connection(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Makes the store ready for ids: after the migrations, before the first change. On PostgreSQL a node number is leased, which
    /// [`renew_node`](Self::renew_node) has to prolong.
    pub async fn prepare(&self, now: rapport_contract::Instant) -> Result<(), Error> {
        self.build_deferred_indexes(now).await?;
        match self.engine {
            Engine::Sqlite => {
                let newest = Statement::from_string(
                    self.engine.backend(),
                    "SELECT max((SELECT coalesce(max(id), 0) FROM events), (SELECT coalesce(max(id), 0) FROM contacts)) AS id",
                );
                if let Some(row) = self.writer.query_one_raw(newest).await? {
                    self.ids.continue_after(row.try_get("", "id")?);
                }
                jobs::free_abandoned(&self.writer, now).await
            }
            Engine::Postgres => self.renew_node(now).await,
        }
    }

    /// Lets the planner of PostgreSQL look at tables that have grown much in a moment; SQLite's plans do not depend on it.
    pub async fn analyze_contacts(&self) -> Result<(), Error> {
        if self.engine == Engine::Postgres {
            let tables = "contacts, contact_emails, contact_phones, contact_index, contact_search";
            self.writer
                .execute_unprepared(&format!("ANALYZE {tables}"))
                .await?;
        }
        Ok(())
    }

    /// Lets the planner look at every table, after much was written at once.
    pub async fn analyze(&self) -> Result<(), Error> {
        // SQLite looks at some rows of each index, as `PRAGMA optimize` does: at all of them it would take as long as writing them did.
        let sql = match self.engine {
            Engine::Postgres => "ANALYZE",
            Engine::Sqlite => "PRAGMA analysis_limit = 1000; ANALYZE",
        };
        self.writer.execute_unprepared(sql).await?;
        Ok(())
    }

    /// What is woken whenever this process has written something.
    pub fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.written)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.reader.ping().await?)
    }

    /// Closes every connection; lets SQLite write what its planner learned.
    pub async fn close(self) {
        self.snapshots.close().await;
        if self.engine == Engine::Sqlite {
            let optimize = self.writer.execute_unprepared("PRAGMA optimize").await;
            if let Err(error) = optimize {
                tracing::warn!(%error, "PRAGMA optimize failed");
            }
        }
        for connections in [self.reader, self.keyed, self.writer] {
            if let Err(error) = connections.close().await {
                tracing::warn!(%error, "the database did not close in order");
            }
        }
    }
}

/// Makes a database file that is not there yet, for nobody else of the machine to read; SQLite gives the files beside it the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes the lock beside an SQLite file.
fn own(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|error| OpenError::File(lock_path.clone(), error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::File(lock_path, error)),
    }
}
