//! Cursors of lists that have one order: two numbers that tell a row from all others, opaque to whoever carries them.

use crate::Error;
use crate::contacts::fingerprint;
use rapport_contract::page::{Cursors, Limit, Page};
use rapport_contract::{Code, Problem};

/// A place in a list: right behind the row with this key and this id.
pub(crate) type Place = (i64, i64);

/// One page of a list that is asked for.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Rows on it.
    pub limit: Limit,
    /// `page.next` of another page of the same list.
    pub cursor: Option<String>,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            limit: Limit::DEFAULT,
            cursor: None,
        }
    }
}

impl Paging {
    /// The place behind which the page begins; none for the first one. `query` is what tells the list from others.
    pub(crate) fn place(&self, query: &str) -> Result<Option<Place>, Error> {
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let place = read(text, &fingerprint(query)).ok_or_else(|| {
            Problem::new(
                Code::InvalidCursor,
                "Take cursors from a page of the same list, or ask for the first page.",
            )
        })?;
        Ok(Some(place))
    }

    /// The page of rows of which one more was read than fit, if there are so many.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<T>,
        query: &str,
        place: impl Fn(&T) -> Place,
    ) -> Page<T> {
        let more = rows.len() > self.limit.rows();
        rows.truncate(self.limit.rows());
        let next = rows.last().filter(|_| more).map(|row| {
            let (key, id) = place(row);
            format!("{}.{key}.{id}", fingerprint(query))
        });
        Page {
            data: rows,
            page: Cursors { next, prev: None },
        }
    }

    /// How many rows to read: one more than the page holds tells whether there is another.
    pub(crate) const fn rows(&self) -> usize {
        self.limit.rows() + 1
    }
}

fn read(text: &str, query: &str) -> Option<Place> {
    let mut parts = text.split('.');
    let (of, key, id) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str| text.parse().ok();
    let fits = of == query && parts.next().is_none();
    fits.then_some((number(key)?, number(id)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_travels() {
        for place in [(0, 7), (-5, i64::MAX), (i64::MIN, 0)] {
            let first = Paging {
                limit: Limit::new(1).unwrap(),
                cursor: None,
            };
            let page = first.page(vec![place, place], "notes", |place| *place);
            let next = Paging {
                cursor: page.page.next,
                ..first
            };
            assert_eq!(next.place("notes").unwrap(), Some(place));
            assert!(next.place("others").is_err());
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        let query = fingerprint("notes");
        for text in ["", ".", "a.b.c", "%00"] {
            assert_eq!(read(text, &query), None, "{text}");
        }
        for text in ["1", "1.", "1.x", "1.2.3", "-1.99999999999999999999"] {
            assert_eq!(read(&format!("{query}.{text}"), &query), None, "{text}");
        }
    }
}
