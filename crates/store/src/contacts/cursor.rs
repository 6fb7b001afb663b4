//! Cursors: a place in a sorted list, opaque to whoever carries it.

use super::sort::{KeyValue, SortColumn};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rapport_contract::{Code, ContactId, Instant, Problem};
use serde::{Deserialize, Serialize};

/// A place in a sorted list: between two rows, right at the one described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The row's key; none in the part of the list where it is missing.
    pub(super) key: Option<KeyValue>,
    /// The row.
    pub(super) id: ContactId,
}

/// Which way from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// Towards the end of the list.
    #[serde(rename = "n")]
    Next,
    /// Towards its start.
    #[serde(rename = "p")]
    Prev,
}

/// A cursor: which query it belongs to, when that was first asked, a place in it, and which way to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// When the first page was asked for: what relative dates of the filter are counted from, on all pages.
    pub(super) asked_at: Instant,
    pub(super) place: Place,
    pub(super) way: Way,
    query: String,
}

/// As it travels.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    /// The version of this form.
    v: u8,
    /// The query: its sort, filters and search.
    q: String,
    t: i64,
    w: Way,
    k: Option<KeyValue>,
    id: ContactId,
}

/// The longest key is 200 characters of up to four bytes.
const LENGTH_MAX: usize = 4_096;

/// What tells one query from another.
pub(crate) fn fingerprint(query: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, query.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(..9).unwrap_or_default())
}

fn foreign() -> Box<Problem> {
    Box::new(Problem::new(
        Code::InvalidCursor,
        "Take cursors from a page of the same query (filter, search and sort), or ask for the first page.",
    ))
}

impl Cursor {
    /// A cursor of the query with this [`fingerprint`].
    pub(super) fn new(asked_at: Instant, place: Place, way: Way, query: &str) -> Self {
        Self {
            asked_at,
            place,
            way,
            query: query.to_owned(),
        }
    }

    /// The text that a client carries.
    pub(super) fn encode(&self) -> String {
        let wire = Wire {
            v: 2,
            q: self.query.clone(),
            t: self.asked_at.unix_millis(),
            w: self.way,
            k: self.place.key.clone(),
            id: self.place.id,
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
    }

    /// Reads what a client brought; whether it [`belongs`](Self::belongs) to the query is another question.
    pub(super) fn decode(text: &str) -> Result<Self, Box<Problem>> {
        if text.len() > LENGTH_MAX {
            return Err(foreign());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
        let Wire { v, q, t, w, k, id } = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
        if v != 2 || chrono::DateTime::from_timestamp_millis(t).is_none() {
            return Err(foreign());
        }
        Ok(Self {
            asked_at: Instant::from_unix_millis(t),
            place: Place { key: k, id },
            way: w,
            query: q,
        })
    }

    /// Refuses a cursor of another query.
    pub(super) fn belongs(&self, query: &str, sort: &SortColumn) -> Result<(), Box<Problem>> {
        let fits = self
            .place
            .key
            .as_ref()
            .map_or(sort.can_be_missing, |key| sort.takes(key));
        if fits && self.query == query {
            Ok(())
        } else {
            Err(foreign())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_travels() {
        for key in [
            Some(KeyValue::Text("núñez".into())),
            Some(KeyValue::Number(0.1_f64.to_bits().cast_signed())),
            Some(KeyValue::Number(i64::MIN)),
            None,
        ] {
            let place = Place {
                key,
                id: ContactId::from_i64(7),
            };
            let query = fingerprint("-name");
            let cursor = Cursor::new(
                Instant::from_unix_millis(1_801_389_600_123),
                place,
                Way::Next,
                &query,
            );
            assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let place = Place {
            key: None,
            id: ContactId::from_i64(7),
        };
        let text = Cursor::new(Instant::from_unix_millis(0), place, Way::Prev, "q").encode();
        let long = "A".repeat(LENGTH_MAX + 1);
        for text in ["", "%%%", &text[..20], &long] {
            assert_eq!(
                Cursor::decode(text).unwrap_err().code,
                Code::InvalidCursor,
                "{text}"
            );
        }
    }
}
