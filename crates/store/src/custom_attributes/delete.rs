//! Deleting custom attributes, and taking it back.

use super::attributes::read;
use super::define::{find, find_any, not_found, write};
use super::walk::walk_later;
use crate::RESTORABLE_SECONDS;
use crate::accounts::{catalogue_changed, check_version};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::custom_attribute::CustomAttribute;
use rapport_contract::{AccountId, AttributeId, Code, Problem};
use sea_orm::FromQueryResult;

/// Deletes an attribute; it can be restored for 30 days, and the values come back with it. Until then nobody sees them, and no other attribute
/// gets its key. With `if_version`, only if nobody changed it meanwhile.
///
/// # Errors
/// `not_found`, `version_mismatch`.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    id: AttributeId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let mut row = find(&w.tx, actor.account, id, Engine::of(&w.tx).for_update()).await?;
    check_version(row.version, if_version)?;
    row.deleted_at = Some(w.now().unix_millis());
    catalogue_changed(w, actor.account).await?;
    let deleted = write(w, actor, row, "custom_attribute.deleted").await;
    deleted.map(drop)
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`, also when the deletion was too long ago; `not_deleted`.
pub async fn restore(
    w: &Write<'_>,
    actor: &Actor,
    id: AttributeId,
) -> Result<CustomAttribute, Error> {
    let lock = Engine::of(&w.tx).for_update();
    let row = find_any(&w.tx, actor.account, id, lock).await?;
    let mut row = row.ok_or_else(not_found)?;
    let (attribute, _) = read(row.clone())?;
    if attribute.deleted_at.is_none() {
        return Err(Problem::new(Code::NotDeleted, "The attribute is not deleted.").into());
    }
    if attribute.is_gone(w.now()) {
        return Err(not_found().into());
    }
    row.deleted_at = None;
    catalogue_changed(w, actor.account).await?;
    write(w, actor, row, "custom_attribute.restored").await
}

#[derive(FromQueryResult)]
struct Account {
    account_id: i64,
}

/// Sees to it that the values of attributes go whose deletion can no longer be taken back: in every account that has some.
pub async fn forget_deleted(w: &Write<'_>) -> Result<(), Error> {
    let before = w.now().plus_seconds(-RESTORABLE_SECONDS).unix_millis();
    let statement = Engine::of(&w.tx).statement(
        "SELECT DISTINCT account_id FROM custom_attributes WHERE deleted_at < $1",
        [before.into()],
    );
    for row in Account::find_by_statement(statement).all(&w.tx).await? {
        walk_later(w, AccountId::from_i64(row.account_id)).await?;
    }
    Ok(())
}
