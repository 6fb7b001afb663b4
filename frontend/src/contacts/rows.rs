//! The loaded stretch of a long list: pages joined at their cursors, of which the farthest are let go.

use rapport_contract::ContactId;
use rapport_contract::contact::Contact;
use rapport_contract::page::Page;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// The most rows that are kept.
pub(crate) const KEPT: usize = 5_000;

/// One page as it came.
#[derive(Debug, Clone)]
struct Slice {
    count: usize,
    next: Option<String>,
    prev: Option<String>,
}

/// The loaded rows, and where they stand in the whole list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    contacts: VecDeque<Arc<Contact>>,
    slices: VecDeque<Slice>,
    ids: HashSet<ContactId>,
    first: usize,
}

impl Rows {
    /// The first page of a list.
    pub(crate) fn begin(page: Page<Contact>) -> Self {
        let mut rows = Self::default();
        rows.append(page);
        rows
    }

    /// The place of the first loaded row in the list.
    pub(crate) const fn first(&self) -> usize {
        self.first
    }

    /// One behind the place of the last loaded row.
    pub(crate) fn end(&self) -> usize {
        self.first + self.contacts.len()
    }

    /// Whether nothing is loaded.
    pub(crate) fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// The row at a place of the list, if it is loaded.
    pub(crate) fn get(&self, place: usize) -> Option<&Arc<Contact>> {
        self.contacts.get(place.checked_sub(self.first)?)
    }

    /// Where the page behind the last one begins.
    pub(crate) fn next(&self) -> Option<&str> {
        self.slices.back()?.next.as_deref()
    }

    /// Where the page before the first one begins.
    pub(crate) fn prev(&self) -> Option<&str> {
        self.slices.front()?.prev.as_deref()
    }

    /// Adds the page behind the last one; rows at the start are let go when there are too many.
    pub(crate) fn append(&mut self, page: Page<Contact>) {
        let new = self.unknown(page.data);
        self.slices.push_back(Slice {
            count: new.len(),
            next: page.page.next,
            prev: page.page.prev,
        });
        self.contacts.extend(new);
        while self.contacts.len() > KEPT && self.slices.len() > 1 {
            let Some(slice) = self.slices.pop_front() else {
                break;
            };
            for contact in self.contacts.drain(..slice.count) {
                self.ids.remove(&contact.id);
            }
            self.first += slice.count;
        }
    }

    /// Adds the page before the first one; rows at the end are let go when there are too many.
    pub(crate) fn prepend(&mut self, page: Page<Contact>) {
        let new = self.unknown(page.data);
        // Before the page without one before it, there is nothing, whatever came and went meanwhile.
        self.first = if page.page.prev.is_none() {
            0
        } else {
            self.first.saturating_sub(new.len())
        };
        self.slices.push_front(Slice {
            count: new.len(),
            next: page.page.next,
            prev: page.page.prev,
        });
        for contact in new.into_iter().rev() {
            self.contacts.push_front(contact);
        }
        while self.contacts.len() > KEPT && self.slices.len() > 1 {
            let Some(slice) = self.slices.pop_back() else {
                break;
            };
            let keep = self.contacts.len() - slice.count;
            for contact in self.contacts.drain(keep..) {
                self.ids.remove(&contact.id);
            }
        }
    }

    /// A row whose key changed between two pages may come twice: the first one counts.
    fn unknown(&mut self, contacts: Vec<Contact>) -> Vec<Arc<Contact>> {
        contacts
            .into_iter()
            .filter(|contact| self.ids.insert(contact.id))
            .map(Arc::new)
            .collect()
    }

    /// Puts a contact's newer state in its place.
    pub(crate) fn replace(&mut self, contact: &Contact) {
        if let Some(old) = self.contacts.iter_mut().find(|old| old.id == contact.id) {
            *old = Arc::new(contact.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_contract::page::Cursors;

    fn contact(id: i64) -> Contact {
        let json = serde_json::json!({
            "id": ContactId::from_i64(id).to_string(), "name": "x", "first_name": null,
            "last_name": null, "email": null, "emails": [], "phone": null, "phones": [],
            "identifier": null, "company": null, "city": null, "country": null, "language": null,
            "source": "api", "channels": [], "identities": [], "consent": {}, "blocked": false, "custom": {}, "segments": [], "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "last_activity_at": null, "version": 1,
        });
        serde_json::from_value(json).unwrap()
    }

    /// The page of 100 rows at a place of a list of `total`; its cursors are the places of its neighbours.
    fn page(start: i64, total: i64) -> Page<Contact> {
        Page {
            data: (start..(start + 100).min(total)).map(contact).collect(),
            page: Cursors {
                next: (start + 100 < total).then(|| (start + 100).to_string()),
                prev: (start > 0).then(|| (start - 100).to_string()),
            },
        }
    }

    fn consistent(rows: &Rows) {
        assert_eq!(
            rows.contacts.len(),
            rows.slices.iter().map(|slice| slice.count).sum::<usize>()
        );
        assert_eq!(rows.contacts.len(), rows.ids.len());
        for (offset, contact) in rows.contacts.iter().enumerate() {
            assert_eq!(contact.id.as_i64(), (rows.first + offset) as i64);
        }
    }

    #[test]
    fn a_long_way_down_and_up_again() {
        let total = 12_345;
        let mut rows = Rows::begin(page(0, total));
        while let Some(next) = rows.next().map(|next| next.parse().unwrap()) {
            rows.append(page(next, total));
            consistent(&rows);
            assert!(rows.contacts.len() <= KEPT);
        }
        assert_eq!(rows.end(), 12_345);
        assert!(rows.get(0).is_none());
        assert_eq!(rows.get(12_344).unwrap().id.as_i64(), 12_344);
        while let Some(prev) = rows.prev().map(|prev| prev.parse().unwrap()) {
            rows.prepend(page(prev, total));
            consistent(&rows);
            assert!(rows.contacts.len() <= KEPT);
        }
        assert_eq!(rows.first(), 0);
        assert_eq!(rows.next(), Some("5000"));
    }

    #[test]
    fn what_comes_twice_counts_once() {
        let mut rows = Rows::begin(page(0, 300));
        let mut second = page(100, 300);
        second.data.insert(0, contact(99));
        rows.append(second);
        consistent(&rows);
        assert_eq!(rows.end(), 200);
    }
}
