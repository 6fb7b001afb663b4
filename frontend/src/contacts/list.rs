//! The list of contacts that is on screen: asked for page by page, kept while another page is shown.

use super::rows::Rows;
use crate::browser::time;
use crate::session::{Session, use_session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::ContactId;
use rapport_contract::contact::{Contact, ContactQuery, CountQuery, Sort};
use std::time::Duration;

/// Rows on a page: a few screens, so that scrolling seldom waits.
const PAGE: i64 = 100;
/// Rows that are loaded before they are seen.
const AHEAD: usize = 60;
/// An answer within this time takes the old rows' place at once; after it, they make room for skeletons.
const PATIENCE: Duration = Duration::from_millis(350);

/// What is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// The order.
    pub(crate) sort: Sort,
    /// Words that must occur.
    pub(crate) q: String,
}

/// How the list stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// Nothing to show yet.
    Loading,
    /// The rows of the query before, for a moment.
    Changing,
    /// The rows of this query.
    Ready,
    /// No rows could be had.
    Failed(ClientError),
}

/// Whether more rows are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    Idle,
    Loading,
    Failed,
}

/// The list. Cheap to copy; all copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct ContactList {
    session: Session,
    query: StoredValue<Option<Query>>,
    rows: RwSignal<Rows>,
    phase: RwSignal<Phase>,
    more: RwSignal<More>,
    total: RwSignal<Option<u64>>,
    /// Changes with each list that begins: the table goes to its top.
    begun: RwSignal<u32>,
    /// How far the table was scrolled when it was left, in pixels.
    scrolled: StoredValue<i32>,
    /// A contact that was just made, to be pointed out.
    fresh: RwSignal<Option<ContactId>>,
}

impl ContactList {
    /// The list of everything below.
    pub(crate) fn provide() -> Self {
        let list = Self {
            session: use_session(),
            query: StoredValue::new(None),
            rows: RwSignal::new(Rows::default()),
            phase: RwSignal::new(Phase::Loading),
            more: RwSignal::new(More::Idle),
            total: RwSignal::new(None),
            begun: RwSignal::new(0),
            scrolled: StoredValue::new(0),
            fresh: RwSignal::new(None),
        };
        provide_context(list);
        list
    }

    /// The rows.
    pub(crate) fn rows(self) -> RwSignal<Rows> {
        self.rows
    }

    /// How it stands, tracked.
    pub(crate) fn phase(self) -> Phase {
        self.phase.get()
    }

    /// Whether more is on its way, tracked.
    pub(crate) fn more(self) -> More {
        self.more.get()
    }

    /// How many there are, once that is known; tracked.
    pub(crate) fn total(self) -> Option<u64> {
        self.total.get()
    }

    /// Changes with each list that begins, tracked.
    pub(crate) fn begun(self) -> u32 {
        self.begun.get()
    }

    /// The contact that was just made, tracked.
    pub(crate) fn fresh(self) -> Option<ContactId> {
        self.fresh.get()
    }

    /// How far the table was scrolled when it was left.
    pub(crate) fn scrolled(self) -> i32 {
        self.scrolled.get_value()
    }

    /// Remembers how far the table is scrolled.
    pub(crate) fn remember_scroll(self, pixels: i32) {
        self.scrolled.set_value(pixels);
    }

    /// Shows a query; what is there already is not asked again.
    pub(crate) fn show(self, query: Query) {
        let there = self.query.with_value(|old| old.as_ref() == Some(&query))
            && matches!(untrack(|| self.phase()), Phase::Ready);
        if !there {
            self.begin(query);
        }
    }

    /// Asks for the list from its start again: rows or their number have changed.
    pub(crate) fn reload(self) {
        self.total.set(None);
        if let Some(query) = self.query.get_value() {
            self.begin(query);
        }
    }

