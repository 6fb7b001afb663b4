//! Work that takes long: an account does a few at once.

use crate::problem::{Answer, Failure};
use crate::state::State;
use rapport_contract::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A caller who has to wait tries again after so many seconds.
const WAIT_SECONDS: u64 = 2;

/// Work that takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// Taking in a file.
    Import,
    /// Giving out a file.
    Export,
    /// Counting to the end.
    Count,
    /// Finding all who match, to change them.
    Select,
    /// Listening to what happens.
    Listen,
}

impl Work {
    /// How much of it an account does at once, in one process.
    const fn at_once(self) -> u32 {
        match self {
            Self::Import | Self::Export | Self::Count | Self::Select => 4,
            // It costs next to nothing while nothing happens.
            Self::Listen => 200,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Import => "imports",
            Self::Export => "exports",
            Self::Count => "exact counts",
            Self::Select => "selections of many contacts",
            Self::Listen => "streams of events",
        }
    }
}

/// How much is under way.
#[derive(Clone, Default)]
pub(crate) struct Busy(Arc<Mutex<HashMap<(AccountId, Work), u32>>>);

/// A piece of work that is under way, until this is dropped.
pub(crate) struct UnderWay {
    busy: Busy,
    which: (AccountId, Work),
}

impl State {
    /// Begins a piece of work: keep what this gives until it is done.
    ///
    /// # Errors
    /// `too_many_requests` while the account does as much of it as it may.
    pub(crate) fn begin(&self, account: AccountId, work: Work) -> Answer<UnderWay> {
        self.busy.begin(account, work).ok_or_else(|| {
            Failure::wait(
                WAIT_SECONDS,
                format!(
                    "The account has {} {} under way, and no more at once. Try again when one of them is done.",
                    work.at_once(),
                    work.words()
                ),
            )
        })
    }
}

impl Busy {
    fn begin(&self, account: AccountId, work: Work) -> Option<UnderWay> {
        let which = (account, work);
        let mut busy = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = busy.entry(which).or_default();
        if *count >= work.at_once() {
            return None;
        }
        *count += 1;
        Some(UnderWay {
            busy: self.clone(),
            which,
        })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut busy = self.busy.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = busy.get_mut(&self.which) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.which);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_does_a_few_of_each_at_once() {
        let busy = Busy::default();
        let (one, other) = (AccountId::from_i64(1), AccountId::from_i64(2));
        let mut under_way: Vec<_> = (0..Work::Export.at_once())
            .map(|_| busy.begin(one, Work::Export).unwrap())
            .collect();
        assert!(busy.begin(one, Work::Export).is_none());
        assert!(busy.begin(one, Work::Count).is_some());
        assert!(busy.begin(other, Work::Export).is_some());
        under_way.pop();
        let next = busy.begin(one, Work::Export);
        assert!(next.is_some() && busy.begin(one, Work::Export).is_none());
        drop((next, under_way));
        assert!(busy.0.lock().unwrap().is_empty());
    }
}
