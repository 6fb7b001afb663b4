//! Changing contacts.

use super::create::{email_row, insert_rows, phone_row};
use super::holders::{Wanted, refuse_taken};
use super::keys;
use super::read::{Loaded, hold};
use crate::accounts::{check_version, settings};
use crate::activities::{self, Change, FieldChange, Kind};
use crate::custom_attributes::{self, Attributes};
use crate::entity::{contact_emails, contact_index, contact_phones, contact_search};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::account::Account;
use rapport_contract::contact::{Contact, ContactChange};
use rapport_contract::{ContactId, Fault, FaultCode, Instant, Patch, Problem};
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
    let settings = settings(w, actor.account).await?;
    let attributes = Attributes::load(&w.tx, actor.account).await?;
    let wanted = Wanted {
        identifier: set(&change.identifier).map(String::as_str),
        email: set(&change.email).map(|email| email.identity()),
        phone: set(&change.phone).map(|phone| phone.as_str()),
    };
    refuse_taken(&w.tx, actor.account, &wanted, Some(id)).await?;
    let outcome = change_loaded(
        w,
        actor,
        &settings,
        &attributes,
        before.clone(),
        change,
        None,
    );
    match outcome.await? {
        Outcome::Unchanged => before.into_contact(&attributes),
        Outcome::Changed(after) => after.into_contact(&attributes),
    }
}

const fn set<T>(patch: &Patch<T>) -> Option<&T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Absent | Patch::Null => None,
    }
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
    settings: &Account,
    attributes: &Attributes,
    before: Loaded,
    change: &ContactChange,
    last_activity_at: Option<Instant>,
) -> Result<Outcome, Error> {
    let rechecked = attributes.live().recheck(&change.custom);
    rechecked.map_err(Problem::invalid)?;
    let mut after = apply(w, actor, before.clone(), change)?;
    if let Some(at) = last_activity_at.map(Instant::unix_millis) {
        after.contact.last_activity_at = after.contact.last_activity_at.max(Some(at));
    }
    if after == before {
        return Ok(Outcome::Unchanged);
    }
    let known_by = &after.contact;
    if known_by.first_name.is_none()
        && known_by.last_name.is_none()
        && known_by.identifier.is_none()
        && after.emails.is_empty()
        && after.phones.is_empty()
    {
        return Err(Problem::invalid(vec![Fault::new(
            "",
            FaultCode::Required,
            "expected at least one of name, email, phone and identifier to stay",
        )])
        .into());
    }
    after.contact.updated_at = w.now().unix_millis();
    after.contact.version += 1;
    write(w, settings, attributes, &before, &after).await?;
    let fields = differences(&before, &after)?;
    let contact = ContactId::from_i64(after.contact.id);
    activities::record(
        w,
        actor,
        &[Change {
            contact,
            kind: Kind::Updated,
            fields,
        }],
    )
    .await?;
    Ok(Outcome::Changed(Box::new(after)))
}

/// The contact as it would be.
fn apply(
    w: &Write<'_>,
    actor: &Actor,
    mut loaded: Loaded,
    change: &ContactChange,
) -> Result<Loaded, Error> {
    let ContactChange {
        first_name,
        last_name,
        email,
        phone,
        identifier,
        company,
        city,
        country,
        language,
        custom,
    } = change.clone();
    let contact = &mut loaded.contact;
    contact.first_name = first_name.apply(contact.first_name.take());
    contact.last_name = last_name.apply(contact.last_name.take());
    contact.identifier = identifier.apply(contact.identifier.take());
    contact.company = company.apply(contact.company.take());
    contact.city = city.apply(contact.city.take());
    contact.custom = custom_attributes::apply(&contact.custom, &custom)?;
    match country {
        Patch::Absent => {}
        Patch::Null => contact.country = None,
        Patch::Set(country) => contact.country = Some(country.code().to_owned()),
    }
    match language {
        Patch::Absent => {}
        Patch::Null => contact.language = None,
        Patch::Set(language) => contact.language = Some(language.as_str().to_owned()),
    }
    let (id, now) = (contact.id, w.now().unix_millis());
    match email {
        Patch::Absent => {}
        Patch::Null => drop_primary(&mut loaded.emails),
        Patch::Set(email) => {
            let same = |row: &contact_emails::Model| row.email_id == email.identity();
            if loaded.emails.iter().any(same) {
                for row in &mut loaded.emails {
                    row.is_primary = same(row);
                    if row.is_primary {
                        // The same mailbox, perhaps in another spelling: the latest one is shown.
                        row.address = email.as_str().to_owned();
                        row.email_key = rapport_filter::text::key(email.as_str());
                    }
                }
            } else {
                loaded.emails.retain(|row| !row.is_primary);
                loaded.emails.push(email_row(actor, id, &email, now));
            }
        }
    }
    match phone {
        Patch::Absent => {}
        Patch::Null => drop_primary(&mut loaded.phones),
        Patch::Set(phone) => {
            let same = |row: &contact_phones::Model| row.number == phone.as_str();
            if loaded.phones.iter().any(same) {
                loaded
                    .phones
                    .iter_mut()
                    .for_each(|row| row.is_primary = same(row));
            } else {
                loaded.phones.retain(|row| !row.is_primary);
                loaded.phones.push(phone_row(actor, id, &phone, now));
            }
        }
    }
    loaded.sort();
    Ok(loaded)
}

