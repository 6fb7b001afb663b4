//! One change: a transaction with its time and its ids.

use crate::catalogue::Catalogues;
use crate::ids::IdRange;
use crate::{Engine, Error, Ids, Store};
use rapport_contract::Instant;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

/// A transaction that changes something. Everything in it happens at one instant, or not at all.
pub struct Write<'a> {
    pub(crate) tx: DatabaseTransaction,
    ids: &'a Ids,
    pub(crate) catalogues: &'a Catalogues,
    now: Instant,
}

impl Write<'_> {
    /// When the change happens.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// A new id of any kind.
    pub(crate) fn id(&self) -> Result<i64, Error> {
        self.ids.next(self.now)
    }

    /// Says that many rows are written. PostgreSQL then plans the checks of foreign keys once and not for each row, which is most of the time
    /// that they take: the lists, for which every statement is planned anew, are of no concern here.
    pub(crate) async fn in_bulk(&self) -> Result<(), Error> {
        if Engine::of(&self.tx) == Engine::Postgres {
            let set = "SET LOCAL plan_cache_mode = force_generic_plan";
            self.tx.execute_unprepared(set).await?;
        }
        Ok(())
    }

    /// The ids of rows that a statement makes by itself.
    pub(crate) fn reserve(&self, count: usize) -> Result<IdRange, Error> {
        self.ids.reserve(self.now, count)
    }
}

/// How often a change is tried when other writers get in between.
const TRIES: u32 = 5;

impl Store {
    /// Makes a change: runs `change` in a transaction and commits it if it succeeds.
    ///
    /// When another writer got in between (a unique key taken meanwhile, a deadlock) the whole of `change` runs again, so that its
    /// checks see what the other wrote. It must not touch anything but the transaction.
    ///
    /// # Errors
    /// What `change` gives; nothing was changed then.
    pub async fn write<T>(
        &self,
        now: Instant,
        change: impl AsyncFn(&Write<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        for _ in 1..TRIES {
            match self.write_once(now, &change).await {
                Err(Error::Raced(error)) => {
                    tracing::debug!(%error, "another writer got in between; trying again");
                }
                done => return done,
            }
        }
        match self.write_once(now, &change).await {
            Err(Error::Raced(error)) => Err(Error::Database(error)),
            done => done,
        }
    }

    async fn write_once<T>(
        &self,
        now: Instant,
        change: &impl AsyncFn(&Write<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // Immediate: the one writer connection of SQLite never has to upgrade a lock in the middle.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writer.begin_with_options(options).await?;
        let write = Write {
            tx,
            ids: &self.ids,
            catalogues: &self.catalogues,
            now,
        };
        match change(&write).await {
            Ok(done) => {
                write.tx.commit().await?;
                self.written.notify_waiters();
                Ok(done)
            }
            Err(error) => {
                // Dropping it would leave its locks a moment longer than the answer takes.
                if let Err(broken) = write.tx.rollback().await {
                    tracing::debug!(error = %broken, "a transaction broke off instead of being taken back");
                }
                Err(error)
            }
        }
    }
}
