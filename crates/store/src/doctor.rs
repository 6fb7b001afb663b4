//! The doctor: recomputes what is computed from the truth, and tells every difference.

use crate::catalogue::AccountCatalogue;
use crate::contacts::read::Loaded;
use crate::contacts::{self, Kept, keys, reach, read};
use crate::custom_attributes;
use crate::entity::{
    accounts, consents, contact_emails, contact_index, contact_phones, contact_search,
    contacts as truth, deleted_contacts, identities,
};
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
    let id = AccountId::from_i64(account.id);
    let catalogue = store.catalogue(id).await?;
    let is_walking = custom_attributes::is_walking(&store.reader, id).await?;
    let mut after = -1_i64;
    while findings.len() < FINDINGS_MAX {
        let ids = next(store, id, after, "deleted_at IS NULL").await?;
        let Some(&last) = ids.last() else {
            break;
        };
        after = last;
        let batch = Batch::read(store, id, &ids).await?;
        for (contact, loaded) in read::load_many(&store.reader, id, &ids, false).await? {
            let expected = match batch.index.get(&contact) {
                // A walk over the contacts is on its way here.
                Some(row) if is_walking => row.clone(),
                _ => keys::index_row(&loaded, &catalogue)?,
            };
            let found = batch.examine(&loaded, &expected, &catalogue);
            findings.extend(found.into_iter().map(|what| Finding {
                account: id,
                contact: ContactId::from_i64(contact),
                what,
            }));
        }
    }
    examine_deleted(store, id, &catalogue, findings).await
}