    fn begin(self, query: Query) {
        let same_rows = self
            .query
            .with_value(|old| old.as_ref().map(|old| old.q == query.q));
        if same_rows != Some(true) {
            self.total.set(None);
        }
        self.query.set_value(Some(query.clone()));
        let turn = untrack(|| self.begun.get()) + 1;
        self.begun.set(turn);
        self.scrolled.set_value(0);
        self.more.set(More::Idle);
        let has_rows = self.rows.with_untracked(|rows| !rows.is_empty());
        self.phase.set(if has_rows {
            Phase::Changing
        } else {
            Phase::Loading
        });
        spawn_local(async move {
            time::sleep(PATIENCE).await;
            if self.is_turn(turn) && self.phase.get_untracked() == Phase::Changing {
                self.rows.set(Rows::default());
                self.phase.set(Phase::Loading);
            }
        });
        spawn_local(async move {
            let asked = ask_for(&query, None);
            let answer = self
                .session
                .ask(|client| {
                    let asked = asked.clone();
                    async move { client.contacts(&asked).await }
                })
                .await;
            if !self.is_turn(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    // A list that fits on one page needs no second question.
                    if page.page.next.is_none() && page.page.prev.is_none() {
                        self.total.set(u64::try_from(page.data.len()).ok());
                    }
                    self.rows.set(Rows::begin(page));
                    self.phase.set(Phase::Ready);
                    self.count(query, turn).await;
                }
                Err(error) => {
                    self.rows.set(Rows::default());
                    self.phase.set(Phase::Failed(error));
                }
            }
        });
    }

    /// Asks for the number of matches, after the rows. If that fails, the rows stand without it.
    async fn count(self, query: Query, turn: u32) {
        if self.total.get_untracked().is_some() {
            return;
        }
        let count = CountQuery {
            q: some(&query.q),
            ..CountQuery::default()
        };
        let answer = self
            .session
            .ask(|client| {
                let count = count.clone();
                async move { client.count_contacts(&count, None).await }
            })
            .await;
        if let Ok(count) = answer
            && self.is_turn(turn)
        {
            self.total.set(Some(count.count));
        }
    }

    fn is_turn(self, turn: u32) -> bool {
        self.begun.try_get_untracked() == Some(turn)
    }

    /// Loads what will be seen next, when the rows from `start` to `end` are on screen.
    pub(crate) fn look_ahead(self, start: usize, end: usize) {
        if self.more.get_untracked() != More::Idle || self.phase.get_untracked() != Phase::Ready {
            return;
        }
        let (first, last) = self.rows.with_untracked(|rows| (rows.first(), rows.end()));
        if end + AHEAD >= last && self.rows.with_untracked(|rows| rows.next().is_some()) {
            self.load_more(true);
        } else if start < first + AHEAD && self.rows.with_untracked(|rows| rows.prev().is_some()) {
            if end + 10 * AHEAD < first {
                // Too far to go back page by page: begin anew, which is where this leads.
                self.reload();
            } else {
                self.load_more(false);
            }
        }
    }

    /// Tries again what failed.
    pub(crate) fn retry_more(self) {
        self.more.set(More::Idle);
        self.load_more(true);
    }

    fn load_more(self, forwards: bool) {
        let cursor = self.rows.with_untracked(|rows| {
            let cursor = if forwards { rows.next() } else { rows.prev() };
            cursor.map(str::to_owned)
        });
        let (Some(cursor), Some(query)) = (cursor, self.query.get_value()) else {
            return;
        };
        let turn = self.begun.get_untracked();
        self.more.set(More::Loading);
        spawn_local(async move {
            let asked = ask_for(&query, Some(cursor));
            let answer = self
                .session
                .ask(|client| {
                    let asked = asked.clone();
                    async move { client.contacts(&asked).await }
                })
                .await;
            if !self.is_turn(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.rows.update(|rows| {
                        if forwards {
                            rows.append(page)
                        } else {
                            rows.prepend(page)
                        }
                    });
                    self.more.set(More::Idle);
                }
                Err(_) => self.more.set(More::Failed),
            }
        });
    }

    /// A contact was made here: the list begins anew and points it out.
    pub(crate) fn added(self, id: ContactId) {
        self.fresh.set(Some(id));
        self.reload();
    }

    /// A contact was changed here.
    pub(crate) fn changed(self, contact: &Contact) {
        self.rows.update(|rows| rows.replace(contact));
    }

    /// Rows have come or gone elsewhere: the next time it is shown, the list is asked for again.
    pub(crate) fn forget(self) {
        self.total.set(None);
        self.query.set_value(None);
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn ask_for(query: &Query, cursor: Option<String>) -> ContactQuery {
    ContactQuery {
        sort: Some(query.sort.to_string()),
        q: some(&query.q),
        limit: Some(PAGE),
        cursor,
        ..ContactQuery::default()
    }
}

/// The list of the page.
pub(crate) fn use_list() -> ContactList {
    expect_context()
}
