//! Who holds an address or an identifier.

use crate::{Engine, Error};
use rapport_contract::{AccountId, ContactId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use std::collections::HashMap;

/// Which contacts hold these identifiers, e-mail identities and phone numbers.
#[derive(Debug, Clone, Default)]
pub struct Holders {
    /// By identifier.
    pub identifiers: HashMap<String, ContactId>,
    /// By e-mail identity.
    pub emails: HashMap<String, ContactId>,
    /// By number in E.164.
    pub phones: HashMap<String, ContactId>,
}

#[derive(FromQueryResult)]
struct Row {
    value: String,
    id: i64,
}

impl Holders {
    /// Looks the values up, three statements for any number of them.
    pub(crate) async fn find(
        db: &impl ConnectionTrait,
        account: AccountId,
        identifiers: &[&str],
        emails: &[&str],
        phones: &[&str],
    ) -> Result<Self, Error> {
        let engine = Engine::of(db);
        let statement = |table: &str, value: &str, id: &str, values: &[&str]| {
            engine.statement(
                format!(
                    "SELECT {value} AS value, {id} AS id FROM {table} WHERE account_id = $1 AND {value} IN ({})",
                    engine.texts(2)
                ),
                [account.as_i64().into(), crate::sql::json(values)],
            )
        };
        Ok(Self {
            identifiers: match identifiers {
                [] => HashMap::new(),
                _ => {
                    read(
                        db,
                        statement("contact_index", "identifier", "id", identifiers),
                    )
                    .await?
                }
            },
            emails: match emails {
                [] => HashMap::new(),
                _ => {
                    read(
                        db,
                        statement("contact_emails", "email_id", "contact_id", emails),
                    )
                    .await?
                }
            },
            phones: match phones {
                [] => HashMap::new(),
                _ => {
                    read(
                        db,
                        statement("contact_phones", "number", "contact_id", phones),
                    )
                    .await?
                }
            },
        })
    }
}

async fn read(
    db: &impl ConnectionTrait,
    statement: Statement,
) -> Result<HashMap<String, ContactId>, Error> {
    let rows = Row::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.value, ContactId::from_i64(row.id)))
        .collect())
}

#[derive(FromQueryResult)]
struct IdentityRow {
    kind: String,
    external_id: String,
    contact_id: i64,
}

/// Which contacts hold these identities, each a kind and an external id.
pub(super) async fn identity_holders(
    db: &impl ConnectionTrait,
    account: AccountId,
    identities: &[(&str, &str)],
) -> Result<HashMap<(String, String), ContactId>, Error> {
    if identities.is_empty() {
        return Ok(HashMap::new());
    }
    let engine = Engine::of(db);
    let pairs = match engine {
        Engine::Postgres => "SELECT e ->> 0, e ->> 1 FROM jsonb_array_elements($2::jsonb) AS e",
        Engine::Sqlite => "SELECT value ->> 0, value ->> 1 FROM json_each($2)",
    };
    let statement = engine.statement(
        format!(
            "SELECT kind, external_id, contact_id FROM identities{} WHERE account_id = $1 AND (kind, external_id) IN ({pairs})",
            engine.indexed_by("identities_external")
        ),
        [account.as_i64().into(), crate::sql::json(identities)],
    );
    let rows = IdentityRow::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let identity = (row.kind, row.external_id);
            (identity, ContactId::from_i64(row.contact_id))
        })
        .collect())
}