/// The next contacts by id.
async fn next(
    store: &Store,
    account: AccountId,
    after: i64,
    which: &str,
) -> Result<Vec<i64>, Error> {
    let statement = store.engine().statement(
        format!(
            "SELECT id FROM contacts WHERE account_id = $1 AND {which} AND id > $2 ORDER BY id LIMIT {BATCH}"
        ),
        [account.as_i64().into(), after.into()],
    );
    let rows = Id::find_by_statement(statement).all(&store.reader).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// What other tables have of some contacts, by contact.
struct Batch {
    index: HashMap<i64, contact_index::Model>,
    search: HashMap<i64, contact_search::Model>,
    emails: HashMap<i64, Vec<contact_emails::Model>>,
    phones: HashMap<i64, Vec<contact_phones::Model>>,
    identities: HashMap<i64, Vec<identities::Model>>,
    consents: HashMap<i64, Vec<consents::Model>>,
}

impl Batch {
    async fn read(store: &Store, account: AccountId, ids: &[i64]) -> Result<Self, Error> {
        let engine = store.engine();
        let of_ids = |table: &str, column: &str| {
            engine.statement(
                format!(
                    "SELECT * FROM {table} WHERE account_id = $1 AND {column} IN ({})",
                    engine.numbers(2)
                ),
                [account.as_i64().into(), crate::sql::json(ids)],
            )
        };
        let of_contacts = |table: &str| {
            let index = engine.indexed_by(&format!("{table}_contact"));
            of_ids(&format!("{table}{index}"), "contact_id")
        };
        let reader = &store.reader;
        let index = contact_index::Model::find_by_statement(of_ids("contact_index", "id"));
        let index = index.all(reader).await?;
        let search = contact_search::Model::find_by_statement(of_ids("contact_search", "id"));
        let search = search.all(reader).await?;
        let emails = contact_emails::Model::find_by_statement(of_contacts("contact_emails"));
        let phones = contact_phones::Model::find_by_statement(of_contacts("contact_phones"));
        let identities = identities::Model::find_by_statement(of_contacts("identities"));
        let consents = consents::Model::find_by_statement(of_ids("consents", "contact_id"));
        Ok(Self {
            index: index.into_iter().map(|row| (row.id, row)).collect(),
            search: search.into_iter().map(|row| (row.id, row)).collect(),
            emails: by_contact(emails.all(reader).await?, |row| row.contact_id),
            phones: by_contact(phones.all(reader).await?, |row| row.contact_id),
            identities: by_contact(identities.all(reader).await?, |row| row.contact_id),
            consents: by_contact(consents.all(reader).await?, |row| row.contact_id),
        })
    }

    /// What is wrong with a contact.
    fn examine(
        &self,
        loaded: &Loaded,
        expected: &contact_index::Model,
        catalogue: &AccountCatalogue,
    ) -> Vec<String> {
        let mut findings = examine_truth(loaded, catalogue);
        let id = loaded.contact.id;
        match self.index.get(&id) {
            None => findings.push("is not in contact_index".to_owned()),
            Some(found) if found != expected => findings.push(format!(
                "contact_index has {found:?}, expected {expected:?}"
            )),
            Some(_) => {}
        }
        let expected = keys::search_row(loaded);
        match self.search.get(&id) {
            None => findings.push("is not in contact_search".to_owned()),
            Some(found) if *found != expected => findings.push(format!(
                "contact_search has {found:?}, expected {expected:?}"
            )),
            Some(_) => {}
        }
        let stands = self.reached(loaded);
        for (table, is_different) in [
            ("contact_emails", stands.emails != loaded.emails),
            ("contact_phones", stands.phones != loaded.phones),
            ("identities", stands.identities != loaded.identities),
            ("consents", stands.consents != loaded.consents),
        ] {
            if is_different {
                findings.push(format!("is reached otherwise than {table} says"));
            }
        }
        for row in self.emails.get(&id).into_iter().flatten() {
            if *row != keys::email_row(row) {
                findings.push(format!("the key of {} is {:?}", row.address, row.email_key));
            }
        }
        findings
    }

    /// The contact, reached as the tables of addresses have it.
    fn reached(&self, loaded: &Loaded) -> Loaded {
        let id = loaded.contact.id;
        let without_key = |row| contact_emails::Model {
            email_key: None,
            ..row
        };
        let emails = self.emails.get(&id).cloned().unwrap_or_default();
        let mut reached = Loaded {
            contact: loaded.contact.clone(),
            emails: emails.into_iter().map(without_key).collect(),
            phones: self.phones.get(&id).cloned().unwrap_or_default(),
            identities: self.identities.get(&id).cloned().unwrap_or_default(),
            consents: self.consents.get(&id).cloned().unwrap_or_default(),
            segments: loaded.segments.clone(),
        };
        reached.sort();
        reached
    }
}

fn by_contact<T>(rows: Vec<T>, contact: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut by_contact: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        by_contact.entry(contact(&row)).or_default().push(row);
    }
    by_contact
}

/// What is wrong with a contact, live or deleted, whatever was computed from it.
fn examine_truth(loaded: &Loaded, catalogue: &AccountCatalogue) -> Vec<String> {
    let mut findings = Vec::new();
    if !loaded.identifies_somebody() {
        findings.push("has nothing to be known by".to_owned());
    }
    let emails = loaded.emails.iter().filter(|row| row.is_primary).count();
    let phones = loaded.phones.iter().filter(|row| row.is_primary).count();
    let wanted = (
        usize::from(!loaded.emails.is_empty()),
        usize::from(!loaded.phones.is_empty()),
    );
    if (emails, phones) != wanted {
        findings.push(format!(
            "{emails} and {phones} primary addresses, expected {wanted:?}"
        ));
    }
    let shown = loaded.clone().into_contact(catalogue);
    if let Err(error) = shown {
        findings.push(error.to_string());
    }
    findings
}

