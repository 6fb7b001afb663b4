//! One stretch of a sorted list in SQL.
//!
//! A list has two parts: the contacts that have the sort's key, then those that lack it. Each part is one range of the sort's index, read
//! forwards or backwards from a place; `NULLS LAST` would read all of it.

use super::cursor::{KeyValue, Place, can_be_missing, column, is_text};
use super::read::Loaded;
use super::search::{self, Strategy};
use super::whole;
use crate::{Error, Store};
use rapport_contract::contact::Sort;
use rapport_contract::{AccountId, ContactId};
use sea_orm::{ConnectionTrait, QueryResult, Value};

/// What is listed, and how.
pub(super) struct Listing<'a> {
    pub(super) store: &'a Store,
    pub(super) account: AccountId,
    pub(super) sort: Sort,
    /// The words that are sought, and how; none for everyone.
    pub(super) search: Option<(Vec<String>, Strategy)>,
}

/// A row of a list, and its place in it.
pub(super) struct ListRow {
    pub(super) place: Place,
    pub(super) contact: Loaded,
}

/// One of the two parts of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The contacts that have the key.
    Present,
    /// The contacts that lack it.
    Missing,
}

impl Listing<'_> {
    /// Up to `most` rows after `from` (or from the start), in the list's order; or, `backwards`, before it (or from the end), in
    /// reversed order.
    pub(super) async fn stretch(
        &self,
        from: Option<&Place>,
        backwards: bool,
        most: usize,
    ) -> Result<Vec<ListRow>, Error> {
        let parts: &[Part] = match (can_be_missing(self.sort.key), backwards) {
            (false, _) => &[Part::Present],
            (true, false) => &[Part::Present, Part::Missing],
            (true, true) => &[Part::Missing, Part::Present],
        };
        let mut rows = Vec::new();
        for &part in parts {
            let here = from.map(|place| {
                if place.key.is_some() {
                    Part::Present
                } else {
                    Part::Missing
                }
            });
            let passed = match (here, backwards) {
                (Some(Part::Missing), false) => part == Part::Present,
                (Some(Part::Present), true) => part == Part::Missing,
                _ => false,
            };
            if passed || rows.len() >= most {
                continue;
            }
            let from = from.filter(|_| here == Some(part));
            rows.extend(self.part(part, from, backwards, most - rows.len()).await?);
        }
        Ok(rows)
    }

    async fn part(
        &self,
        part: Part,
        from: Option<&Place>,
        backwards: bool,
        most: usize,
    ) -> Result<Vec<ListRow>, Error> {
        let (sql, values) = self.statement(part, from, backwards, most);
        let statement = self.store.engine().statement(sql, values);
        let rows = self.store.reader.query_all_raw(statement).await?;
        rows.iter().map(|row| self.read(row, part)).collect()
    }

    /// The page's rows, and their contacts with all addresses: one statement.
    pub(super) fn statement(
        &self,
        part: Part,
        from: Option<&Place>,
        backwards: bool,
        most: usize,
    ) -> (String, Vec<Value>) {
        let engine = self.store.engine();
        let key = column(self.sort.key);
        let descending = self.sort.descending != backwards;
        let (direction, beyond) = if descending {
            ("DESC", "<")
        } else {
            ("ASC", ">")
        };
        let mut values: Vec<Value> = vec![self.account.as_i64().into()];
        let mut conditions = vec!["i.account_id = $1".to_owned()];
        match part {
            Part::Present if can_be_missing(self.sort.key) => {
                conditions.push(format!("i.{key} IS NOT NULL"));
            }
            Part::Present => {}
            Part::Missing => conditions.push(format!("i.{key} IS NULL")),
        }
        if let Some(place) = from {
            match &place.key {
                Some(value) => {
                    values.push(match value {
                        KeyValue::Text(text) => text.as_str().into(),
                        KeyValue::Number(number) => (*number).into(),
                    });
                    values.push(place.id.as_i64().into());
                    let (value, id) = (values.len() - 1, values.len());
                    conditions.push(format!("(i.{key}, i.id) {beyond} (${value}, ${id})"));
                }
                None => {
                    values.push(place.id.as_i64().into());
                    conditions.push(format!("i.id {beyond} ${}", values.len()));
                }
            }
        }
        if let Some((words, strategy)) = &self.search {
            conditions.push(match strategy {
                Strategy::Drive => {
                    format!("i.id IN ({})", search::hits(engine, words, &mut values))
                }
                Strategy::Probe => search::probe(engine, words, &mut values),
            });
        }
        let conditions = conditions.join(" AND ");
        let whole = whole::columns(engine);
        let sql = format!(
            "SELECT {whole}, p.place_key \
             FROM (SELECT i.id, i.{key} AS place_key FROM contact_index i WHERE {conditions} \
                   ORDER BY i.{key} {direction}, i.id {direction} LIMIT {most}) AS p \
             JOIN contacts c ON c.account_id = $1 AND c.id = p.id \
             ORDER BY p.place_key {direction}, p.id {direction}"
        );
        (sql, values)
    }

    fn read(&self, row: &QueryResult, part: Part) -> Result<ListRow, Error> {
        let contact = whole::read(row)?;
        let key = match part {
            Part::Missing => None,
            Part::Present if is_text(self.sort.key) => {
                Some(KeyValue::Text(row.try_get("", "place_key")?))
            }
            Part::Present => Some(KeyValue::Number(row.try_get("", "place_key")?)),
        };
        let place = Place {
            key,
            id: ContactId::from_i64(contact.contact.id),
        };
        Ok(ListRow { place, contact })
    }
}
