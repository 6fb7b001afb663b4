//! Merging.

use super::MOVED;
use super::combine::combined;
use super::stored::{self, shown};
use crate::accounts::check_version;
use crate::activities::{self, Change, FieldChange, Kind};
use crate::catalogue::AccountCatalogue;
use crate::contacts::delete::put_away;
use crate::contacts::differences::differences;
use crate::contacts::insert_rows;
use crate::contacts::merge::whereabouts;
use crate::contacts::read::{Loaded, hold_catalogue, load_many};
use crate::contacts::update::write;
use crate::entity::{merges, segment_members};
use crate::{Actor, Engine, Error, Write, events};
use rapport_contract::contact::ADDRESSES_MAX;
use rapport_contract::merge::{MergeField, Merged};
use rapport_contract::{ContactId, Fault, FaultCode, MergeId, Problem};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

/// Merges a contact into another, the survivor; with `if_version`, only if nobody changed that meanwhile.
///
/// # Errors
/// `not_found`, `contact_merged`; `version_mismatch`; `validation_failed` for a contact and itself, or when both together have more addresses than
/// one contact can have.
pub async fn merge(
    w: &Write<'_>,
    actor: &Actor,
    survivor: ContactId,
    other: ContactId,
    take: &[MergeField],
    if_version: Option<i64>,
) -> Result<Merged, Error> {
    if survivor == other {
        let expected = "expected another contact than the one in the path";
        let fault = Fault::new("/contact", FaultCode::Unexpected, expected);
        return Err(Problem::invalid(vec![fault]).into());
    }
    let account = actor.account;
    let both = [survivor.as_i64(), other.as_i64()];
    let mut held = load_many(&w.tx, account, &both, true).await?;
    let mut held = async |id: ContactId| match held.remove(&id.as_i64()) {
        Some(loaded) => Ok(loaded),
        None => Err(Error::from(whereabouts(&w.tx, account, id).await?)),
    };
    let (before, gone) = (held(survivor).await?, held(other).await?);
    check_version(before.contact.version, if_version)?;
    let catalogue = hold_catalogue(w, account).await?;
    let mut after = combined(&before, &gone, take)?;
    refuse_too_many(&after)?;
    let name = gone.shown_name()?;
    let id = w.id()?;

    put_away(w, actor, std::slice::from_ref(&gone), Some(survivor)).await?;
    for (table, index) in MOVED {
        move_rows(w, actor, table, index, (other, survivor), id).await?;
    }
    after.contact.updated_at = w.now().unix_millis();
    after.contact.version += 1;
    write(w, &catalogue, &before, &after).await?;
    let joined = after.segments.iter();
    let joined = joined.filter(|segment| !before.segments.contains(segment));
    let members = joined.map(|&segment_id| segment_members::Model {
        account_id: account.as_i64(),
        segment_id,
        contact_id: survivor.as_i64(),
    });
    insert_rows::<segment_members::Entity, _>(w, members).await?;

    let row = merges::Model {
        account_id: account.as_i64(),
        id,
        survivor_id: survivor.as_i64(),
        merged_id: other.as_i64(),
        at: w.now().unix_millis(),
        before: Some(stored::write(&before)?),
        after: Some(stored::write(&after)?),
        undone_at: None,
    };
    merges::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    let mut fields = vec![FieldChange {
        field: "contact".to_owned(),
        from: Some(format!("{name} ({other})")),
        to: None,
    }];
    fields.extend(differences(&before, &after)?);
    fields.extend(segments_told(&catalogue, &before, &after));
    let change = Change {
        contact: survivor,
        kind: Kind::Merged,
        fields,
        note: None,
    };
    activities::record(w, actor, &[change]).await?;
    events::record(w, account, "contact.merged_away", other.as_i64()).await?;
    Ok(Merged {
        contact: after.into_contact(&catalogue)?,
        merge: shown(&row, false, w.now()),
    })
}

/// What is different about the segments of a contact, by their names.
pub(super) fn segments_told(
    catalogue: &AccountCatalogue,
    before: &Loaded,
    after: &Loaded,
) -> Option<FieldChange> {
    let names = |loaded: &Loaded| {
        let tags = loaded.segments.iter();
        let names: Vec<_> = tags
            .filter_map(|id| Some(catalogue.segments.get(id)?.name.as_str()))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let (from, to) = (names(before), names(after));
    (from != to).then(|| FieldChange {
        field: "segments".to_owned(),
        from,
        to,
    })
}

fn refuse_too_many(after: &Loaded) -> Result<(), Error> {
    let most = [
        after.emails.len(),
        after.phones.len(),
        after.identities.len(),
    ];
    if most.into_iter().all(|number| number <= ADDRESSES_MAX) {
        return Ok(());
    }
    let detail = format!(
        "both together have more than {ADDRESSES_MAX} e-mails, phones or identities; remove some of them before"
    );
    Err(Problem::invalid(vec![Fault::new("/contact", FaultCode::TooMany, detail)]).into())
}

/// Moves what belongs to one contact to another, for the merge with this id.
async fn move_rows(
    w: &Write<'_>,
    actor: &Actor,
    table: &str,
    index: &str,
    (from, to): (ContactId, ContactId),
    merge: i64,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "UPDATE {table}{} SET contact_id = $3, merge_id = $4 WHERE account_id = $1 AND contact_id = $2",
            engine.indexed_by(index)
        ),
        [
            actor.account.as_i64().into(),
            from.as_i64().into(),
            to.as_i64().into(),
            MergeId::from_i64(merge).as_i64().into(),
        ],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}
