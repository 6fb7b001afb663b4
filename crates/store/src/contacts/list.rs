//! Lists of contacts, page by page, and how many there are.

use super::cursor::{Cursor, Place, Way};
use super::page::{ListRow, Listing};
use super::search;
use crate::custom_attributes::Attributes;
use crate::{Error, Store};
use rapport_contract::AccountId;
use rapport_contract::contact::{Contact, Sort};
use rapport_contract::page::{Count, Cursors, Limit, Page};
use sea_orm::ConnectionTrait;

/// What is asked of the list of an account's live contacts.
#[derive(Debug, Clone)]
pub struct ContactList {
    /// The order.
    pub sort: Sort,
    /// What was typed into the search box; without control characters.
    pub q: String,
    /// Rows on a page.
    pub limit: Limit,
    /// `next` or `prev` of another page of the same list.
    pub cursor: Option<String>,
}

impl ContactList {
    /// One page. Any page costs the same, however deep.
    ///
    /// A backward page that reaches the start is answered as the first page, so that pages fit together again.
    ///
    /// # Errors
    /// `invalid_cursor` when the cursor is of another query.
    pub async fn page(&self, store: &Store, account: AccountId) -> Result<Page<Contact>, Error> {
        let cursor = self
            .cursor
            .as_deref()
            .map(|text| Cursor::decode(text, self.sort, &self.q))
            .transpose()?;
        let words = search::words(&self.q);
        let search = match words.as_slice() {
            [] => None,
            _ => {
                let strategy = search::strategy(store, account, &words).await?;
                Some((words, strategy))
            }
        };
        let listing = Listing {
            store,
            account,
            sort: self.sort,
            search,
        };
        let attributes = Attributes::load(&store.reader, account).await?;
        // One row more than the page holds tells whether there is another page.
        let most = self.limit.rows() + 1;
        match cursor {
            Some(Cursor {
                place,
                way: Way::Prev,
            }) => {
                let mut rows = listing.stretch(Some(&place), true, most).await?;
                if rows.len() < most {
                    return self.forwards(&listing, &attributes, None).await;
                }
                rows.truncate(self.limit.rows());
                rows.reverse();
                self.answer(rows, &attributes, true, true)
            }
            Some(Cursor {
                place,
                way: Way::Next,
            }) => self.forwards(&listing, &attributes, Some(&place)).await,
            None => self.forwards(&listing, &attributes, None).await,
        }
    }

    async fn forwards(
        &self,
        listing: &Listing<'_>,
        attributes: &Attributes,
        from: Option<&Place>,
    ) -> Result<Page<Contact>, Error> {
        let mut rows = listing.stretch(from, false, self.limit.rows() + 1).await?;
        let more = rows.len() > self.limit.rows();
        rows.truncate(self.limit.rows());
        self.answer(rows, attributes, from.is_some(), more)
    }

    fn answer(
        &self,
        rows: Vec<ListRow>,
        attributes: &Attributes,
        before: bool,
        after: bool,
    ) -> Result<Page<Contact>, Error> {
        let at = |row: Option<&ListRow>, way: Way| {
            row.map(|row| {
                Cursor {
                    place: row.place.clone(),
                    way,
                }
                .encode(self.sort, &self.q)
            })
        };
        let page = Cursors {
            next: at(rows.last().filter(|_| after), Way::Next),
            prev: at(rows.first().filter(|_| before), Way::Prev),
        };
        let data = rows
            .into_iter()
            .map(|row| row.contact.into_contact(attributes))
            .collect::<Result<_, _>>()?;
        Ok(Page { data, page })
    }
}

/// How many live contacts match `q`. Counting stops at `at_most`, if it is given, and says so.
pub async fn count(
    store: &Store,
    account: AccountId,
    q: &str,
    at_most: Option<u32>,
) -> Result<Count, Error> {
    let mut values = vec![account.as_i64().into()];
    let words = search::words(q);
    let matching = match words.as_slice() {
        [] => "SELECT i.id FROM contact_index i WHERE i.account_id = $1".to_owned(),
        words => search::hits(store.engine(), words, &mut values),
    };
    let bound = at_most
        .map(|most| format!(" LIMIT {}", i64::from(most) + 1))
        .unwrap_or_default();
    let sql = format!("SELECT count(*) AS n FROM ({matching}{bound}) AS matching");
    let row = store
        .reader
        .query_one_raw(store.engine().statement(sql, values))
        .await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    let n = u64::try_from(n).unwrap_or_default();
    Ok(match at_most.map(u64::from) {
        Some(most) if n > most => Count {
            count: most,
            exact: false,
        },
        _ => Count {
            count: n,
            exact: true,
        },
    })
}
