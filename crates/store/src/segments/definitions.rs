//! What segments there are.

use crate::RESTORABLE_SECONDS;
use crate::accounts::{catalogue_changed, check_version};
use crate::entity::segments;
use crate::{Actor, Engine, Error, Store, Write, events};
use rapport_contract::color::Color;
use rapport_contract::segment::{NewSegment, SEGMENTS_MAX, Segment, SegmentChange, SegmentTag};
use rapport_contract::{AccountId, Code, Fault, FaultCode, Instant, Problem, SegmentId};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

impl TryFrom<segments::Model> for Segment {
    type Error = Error;

    fn try_from(row: segments::Model) -> Result<Self, Error> {
        let segments::Model {
            account_id: _,
            id,
            name,
            name_key: _,
            color,
            created_at,
            updated_at,
            version,
            deleted_at: _,
        } = row;
        Ok(Self {
            id: SegmentId::from_i64(id),
            name,
            color: read_color(&color)?,
            created_at: Instant::from_unix_millis(created_at),
            updated_at: Instant::from_unix_millis(updated_at),
            version,
        })
    }
}

fn read_color(text: &str) -> Result<Color, Error> {
    Color::from_name(text).ok_or_else(|| Error::Corrupt(format!("colour {text:?}")))
}

/// Every segment, by its normalised name.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<Segment>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM segments WHERE account_id = $1 AND deleted_at IS NULL ORDER BY name_key, id",
        [account.as_i64().into()],
    );
    let rows = segments::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(Segment::try_from).collect()
}

/// One segment.
pub async fn get(store: &Store, account: AccountId, id: SegmentId) -> Result<Segment, Error> {
    find(&store.reader, account, id, "").await?.try_into()
}

/// A segment that is not deleted.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: SegmentId,
    lock: &str,
) -> Result<segments::Model, Error> {
    let row = find_any(db, account, id, lock).await?;
    row.filter(|row| row.deleted_at.is_none())
        .ok_or_else(|| not_found().into())
}

fn not_found() -> Problem {
    Problem::not_found("segment")
}

/// A segment, deleted or not.
async fn find_any(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: SegmentId,
    lock: &str,
) -> Result<Option<segments::Model>, Error> {
    let statement = Engine::of(db).statement(
        format!("SELECT * FROM segments WHERE account_id = $1 AND id = $2{lock}"),
        [account.as_i64().into(), id.as_i64().into()],
    );
    Ok(segments::Model::find_by_statement(statement)
        .one(db)
        .await?)
}

/// Makes a segment without members.
///
/// # Errors
/// `segment_conflict` when another one has the name; `limit_reached`.
pub async fn create(w: &Write<'_>, actor: &Actor, new: &NewSegment) -> Result<Segment, Error> {
    let NewSegment { name, color } = new;
    catalogue_changed(w, actor.account).await?;
    refuse_taken(w, actor.account, name.key(), None).await?;
    refuse_too_many(w, actor.account).await?;
    let now = w.now().unix_millis();
    let row = segments::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        name: name.as_str().to_owned(),
        name_key: name.key().to_owned(),
        color: color.as_str().to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
        deleted_at: None,
    };
    segments::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    events::record(w, actor.account, "segment.created", row.id).await?;
    row.try_into()
}

/// Refuses a name that another segment has.
async fn refuse_taken(
    w: &Write<'_>,
    account: AccountId,
    name_key: &str,
    own: Option<SegmentId>,
) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT * FROM segments WHERE account_id = $1 AND name_key = $2 AND deleted_at IS NULL",
        [account.as_i64().into(), name_key.into()],
    );
    let row = segments::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let Some(row) = row.filter(|row| Some(row.id) != own.map(SegmentId::as_i64)) else {
        return Ok(());
    };
    let segment = SegmentTag {
        id: SegmentId::from_i64(row.id),
        name: row.name,
        color: read_color(&row.color)?,
    };
    let fault = Fault::new(
        "/name",
        FaultCode::Taken,
        format!("{} has this name", segment.id),
    );
    Err(Problem {
        faults: vec![fault],
        detail: format!("{} ({}) has this name already.", segment.name, segment.id),
        segment: Some(segment),
        ..Problem::new(Code::SegmentConflict, "")
    }
    .into())
}

