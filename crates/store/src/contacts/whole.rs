//! A contact with everything that belongs to it as the columns of one row, so that a page is one statement.

use super::read::Loaded;
use crate::entity::{contact_emails, contact_phones, contacts};
use crate::{Engine, Error};
use sea_orm::{FromQueryResult, QueryResult};

/// The columns of contact `c` whole, for [`read`]: the row of `contacts`, and what stands in other tables aggregated as JSON.
pub(super) fn columns(engine: Engine) -> String {
    let all = |table: &str, columns: &str| {
        let index = engine.indexed_by(&format!("{table}_contact"));
        let from = format!(
            "FROM {table} a{index} WHERE a.account_id = c.account_id AND a.contact_id = c.id"
        );
        match engine {
            Engine::Postgres => {
                format!("(SELECT json_agg(json_build_array({columns}))::text {from})")
            }
            Engine::Sqlite => format!("(SELECT json_group_array(json_array({columns})) {from})"),
        }
    };
    let primary = "CAST(a.is_primary AS INTEGER)";
    let emails = all(
        "contact_emails",
        &format!("a.email_id, a.address, {primary}, a.verified, a.added_at"),
    );
    let phones = all(
        "contact_phones",
        &format!("a.number, {primary}, a.verified, a.added_at"),
    );
    format!("c.*, {emails} AS emails, {phones} AS phones")
}

/// The contact of a row with [`columns`].
pub(super) fn read(row: &QueryResult) -> Result<Loaded, Error> {
    let contact = contacts::Model::from_query_result(row, "")?;
    let (account_id, contact_id) = (contact.account_id, contact.id);
    let emails: Vec<(String, String, i64, String, i64)> = aggregate(row, "emails")?;
    let phones: Vec<(String, i64, String, i64)> = aggregate(row, "phones")?;
    let mut loaded = Loaded {
        contact,
        emails: emails
            .into_iter()
            .map(
                |(email_id, address, is_primary, verified, added_at)| contact_emails::Model {
                    account_id,
                    contact_id,
                    email_id,
                    address,
                    email_key: None,
                    is_primary: is_primary != 0,
                    verified,
                    added_at,
                },
            )
            .collect(),
        phones: phones
            .into_iter()
            .map(
                |(number, is_primary, verified, added_at)| contact_phones::Model {
                    account_id,
                    contact_id,
                    number,
                    is_primary: is_primary != 0,
                    verified,
                    added_at,
                },
            )
            .collect(),
    };
    loaded.sort();
    Ok(loaded)
}

fn aggregate<T: serde::de::DeserializeOwned>(
    row: &QueryResult,
    column: &str,
) -> Result<Vec<T>, Error> {
    let text: Option<String> = row.try_get("", column)?;
    text.map_or(Ok(Vec::new()), |text| {
        serde_json::from_str(&text).map_err(|error| Error::Corrupt(format!("{column}: {error}")))
    })
}
