//! Making a contact, or changing the one that is there.

use super::claims::{Key, find};
use super::create::create;
use super::read::hold;
use super::update::update_held;
use crate::accounts::check_version;
use crate::{Actor, Error, Write};
use rapport_contract::contact::{Contact, ContactChange, ContactKey, NewContact};
use rapport_contract::{Code, Problem};
use sea_orm::DbErr;

/// A contact with a key, and what to do about it.
#[derive(Debug, Clone, Copy)]
pub struct Upsert<'a> {
    /// The value that tells which contact is meant.
    pub key: &'a ContactKey,
    /// The contact to make if nobody has the key. It has the key itself.
    pub new: &'a NewContact,
    /// What to change of the contact that has it. How and when it first arrived stays; when it last did something moves forwards only.
    pub change: &'a ContactChange,
    /// Whether none is to be made.
    pub must_be_there: bool,
    /// The version that the change is made for.
    pub if_version: Option<i64>,
}

/// Changes the contact that has the key, or makes one. Gives it, and whether it was made.
///
/// # Errors
/// `contact_conflict` naming whoever keeps another value; `version_mismatch`, also when there has to be a contact and is none;
/// `validation_failed` when nothing would be left to know the contact by.
pub async fn upsert(
    w: &Write<'_>,
    actor: &Actor,
    upsert: Upsert<'_>,
) -> Result<(Contact, bool), Error> {
    let Upsert {
        key,
        new,
        change,
        must_be_there,
        if_version,
    } = upsert;
    let key = match key {
        ContactKey::Email(email) => Key::Email(email.identity().to_owned()),
        ContactKey::Phone(phone) => Key::Phone(phone.as_str().to_owned()),
        ContactKey::Identifier(identifier) => Key::Identifier(identifier.clone()),
    };
    let found = find(&w.tx, actor.account, std::iter::once(&key)).await?;
    match found.get(&key) {
        Some(&id) => {
            let before = hold(w, actor.account, id).await?;
            check_version(before.contact.version, if_version)?;
            let updated = update_held(w, actor, before, change, new.last_activity_at).await?;
            Ok((updated, false))
        }
        None if must_be_there => Err(Problem::new(
            Code::VersionMismatch,
            "There is no such contact. Send it without If-Match to make it.",
        )
        .into()),
        None => match create(w, actor, new).await {
            Ok(made) => Ok((made, true)),
            Err(conflict) if conflict.is_conflict() && is_there(w, actor, &key).await? => {
                let what = "somebody else made the contact just now";
                Err(Error::Raced(DbErr::Custom(what.to_owned())))
            }
            Err(error) => Err(error),
        },
    }
}

async fn is_there(w: &Write<'_>, actor: &Actor, key: &Key) -> Result<bool, Error> {
    let found = find(&w.tx, actor.account, std::iter::once(key)).await?;
    Ok(!found.is_empty())
}
