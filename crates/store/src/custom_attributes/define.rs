//! Defining custom attributes.

use super::attributes::read;
use super::{Attributes, Slot};
use crate::accounts::catalogue_changed;
use crate::entity::custom_attributes;
use crate::{Actor, Error, Write, events};
use rapport_contract::custom_attribute::{AttributeType, CustomAttribute, NewAttribute};
use rapport_contract::{Code, Fault, FaultCode, Problem};
use sea_orm::{EntityTrait, IntoActiveModel};

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
    refuse_taken(&attributes, &new.key)?;
    let slot = free_slot(&attributes, new.kind);
    let now = w.now().unix_millis();
    let row = custom_attributes::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        key: new.key.clone(),
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
    };
    custom_attributes::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    events::record(w, actor.account, "custom_attribute.created", row.id).await?;
    Ok(read(row)?.1)
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
fn free_slot(attributes: &Attributes, kind: AttributeType) -> Option<Slot> {
    let taken = |slot: &Slot| {
        let mut all = attributes.all().iter();
        all.any(|one| one.slot == Some(*slot) || one.filling == Some(*slot))
    };
    Slot::of(kind).find(|slot| !taken(slot))
}
