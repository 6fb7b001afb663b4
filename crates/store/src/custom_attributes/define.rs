//! Defining custom attributes.

use super::attributes::read;
use super::{Attributes, Slot};
use crate::accounts::catalogue_changed;
use crate::entity::custom_attributes;
use crate::{Actor, Engine, Error, Store, Write, events};
use rapport_contract::custom_attribute::{
    AttributeTag, AttributeType, CustomAttribute, NewAttribute,
};
use rapport_contract::{AccountId, AttributeId, Code, Fault, FaultCode, Problem};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// The most attributes that an account has.
const ATTRIBUTES_MAX: usize = 200;

/// Defines an attribute. It gets a slot while there is one for its type: no contact has a value yet, so there is nothing to fill.
///
/// # Errors
/// `attribute_conflict`, `limit_reached`.
pub async fn create(
    w: &Write<'_>,
    actor: &Actor,
    new: &NewAttribute,
) -> Result<CustomAttribute, Error> {
    catalogue_changed(w, actor.account).await?;
    let attributes = Attributes::load(&w.tx, actor.account).await?;
    refuse_taken(&attributes, new.key.as_str())?;
    let slot = free_slot(&attributes, new.kind);
    let now = w.now().unix_millis();
    let row = custom_attributes::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        key: new.key.as_str().to_owned(),
        label: new.label.clone(),
        kind: new.kind.as_str().to_owned(),
        choices: serde_json::to_string(&new.choices)
            .map_err(|error| Error::Corrupt(error.to_string()))?,
        description: new.description.clone(),
        slot: slot.map(|slot| slot.column().to_owned()),
        slot_filled: slot.is_some(),
        created_at: now,
        updated_at: now,
        version: 1,
        deleted_at: None,
        replacing: None,
    };
    custom_attributes::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    events::record(w, actor.account, "custom_attribute.created", row.id).await?;
    Ok(read(row)?.1)
}

/// The attributes, the oldest first.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<CustomAttribute>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM custom_attributes WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id",
        [account.as_i64().into()],
    );
    let rows = custom_attributes::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    rows.into_iter().map(|row| Ok(read(row)?.1)).collect()
}

/// One attribute.
///
/// # Errors
/// `not_found` when the account has no such attribute, or it is deleted.
pub async fn get(
    store: &Store,
    account: AccountId,
    id: AttributeId,
) -> Result<CustomAttribute, Error> {
    Ok(read(find(&store.reader, account, id, "").await?)?.1)
}

pub(super) fn not_found() -> Problem {
    Problem::not_found("custom attribute")
}

/// The row of an attribute that is not deleted.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: AttributeId,
    lock: &str,
) -> Result<custom_attributes::Model, Error> {
    let row = find_any(db, account, id, lock).await?;
    let row = row.filter(|row| row.deleted_at.is_none());
    row.ok_or_else(|| not_found().into())
}

/// The row of an attribute, deleted or not.
pub(super) async fn find_any(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: AttributeId,
    lock: &str,
) -> Result<Option<custom_attributes::Model>, Error> {
    let statement = Engine::of(db).statement(
        format!("SELECT * FROM custom_attributes WHERE account_id = $1 AND id = $2{lock}"),
        [account.as_i64().into(), id.as_i64().into()],
    );
    let row = custom_attributes::Model::find_by_statement(statement);
    Ok(row.one(db).await?)
}

/// Writes a new version.
pub(super) async fn write(
    w: &Write<'_>,
    actor: &Actor,
    mut row: custom_attributes::Model,
    event: &str,
) -> Result<CustomAttribute, Error> {
    row.updated_at = w.now().unix_millis();
    row.version += 1;
    write_quietly(w, row.clone()).await?;
    events::record(w, actor.account, event, row.id).await?;
    Ok(read(row)?.1)
}

/// Writes what nobody asked for: where the values stand.
pub(super) async fn write_quietly(
    w: &Write<'_>,
    row: custom_attributes::Model,
) -> Result<(), Error> {
    let update = row.into_active_model().reset_all().update(&w.tx).await;
    update.map(drop).map_err(Error::from)
}

fn refuse_taken(attributes: &Attributes, key: &str) -> Result<(), Error> {
    let holder = attributes.all().iter().find(|one| one.key == key);
    if let Some(holder) = holder {
        let detail = match holder.deleted_at {
            None => format!("{} has this key. Choose another one.", holder.id),
            Some(_) => format!(
                "{} has this key. It is deleted, and its values can still be brought back: restore it, choose another key, or wait until \
                 30 days have passed since.",
                holder.id
            ),
        };
        return Err(Problem {
            faults: vec![Fault::new("/key", FaultCode::Taken, detail.clone())],
            attribute: Some(AttributeTag {
                id: holder.id,
                key: holder.key.clone(),
                deleted: holder.deleted_at.is_some(),
            }),
            ..Problem::new(Code::AttributeConflict, detail)
        }
        .into());
    }
    if attributes.all().len() >= ATTRIBUTES_MAX {
        return Err(Problem::new(
            Code::LimitReached,
            format!(
                "An account has at most {ATTRIBUTES_MAX} custom attributes, those that were deleted in the last 30 days among them."
            ),
        )
        .into());
    }
    Ok(())
}

/// The first slot for values of this type that nobody has. Deleted attributes keep theirs until their values are gone.
pub(super) fn free_slot(attributes: &Attributes, kind: AttributeType) -> Option<Slot> {
    let taken = |slot: &Slot| {
        let mut all = attributes.all().iter();
        all.any(|one| one.slot == Some(*slot) || one.filling == Some(*slot))
    };
    Slot::of(kind).find(|slot| !taken(slot))
}