/// Refuses one segment more than an account may have. Whoever makes one holds the account, so that they are counted one after another.
async fn refuse_too_many(w: &Write<'_>, account: AccountId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT count(*) AS n FROM segments WHERE account_id = $1 AND deleted_at IS NULL",
        [account.as_i64().into()],
    );
    let row = w.tx.query_one_raw(statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    if u64::try_from(n).unwrap_or_default() < SEGMENTS_MAX {
        return Ok(());
    }
    Err(Problem::new(
        Code::LimitReached,
        format!(
            "An account has at most {SEGMENTS_MAX} segments. Delete one that is not used any more."
        ),
    )
    .into())
}

/// Changes a segment's name or colour; with `if_version`, only if nobody changed it meanwhile. A change that changes nothing makes no new
/// version.
///
/// # Errors
/// `not_found`, `version_mismatch`, `segment_conflict`.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    id: SegmentId,
    change: &SegmentChange,
    if_version: Option<i64>,
) -> Result<Segment, Error> {
    let lock = Engine::of(&w.tx).for_update();
    let before = find(&w.tx, actor.account, id, lock).await?;
    check_version(before.version, if_version)?;
    let SegmentChange { name, color } = change;
    let mut after = before.clone();
    if let Some(name) = name {
        refuse_taken(w, actor.account, name.key(), Some(id)).await?;
        name.as_str().clone_into(&mut after.name);
        name.key().clone_into(&mut after.name_key);
    }
    if let Some(color) = color {
        color.as_str().clone_into(&mut after.color);
    }
    if after == before {
        return before.try_into();
    }
    catalogue_changed(w, actor.account).await?;
    write(w, actor, after, "segment.updated").await
}

/// Deletes a segment; it can be restored for 30 days, and its members come back with it. With `if_version`, only if nobody changed it
/// meanwhile.
///
/// Nobody's timeline says that they were taken out: the segment is gone, not they.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    id: SegmentId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let lock = Engine::of(&w.tx).for_update();
    let mut row = find(&w.tx, actor.account, id, lock).await?;
    check_version(row.version, if_version)?;
    row.deleted_at = Some(w.now().unix_millis());
    catalogue_changed(w, actor.account).await?;
    write(w, actor, row, "segment.deleted").await.map(drop)
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`, also when the deletion was too long ago; `not_deleted`; `segment_conflict` when another one has the name now;
/// `limit_reached`.
pub async fn restore(w: &Write<'_>, actor: &Actor, id: SegmentId) -> Result<Segment, Error> {
    let lock = Engine::of(&w.tx).for_update();
    let row = find_any(&w.tx, actor.account, id, lock).await?;
    let mut row = row.ok_or_else(not_found)?;
    let Some(at) = row.deleted_at else {
        return Err(Problem::new(Code::NotDeleted, "The segment is not deleted.").into());
    };
    if Instant::from_unix_millis(at).plus_seconds(RESTORABLE_SECONDS) < w.now() {
        return Err(not_found().into());
    }
    catalogue_changed(w, actor.account).await?;
    refuse_taken(w, actor.account, &row.name_key, None).await?;
    refuse_too_many(w, actor.account).await?;
    row.deleted_at = None;
    write(w, actor, row, "segment.restored").await
}

/// Writes a new version.
async fn write(
    w: &Write<'_>,
    actor: &Actor,
    mut row: segments::Model,
    event: &str,
) -> Result<Segment, Error> {
    row.updated_at = w.now().unix_millis();
    row.version += 1;
    row.clone()
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    events::record(w, actor.account, event, row.id).await?;
    row.try_into()
}
