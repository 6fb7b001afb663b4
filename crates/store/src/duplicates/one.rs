//! Who is likely the same person as one contact.

use super::alike::numbers_alike;
use crate::catalogue::AccountCatalogue;
use crate::contacts::read;
use crate::{Engine, Error, Store, Viewer};
use rapport_contract::contact::{ContactFields, NewContact, full_name};
use rapport_contract::duplicate::{Duplicate, DuplicateReason, Duplicates};
use rapport_contract::{AccountId, ContactId};
use rapport_filter::text::key;
use sea_orm::{FromQueryResult, Value};
use std::collections::BTreeMap;

/// The most that are shown.
const SHOWN_MAX: usize = 20;

/// The most that are looked at for each reason: a reception's number, a company's mailbox.
const LOOKED_AT_MAX: usize = 100;

/// What contacts are compared by.
struct Traits {
    email_ids: Vec<String>,
    email_keys: Vec<String>,
    numbers: Vec<String>,
    name_and_company: Option<(String, String)>,
}

/// Who is likely the same person as a contact that is there.
///
/// # Errors
/// `not_found`, `contact_merged`.
pub async fn of_contact(
    store: &Store,
    viewer: &Viewer,
    id: ContactId,
) -> Result<Duplicates, Error> {
    let loaded = read::find(&store.keyed, viewer.actor.account, id).await?;
    let contact = &loaded.contact;
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let traits = Traits {
        email_ids: loaded
            .emails
            .iter()
            .map(|row| row.email_id.clone())
            .collect(),
        email_keys: loaded
            .emails
            .iter()
            .filter_map(|row| key(&row.address))
            .collect(),
        numbers: loaded
            .phones
            .iter()
            .flat_map(|row| numbers_alike(&row.number))
            .collect(),
        name_and_company: name_and_company(name.as_deref(), contact.company.as_deref()),
    };
    find(store, viewer, &traits, Some(id)).await
}

/// Who is likely the same person as a contact that is not made yet.
///
/// # Errors
/// When the database fails.
pub async fn of_draft(
    store: &Store,
    viewer: &Viewer,
    new: &NewContact,
) -> Result<Duplicates, Error> {
    let ContactFields {
        first_name,
        last_name,
        email,
        phone,
        company,
        ..
    } = &new.fields;
    let listed = new
        .extras
        .emails
        .iter()
        .flat_map(|list| list.iter().map(|one| &one.value));
    let emails: Vec<_> = email.iter().chain(listed).collect();
    let listed = new
        .extras
        .phones
        .iter()
        .flat_map(|list| list.iter().map(|one| &one.value));
    let phones = phone.iter().chain(listed);
    let name = full_name(first_name.as_deref(), last_name.as_deref());
    let traits = Traits {
        email_ids: emails
            .iter()
            .map(|email| email.identity().to_owned())
            .collect(),
        email_keys: emails
            .iter()
            .filter_map(|email| key(email.as_str()))
            .collect(),
        numbers: phones
            .flat_map(|phone| numbers_alike(phone.as_str()))
            .collect(),
        name_and_company: name_and_company(name.as_deref(), company.as_deref()),
    };
    find(store, viewer, &traits, None).await
}

fn name_and_company(name: Option<&str>, company: Option<&str>) -> Option<(String, String)> {
    Some((key(name?)?, key(company?)?))
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
}

async fn find(
    store: &Store,
    viewer: &Viewer,
    traits: &Traits,
    own: Option<ContactId>,
) -> Result<Duplicates, Error> {
    let account = viewer.actor.account;
    let mut reasons: BTreeMap<i64, Vec<DuplicateReason>> = BTreeMap::new();
    for (reason, sql, values) in statements(store.engine(), account, traits) {
        let statement = store.engine().statement(sql, values);
        let rows = Row::find_by_statement(statement).all(&store.keyed).await?;
        for row in rows
            .into_iter()
            .filter(|row| own.map(|own| own.as_i64()) != Some(row.id))
        {
            reasons.entry(row.id).or_default().push(reason);
        }
    }
    let mut found: Vec<_> = reasons.into_iter().collect();
    // Several reasons are stronger than one, and the first of them is the strongest.
    found.sort_by(|(_, a), (_, b)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found.truncate(SHOWN_MAX);
    let ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
    let mut loaded = read::load_many(&store.keyed, account, &ids, false).await?;
    let catalogue: &AccountCatalogue = &*store.catalogue_for(viewer).await?;
    let data = found
        .into_iter()
        .filter_map(|(id, reasons)| Some((loaded.remove(&id)?, reasons)))
        .map(|(loaded, reasons)| {
            Ok(Duplicate {
                contact: loaded.into_contact(catalogue)?,
                reasons,
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Duplicates { data })
}

/// What finds the contacts that are alike for each reason.
fn statements(
    engine: Engine,
    account: AccountId,
    traits: &Traits,
) -> Vec<(DuplicateReason, String, Vec<Value>)> {
    let Traits {
        email_ids,
        email_keys,
        numbers,
        name_and_company,
    } = traits;
    let account: Value = account.as_i64().into();
    let mut statements = Vec::new();
    if !email_ids.is_empty() {
        let (ids, keys) = (engine.texts(2), engine.texts(3));
        let sql = format!(
            "SELECT contact_id AS id FROM contact_emails WHERE account_id = $1 AND email_id IN ({ids}) \
             UNION SELECT id FROM contact_index{by_key} WHERE account_id = $1 AND email_key IN ({keys}) \
             UNION SELECT contact_id FROM contact_emails{others} WHERE account_id = $1 AND email_key IN ({keys}) AND {secondary} \
             ORDER BY id LIMIT {LOOKED_AT_MAX}",
            by_key = engine.indexed_by("contact_index_email"),
            others = engine.indexed_by("contact_emails_others"),
            secondary = engine.not("is_primary"),
        );
        let values = vec![
            account.clone(),
            crate::sql::json(email_ids),
            crate::sql::json(email_keys),
        ];
        statements.push((DuplicateReason::Email, sql, values));
    }
    if !numbers.is_empty() {
        let sql = format!(
            "SELECT DISTINCT contact_id AS id FROM contact_phones WHERE account_id = $1 AND number IN ({}) ORDER BY id LIMIT {LOOKED_AT_MAX}",
            engine.texts(2)
        );
        let values = vec![account.clone(), crate::sql::json(numbers)];
        statements.push((DuplicateReason::Phone, sql, values));
    }
    if let Some((name, company)) = name_and_company {
        let sql = format!(
            "SELECT id FROM contact_index{} WHERE account_id = $1 AND name_key = $2 AND company_key = $3 ORDER BY id LIMIT {LOOKED_AT_MAX}",
            engine.indexed_by("contact_index_name")
        );
        let values = vec![account, name.as_str().into(), company.as_str().into()];
        statements.push((DuplicateReason::NameAndCompany, sql, values));
    }
    statements
}
