//! Who holds an address or an identifier.

use crate::custom_attributes::Attributes;
use crate::{Engine, Error};
use rapport_contract::contact::shown_name;
use rapport_contract::problem::Conflict;
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

/// Values that a contact is about to take, each with its place in the request.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) identifier: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
}

/// Refuses when another contact than `own` holds one of the values.
pub(crate) async fn refuse_taken(
    db: &impl ConnectionTrait,
    account: AccountId,
    wanted: &Wanted<'_>,
    own: Option<ContactId>,
) -> Result<(), Error> {
    fn one<'v>(value: &'v Option<&'v str>) -> &'v [&'v str] {
        value.as_slice()
    }
    let holders = Holders::find(
        db,
        account,
        one(&wanted.identifier),
        one(&wanted.email),
        one(&wanted.phone),
    )
    .await?;
    let places = [
        (
            "/email",
            wanted.email.and_then(|value| holders.emails.get(value)),
        ),
        (
            "/phone",
            wanted.phone.and_then(|value| holders.phones.get(value)),
        ),
        (
            "/identifier",
            wanted
                .identifier
                .and_then(|value| holders.identifiers.get(value)),
        ),
    ];
    for (pointer, holder) in places {
        if let Some(&holder) = holder.filter(|&&holder| Some(holder) != own) {
            let name = name_of(db, account, holder).await?;
            return Err(Error::taken(pointer, Conflict { id: holder, name }));
        }
    }
    Ok(())
}

/// How a contact is shown.
async fn name_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: ContactId,
) -> Result<String, Error> {
    let loaded = super::read::load_many(db, account, &[id.as_i64()], false).await?;
    Ok(match loaded.into_values().next() {
        Some(loaded) => loaded.into_contact(&Attributes::default())?.name,
        None => shown_name(None, None, None, None, None, id),
    })
}
