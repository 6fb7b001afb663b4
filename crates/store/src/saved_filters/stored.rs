//! A saved filter as it is kept, and who sees it.

use crate::entity::saved_filters;
use crate::{Actor, Engine, Error, Store};
use rapport_contract::{Instant, SavedFilterId, UserId};
use rapport_filter::Raw;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

/// A saved filter as it is kept: what it says, whether it still can be used or not.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFilter {
    /// The saved filter.
    pub id: SavedFilterId,
    /// Its name.
    pub name: String,
    /// The filter as it was sent.
    pub filter: Raw,
    /// The order to show.
    pub sort: Option<String>,
    /// The columns to show.
    pub columns: Option<Vec<String>>,
    /// Whether everybody of the account sees it.
    pub shared: bool,
    /// Whether the one who asks made it.
    pub mine: bool,
    /// The person who made it; none for a program.
    pub owner: Option<UserId>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts the changes.
    pub version: i64,
}

/// A filter in the database.
#[derive(Serialize, Deserialize)]
pub(super) struct Versioned {
    /// The version of the language.
    pub(super) v: u8,
    /// The filter.
    pub(super) filter: Raw,
}

/// The version of the filter language that is written.
pub(super) const LANGUAGE_VERSION: u8 = 1;

impl StoredFilter {
    pub(super) fn read(row: saved_filters::Model, viewer: &Actor) -> Result<Self, Error> {
        let mine = is_of(&row, viewer);
        let saved_filters::Model {
            account_id: _,
            id,
            name,
            filter,
            sort,
            columns,
            owner_kind,
            owner_id,
            shared,
            created_at,
            updated_at,
            version,
            deleted_at: _,
        } = row;
        let corrupt =
            |error: serde_json::Error| Error::Corrupt(format!("saved filter {id}: {error}"));
        let Versioned { v, filter } = serde_json::from_str(&filter).map_err(corrupt)?;
        if v != LANGUAGE_VERSION {
            return Err(Error::Corrupt(format!("saved filter {id}: version {v}")));
        }
        let columns = columns.as_deref().map(serde_json::from_str);
        Ok(Self {
            id: SavedFilterId::from_i64(id),
            name,
            filter,
            sort,
            columns: columns.transpose().map_err(corrupt)?,
            shared,
            mine,
            owner: owner_id
                .filter(|_| owner_kind == "user")
                .map(UserId::from_i64),
            created_at: Instant::from_unix_millis(created_at),
            updated_at: Instant::from_unix_millis(updated_at),
            version,
        })
    }
}

/// Whether `actor` made it.
pub(super) fn is_of(row: &saved_filters::Model, actor: &Actor) -> bool {
    (row.owner_kind.as_str(), row.owner_id) == actor.who.columns()
}

/// The condition that a saved filter is not deleted, and the viewer sees it: `$1` is the account, `$2` and `$3` who views.
const VISIBLE: &str =
    "account_id = $1 AND deleted_at IS NULL AND (shared OR owner_kind = $2 AND owner_id = $3)";

/// The saved filter, if the viewer sees it: it is shared, or the viewer made it. A program sees those that it made with the same key.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    viewer: &Actor,
    id: SavedFilterId,
) -> Result<Option<StoredFilter>, Error> {
    let (kind, who) = viewer.who.columns();
    let statement = Engine::of(db).statement(
        format!("SELECT * FROM saved_filters WHERE {VISIBLE} AND id = $4"),
        [
            viewer.account.as_i64().into(),
            kind.into(),
            who.into(),
            id.as_i64().into(),
        ],
    );
    let row = saved_filters::Model::find_by_statement(statement)
        .one(db)
        .await?;
    row.map(|row| StoredFilter::read(row, viewer)).transpose()
}

/// As [`find`], for showing it.
pub async fn get(
    store: &Store,
    viewer: &Actor,
    id: SavedFilterId,
) -> Result<Option<StoredFilter>, Error> {
    find(&store.reader, viewer, id).await
}

/// Every saved filter that the viewer sees, by name; of two with the same name the older first.
pub async fn list(store: &Store, viewer: &Actor) -> Result<Vec<StoredFilter>, Error> {
    let (kind, who) = viewer.who.columns();
    let statement = store.engine().statement(
        format!("SELECT * FROM saved_filters WHERE {VISIBLE} ORDER BY id"),
        [viewer.account.as_i64().into(), kind.into(), who.into()],
    );
    let rows = saved_filters::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    let mut filters = rows
        .into_iter()
        .map(|row| StoredFilter::read(row, viewer))
        .collect::<Result<Vec<_>, Error>>()?;
    filters.sort_by_cached_key(|filter| rapport_filter::text::normalise(&filter.name));
    Ok(filters)
}
