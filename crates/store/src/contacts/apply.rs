//! A contact as a change makes it, before anything is written.

use super::addresses::{all_emails, all_phones, drop_primary, set_email, set_phone};
use super::read::Loaded;
use crate::custom_attributes;
use crate::entity::{consents, identities};
use crate::{Actor, Error, Write};
use rapport_contract::Patch;
use rapport_contract::contact::{
    ConsentChange, ContactChange, ContactExtras, NewIdentity, Verified,
};

/// The contact as it would be.
pub(super) fn apply(
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
        extras,
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
        Patch::Set(email) => set_email(&mut loaded.emails, actor, id, &email, now),
    }
    match phone {
        Patch::Absent => {}
        Patch::Null => drop_primary(&mut loaded.phones),
        Patch::Set(phone) => set_phone(&mut loaded.phones, actor, id, &phone, now),
    }
    apply_extras(w, actor, &mut loaded, &extras)?;
    loaded.sort();
    Ok(loaded)
}

/// What goes beyond one value of each field.
pub(super) fn apply_extras(
    w: &Write<'_>,
    actor: &Actor,
    loaded: &mut Loaded,
    extras: &ContactExtras,
) -> Result<(), Error> {
    let ContactExtras {
        emails,
        phones,
        identities,
        consent,
        blocked,
    } = extras;
    let (id, now) = (loaded.contact.id, w.now().unix_millis());
    if let Some(list) = emails {
        loaded.emails = all_emails(&loaded.emails, actor, id, list, now);
    }
    if let Some(list) = phones {
        loaded.phones = all_phones(&loaded.phones, actor, id, list, now);
    }
    if let Some(list) = identities {
        loaded.identities = all_identities(w, loaded, list)?;
    }
    answer(loaded, consent, now);
    if let Some(blocked) = blocked {
        loaded.contact.blocked = *blocked;
    }
    Ok(())
}

/// The identities that a list says: those that stay keep their ids, when they were added and, unless the list says otherwise, who vouches for
/// them.
fn all_identities(
    w: &Write<'_>,
    loaded: &Loaded,
    list: &[NewIdentity],
) -> Result<Vec<identities::Model>, Error> {
    let row = |new: &NewIdentity| {
        let NewIdentity {
            kind,
            external_id,
            verified,
        } = new;
        let same =
            |row: &&identities::Model| row.kind == kind.as_str() && row.external_id == *external_id;
        let mut row = match loaded.identities.iter().find(same) {
            Some(known) => known.clone(),
            None => identities::Model {
                account_id: loaded.contact.account_id,
                id: w.id()?,
                contact_id: loaded.contact.id,
                kind: kind.as_str().to_owned(),
                external_id: external_id.clone(),
                verified: Verified::None.as_str().to_owned(),
                added_at: w.now().unix_millis(),
            },
        };
        if let Some(verified) = verified {
            row.verified = verified.as_str().to_owned();
        }
        Ok(row)
    };
    list.iter().map(row).collect()
}

/// Writes down what the contact said; the same answer again leaves the first one as it was.
fn answer(loaded: &mut Loaded, change: &ConsentChange, now: i64) {
    let ConsentChange {
        forget_all,
        answers,
    } = change;
    if *forget_all {
        loaded.consents.clear();
    }
    for (kind, answer) in answers {
        let channel = kind.as_str();
        let state = answer.map(|answer| answer.as_str());
        let stands = loaded.consents.iter().find(|row| row.channel == channel);
        if stands.map(|row| row.state.as_str()) == state {
            continue;
        }
        loaded.consents.retain(|row| row.channel != channel);
        if let Some(state) = state {
            loaded.consents.push(consents::Model {
                account_id: loaded.contact.account_id,
                contact_id: loaded.contact.id,
                channel: channel.to_owned(),
                state: state.to_owned(),
                at: now,
            });
        }
    }
}
