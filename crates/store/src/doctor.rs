//! The doctor: recomputes what is computed from the truth, and tells every difference.

use crate::accounts::read_language;
use crate::contacts::{keys, read};
use crate::custom_attributes::Attributes;
use crate::entity::{accounts, contact_index, contact_search};
use crate::{Error, Store};
use rapport_contract::{AccountId, ContactId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};
use std::collections::HashMap;

/// A difference between the truth and what was computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The account.
    pub account: AccountId,
    /// The contact.
    pub contact: ContactId,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.account, self.contact, self.what)
    }
}

/// Contacts that are checked at a time.
const BATCH: i64 = 500;

/// The most findings that are told.
const FINDINGS_MAX: usize = 100;

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Checks every contact of every account; tells up to 100 differences. None: all is well.
pub async fn examine(store: &Store) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for account in accounts::Entity::find().all(&store.reader).await? {
        examine_account(store, &account, &mut findings).await?;
    }
    findings.extend(examine_strays(store).await?);
    findings.extend(examine_trigrams(store).await?);
    findings.truncate(FINDINGS_MAX);
    Ok(findings)
}

async fn examine_account(
    store: &Store,
    account: &accounts::Model,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    let language = read_language(&account.language)?;
    let id = AccountId::from_i64(account.id);
    let attributes = Attributes::load(&store.reader, id).await?;
    let engine = store.engine();
    let mut after = -1_i64;
    while findings.len() < FINDINGS_MAX {
        let next = engine.statement(
            format!(
                "SELECT id FROM contacts WHERE account_id = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT {BATCH}"
            ),
            [account.id.into(), after.into()],
        );
        let ids: Vec<i64> = Id::find_by_statement(next)
            .all(&store.reader)
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        let Some(&last) = ids.last() else {
            return Ok(());
        };
        after = last;
        let of_ids = |table: &str| {
            engine.statement(
                format!(
                    "SELECT * FROM {table} WHERE account_id = $1 AND id IN ({})",
                    engine.numbers(2)
                ),
                [account.id.into(), crate::sql::json(&ids)],
            )
        };
        let index: HashMap<i64, contact_index::Model> =
            contact_index::Model::find_by_statement(of_ids("contact_index"))
                .all(&store.reader)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
        let search: HashMap<i64, contact_search::Model> =
            contact_search::Model::find_by_statement(of_ids("contact_search"))
                .all(&store.reader)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
        for (contact, loaded) in read::load_many(&store.reader, id, &ids, false).await? {
            let mut find = |what: String| {
                findings.push(Finding {
                    account: id,
                    contact: ContactId::from_i64(contact),
                    what,
                });
            };
            let expected = keys::index_row(
                &loaded.contact,
                &loaded.emails,
                &loaded.phones,
                language,
                &attributes,
            )?;
            match index.get(&contact) {
                None => find("is not in contact_index".to_owned()),
                Some(found) if *found != expected => {
                    find(format!(
                        "contact_index has {found:?}, expected {expected:?}"
                    ));
                }
                Some(_) => {}
            }
            let expected = keys::search_row(&loaded.contact, &loaded.emails, &loaded.phones);
            match search.get(&contact) {
                None => find("is not in contact_search".to_owned()),
                Some(found) if *found != expected => {
                    find(format!(
                        "contact_search has {found:?}, expected {expected:?}"
                    ));
                }
                Some(_) => {}
            }
            for email in &loaded.emails {
                if email.email_key != rapport_filter::text::key(&email.address) {
                    find(format!(
                        "the key of {} is {:?}",
                        email.address, email.email_key
                    ));
                }
            }
            let primaries = (
                loaded
                    .emails
                    .iter()
                    .filter(|email| email.is_primary)
                    .count(),
                loaded
                    .phones
                    .iter()
                    .filter(|phone| phone.is_primary)
                    .count(),
            );
            let wanted = (
                usize::from(!loaded.emails.is_empty()),
                usize::from(!loaded.phones.is_empty()),
            );
            if primaries != wanted {
                find(format!(
                    "{primaries:?} primary addresses, expected {wanted:?}"
                ));
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Stray {
    account_id: i64,
    id: i64,
}

/// Rows of live tables whose contact is deleted, deletions that kept nothing, and contacts without a beginning.
async fn examine_strays(store: &Store) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let live = |table: &str, column: &str| {
        format!(
            "SELECT t.account_id, t.{column} AS id FROM {table} t JOIN contacts c ON c.account_id = t.account_id AND c.id = t.{column} \
             WHERE c.deleted_at IS NOT NULL LIMIT 100"
        )
    };
    let checks = [
        ("is deleted and stands in contact_index", live("contact_index", "id")),
        ("is deleted and stands in contact_search", live("contact_search", "id")),
        ("is deleted and has an e-mail", live("contact_emails", "contact_id")),
        ("is deleted and has a phone", live("contact_phones", "contact_id")),
        (
            "is deleted and nothing was kept",
            "SELECT c.account_id, c.id FROM contacts c LEFT JOIN deleted_contacts d \
             ON d.account_id = c.account_id AND d.id = c.id \
             WHERE (c.deleted_at IS NULL) <> (d.id IS NULL) LIMIT 100"
                .to_owned(),
        ),
        (
            "has no activity that tells of its beginning",
            "SELECT c.account_id, c.id FROM contacts c WHERE NOT EXISTS (SELECT 1 FROM activities a \
             WHERE a.account_id = c.account_id AND a.contact_id = c.id AND a.kind = 'created') LIMIT 100"
                .to_owned(),
        ),
    ];
    for (what, sql) in checks {
        let statement = store.engine().statement(sql, []);
        for stray in Stray::find_by_statement(statement)
            .all(&store.reader)
            .await?
        {
            findings.push(Finding {
                account: AccountId::from_i64(stray.account_id),
                contact: ContactId::from_i64(stray.id),
                what: what.to_owned(),
            });
        }
    }
    Ok(findings)
}

/// SQLite's trigrams against the texts that they were made of.
async fn examine_trigrams(store: &Store) -> Result<Vec<Finding>, Error> {
    if store.engine() == crate::Engine::Postgres {
        return Ok(Vec::new());
    }
    let check = "INSERT INTO contact_search_trigrams (contact_search_trigrams, rank) VALUES ('integrity-check', 1)";
    Ok(match store.writer.execute_unprepared(check).await {
        Ok(_) => Vec::new(),
        Err(error) => vec![Finding {
            account: AccountId::from_i64(0),
            contact: ContactId::from_i64(0),
            what: format!("the trigrams do not fit the search keys: {error}"),
        }],
    })
}
