//! Making contacts.

use super::holders::{Wanted, refuse_taken};
use super::keys;
use super::read::Loaded;
use crate::activities::{self, Change, FieldChange, Kind};
use crate::custom_attributes::{self, Attributes};
use crate::entity::{contact_emails, contact_index, contact_phones, contact_search, contacts};
use crate::{Actor, Error, Write, accounts};
use rapport_contract::contact::{Contact, NewContact, Verified};
use rapport_contract::email::EmailAddress;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{ContactId, Problem};
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};

/// Makes a contact.
///
/// # Errors
/// `contact_conflict` when another contact has its e-mail, phone or identifier.
pub async fn create(w: &Write<'_>, actor: &Actor, new: &NewContact) -> Result<Contact, Error> {
    let wanted = Wanted {
        identifier: new.fields.identifier.as_deref(),
        email: new.fields.email.as_ref().map(EmailAddress::identity),
        phone: new.fields.phone.as_ref().map(PhoneNumber::as_str),
    };
    refuse_taken(&w.tx, actor.account, &wanted, None).await?;
    let attributes = Attributes::load(&w.tx, actor.account).await?;
    let made = insert(w, actor, std::slice::from_ref(new)).await?;
    let contact = made.into_iter().next();
    contact
        .ok_or_else(|| Error::Corrupt("a contact that was made is gone".to_owned()))?
        .into_contact(&attributes)
}

/// Makes contacts whose e-mails, phones and identifiers nobody has, which the caller has looked up in this transaction. Gives their ids
/// in the same order.
pub async fn create_many(
    w: &Write<'_>,
    actor: &Actor,
    new: &[NewContact],
) -> Result<Vec<ContactId>, Error> {
    let made = insert(w, actor, new).await?;
    Ok(made
        .iter()
        .map(|loaded| ContactId::from_i64(loaded.contact.id))
        .collect())
}

/// As [`create_many`]; gives the contacts whole.
pub(crate) async fn insert(
    w: &Write<'_>,
    actor: &Actor,
    new: &[NewContact],
) -> Result<Vec<Loaded>, Error> {
    let settings = accounts::settings(w, actor.account).await?;
    let attributes = Attributes::load(&w.tx, actor.account).await?;
    for new in new {
        let rechecked = attributes.live().recheck(&new.custom);
        rechecked.map_err(Problem::invalid)?;
    }
    let made = new
        .iter()
        .map(|new| rows(w, actor, new))
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<contacts::Entity, _>(w, made.iter().map(|made| made.contact.clone())).await?;
    insert_addresses_and_keys(w, &made, settings.language, &attributes).await?;
    let changes = made.iter().map(created).collect::<Result<Vec<_>, _>>()?;
    activities::record(w, actor, &changes).await?;
    Ok(made)
}

/// Writes everything of live contacts but the truth itself.
pub(super) async fn insert_addresses_and_keys(
    w: &Write<'_>,
    made: &[Loaded],
    language: rapport_contract::language::Language,
    attributes: &Attributes,
) -> Result<(), Error> {
    let emails = made.iter().flat_map(|made| made.emails.clone());
    insert_rows::<contact_emails::Entity, _>(w, emails).await?;
    let phones = made.iter().flat_map(|made| made.phones.clone());
    insert_rows::<contact_phones::Entity, _>(w, phones).await?;
    let index = made
        .iter()
        .map(|made| {
            keys::index_row(
                &made.contact,
                &made.emails,
                &made.phones,
                language,
                attributes,
            )
        })
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<contact_index::Entity, _>(w, index).await?;
    let search = made
        .iter()
        .map(|made| keys::search_row(&made.contact, &made.emails, &made.phones));
    insert_rows::<contact_search::Entity, _>(w, search).await
}

/// The most values that one statement binds: half of what SQLite takes.
const BINDS_MAX: usize = 16_000;