/// Contacts that are deleted: what was kept of them has to be whole.
async fn examine_deleted(
    store: &Store,
    account: AccountId,
    catalogue: &AccountCatalogue,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    let engine = store.engine();
    let mut after = -1_i64;
    while findings.len() < FINDINGS_MAX {
        let ids = next(store, account, after, "deleted_at IS NOT NULL").await?;
        let Some(&last) = ids.last() else {
            break;
        };
        after = last;
        let of_ids = |table: &str| {
            engine.statement(
                format!(
                    "SELECT * FROM {table} WHERE account_id = $1 AND id IN ({})",
                    engine.numbers(2)
                ),
                [account.as_i64().into(), crate::sql::json(&ids)],
            )
        };
        let kept = deleted_contacts::Model::find_by_statement(of_ids("deleted_contacts"));
        let kept = kept.all(&store.reader).await?;
        let mut kept: HashMap<_, _> = kept.into_iter().map(|row| (row.id, row)).collect();
        let contacts = truth::Model::find_by_statement(of_ids("contacts"));
        for contact in contacts.all(&store.reader).await? {
            let id = contact.id;
            let found = match kept.remove(&id) {
                None => vec!["is deleted and nothing was kept".to_owned()],
                Some(row) if Some(row.deleted_at) != contact.deleted_at => {
                    vec!["was deleted at two times".to_owned()]
                }
                Some(row) => match Kept::read(&row) {
                    Err(error) => vec![error.to_string()],
                    Ok(kept) => match reach::loaded(contact, kept.segments) {
                        Err(error) => vec![error.to_string()],
                        Ok(loaded) => examine_truth(&loaded, catalogue),
                    },
                },
            };
            findings.extend(found.into_iter().map(|what| Finding {
                account,
                contact: ContactId::from_i64(id),
                what,
            }));
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Stray {
    account_id: i64,
    id: i64,
}

/// Rows of live tables whose contact is deleted, what was kept of contacts that are not, and contacts without a beginning.
async fn examine_strays(store: &Store) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let live = |table: &str, column: &str| {
        format!(
            "SELECT t.account_id, t.{column} AS id FROM {table} t JOIN contacts c ON c.account_id = t.account_id AND c.id = t.{column} \
             WHERE c.deleted_at IS NOT NULL LIMIT 100"
        )
    };
    let mut checks: Vec<(String, String)> = contacts::LIVE
        .into_iter()
        .map(|(table, column, _)| {
            let what = format!("is deleted and stands in {table}");
            (what, live(table, column))
        })
        .collect();
    checks.push((
        "is live and was kept".to_owned(),
        "SELECT d.account_id, d.id FROM deleted_contacts d JOIN contacts c ON c.account_id = d.account_id AND c.id = d.id \
         WHERE c.deleted_at IS NULL LIMIT 100"
            .to_owned(),
    ));
    checks.push((
        "was merged and is live, or into nobody".to_owned(),
        "SELECT c.account_id, c.id FROM contacts c WHERE c.merged_into IS NOT NULL AND (c.deleted_at IS NULL OR NOT EXISTS \
         (SELECT 1 FROM merges m WHERE m.account_id = c.account_id AND m.merged_id = c.id AND m.survivor_id = c.merged_into \
          AND m.undone_at IS NULL)) LIMIT 100"
            .to_owned(),
    ));
    checks.push((
        "has no activity that tells of its beginning".to_owned(),
        "SELECT c.account_id, c.id FROM contacts c WHERE c.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM activities a \
         WHERE a.account_id = c.account_id AND a.contact_id = c.id AND a.kind = 'created') LIMIT 100"
            .to_owned(),
    ));
    for (what, sql) in checks {
        let statement = store.engine().statement(sql, []);
        for stray in Stray::find_by_statement(statement)
            .all(&store.reader)
            .await?
        {
            findings.push(Finding {
                account: AccountId::from_i64(stray.account_id),
                contact: ContactId::from_i64(stray.id),
                what: what.clone(),
            });
        }
    }
    Ok(findings)
}

/// SQLite's tables of trigrams and of pairs against the texts that they were made of.
async fn examine_trigrams(store: &Store) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    if store.engine() == crate::Engine::Postgres {
        return Ok(findings);
    }
    for table in ["contact_search_trigrams", "contact_search_pairs"] {
        let check = format!("INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)");
        if let Err(error) = store.writer.execute_unprepared(&check).await {
            findings.push(Finding {
                account: AccountId::from_i64(0),
                contact: ContactId::from_i64(0),
                what: format!("{table} does not fit the search keys: {error}"),
            });
        }
    }
    Ok(findings)
}
