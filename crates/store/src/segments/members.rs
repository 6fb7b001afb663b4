//! Who is in a segment.

use super::definitions::find;
use crate::activities::{self, FieldChange, Kind};
use crate::entity::segments;
use crate::ids::IdRange;
use crate::{Actor, Engine, Error, Write, contacts};
use rapport_contract::{AccountId, ContactId, Fault, FaultCode, Problem, SegmentId};
use sea_orm::{ConnectionTrait, Value};

/// Which way a membership changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Contacts become members.
    In,
    /// Members become none.
    Out,
}

/// The most faults that one answer tells.
const FAULTS_MAX: usize = 100;

/// Puts contacts into a segment or takes them out. Gives how many are in another state than before; each has it in its timeline. Nothing
/// else of a contact changes, its version included.
///
/// # Errors
/// `not_found` when there is no such segment; `validation_failed` naming ids that are no contacts: then nothing is changed.
pub async fn change_members(
    w: &Write<'_>,
    actor: &Actor,
    segment: SegmentId,
    turn: Turn,
    named: &[ContactId],
) -> Result<u64, Error> {
    let segment = hold(w, actor.account, segment).await?;
    let mut ids = named.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let unknown = contacts::unknown(w, actor.account, &ids).await?;
    if !unknown.is_empty() {
        let fault = |(place, id): (usize, &ContactId)| {
            Fault::new(
                format!("/ids/{place}"),
                FaultCode::UnknownValue,
                format!("there is no contact {id} in this account"),
            )
        };
        let faults = named.iter().enumerate();
        let faults = faults.filter(|(_, id)| unknown.binary_search(id).is_ok());
        return Err(Problem::invalid(faults.map(fault).take(FAULTS_MAX).collect()).into());
    }
    change_all(w, actor, &segment, turn, &ids).await
}

/// As [`change_members`], where those that are no contacts any more are passed over. The database changes sets by itself, whatever their size:
/// give it some thousands at a time, so that nobody's edit waits.
///
/// # Errors
/// `not_found` when there is no such segment.
pub(crate) async fn change_live(
    w: &Write<'_>,
    actor: &Actor,
    segment: SegmentId,
    turn: Turn,
    contacts: &[ContactId],
) -> Result<u64, Error> {
    let segment = hold(w, actor.account, segment).await?;
    change_all(w, actor, &segment, turn, contacts).await
}

/// As [`change_members`], for one contact.
///
/// # Errors
/// `not_found` when there is no such segment or contact.
pub async fn change_one(
    w: &Write<'_>,
    actor: &Actor,
    segment: SegmentId,
    turn: Turn,
    contact: ContactId,
) -> Result<u64, Error> {
    let ids = [contact];
    if !contacts::unknown(w, actor.account, &ids).await?.is_empty() {
        return Err(contacts::read::not_found().into());
    }
    let segment = hold(w, actor.account, segment).await?;
    change_all(w, actor, &segment, turn, &ids).await
}

/// A segment that cannot be deleted before the change is done.
pub(crate) async fn hold(
    w: &Write<'_>,
    account: AccountId,
    id: SegmentId,
) -> Result<segments::Model, Error> {
    find(&w.tx, account, id, Engine::of(&w.tx).for_share()).await
}

/// Changes the memberships of those that are live contacts.
async fn change_all(
    w: &Write<'_>,
    actor: &Actor,
    segment: &segments::Model,
    turn: Turn,
    contacts: &[ContactId],
) -> Result<u64, Error> {
    let ids: Vec<_> = contacts.iter().map(|id| id.as_i64()).collect();
    let kind = match turn {
        Turn::In => Kind::SegmentAdded,
        Turn::Out => Kind::SegmentRemoved,
    };
    let (actor_kind, actor_id) = actor.who.columns();
    let change = Change {
        turn,
        segment: segment.id,
        kind,
        values: [
            actor.account.as_i64().into(),
            segment.id.into(),
            crate::sql::json(&ids),
            kind.as_str().into(),
            told(segment, turn)?.into(),
            actor_kind.into(),
            actor_id.into(),
            w.now().unix_millis().into(),
            activities::event(kind).into(),
        ],
        activities: w.reserve(ids.len())?,
        events: w.reserve(ids.len())?,
    };
    w.in_bulk().await?;
    match Engine::of(&w.tx) {
        Engine::Postgres => change.on_postgres(w).await,
        Engine::Sqlite => change.on_sqlite(w).await,
    }
}

/// What the timeline says: the segment's name as it is now, and its id.
fn told(segment: &segments::Model, turn: Turn) -> Result<String, Error> {
    let change = |field: &str, value: String| {
        let (from, to) = match turn {
            Turn::In => (None, Some(value)),
            Turn::Out => (Some(value), None),
        };
        FieldChange {
            field: field.to_owned(),
            from,
            to,
        }
    };
    let changes = [
        change("segment", segment.name.clone()),
        change("segment_id", SegmentId::from_i64(segment.id).to_string()),
    ];
    serde_json::to_string(&changes).map_err(|error| Error::Corrupt(error.to_string()))
}

