//! The feed of changes of an account, written with each change.
//!
//! It is never read by id alone: of two that write at once, the one with the smaller id may be done later, and whoever had read on would miss it.
//! On PostgreSQL an event has the number of its transaction, and only those are read before whose number nobody is at work any more; SQLite has one
//! writer, who numbers events in the order in which they come to be seen.

use crate::contacts::insert_rows;
use crate::entity::events;
use crate::{Engine, Error, Store, Write};
use rapport_contract::event::Event;
use rapport_contract::{
    AccountId, ApiKeyId, AttributeId, ContactId, EventId, ImportId, Instant, JobId, SavedFilterId,
    SegmentId, UserId,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::fmt;
use std::str::FromStr;

/// For how long events are kept: a week.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;

/// Writes down that something happened to `subject`.
pub(crate) async fn record(
    w: &Write<'_>,
    account: AccountId,
    kind: &str,
    subject: i64,
) -> Result<(), Error> {
    record_all(w, account, kind, [subject]).await
}

/// As [`record`], for several at once.
pub(crate) async fn record_all(
    w: &Write<'_>,
    account: AccountId,
    kind: &str,
    subjects: impl IntoIterator<Item = i64>,
) -> Result<(), Error> {
    let rows = subjects
        .into_iter()
        .map(|subject_id| {
            Ok(events::Model {
                account_id: account.as_i64(),
                id: w.id()?,
                kind: kind.to_owned(),
                subject_id,
                at: w.now().unix_millis(),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<events::Entity, _>(w, rows).await
}

/// A place in the feed: right behind one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the event's transaction; 0 on SQLite.
    xid: i64,
    id: i64,
}

impl Place {
    const START: Self = Self { xid: 0, id: 0 };
}

/// As clients carry it: two numbers with a dot between.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.xid, self.id)
    }
}

/// The text is no place of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of an event of this feed")]
pub struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let (xid, id) = text.split_once('.').ok_or(InvalidPlace)?;
        let number = |text: &str| {
            let plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| plain).ok_or(InvalidPlace)
        };
        Ok(Self {
            xid: number(xid)?,
            id: number(id)?,
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    xid: i64,
    id: i64,
    kind: String,
    subject_id: i64,
    at: i64,
}

/// Only what nobody can get in front of any more.
const fn settled(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => " AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        Engine::Sqlite => "",
    }
}

/// The place behind the latest event: whoever begins here hears of everything from now on.
pub async fn latest(store: &Store, account: AccountId) -> Result<Place, Error> {
    let engine = store.engine();
    let statement = engine.statement(
        format!(
            "SELECT * FROM events WHERE account_id = $1{} ORDER BY xid DESC, id DESC LIMIT 1",
            settled(engine)
        ),
        [account.as_i64().into()],
    );
    let row = Row::find_by_statement(statement).one(&store.keyed).await?;
    Ok(row.map_or(Place::START, |row| Place {
        xid: row.xid,
        id: row.id,
    }))
}

/// Whether nothing behind this place has been forgotten.
pub async fn is_whole_behind(
    store: &Store,
    account: AccountId,
    place: Place,
) -> Result<bool, Error> {
    let statement = store.engine().statement(
        "SELECT 1 AS one FROM events WHERE account_id = $1 AND xid = $2 AND id = $3",
        [account.as_i64().into(), place.xid.into(), place.id.into()],
    );
    Ok(place == Place::START || store.keyed.query_one_raw(statement).await?.is_some())
}

/// Up to `most` events behind a place, in their order, each with its own place.
pub async fn behind(
    store: &Store,
    account: AccountId,
    place: Place,
    most: u32,
) -> Result<Vec<(Place, Event)>, Error> {
    let engine = store.engine();
    let statement = engine.statement(
        format!(
            "SELECT * FROM events{} WHERE account_id = $1 AND (xid, id) > ($2, $3){} ORDER BY xid, id LIMIT {most}",
            engine.indexed_by("events_feed"),
            settled(engine)
        ),
        [
            account.as_i64().into(),
            place.xid.into(),
            place.id.into(),
        ],
    );
    let rows = Row::find_by_statement(statement).all(&store.keyed).await?;
    let read = |row: Row| {
        let place = Place {
            xid: row.xid,
            id: row.id,
        };
        let event = Event {
            id: EventId::from_i64(row.id),
            subject: subject(account, &row.kind, row.subject_id)?,
            kind: row.kind,
            at: Instant::from_unix_millis(row.at),
        };
        Ok((place, event))
    };
    rows.into_iter().map(read).collect()
}

/// The id of what an event is about.
fn subject(account: AccountId, kind: &str, id: i64) -> Result<String, Error> {
    let (of, _) = kind.split_once('.').unwrap_or_default();
    Ok(match of {
        "account" => account.to_string(),
        "api_key" => ApiKeyId::from_i64(id).to_string(),
        "contact" => ContactId::from_i64(id).to_string(),
        "custom_attribute" => AttributeId::from_i64(id).to_string(),
        "import" => ImportId::from_i64(id).to_string(),
        "job" => JobId::from_i64(id).to_string(),
        "member" => UserId::from_i64(id).to_string(),
        "saved_filter" => SavedFilterId::from_i64(id).to_string(),
        "segment" => SegmentId::from_i64(id).to_string(),
        _ => return Err(Error::Corrupt(format!("event {kind:?}"))),
    })
}

/// Forgets up to `most` events of any account that are older than a week. Gives how many went.
pub async fn forget_old(w: &Write<'_>, most: u32) -> Result<u64, Error> {
    // Ids are in the order of time, and have an index.
    let before = crate::ids::first_at(w.now().plus_seconds(-KEPT_SECONDS));
    let statement = Engine::of(&w.tx).statement(
        format!(
            "DELETE FROM events WHERE (account_id, id) IN (SELECT account_id, id FROM events WHERE id < $1 LIMIT {most})"
        ),
        [before.into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fresh;
    use sea_orm::TransactionTrait;

    #[test]
    fn a_place_survives_its_travels() {
        for place in [
            Place::START,
            Place {
                xid: 7,
                id: i64::MAX,
            },
        ] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in [
            "",
            ".",
            "1",
            "1.",
            "-1.2",
            "1.2.3",
            "a.b",
            "1.99999999999999999999",
        ] {
            assert_eq!(text.parse::<Place>(), Err(InvalidPlace), "{text}");
        }
    }

    /// Of two that write at once, the one with the smaller number is done later: nobody who reads in between misses it.
    #[tokio::test]
    async fn nothing_is_missed_when_the_first_is_done_last() {
        fresh::on_both(async |store| {
            if store.engine() == Engine::Sqlite {
                return;
            }
            let account = AccountId::from_i64(7);
            let insert = |id: i64| {
                let sql = "INSERT INTO events (account_id, id, kind, subject_id, at) VALUES (7, $1, 'contact.updated', $1, 0)";
                Engine::Postgres.statement(sql, [id.into()])
            };
            let ids = async |place: Place| -> (Vec<i64>, Place) {
                let events = behind(store, account, place, 10).await.unwrap();
                let last = events.last().map_or(place, |(place, _)| *place);
                (events.iter().map(|(_, event)| event.id.as_i64()).collect(), last)
            };
            let begun = latest(store, account).await.unwrap();
            let first = store.writer.begin().await.unwrap();
            first.execute_raw(insert(2)).await.unwrap();
            let second = store.writer.begin().await.unwrap();
            second.execute_raw(insert(1)).await.unwrap();
            second.commit().await.unwrap();
            let (seen, place) = ids(begun).await;
            assert_eq!(seen, [0_i64; 0], "the first may still be done before it");
            first.commit().await.unwrap();
            // Numbers are of the whole cluster: whoever is at work in another database may have to end first.
            let mut told = ids(place).await;
            for _ in 0..600 {
                if !told.0.is_empty() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                told = ids(place).await;
            }
            let (seen, place) = told;
            assert_eq!(seen, [2, 1]);
            assert_eq!(ids(place).await.0, [0_i64; 0]);
            assert_eq!(latest(store, account).await.unwrap(), place);
        })
        .await;
    }
}
