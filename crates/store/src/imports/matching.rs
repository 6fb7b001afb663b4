//! Which contact a row is, and what it does to it.
//!
//! The strongest key that a row has decides which contact it is: its identifier, else its e-mail, else its phone. An identifier that nobody has
//! may be given to the contact with the row's e-mail, if that contact has none. A weaker key that belongs to another contact is left out with a
//! warning and changes nothing of the other. An identifier and an e-mail of two different contacts reject the row.

use super::rows::{ImportRow, RowFields};
use super::tally::Done;
use crate::catalogue::AccountCatalogue;
use crate::contacts::read::{Loaded, hold_catalogue, load_many};
use crate::contacts::{Holders, Outcome, change_loaded};
use crate::{Actor, Error, Write, contacts};
use rapport_contract::contact::{
    ContactChange, ContactExtras, ContactFields, NewContact, Source, full_name,
};
use rapport_contract::custom_attribute::CheckedValues;
use rapport_contract::import::{RowProblem, RowProblemCode, Severity};
use rapport_contract::{ContactId, Patch};
use sea_orm::DbErr;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A contact that rows can be about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Known(ContactId),
    /// Made by an earlier row of the batch, not yet written: its place among those.
    Pending(usize),
}

/// The rows of a batch, with everything they touch.
pub(super) struct Work<'a> {
    w: &'a Write<'a>,
    actor: &'a Actor,
    catalogue: Arc<AccountCatalogue>,
    identifiers: HashMap<String, Target>,
    emails: HashMap<String, Target>,
    phones: HashMap<String, Target>,
    loaded: HashMap<i64, Loaded>,
    pending: Vec<NewContact>,
}

impl<'a> Work<'a> {
    pub(super) async fn begin(
        w: &'a Write<'a>,
        actor: &'a Actor,
        rows: &[ImportRow],
    ) -> Result<Self, Error> {
        let catalogue = hold_catalogue(w, actor.account).await?;
        let all = || {
            rows.iter()
                .filter_map(|row| row.values.as_ref())
                .map(|values| &values.fields)
        };
        let identifiers: Vec<_> = all()
            .filter_map(|fields| fields.identifier.as_deref())
            .collect();
        let emails: Vec<_> = all()
            .filter_map(|fields| fields.email.as_ref())
            .map(|email| email.identity())
            .collect();
        let phones: Vec<_> = all()
            .filter_map(|fields| fields.phone.as_ref())
            .map(|phone| phone.as_str())
            .collect();
        let found = Holders::find(&w.tx, actor.account, &identifiers, &emails, &phones).await?;
        let ids: HashSet<i64> = found
            .identifiers
            .values()
            .chain(found.emails.values())
            .chain(found.phones.values())
            .map(|id| id.as_i64())
            .collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let loaded = if ids.is_empty() {
            HashMap::new()
        } else {
            load_many(&w.tx, actor.account, &ids, true).await?
        };
        if !still_hold(&found, &loaded) {
            return Err(raced());
        }
        let known = |holders: HashMap<String, ContactId>| {
            holders
                .into_iter()
                .map(|(value, id)| (value, Target::Known(id)))
                .collect()
        };
        Ok(Self {
            w,
            actor,
            catalogue,
            identifiers: known(found.identifiers),
            emails: known(found.emails),
            phones: known(found.phones),
            loaded,
            pending: Vec::new(),
        })
    }

    pub(super) async fn row(
        &mut self,
        line: u64,
        values: &RowFields,
        problems: &mut Vec<RowProblem>,
    ) -> Result<Done, Error> {
        let mut fields = values.fields.clone();
        let by_identifier = fields
            .identifier
            .as_ref()
            .and_then(|value| self.identifiers.get(value))
            .copied();
        let by_email = fields
            .email
            .as_ref()
            .and_then(|email| self.emails.get(email.identity()))
            .copied();
        let by_phone = fields
            .phone
            .as_ref()
            .and_then(|phone| self.phones.get(phone.as_str()))
            .copied();
        if let (Some(one), Some(other)) = (by_identifier, by_email)
            && one != other
        {
            problems.push(RowProblem {
                line,
                severity: Severity::Rejected,
                code: RowProblemCode::KeysOfDifferentContacts,
                column: None,
                value: fields.identifier.map(quoted),
            });
            return Ok(Done::Rejected);
        }
        let target = match (&fields.identifier, &fields.email) {
            (Some(_), _) => {
                by_identifier.or_else(|| by_email.filter(|&target| !self.has_identifier(target)))
            }
            (None, Some(_)) => by_email,
            (None, None) => by_phone,
        };
        let left_out = |code, value: String| RowProblem {
            line,
            severity: Severity::Warning,
            code,
            column: None,
            value: Some(quoted(value)),
        };
        if by_email.is_some() && by_email != target {
            let email = fields.email.take().map(|email| email.as_str().to_owned());
            problems.push(left_out(
                RowProblemCode::EmailOfAnother,
                email.unwrap_or_default(),
            ));
        }
        if by_phone.is_some() && by_phone != target {
            let phone = fields.phone.take().map(|phone| phone.as_str().to_owned());
            problems.push(left_out(
                RowProblemCode::PhoneOfAnother,
                phone.unwrap_or_default(),
            ));
        }
        match target {
            None => {
                let made = Target::Pending(self.pending.len());
                self.remember(&fields, made);
                self.pending.push(NewContact {
                    fields,
                    custom: CheckedValues::new(),
                    extras: ContactExtras::default(),
                    source: Source::Import,
                    created_at: values.created_at,
                    last_activity_at: values.last_activity_at,
                });
                Ok(Done::Created)
            }
            Some(Target::Known(id)) => self.update(id, fields, values).await,
            Some(Target::Pending(place)) => {
                let made = self.flush().await?;
                let id = made.get(place).copied();
                let id = id.ok_or_else(|| Error::Corrupt("a row's contact is gone".to_owned()))?;
                self.update(id, fields, values).await
            }
        }
    }

