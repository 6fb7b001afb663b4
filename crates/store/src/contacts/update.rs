//! Changing contacts.

use super::apply::apply;
use super::claims::{Key, claim, keys_of, place};
use super::create::insert_rows;
use super::differences::differences;
use super::read::{Loaded, hold, hold_catalogue};
use super::{keys, reach};
use crate::accounts::check_version;
use crate::activities::{self, Change, FieldChange, Kind};
use crate::catalogue::AccountCatalogue;
use crate::entity::{
    consents, contact_emails, contact_index, contact_phones, contact_search, identities,
};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::{Contact, ContactChange};
use rapport_contract::{ContactId, Fault, FaultCode, Instant, Problem};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

/// Changes a contact; with `if_version`, only if nobody changed it meanwhile. A change that changes nothing makes no new version.
///
/// # Errors
/// `not_found`, `version_mismatch`, `contact_conflict`; `validation_failed` when nothing would be left to know the contact by.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    id: ContactId,
    change: &ContactChange,
    if_version: Option<i64>,
) -> Result<Contact, Error> {
    let before = hold(w, actor.account, id).await?;
    check_version(before.contact.version, if_version)?;
    update_held(w, actor, before, change, None).await
}

/// Changes a contact that is held; what it wants of others is claimed from them. `last_activity_at` moves forwards only.
pub(super) async fn update_held(
    w: &Write<'_>,
    actor: &Actor,
    before: Loaded,
    change: &ContactChange,
    last_activity_at: Option<Instant>,
) -> Result<Contact, Error> {
    let catalogue = hold_catalogue(w, actor.account).await?;
    recheck(&catalogue, change)?;
    let after = apply(w, actor, before.clone(), change)?;
    let had: Vec<Key> = keys_of(&before, |_| String::new())
        .into_iter()
        .map(|wanted| wanted.key)
        .collect();
    let mut wanted = keys_of(&after, |key| place(&change.extras, key));
    wanted.retain(|wanted| !had.contains(&wanted.key));
    let id = ContactId::from_i64(after.contact.id);
    let told = claim(w, actor, &catalogue, id, &wanted).await?;
    let after = with_activity(after, last_activity_at);
    let loaded = match commit(w, actor, &catalogue, before.clone(), after, told).await? {
        Outcome::Unchanged => before,
        Outcome::Changed(after) => *after,
    };
    loaded.into_contact(&catalogue)
}

/// What a change did.
#[derive(Debug)]
pub enum Outcome {
    /// The contact had all of it already.
    Unchanged,
    /// The contact is different now.
    #[expect(private_interfaces, reason = "what is inside is for the store alone")]
    Changed(Box<Loaded>),
}

/// Changes a contact that is held, with values that no other contact has. `last_activity_at` moves forwards only.
pub(crate) async fn change_loaded(
    w: &Write<'_>,
    actor: &Actor,
    catalogue: &AccountCatalogue,
    before: Loaded,
    change: &ContactChange,
    last_activity_at: Option<Instant>,
) -> Result<Outcome, Error> {
    recheck(catalogue, change)?;
    let after = apply(w, actor, before.clone(), change)?;
    let after = with_activity(after, last_activity_at);
    commit(w, actor, catalogue, before, after, Vec::new()).await
}

/// Refuses values of attributes that have changed since the values were checked.
pub(super) fn recheck(catalogue: &AccountCatalogue, change: &ContactChange) -> Result<(), Error> {
    let rechecked = catalogue.attributes.live().recheck(&change.custom);
    Ok(rechecked.map_err(Problem::invalid)?)
}

fn with_activity(mut loaded: Loaded, at: Option<Instant>) -> Loaded {
    let at = at.map(Instant::unix_millis);
    loaded.contact.last_activity_at = loaded.contact.last_activity_at.max(at);
    loaded
}

/// Makes the contact that is held and was `before` what it is `after`, with an activity; `told` stands there beside what is different.
pub(super) async fn commit(
    w: &Write<'_>,
    actor: &Actor,
    catalogue: &AccountCatalogue,
    before: Loaded,
    mut after: Loaded,
    told: Vec<FieldChange>,
) -> Result<Outcome, Error> {
    if after == before {
        return Ok(Outcome::Unchanged);
    }
    if !after.identifies_somebody() {
        return Err(Problem::invalid(vec![Fault::new(
            "",
            FaultCode::Required,
            "expected at least one of name, email, phone, identifier and identities to stay",
        )])
        .into());
    }
    after.contact.updated_at = w.now().unix_millis();
    after.contact.version += 1;
    write(w, catalogue, &before, &after).await?;
    let mut fields = differences(&before, &after)?;
    fields.extend(told);
    let contact = ContactId::from_i64(after.contact.id);
    activities::record(
        w,
        actor,
        &[Change {
            contact,
            kind: Kind::Updated,
            fields,
            note: None,
        }],
    )
    .await?;
    Ok(Outcome::Changed(Box::new(after)))
}

/// Writes what is different, but for segments.
pub(super) async fn write(
    w: &Write<'_>,
    catalogue: &AccountCatalogue,
    before: &Loaded,
    after: &Loaded,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let (account, id) = (after.contact.account_id, after.contact.id);
    reach::contact_row(after)?
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    for (table, index, differs) in [
        (
            "contact_emails",
            engine.indexed_by("contact_emails_contact"),
            before.emails != after.emails,
        ),
        (
            "contact_phones",
            engine.indexed_by("contact_phones_contact"),
            before.phones != after.phones,
        ),
        (
            "identities",
            engine.indexed_by("identities_contact"),
            before.identities != after.identities,
        ),
        ("consents", String::new(), before.consents != after.consents),
    ] {
        if differs {
            let clear = engine.statement(
                format!("DELETE FROM {table}{index} WHERE account_id = $1 AND contact_id = $2"),
                [account.into(), id.into()],
            );
            w.tx.execute_raw(clear).await?;
        }
    }
    if before.emails != after.emails {
        let rows = after.emails.iter().map(keys::email_row);
        insert_rows::<contact_emails::Entity, _>(w, rows).await?;
    }
    if before.phones != after.phones {
        insert_rows::<contact_phones::Entity, _>(w, after.phones.clone()).await?;
    }
    if before.identities != after.identities {
        insert_rows::<identities::Entity, _>(w, after.identities.clone()).await?;
    }
    if before.consents != after.consents {
        insert_rows::<consents::Entity, _>(w, after.consents.clone()).await?;
    }
    let index = keys::index_row(after, catalogue)?;
    contact_index::Entity::update(index.into_active_model().reset_all())
        .exec(&w.tx)
        .await?;
    let search = keys::search_row(after);
    if search != keys::search_row(before) {
        contact_search::Entity::update(search.into_active_model().reset_all())
            .exec(&w.tx)
            .await?;
    }
    Ok(())
}
