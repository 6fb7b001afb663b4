//! Making ids: 41 bits of milliseconds since 2025, 10 of node, 12 of sequence.

use crate::Error;
use rapport_contract::Instant;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};

/// 2025-01-01T00:00:00Z in Unix milliseconds.
const EPOCH: i64 = 1_735_689_600_000;
const NODE_BITS: u32 = 10;
const SEQUENCE_BITS: u32 = 12;

/// Makes time-ordered ids of 63 bits that no other process makes.
///
/// It never goes back: a clock that jumps back, and more than 4,096 ids in a millisecond, borrow from the milliseconds to come.
#[derive(Debug)]
pub struct Ids {
    /// Milliseconds since the epoch and sequence of the last id, without the node: 53 bits.
    last: AtomicI64,
    node: AtomicU16,
    /// Until when the node number is this process's own, in Unix milliseconds.
    leased_until: AtomicI64,
}

impl Ids {
    /// Ids of a process that is alone with its database: node 0, for ever.
    pub fn alone() -> Self {
        Self {
            last: AtomicI64::new(0),
            node: AtomicU16::new(0),
            leased_until: AtomicI64::new(i64::MAX),
        }
    }

    /// Ids that can be made once a node number is leased.
    pub(crate) fn unleased() -> Self {
        Self {
            leased_until: AtomicI64::new(0),
            ..Self::alone()
        }
    }

    /// The node number that this process leased last.
    pub(crate) fn node(&self) -> Option<u16> {
        (self.leased_until.load(Ordering::Acquire) > 0).then(|| self.node.load(Ordering::Relaxed))
    }

    /// Takes a node number until then.
    pub(crate) fn lease(&self, node: u16, until: Instant) {
        self.node.store(node, Ordering::Relaxed);
        self.leased_until
            .store(until.unix_millis(), Ordering::Release);
    }

    /// Begins after an id that exists already, however the clock stands.
    pub(crate) fn continue_after(&self, id: i64) {
        let time_and_sequence = ((id >> (NODE_BITS + SEQUENCE_BITS)) << SEQUENCE_BITS)
            | (id & ((1 << SEQUENCE_BITS) - 1));
        self.last.fetch_max(time_and_sequence, Ordering::AcqRel);
    }

    /// The next id.
    ///
    /// # Errors
    /// [`Error::NoNode`] when this process does not hold a node number at `now`.
    pub fn next(&self, now: Instant) -> Result<i64, Error> {
        Ok(self.reserve(now, 1)?.first())
    }

    /// The next `count` ids. Those that are not used are lost, which costs nothing.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub(crate) fn reserve(&self, now: Instant, count: usize) -> Result<IdRange, Error> {
        let until = self.leased_until.load(Ordering::Acquire);
        let earliest = (now.unix_millis() - EPOCH).max(0) << SEQUENCE_BITS;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut last = self.last.load(Ordering::Acquire);
        let first = loop {
            let first = (last + 1).max(earliest);
            match self.last.compare_exchange_weak(
                last,
                first.saturating_add(count - 1),
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => break first,
                Err(other) => last = other,
            }
        };
        // Ids borrowed from the future must not outlast the lease either.
        let millis = (first.saturating_add(count - 1)) >> SEQUENCE_BITS;
        if now.unix_millis() >= until || millis + EPOCH >= until {
            return Err(Error::NoNode);
        }
        Ok(IdRange {
            first,
            count,
            node: i64::from(self.node.load(Ordering::Relaxed)),
        })
    }
}

/// Ids that follow one another, made for rows that the database makes itself (`INSERT … SELECT`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdRange {
    /// Milliseconds and sequence of the first.
    first: i64,
    count: i64,
    node: i64,
}

impl IdRange {
    /// The first id.
    pub(crate) const fn first(&self) -> i64 {
        compose(self.first, self.node)
    }

    /// The last id; before the first when the range is empty.
    pub(crate) const fn last(&self) -> i64 {
        compose(self.first + self.count - 1, self.node)
    }

    /// The id of a row in SQL; `number` is an expression of the row's number, from 0 on. It rises with the number.
    pub(crate) fn sql(&self, number: &str) -> String {
        let Self { first, node, .. } = self;
        let at = format!("({first} + {number})");
        format!(
            "((({at} >> {SEQUENCE_BITS}) << {}) | {} | ({at} & {}))",
            NODE_BITS + SEQUENCE_BITS,
            node << SEQUENCE_BITS,
            (1 << SEQUENCE_BITS) - 1
        )
    }
}

/// The smallest id that can be made at this time: all that were made before are smaller.
pub(crate) fn first_at(now: Instant) -> i64 {
    (now.unix_millis() - EPOCH).max(0) << (NODE_BITS + SEQUENCE_BITS)
}

const fn compose(time_and_sequence: i64, node: i64) -> i64 {
    ((time_and_sequence >> SEQUENCE_BITS) << (NODE_BITS + SEQUENCE_BITS))
        | (node << SEQUENCE_BITS)
        | (time_and_sequence & ((1 << SEQUENCE_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_000_000_000;

    #[test]
    fn ids_rise_whatever_the_clock_does() {
        let ids = Ids::alone();
        let mut last = 0;
        for step in 0..20_000 {
            let now = Instant::from_unix_millis(NOON - (step % 7) * 1_000);
            let id = ids.next(now).unwrap();
            assert!(id > last);
            last = id;
        }
        assert!(
            (last >> 22) + EPOCH < NOON + 10,
            "it borrows milliseconds, not seconds"
        );
    }

    #[test]
    fn ids_rise_over_a_restart() {
        let before = Ids::alone().next(Instant::from_unix_millis(NOON)).unwrap();
        let ids = Ids::alone();
        ids.continue_after(before);
        assert!(ids.next(Instant::from_unix_millis(NOON - 60_000)).unwrap() > before);
    }

    #[test]
    fn two_nodes_never_make_the_same_id() {
        let (one, two) = (Ids::unleased(), Ids::unleased());
        let now = Instant::from_unix_millis(NOON);
        one.lease(1, now.plus_seconds(60));
        two.lease(2, now.plus_seconds(60));
        assert_ne!(one.next(now).unwrap(), two.next(now).unwrap());
    }

    #[test]
    fn a_range_is_nobody_elses() {
        let ids = Ids::unleased();
        let now = Instant::from_unix_millis(NOON);
        ids.lease(5, now.plus_seconds(60));
        let before = ids.next(now).unwrap();
        let range = ids.reserve(now, 10_000).unwrap();
        let after = ids.next(now).unwrap();
        assert!(before < range.first() && range.first() < range.last() && range.last() < after);
        assert_eq!(range.first() >> 12 & 1023, 5);
        assert_eq!(
            ((range.last() >> 22) << 12 | range.last() & 4095)
                - ((range.first() >> 22) << 12 | range.first() & 4095),
            9_999
        );
        // A thousand milliseconds' worth is more than a lease of one second holds.
        ids.lease(5, now.plus_seconds(1));
        assert!(matches!(
            ids.reserve(now, 4_096 * 1_000),
            Err(Error::NoNode)
        ));
    }

    #[test]
    fn no_lease_no_ids() {
        let ids = Ids::unleased();
        let now = Instant::from_unix_millis(NOON);
        assert!(matches!(ids.next(now), Err(Error::NoNode)));
        ids.lease(5, now.plus_seconds(60));
        assert!(ids.next(now).is_ok());
        assert!(matches!(ids.next(now.plus_seconds(60)), Err(Error::NoNode)));
    }
}
