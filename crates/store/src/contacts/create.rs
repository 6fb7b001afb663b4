//! Making contacts.

use super::addresses::{email_claim, phone_claim};
use super::apply::apply_extras;
use super::claims::{claim, keys_of, place};
use super::differences::differences;
use super::read::{Loaded, hold_catalogue};
use super::{keys, reach};
use crate::activities::{self, Change, FieldChange, Kind};
use crate::catalogue::AccountCatalogue;
use crate::custom_attributes;
use crate::entity::{
    consents, contact_emails, contact_index, contact_phones, contact_search, contacts, identities,
    segment_members,
};
pub(crate) use crate::insert::insert_rows;
use crate::{Actor, Error, Write};
use rapport_contract::contact::{Contact, NewContact};
use rapport_contract::{ContactId, Problem};

/// Makes a contact.
///
/// # Errors
/// `contact_conflict` when another contact has one of its e-mails, phones or identities, and keeps it, or its identifier.
pub async fn create(w: &Write<'_>, actor: &Actor, new: &NewContact) -> Result<Contact, Error> {
    let catalogue = hold_catalogue(w, actor.account).await?;
    recheck(&catalogue, new)?;
    let made = rows(w, actor, new)?;
    let wanted = keys_of(&made, |key| place(&new.extras, key));
    let id = ContactId::from_i64(made.contact.id);
    let told = claim(w, actor, &catalogue, id, &wanted).await?;
    insert_whole(w, std::slice::from_ref(&made), &catalogue).await?;
    let mut change = created(&made)?;
    change.fields.extend(told);
    activities::record(w, actor, &[change]).await?;
    made.into_contact(&catalogue)
}

/// Makes contacts whose e-mails, phones, identities and identifiers nobody has, which the caller has looked up in this transaction. Gives
/// their ids in the same order.
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
    let catalogue = hold_catalogue(w, actor.account).await?;
    for new in new {
        recheck(&catalogue, new)?;
    }
    let made = new
        .iter()
        .map(|new| rows(w, actor, new))
        .collect::<Result<Vec<_>, Error>>()?;
    insert_whole(w, &made, &catalogue).await?;
    let changes = made.iter().map(created).collect::<Result<Vec<_>, _>>()?;
    activities::record(w, actor, &changes).await?;
    Ok(made)
}

/// Refuses values of attributes that have changed since the values were checked.
fn recheck(catalogue: &AccountCatalogue, new: &NewContact) -> Result<(), Error> {
    let rechecked = catalogue.attributes.live().recheck(&new.custom);
    Ok(rechecked.map_err(Problem::invalid)?)
}

/// Writes new contacts.
async fn insert_whole(
    w: &Write<'_>,
    made: &[Loaded],
    catalogue: &AccountCatalogue,
) -> Result<(), Error> {
    let rows = made
        .iter()
        .map(reach::contact_row)
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<contacts::Entity, _>(w, rows).await?;
    insert_around(w, made, catalogue).await
}

/// Writes everything of live contacts but their rows in `contacts`.
pub(super) async fn insert_around(
    w: &Write<'_>,
    made: &[Loaded],
    catalogue: &AccountCatalogue,
) -> Result<(), Error> {
    let emails = made.iter().flat_map(|made| &made.emails);
    insert_rows::<contact_emails::Entity, _>(w, emails.map(keys::email_row)).await?;
    let phones = made.iter().flat_map(|made| made.phones.clone());
    insert_rows::<contact_phones::Entity, _>(w, phones).await?;
    let identities = made.iter().flat_map(|made| made.identities.clone());
    insert_rows::<identities::Entity, _>(w, identities).await?;
    let consents = made.iter().flat_map(|made| made.consents.clone());
    insert_rows::<consents::Entity, _>(w, consents).await?;
    let members = made.iter().flat_map(|made| {
        let (account_id, contact_id) = (made.contact.account_id, made.contact.id);
        let segments = made.segments.iter();
        segments.map(move |&segment_id| segment_members::Model {
            account_id,
            segment_id,
            contact_id,
        })
    });
    insert_rows::<segment_members::Entity, _>(w, members).await?;
    let index = made
        .iter()
        .map(|made| keys::index_row(made, catalogue))
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<contact_index::Entity, _>(w, index).await?;
    insert_rows::<contact_search::Entity, _>(w, made.iter().map(keys::search_row)).await
}

/// The rows of a contact that is to be made.
fn rows(w: &Write<'_>, actor: &Actor, new: &NewContact) -> Result<Loaded, Error> {
    let NewContact {
        fields,
        custom,
        extras,
        source,
        created_at,
        last_activity_at,
    } = new.clone();
    let id = w.id()?;
    let now = w.now().unix_millis();
    let emails = fields
        .email
        .iter()
        .map(|email| email_claim(actor, id, email, now))
        .collect();
    let phones = fields
        .phone
        .iter()
        .map(|phone| phone_claim(actor, id, phone, now))
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
        reach: String::new(),
        merged_into: None,
    };
    let mut made = Loaded {
        contact,
        emails,
        phones,
        identities: Vec::new(),
        consents: Vec::new(),
        segments: Vec::new(),
    };
    apply_extras(w, actor, &mut made, &extras)?;
    made.sort();
    Ok(made)
}

/// What the timeline says of a contact's beginning.
fn created(made: &Loaded) -> Result<Change, Error> {
    let contact = &made.contact;
    let nobody = Loaded {
        contact: contacts::Model {
            account_id: contact.account_id,
            id: contact.id,
            first_name: None,
            last_name: None,
            identifier: None,
            company: None,
            city: None,
            country: None,
            language: None,
            source: contact.source.clone(),
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            last_activity_at: None,
            version: 0,
            deleted_at: None,
            blocked: false,
            custom: "{}".to_owned(),
            reach: String::new(),
            merged_into: None,
        },
        emails: Vec::new(),
        phones: Vec::new(),
        identities: Vec::new(),
        consents: Vec::new(),
        segments: Vec::new(),
    };
    let mut fields = differences(&nobody, made)?;
    fields.push(FieldChange {
        field: "source".to_owned(),
        from: None,
        to: Some(contact.source.clone()),
    });
    Ok(Change {
        contact: ContactId::from_i64(contact.id),
        kind: Kind::Created,
        fields,
        note: None,
    })
}