/// A change of many memberships, as statements: the members, an activity each, an event each.
struct Change {
    turn: Turn,
    segment: i64,
    kind: Kind,
    /// `$1` account, `$2` segment, `$3` ids, `$4` kind, `$5` what is told, `$6` and `$7` who, `$8` when, `$9` the event's kind.
    values: [Value; 9],
    activities: IdRange,
    events: IdRange,
}

impl Change {
    /// One statement: what really changed comes out of the change itself, whatever others do meanwhile.
    async fn on_postgres(self, w: &Write<'_>) -> Result<u64, Error> {
        // The contacts are held in the order of their ids, as everywhere, so that they cannot be deleted or deadlocked meanwhile.
        let change = match self.turn {
            Turn::In => {
                "INSERT INTO segment_members (account_id, segment_id, contact_id) \
                 SELECT $1, $2, id FROM live ON CONFLICT DO NOTHING RETURNING contact_id"
            }
            Turn::Out => {
                // An array, not a join: with statistics from before the segment grew, a join reads all its members for each contact.
                "DELETE FROM segment_members WHERE account_id = $1 AND segment_id = $2 \
                 AND contact_id = ANY (ARRAY (SELECT id FROM live)) RETURNING contact_id"
            }
        };
        let sql = format!(
            "WITH live AS MATERIALIZED (SELECT id FROM contacts WHERE account_id = $1 AND deleted_at IS NULL AND {live} \
                                        ORDER BY id FOR SHARE), \
             changed AS ({change}), \
             numbered AS MATERIALIZED (SELECT contact_id, row_number() OVER (ORDER BY contact_id) - 1 AS n FROM changed), \
             told AS (INSERT INTO activities (account_id, id, contact_id, kind, changes, actor_kind, actor_id, at) \
                      SELECT $1, {activity}, contact_id, $4, $5, $6, $7, $8 FROM numbered) \
             INSERT INTO events (account_id, id, kind, subject_id, at) SELECT $1, {event}, $9, contact_id, $8 FROM numbered",
            live = Engine::Postgres.is_among("id", 3),
            activity = self.activities.sql("n"),
            event = self.events.sql("n"),
        );
        let statement = Engine::Postgres.statement(sql, self.values);
        Ok(w.tx.execute_raw(statement).await?.rows_affected())
    }

    /// Three statements: there is one writer, so what will change can be told first.
    async fn on_sqlite(self, w: &Write<'_>) -> Result<u64, Error> {
        let [
            account,
            segment,
            ids,
            kind,
            changes,
            actor_kind,
            actor_id,
            at,
            event_kind,
        ] = self.values;
        let engine = Engine::Sqlite;
        let (first, last) = (self.activities.first(), self.activities.last());
        let is_member = "EXISTS (SELECT 1 FROM segment_members m \
                         WHERE m.account_id = $1 AND m.segment_id = $2 AND m.contact_id = i.id)";
        let changes_it = match self.turn {
            Turn::In => format!("NOT {is_member}"),
            Turn::Out => is_member.to_owned(),
        };
        let tell = engine.statement(
            format!(
                "INSERT INTO activities (account_id, id, contact_id, kind, changes, actor_kind, actor_id, at) \
                 SELECT $1, {id}, contact_id, $4, $5, $6, $7, $8 FROM \
                 (SELECT i.id AS contact_id, row_number() OVER (ORDER BY i.id) - 1 AS n FROM contact_index i NOT INDEXED \
                  WHERE i.account_id = $1 AND i.id IN ({ids}) AND {changes_it})",
                id = self.activities.sql("n"),
                ids = engine.numbers(3),
            ),
            [account.clone(), segment.clone(), ids, kind, changes, actor_kind, actor_id, at.clone()],
        );
        let changed = w.tx.execute_raw(tell).await?.rows_affected();
        if changed == 0 {
            return Ok(0);
        }
        // The activities that were made just now name the contacts.
        let of_change = format!("FROM activities WHERE id BETWEEN {first} AND {last}");
        let event = engine.statement(
            format!(
                "INSERT INTO events (account_id, id, kind, subject_id, at) \
                 SELECT $1, {id}, $2, contact_id, $3 FROM \
                 (SELECT contact_id, row_number() OVER (ORDER BY id) - 1 AS n {of_change})",
                id = self.events.sql("n"),
            ),
            [account.clone(), event_kind, at],
        );
        w.tx.execute_raw(event).await?;
        let change = match self.turn {
            Turn::In => format!(
                "INSERT INTO segment_members (account_id, segment_id, contact_id) SELECT $1, $2, contact_id {of_change}"
            ),
            Turn::Out => format!(
                "DELETE FROM segment_members WHERE account_id = $1 AND segment_id = $2 AND contact_id IN (SELECT contact_id {of_change})"
            ),
        };
        let change = engine.statement(change, [account, segment]);
        let members = w.tx.execute_raw(change).await?.rows_affected();
        if members != changed {
            return Err(Error::Corrupt(format!(
                "{changed} contacts were to have {:?} for segment {}, and {members} had",
                self.kind, self.segment
            )));
        }
        Ok(changed)
    }
}