/// Inserts any number of rows, as few statements as fit.
pub(crate) async fn insert_rows<E, M>(
    w: &Write<'_>,
    rows: impl IntoIterator<Item = M>,
) -> Result<(), Error>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let columns = E::Column::iter().count().max(1);
    let rows: Vec<_> = rows
        .into_iter()
        .map(IntoActiveModel::into_active_model)
        .collect();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(BINDS_MAX / columns).collect();
        E::insert_many(some).exec_without_returning(&w.tx).await?;
    }
    Ok(())
}

/// The rows of a contact that is to be made.
fn rows(w: &Write<'_>, actor: &Actor, new: &NewContact) -> Result<Loaded, Error> {
    let NewContact {
        fields,
        custom,
        source,
        created_at,
        last_activity_at,
    } = new.clone();
    let id = w.id()?;
    let now = w.now().unix_millis();
    let emails = fields
        .email
        .iter()
        .map(|email| email_row(actor, id, email, now))
        .collect();
    let phones = fields
        .phone
        .iter()
        .map(|phone| phone_row(actor, id, phone, now))
        .collect();
    let contact = contacts::Model {
        account_id: actor.account.as_i64(),
        id,
        first_name: fields.first_name,
        last_name: fields.last_name,
        identifier: fields.identifier,
        company: fields.company,
        city: fields.city,
        country: fields.country.map(|country| country.code().to_owned()),
        language: fields.language.map(|language| language.as_str().to_owned()),
        source: source.as_str().to_owned(),
        created_at: created_at.unwrap_or(w.now()).unix_millis(),
        updated_at: now,
        last_activity_at: last_activity_at.map(rapport_contract::Instant::unix_millis),
        version: 1,
        deleted_at: None,
        blocked: false,
        custom: custom_attributes::apply("{}", &custom)?,
    };
    Ok(Loaded {
        contact,
        emails,
        phones,
    })
}

pub(super) fn email_row(
    actor: &Actor,
    contact_id: i64,
    email: &EmailAddress,
    now: i64,
) -> contact_emails::Model {
    contact_emails::Model {
        account_id: actor.account.as_i64(),
        contact_id,
        email_id: email.identity().to_owned(),
        address: email.as_str().to_owned(),
        email_key: rapport_filter::text::key(email.as_str()),
        is_primary: true,
        verified: Verified::None.as_str().to_owned(),
        added_at: now,
    }
}

pub(super) fn phone_row(
    actor: &Actor,
    contact_id: i64,
    phone: &PhoneNumber,
    now: i64,
) -> contact_phones::Model {
    contact_phones::Model {
        account_id: actor.account.as_i64(),
        contact_id,
        number: phone.as_str().to_owned(),
        is_primary: true,
        verified: Verified::None.as_str().to_owned(),
        added_at: now,
    }
}

/// What the timeline says of a contact's beginning.
fn created(made: &Loaded) -> Result<Change, Error> {
    let contact = &made.contact;
    let fields = [
        ("first_name", contact.first_name.clone()),
        ("last_name", contact.last_name.clone()),
        (
            "email",
            made.emails.first().map(|email| email.address.clone()),
        ),
        (
            "phone",
            made.phones.first().map(|phone| phone.number.clone()),
        ),
        ("identifier", contact.identifier.clone()),
        ("company", contact.company.clone()),
        ("city", contact.city.clone()),
        ("country", contact.country.clone()),
        ("language", contact.language.clone()),
        ("source", Some(contact.source.clone())),
    ];
    let mut fields: Vec<_> = fields
        .into_iter()
        .filter(|(_, to)| to.is_some())
        .map(|(field, to)| FieldChange {
            field: field.to_owned(),
            from: None,
            to,
        })
        .collect();
    fields.extend(custom_attributes::differences("{}", &contact.custom)?);
    Ok(Change {
        contact: ContactId::from_i64(contact.id),
        kind: Kind::Created,
        fields,
    })
}
