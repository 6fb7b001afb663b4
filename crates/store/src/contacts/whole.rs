//! A contact with everything that belongs to it as the columns of one row, so that a page is one statement.

use super::read::Loaded;
use crate::entity::{consents, contact_emails, contact_phones, contacts, identities};
use crate::{Engine, Error};
use sea_orm::{FromQueryResult, QueryResult};

/// The columns of contact `c` whole, for [`read`]: the row of `contacts`, and what stands in other tables aggregated as JSON.
pub(super) fn columns(engine: Engine) -> String {
    let all = |table: &str, index: &str, columns: &str| {
        let from = format!(
            "FROM {table} a{index} WHERE a.account_id = c.account_id AND a.contact_id = c.id"
        );
        match engine {
            Engine::Postgres => format!("(SELECT json_agg({columns})::text {from})"),
            Engine::Sqlite => format!("(SELECT json_group_array({columns}) {from})"),
        }
    };
    let array = match engine {
        Engine::Postgres => "json_build_array",
        Engine::Sqlite => "json_array",
    };
    let primary = "CAST(a.is_primary AS INTEGER)";
    let emails = all(
        "contact_emails",
        &engine.indexed_by("contact_emails_contact"),
        &format!("{array}(a.email_id, a.address, {primary}, a.verified, a.added_at)"),
    );
    let phones = all(
        "contact_phones",
        &engine.indexed_by("contact_phones_contact"),
        &format!("{array}(a.number, {primary}, a.verified, a.added_at)"),
    );
    let identities = all(
        "identities",
        &engine.indexed_by("identities_contact"),
        &format!("{array}(a.id, a.kind, a.external_id, a.verified, a.added_at)"),
    );
    // Its primary key begins with the contact.
    let consents = all(
        "consents",
        "",
        &format!("{array}(a.channel, a.state, a.at)"),
    );
    let segments = all(
        "segment_members",
        &engine.indexed_by("segment_members_contact"),
        "a.segment_id",
    );
    format!(
        "c.*, {emails} AS emails, {phones} AS phones, {identities} AS identities, {consents} AS consents, {segments} AS segments"
    )
}

/// The contact of a row with [`columns`].
pub(super) fn read(row: &QueryResult) -> Result<Loaded, Error> {
    let contact = contacts::Model::from_query_result(row, "")?;
    let (account_id, contact_id) = (contact.account_id, contact.id);
    let email = |(email_id, address, is_primary, verified, added_at): (_, _, i64, _, _)| {
        contact_emails::Model {
            account_id,
            contact_id,
            email_id,
            address,
            email_key: None,
            is_primary: is_primary != 0,
            verified,
            added_at,
        }
    };
    let phone = |(number, is_primary, verified, added_at): (_, i64, _, _)| contact_phones::Model {
        account_id,
        contact_id,
        number,
        is_primary: is_primary != 0,
        verified,
        added_at,
    };
    let identity = |(id, kind, external_id, verified, added_at)| identities::Model {
        account_id,
        id,
        contact_id,
        kind,
        external_id,
        verified,
        added_at,
    };
    let consent = |(channel, state, at)| consents::Model {
        account_id,
        contact_id,
        channel,
        state,
        at,
    };
    let mut loaded = Loaded {
        contact,
        emails: aggregate(row, "emails", email)?,
        phones: aggregate(row, "phones", phone)?,
        identities: aggregate(row, "identities", identity)?,
        consents: aggregate(row, "consents", consent)?,
        segments: aggregate(row, "segments", |id| id)?,
    };
    loaded.sort();
    Ok(loaded)
}

fn aggregate<T: serde::de::DeserializeOwned, U>(
    row: &QueryResult,
    column: &str,
    each: impl FnMut(T) -> U,
) -> Result<Vec<U>, Error> {
    let text: Option<String> = row.try_get("", column)?;
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let list: Vec<T> = serde_json::from_str(&text)
        .map_err(|error| Error::Corrupt(format!("{column}: {error}")))?;
    Ok(list.into_iter().map(each).collect())
}
