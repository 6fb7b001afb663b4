//! Cursors: a place in a sorted list, opaque to whoever carries it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rapport_contract::contact::{Sort, SortKey};
use rapport_contract::{Code, ContactId, Problem};
use serde::{Deserialize, Serialize};

/// The value that a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum KeyValue {
    /// A normalised text.
    Text(String),
    /// A number, a rank, an instant.
    Number(i64),
}

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

/// A cursor: which query it belongs to, a place in it, and which way to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) place: Place,
    pub(super) way: Way,
}

/// As it travels.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    /// The version of this form.
    v: u8,
    /// The query: its sort and search.
    q: String,
    w: Way,
    k: Option<KeyValue>,
    id: ContactId,
}

/// The longest key is 200 characters of up to four bytes.
const LENGTH_MAX: usize = 4_096;

/// What tells one query from another.
fn fingerprint(sort: Sort, q: &str) -> String {
    let digest = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        format!("{sort}\n{q}").as_bytes(),
    );
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(..9).unwrap_or_default())
}

impl Cursor {
    /// The text that a client carries.
    pub(super) fn encode(&self, sort: Sort, q: &str) -> String {
        let wire = Wire {
            v: 1,
            q: fingerprint(sort, q),
            w: self.way,
            k: self.place.key.clone(),
            id: self.place.id,
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
    }

    /// Reads what a client brought.
    pub(super) fn decode(text: &str, sort: Sort, q: &str) -> Result<Self, Box<Problem>> {
        let foreign = || {
            Box::new(Problem::new(
                Code::InvalidCursor,
                "Take cursors from a page of the same query (sort and search), or ask for the first page.",
            ))
        };
        if text.len() > LENGTH_MAX {
            return Err(foreign());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
        let Wire {
            v,
            q: query,
            w,
            k,
            id,
        } = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
        let fits = match (&k, is_text(sort.key)) {
            (Some(KeyValue::Text(text)), true) => !text.contains('\0'),
            (Some(KeyValue::Number(_)), false) | (None, _) => true,
            _ => false,
        };
        if v != 1 || query != fingerprint(sort, q) || !fits {
            return Err(foreign());
        }
        Ok(Self {
            place: Place { key: k, id },
            way: w,
        })
    }
}

/// Whether the key's values are texts.
pub(super) const fn is_text(key: SortKey) -> bool {
    match key {
        SortKey::Name | SortKey::Email | SortKey::Company | SortKey::City => true,
        SortKey::Phone
        | SortKey::Country
        | SortKey::CreatedAt
        | SortKey::UpdatedAt
        | SortKey::LastActivityAt => false,
    }
}

/// The column of `contact_index` behind the key.
pub(super) const fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "name_key",
        SortKey::Email => "email_key",
        SortKey::Phone => "phone_num",
        SortKey::Company => "company_key",
        SortKey::City => "city_key",
        SortKey::Country => "country_rank",
        SortKey::CreatedAt => "created_at",
        SortKey::UpdatedAt => "updated_at",
        SortKey::LastActivityAt => "last_activity_at",
    }
}

/// Whether a contact can lack the key.
pub(super) const fn can_be_missing(key: SortKey) -> bool {
    !matches!(key, SortKey::CreatedAt | SortKey::UpdatedAt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_query_only() {
        let sort: Sort = "-name".parse().unwrap();
        let place = Place {
            key: Some(KeyValue::Text("núñez".into())),
            id: ContactId::from_i64(7),
        };
        let cursor = Cursor {
            place,
            way: Way::Next,
        };
        let text = cursor.encode(sort, "ana");
        assert_eq!(Cursor::decode(&text, sort, "ana"), Ok(cursor));
        let refused = |text: &str, sort: &str, q: &str| {
            Cursor::decode(text, sort.parse().unwrap(), q)
                .unwrap_err()
                .code
                == Code::InvalidCursor
        };
        assert!(refused(&text, "name", "ana"));
        assert!(refused(&text, "-email", "ana"));
        assert!(refused(&text, "-name", "anna"));
        assert!(refused("", "-name", "ana"));
        assert!(refused("%%%", "-name", "ana"));
        assert!(refused(&text[..20], "-name", "ana"));
    }
}