/// An address of a contact, of either kind.
trait Address {
    fn primary(&mut self) -> &mut bool;
    fn added_at(&self) -> i64;
}

impl Address for contact_emails::Model {
    fn primary(&mut self) -> &mut bool {
        &mut self.is_primary
    }
    fn added_at(&self) -> i64 {
        self.added_at
    }
}

impl Address for contact_phones::Model {
    fn primary(&mut self) -> &mut bool {
        &mut self.is_primary
    }
    fn added_at(&self) -> i64 {
        self.added_at
    }
}

/// Takes the primary address away; the oldest that remains takes its place.
fn drop_primary<A: Address>(addresses: &mut Vec<A>) {
    addresses.retain_mut(|address| !*address.primary());
    if let Some(oldest) = addresses
        .iter_mut()
        .min_by_key(|address| address.added_at())
    {
        *oldest.primary() = true;
    }
}

/// Writes what is different.
async fn write(
    w: &Write<'_>,
    settings: &Account,
    attributes: &Attributes,
    before: &Loaded,
    after: &Loaded,
) -> Result<(), Error> {
    let engine = Engine::of(&w.tx);
    let (account, id) = (after.contact.account_id, after.contact.id);
    after
        .contact
        .clone()
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    for (table, differs) in [
        ("contact_emails", before.emails != after.emails),
        ("contact_phones", before.phones != after.phones),
    ] {
        if differs {
            let clear = engine.statement(
                format!(
                    "DELETE FROM {table}{} WHERE account_id = $1 AND contact_id = $2",
                    engine.indexed_by(&format!("{table}_contact"))
                ),
                [account.into(), id.into()],
            );
            w.tx.execute_raw(clear).await?;
        }
    }
    if before.emails != after.emails {
        insert_rows::<contact_emails::Entity, _>(w, after.emails.clone()).await?;
    }
    if before.phones != after.phones {
        insert_rows::<contact_phones::Entity, _>(w, after.phones.clone()).await?;
    }
    let index = keys::index_row(
        &after.contact,
        &after.emails,
        &after.phones,
        settings.language,
        attributes,
    )?;
    contact_index::Entity::update(index.into_active_model().reset_all())
        .exec(&w.tx)
        .await?;
    let search = keys::search_row(&after.contact, &after.emails, &after.phones);
    if search != keys::search_row(&before.contact, &before.emails, &before.phones) {
        contact_search::Entity::update(search.into_active_model().reset_all())
            .exec(&w.tx)
            .await?;
    }
    Ok(())
}

/// What is different, field by field, as the timeline tells it.
fn differences(before: &Loaded, after: &Loaded) -> Result<Vec<FieldChange>, Error> {
    fn emails(loaded: &Loaded) -> Option<String> {
        list(loaded.emails.iter().map(|row| row.address.as_str()))
    }
    fn phones(loaded: &Loaded) -> Option<String> {
        list(loaded.phones.iter().map(|row| row.number.as_str()))
    }
    fn list<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
        let values: Vec<_> = values.collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
    let instant = |at: Option<i64>| at.map(|at| Instant::from_unix_millis(at).to_string());
    let (b, a) = (&before.contact, &after.contact);
    let fields = [
        ("first_name", b.first_name.clone(), a.first_name.clone()),
        ("last_name", b.last_name.clone(), a.last_name.clone()),
        ("email", emails(before), emails(after)),
        ("phone", phones(before), phones(after)),
        ("identifier", b.identifier.clone(), a.identifier.clone()),
        ("company", b.company.clone(), a.company.clone()),
        ("city", b.city.clone(), a.city.clone()),
        ("country", b.country.clone(), a.country.clone()),
        ("language", b.language.clone(), a.language.clone()),
        (
            "last_activity_at",
            instant(b.last_activity_at),
            instant(a.last_activity_at),
        ),
    ];
    let mut differences: Vec<_> = fields
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| FieldChange {
            field: field.to_owned(),
            from,
            to,
        })
        .collect();
    differences.extend(custom_attributes::differences(&b.custom, &a.custom)?);
    Ok(differences)
}
