//! Saving, changing, deleting filters.

use super::stored::{LANGUAGE_VERSION, StoredFilter, Versioned, is_of};
use crate::RESTORABLE_SECONDS;
use crate::accounts::check_version;
use crate::entity::saved_filters;
use crate::{Actor, Engine, Error, Write, events};
use rapport_contract::role::{Permission, Permissions};
use rapport_contract::saved_filter::SAVED_FILTERS_MAX;
use rapport_contract::{Code, Instant, Patch, Problem, SavedFilterId};
use rapport_filter::Raw;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// A saved filter to make: everything of it was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSavedFilter {
    /// Its name.
    pub name: String,
    /// The filter.
    pub filter: Raw,
    /// The order to show.
    pub sort: Option<String>,
    /// The columns to show.
    pub columns: Option<Vec<String>>,
    /// Whether everybody of the account sees it.
    pub shared: bool,
}

/// A change to make: everything of it was checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SavedFilterChange {
    /// The new name.
    pub name: Option<String>,
    /// The new filter.
    pub filter: Option<Raw>,
    /// The order to show.
    pub sort: Patch<String>,
    /// The columns to show.
    pub columns: Patch<Vec<String>>,
    /// Whether everybody of the account sees it.
    pub shared: Option<bool>,
}

fn not_found() -> Problem {
    Problem::not_found("saved filter")
}

fn filter_text(filter: &Raw) -> Result<String, Error> {
    let versioned = Versioned {
        v: LANGUAGE_VERSION,
        filter: filter.clone(),
    };
    serde_json::to_string(&versioned).map_err(|error| Error::Corrupt(error.to_string()))
}

fn columns_text(columns: &[String]) -> Result<String, Error> {
    serde_json::to_string(columns).map_err(|error| Error::Corrupt(error.to_string()))
}

/// Saves a filter. Its maker is whoever acts.
///
/// # Errors
/// `limit_reached`.
pub async fn create(
    w: &Write<'_>,
    actor: &Actor,
    new: &NewSavedFilter,
) -> Result<StoredFilter, Error> {
    refuse_too_many(w, actor).await?;
    let NewSavedFilter {
        name,
        filter,
        sort,
        columns,
        shared,
    } = new;
    let (owner_kind, owner_id) = actor.who.columns();
    let now = w.now().unix_millis();
    let row = saved_filters::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        name: name.clone(),
        filter: filter_text(filter)?,
        sort: sort.clone(),
        columns: columns.as_deref().map(columns_text).transpose()?,
        owner_kind: owner_kind.to_owned(),
        owner_id,
        shared: *shared,
        created_at: now,
        updated_at: now,
        version: 1,
        deleted_at: None,
    };
    saved_filters::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    events::record(w, actor.account, "saved_filter.created", row.id).await?;
    StoredFilter::read(row, actor)
}

async fn refuse_too_many(w: &Write<'_>, actor: &Actor) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "SELECT count(*) AS n FROM saved_filters WHERE account_id = $1 AND deleted_at IS NULL",
        [actor.account.as_i64().into()],
    );
    let row = w.tx.query_one_raw(statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    if u64::try_from(n).unwrap_or_default() < SAVED_FILTERS_MAX {
        return Ok(());
    }
    Err(Problem::new(
        Code::LimitReached,
        format!(
            "An account has at most {SAVED_FILTERS_MAX} saved filters. Delete one that is not used any more."
        ),
    )
    .into())
}

/// A saved filter that the actor may change, held until the change is done. What others keep to themselves is not there; what they share
/// is theirs, unless the actor may manage such filters.
async fn hold(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    id: SavedFilterId,
) -> Result<saved_filters::Model, Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT * FROM saved_filters WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        [actor.account.as_i64().into(), id.as_i64().into()],
    );
    let row = saved_filters::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let row = row.ok_or_else(not_found)?;
    if is_of(&row, actor) {
        return Ok(row);
    }
    if !row.shared {
        return Err(not_found().into());
    }
    if !permissions.has(Permission::SavedFiltersManage) {
        let permission = Permission::SavedFiltersManage;
        return Err(Problem::new(
            Code::Forbidden,
            format!(
                "Somebody else made this filter. To change it needs {}, which the role {} and above have. Save a filter of your own instead.",
                permission.as_str(),
                permission.least_role().as_str()
            ),
        )
        .into());
    }
    Ok(row)
}

/// Changes a saved filter; with `if_version`, only if nobody changed it meanwhile. A change that changes nothing makes no new version.
///
/// # Errors
/// `not_found`; `forbidden`; `version_mismatch`.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    id: SavedFilterId,
    change: &SavedFilterChange,
    if_version: Option<i64>,
) -> Result<StoredFilter, Error> {
    let before = hold(w, actor, permissions, id).await?;
    if before.deleted_at.is_some() {
        return Err(not_found().into());
    }
    check_version(before.version, if_version)?;
    let SavedFilterChange {
        name,
        filter,
        sort,
        columns,
        shared,
    } = change.clone();
    if shared == Some(false) && before.shared && !is_of(&before, actor) {
        return Err(Problem::new(
            Code::Forbidden,
            "Only whoever made a shared filter can take it back for themselves. Delete it, if nobody needs it.",
        )
        .into());
    }
    let mut after = before.clone();
    after.name = name.unwrap_or(after.name);
    if let Some(filter) = &filter {
        after.filter = filter_text(filter)?;
    }
    after.sort = sort.apply(after.sort);
    let columns = columns.try_map(|columns| columns_text(&columns))?;
    after.columns = columns.apply(after.columns);
    after.shared = shared.unwrap_or(after.shared);
    if after == before {
        return StoredFilter::read(before, actor);
    }
    write(w, actor, after, "saved_filter.updated").await
}

/// Deletes a saved filter; it can be restored for 30 days.
///
/// # Errors
/// As [`update`].
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    id: SavedFilterId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let mut row = hold(w, actor, permissions, id).await?;
    if row.deleted_at.is_some() {
        return Err(not_found().into());
    }
    check_version(row.version, if_version)?;
    row.deleted_at = Some(w.now().unix_millis());
    write(w, actor, row, "saved_filter.deleted").await.map(drop)
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`, also when the deletion was too long ago; `forbidden`; `not_deleted`; `limit_reached`.
pub async fn restore(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    id: SavedFilterId,
) -> Result<StoredFilter, Error> {
    let mut row = hold(w, actor, permissions, id).await?;
    let Some(at) = row.deleted_at else {
        return Err(Problem::new(Code::NotDeleted, "The saved filter is not deleted.").into());
    };
    if Instant::from_unix_millis(at).plus_seconds(RESTORABLE_SECONDS) < w.now() {
        return Err(not_found().into());
    }
    refuse_too_many(w, actor).await?;
    row.deleted_at = None;
    write(w, actor, row, "saved_filter.restored").await
}

/// Writes a new version.
async fn write(
    w: &Write<'_>,
    actor: &Actor,
    mut row: saved_filters::Model,
    event: &str,
) -> Result<StoredFilter, Error> {
    row.updated_at = w.now().unix_millis();
    row.version += 1;
    row.clone()
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    events::record(w, actor.account, event, row.id).await?;
    StoredFilter::read(row, actor)
}

/// Forgets saved filters whose deletion can no longer be taken back. Gives how many went.
pub async fn forget_deleted(w: &Write<'_>) -> Result<u64, Error> {
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM saved_filters WHERE deleted_at < $1",
        [before.into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}
