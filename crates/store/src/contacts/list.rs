//! Lists of contacts, page by page.

use super::cursor::{Cursor, Place, Way, fingerprint};
use super::page::{ListRow, Listing};
use super::selection::{Ask, Selection, understand};
use super::sort::SortColumn;
use crate::catalogue::AccountCatalogue;
use crate::{Actor, Error, Store, Viewer};
use rapport_contract::Instant;
use rapport_contract::contact::{Contact, Sort};
use rapport_contract::page::{Cursors, Limit, Page};
use sea_orm::ConnectionTrait;
use std::sync::Arc;

/// What is asked of the list of an account's live contacts.
#[derive(Debug, Clone)]
pub struct ContactList {
    /// Who is to be on it.
    pub ask: Ask,
    /// The order; the saved filter's without it, else the newest first.
    pub sort: Option<Sort>,
    /// Rows on a page.
    pub limit: Limit,
    /// `next` or `prev` of another page of the same list.
    pub cursor: Option<String>,
}

impl ContactList {
    /// One page, asked for at `now`. Any page costs the same, however deep.
    ///
    /// A backward page that reaches the start is answered as the first page, so that pages fit together again.
    ///
    /// # Errors
    /// `invalid_cursor` when the cursor is of another query; the faults of the filter and the sort.
    pub async fn page(
        &self,
        store: &Store,
        viewer: &Viewer,
        now: Instant,
    ) -> Result<Page<Contact>, Error> {
        let catalogue = store.catalogue_for(viewer).await?;
        self.page_through(&store.reader, catalogue, &viewer.actor, now)
            .await
    }

    /// As [`page`](Self::page), with every statement through `db`.
    pub(super) async fn page_through(
        &self,
        db: &impl ConnectionTrait,
        catalogue: Arc<AccountCatalogue>,
        actor: &Actor,
        now: Instant,
    ) -> Result<Page<Contact>, Error> {
        let cursor = self.cursor.as_deref().map(Cursor::decode).transpose()?;
        let asked_at = cursor.as_ref().map_or(now, |cursor| cursor.asked_at);
        let selection = understand(db, catalogue, actor, &self.ask, asked_at).await?;
        let pointer = self.ask.asked_in.pointer("sort");
        let order = self
            .sort
            .clone()
            .or_else(|| selection.sort.clone())
            .unwrap_or_default();
        let sort = SortColumn::of(&order, &selection.catalogue, &pointer)
            .map_err(|fault| self.ask.asked_in.problem(vec![fault]))?;
        let asked = Asked {
            list: self,
            selection: &selection,
            asked_at,
            query: fingerprint(&format!("{order}\n{}", selection.identity)),
        };
        if let Some(cursor) = &cursor {
            cursor.belongs(&asked.query, &sort)?;
        }
        let listing = Listing::new(db, &selection, &sort);
        let limit = self.limit.rows();
        match &cursor {
            Some(Cursor {
                place,
                way: Way::Prev,
                ..
            }) => {
                // One row more than the page holds tells whether there is another page.
                let mut rows = listing.stretch(Some(place), true, limit + 1).await?;
                if rows.len() <= limit {
                    return asked.forwards(&listing, None).await;
                }
                rows.truncate(limit);
                rows.reverse();
                asked.answer(rows, true, true)
            }
            Some(Cursor {
                place,
                way: Way::Next,
                ..
            }) => asked.forwards(&listing, Some(place)).await,
            None => asked.forwards(&listing, None).await,
        }
    }
}

/// A list that is understood.
struct Asked<'a> {
    list: &'a ContactList,
    selection: &'a Selection,
    asked_at: Instant,
    query: String,
}

impl Asked<'_> {
    async fn forwards<C: ConnectionTrait>(
        &self,
        listing: &Listing<'_, C>,
        from: Option<&Place>,
    ) -> Result<Page<Contact>, Error> {
        let limit = self.list.limit.rows();
        let mut rows = listing.stretch(from, false, limit + 1).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        self.answer(rows, from.is_some(), more)
    }

    fn answer(
        &self,
        rows: Vec<ListRow>,
        before: bool,
        after: bool,
    ) -> Result<Page<Contact>, Error> {
        let at = |row: Option<&ListRow>, way: Way| {
            row.map(|row| Cursor::new(self.asked_at, row.place.clone(), way, &self.query).encode())
        };
        let page = Cursors {
            next: at(rows.last().filter(|_| after), Way::Next),
            prev: at(rows.first().filter(|_| before), Way::Prev),
        };
        let data = rows
            .into_iter()
            .map(|row| row.contact.into_contact(&self.selection.catalogue))
            .collect::<Result<_, _>>()?;
        Ok(Page { data, page })
    }
}