    fn has_identifier(&self, target: Target) -> bool {
        match target {
            Target::Known(id) => self
                .loaded
                .get(&id.as_i64())
                .is_some_and(|loaded| loaded.contact.identifier.is_some()),
            Target::Pending(place) => self
                .pending
                .get(place)
                .is_some_and(|new| new.fields.identifier.is_some()),
        }
    }

    /// Later rows find the contact by these keys.
    fn remember(&mut self, fields: &ContactFields, target: Target) {
        if let Some(identifier) = &fields.identifier {
            self.identifiers.insert(identifier.clone(), target);
        }
        if let Some(email) = &fields.email {
            self.emails.insert(email.identity().to_owned(), target);
        }
        if let Some(phone) = &fields.phone {
            self.phones.insert(phone.as_str().to_owned(), target);
        }
    }

    /// Writes the contacts that earlier rows made; gives their ids in order.
    pub(super) async fn flush(&mut self) -> Result<Vec<ContactId>, Error> {
        let new = std::mem::take(&mut self.pending);
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let made = contacts::insert(self.w, self.actor, &new).await?;
        let mut ids = Vec::with_capacity(made.len());
        for (new, made) in new.iter().zip(made) {
            let id = ContactId::from_i64(made.contact.id);
            self.remember(&new.fields, Target::Known(id));
            self.loaded.insert(id.as_i64(), made);
            ids.push(id);
        }
        Ok(ids)
    }

    async fn update(
        &mut self,
        id: ContactId,
        fields: ContactFields,
        values: &RowFields,
    ) -> Result<Done, Error> {
        let before = self.loaded.get(&id.as_i64()).cloned();
        let before = before.ok_or_else(|| Error::Corrupt(format!("{id} has keys and no row")))?;
        let change = change(&before, fields.clone(), values.whole_name);
        let outcome = change_loaded(
            self.w,
            self.actor,
            &self.catalogue,
            before.clone(),
            &change,
            values.last_activity_at,
        )
        .await?;
        let Outcome::Changed(after) = outcome else {
            return Ok(Done::Unchanged);
        };
        // Addresses that the contact had and has no longer are free for later rows.
        for email in before.emails.iter().filter(|email| {
            after
                .emails
                .iter()
                .all(|kept| kept.email_id != email.email_id)
        }) {
            self.emails.remove(&email.email_id);
        }
        for phone in before
            .phones
            .iter()
            .filter(|phone| after.phones.iter().all(|kept| kept.number != phone.number))
        {
            self.phones.remove(&phone.number);
        }
        if before.contact.identifier != after.contact.identifier
            && let Some(identifier) = &before.contact.identifier
        {
            self.identifiers.remove(identifier);
        }
        self.remember(&fields, Target::Known(id));
        self.loaded.insert(id.as_i64(), *after);
        Ok(Done::Updated)
    }
}

/// Whether the contacts, now that nobody else can change them, have what they had when they were looked for.
fn still_hold(found: &Holders, loaded: &HashMap<i64, Loaded>) -> bool {
    let has =
        |id: &ContactId, has: &dyn Fn(&Loaded) -> bool| loaded.get(&id.as_i64()).is_some_and(has);
    let identifiers = found.identifiers.iter().all(|(value, id)| {
        has(id, &|loaded| {
            loaded.contact.identifier.as_ref() == Some(value)
        })
    });
    let emails = found.emails.iter().all(|(value, id)| {
        has(id, &|loaded| {
            loaded.emails.iter().any(|email| email.email_id == *value)
        })
    });
    let phones = found.phones.iter().all(|(value, id)| {
        has(id, &|loaded| {
            loaded.phones.iter().any(|phone| phone.number == *value)
        })
    });
    identifiers && emails && phones
}

fn raced() -> Error {
    let what = "a contact was changed between looking for it and holding it";
    Error::Raced(DbErr::Custom(what.to_owned()))
}

/// Characters of a value that a problem quotes.
const QUOTED_MAX: usize = 200;

/// A value as a problem quotes it, shortened.
fn quoted(value: String) -> String {
    if value.chars().nth(QUOTED_MAX).is_none() {
        return value;
    }
    let short: String = value.chars().take(QUOTED_MAX - 1).collect();
    short + "…"
}

/// What a row changes of a contact: empty cells change nothing.
fn change(before: &Loaded, fields: ContactFields, whole_name: bool) -> ContactChange {
    fn set<T>(value: Option<T>) -> Patch<T> {
        value.map_or(Patch::Absent, Patch::Set)
    }
    let ContactFields {
        first_name,
        last_name,
        email,
        phone,
        identifier,
        company,
        city,
        country,
        language,
    } = fields;
    let mut change = ContactChange {
        first_name: set(first_name),
        last_name: set(last_name),
        email: set(email),
        phone: set(phone),
        identifier: set(identifier),
        company: set(company),
        city: set(city),
        country: set(country),
        language: set(language),
        custom: CheckedValues::new(),
        extras: ContactExtras::default(),
    };
    // A full name of a contact whose name stands in two parts: the same name changes nothing, another one replaces both.
    if whole_name && let Patch::Set(name) = &change.first_name {
        let (first, last) = (&before.contact.first_name, &before.contact.last_name);
        if full_name(first.as_deref(), last.as_deref()).as_ref() == Some(name) {
            change.first_name = Patch::Absent;
        } else {
            change.last_name = Patch::Null;
        }
    }
    change
}
