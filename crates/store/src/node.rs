//! The node number of a process on PostgreSQL: leased from a table, so that no two processes make the same id.

use crate::{Engine, Error, Store};
use rapport_contract::Instant;
use sea_orm::ConnectionTrait;

/// How long a lease holds. Renewed every third of it.
const LEASE_SECONDS: i64 = 60;

/// How long the table waits before it gives a number to somebody else, beyond what its holder believes: clocks differ.
const GRACE_SECONDS: i64 = 60;

impl Store {
    /// Leases a node number, or prolongs the lease there is. Call it every 20 seconds; on SQLite it does nothing.
    pub async fn renew_node(&self, now: Instant) -> Result<(), Error> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let engine = self.engine();
        let until = now.plus_seconds(LEASE_SECONDS);
        let held_until = until.plus_seconds(GRACE_SECONDS).unix_millis();
        if let Some(node) = self.ids.node() {
            let renew = engine.statement(
                "UPDATE nodes SET leased_until = $1 WHERE node = $2 AND holder = $3",
                [
                    held_until.into(),
                    i32::from(node).into(),
                    self.process.as_ref().into(),
                ],
            );
            if self.writer.execute_raw(renew).await?.rows_affected() == 1 {
                self.ids.lease(node, until);
                return Ok(());
            }
        }
        let take = engine.statement(
            "INSERT INTO nodes (node, holder, leased_until) \
             SELECT free.node, $1, $2 FROM generate_series(0, 1023) AS free (node) \
             WHERE NOT EXISTS (SELECT 1 FROM nodes n WHERE n.node = free.node AND n.leased_until > $3) \
             ORDER BY free.node LIMIT 1 \
             ON CONFLICT (node) DO UPDATE SET holder = $1, leased_until = $2 WHERE nodes.leased_until <= $3 \
             RETURNING node",
            [self.process.as_ref().into(), held_until.into(), now.unix_millis().into()],
        );
        // Two processes that start at once can want the same number; the one that loses looks again.
        for _ in 0..64 {
            if let Some(row) = self.writer.query_one_raw(take.clone()).await? {
                let node: i32 = row.try_get("", "node")?;
                let node = u16::try_from(node).map_err(|_| Error::NoNode)?;
                self.ids.lease(node, until);
                return Ok(());
            }
        }
        Err(Error::NoNode)
    }
}
