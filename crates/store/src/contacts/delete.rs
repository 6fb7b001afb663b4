//! Deleting contacts, and taking it back.

use super::create::insert_addresses_and_keys;
use super::holders::{Wanted, refuse_taken};
use super::read::{Loaded, hold, not_found};
use crate::accounts::{check_version, settings};
use crate::activities::{self, Change, Kind};
use crate::custom_attributes::Attributes;
use crate::entity::{contact_emails, contact_phones, contacts, deleted_contacts};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::contact::Contact;
use rapport_contract::{Code, ContactId, Problem};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use serde::{Deserialize, Serialize};

/// For how long a deletion can be taken back: 30 days.
const RESTORABLE_MILLIS: i64 = 30 * 24 * 3600 * 1000;

/// What a deleted contact takes with it: its addresses are free for others at once.
#[derive(Serialize, Deserialize)]
struct Kept {
    emails: Vec<KeptAddress>,
    phones: Vec<KeptAddress>,
}

/// An address of a deleted contact.
#[derive(Serialize, Deserialize)]
struct KeptAddress {
    /// The e-mail identity or the number.
    key: String,
    /// The e-mail as it was written; for a number the same as `key`.
    text: String,
    primary: bool,
    verified: String,
    added_at: i64,
}

/// Deletes a contact; it can be restored for 30 days. With `if_version`, only if nobody changed it meanwhile.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    id: ContactId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let Loaded {
        mut contact,
        emails,
        phones,
    } = hold(w, actor.account, id).await?;
    check_version(contact.version, if_version)?;
    let email = |row: contact_emails::Model| KeptAddress {
        key: row.email_id,
        text: row.address,
        primary: row.is_primary,
        verified: row.verified,
        added_at: row.added_at,
    };
    let phone = |row: contact_phones::Model| KeptAddress {
        key: row.number.clone(),
        text: row.number,
        primary: row.is_primary,
        verified: row.verified,
        added_at: row.added_at,
    };
    let kept = Kept {
        emails: emails.into_iter().map(email).collect(),
        phones: phones.into_iter().map(phone).collect(),
    };
    let now = w.now().unix_millis();
    let row = deleted_contacts::Model {
        account_id: contact.account_id,
        id: contact.id,
        deleted_at: now,
        kept: serde_json::to_string(&kept).map_err(|error| Error::Corrupt(error.to_string()))?,
    };
    deleted_contacts::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    let engine = Engine::of(&w.tx);
    for (table, column, index) in [
        (
            "contact_emails",
            "contact_id",
            engine.indexed_by("contact_emails_contact"),
        ),
        (
            "contact_phones",
            "contact_id",
            engine.indexed_by("contact_phones_contact"),
        ),
        ("contact_index", "id", String::new()),
        ("contact_search", "id", String::new()),
    ] {
        let clear = engine.statement(
            format!("DELETE FROM {table}{index} WHERE account_id = $1 AND {column} = $2"),
            [contact.account_id.into(), contact.id.into()],
        );
        w.tx.execute_raw(clear).await?;
    }
    contact.deleted_at = Some(now);
    contact.updated_at = now;
    contact.version += 1;
    contact
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    activities::record(
        w,
        actor,
        &[Change {
            contact: id,
            kind: Kind::Deleted,
            fields: Vec::new(),
        }],
    )
    .await
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`; `not_deleted`; `contact_conflict` naming whoever holds an address or the identifier now.
pub async fn restore(w: &Write<'_>, actor: &Actor, id: ContactId) -> Result<Contact, Error> {
    let engine = Engine::of(&w.tx);
    let key = [actor.account.as_i64().into(), id.as_i64().into()];
    let find = engine.statement(
        format!(
            "SELECT * FROM contacts WHERE account_id = $1 AND id = $2{}",
            engine.for_update()
        ),
        key.clone(),
    );
    let mut contact = contacts::Model::find_by_statement(find)
        .one(&w.tx)
        .await?
        .ok_or_else(not_found)?;
    match contact.deleted_at {
        None => return Err(Problem::new(Code::NotDeleted, "The contact is not deleted.").into()),
        Some(at) if w.now().unix_millis() - at > RESTORABLE_MILLIS => {
            return Err(not_found().into());
        }
        Some(_) => {}
    }
    let find = engine.statement(
        "SELECT * FROM deleted_contacts WHERE account_id = $1 AND id = $2",
        key.clone(),
    );
    let row = deleted_contacts::Model::find_by_statement(find)
        .one(&w.tx)
        .await?;
    let row = row.ok_or_else(|| Error::Corrupt(format!("{id} is deleted and nothing was kept")))?;
    let kept: Kept =
        serde_json::from_str(&row.kept).map_err(|error| Error::Corrupt(error.to_string()))?;
    for email in &kept.emails {
        let wanted = Wanted {
            email: Some(&email.key),
            ..Wanted::default()
        };
        refuse_taken(&w.tx, actor.account, &wanted, Some(id)).await?;
    }
    for phone in &kept.phones {
        let wanted = Wanted {
            phone: Some(&phone.key),
            ..Wanted::default()
        };
        refuse_taken(&w.tx, actor.account, &wanted, Some(id)).await?;
    }
    let wanted = Wanted {
        identifier: contact.identifier.as_deref(),
        ..Wanted::default()
    };
    refuse_taken(&w.tx, actor.account, &wanted, Some(id)).await?;

    contact.deleted_at = None;
    contact.updated_at = w.now().unix_millis();
    contact.version += 1;
    contact
        .clone()
        .into_active_model()
        .reset_all()
        .update(&w.tx)
        .await?;
    let forget = engine.statement(
        "DELETE FROM deleted_contacts WHERE account_id = $1 AND id = $2",
        key,
    );
    w.tx.execute_raw(forget).await?;
    let (account_id, contact_id) = (contact.account_id, contact.id);
    let email = |kept: KeptAddress| contact_emails::Model {
        account_id,
        contact_id,
        email_key: rapport_filter::text::key(&kept.text),
        email_id: kept.key,
        address: kept.text,
        is_primary: kept.primary,
        verified: kept.verified,
        added_at: kept.added_at,
    };
    let phone = |kept: KeptAddress| contact_phones::Model {
        account_id,
        contact_id,
        number: kept.key,
        is_primary: kept.primary,
        verified: kept.verified,
        added_at: kept.added_at,
    };
    let mut restored = Loaded {
        contact,
        emails: kept.emails.into_iter().map(email).collect(),
        phones: kept.phones.into_iter().map(phone).collect(),
    };
    restored.sort();
    let settings = settings(w, actor.account).await?;
    let attributes = Attributes::load(&w.tx, actor.account).await?;
    insert_addresses_and_keys(
        w,
        std::slice::from_ref(&restored),
        settings.language,
        &attributes,
    )
    .await?;
    activities::record(
        w,
        actor,
        &[Change {
            contact: id,
            kind: Kind::Restored,
            fields: Vec::new(),
        }],
    )
    .await?;
    restored.into_contact(&attributes)
}
