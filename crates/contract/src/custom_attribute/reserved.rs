//! Names that no custom attribute has for its key: what every contact has, and what lists are asked with.

use crate::contact::SortKey;

/// Beside the keys that lists are sorted by.
const NAMES: &[&str] = &[
    "account",
    "account_id",
    "activities",
    "all",
    "any",
    "avatar",
    "blocked",
    "channel",
    "channels",
    "columns",
    "company",
    "consent",
    "consents",
    "conversation",
    "conversations",
    "country",
    "cursor",
    "custom",
    "deleted_at",
    "email",
    "emails",
    "erase",
    "fields",
    "filter",
    "first_name",
    "id",
    "ids",
    "identifier",
    "identities",
    "identity",
    "language",
    "last_name",
    "limit",
    "messages",
    "not",
    "notes",
    "owner",
    "page",
    "phone",
    "phones",
    "q",
    "saved_filter",
    "segment",
    "segments",
    "select",
    "sort",
    "source",
    "verified",
    "version",
];

/// Whether a key is kept for fields that are not the account's own.
pub fn reserved(key: &str) -> bool {
    NAMES.contains(&key) || SortKey::BUILT_IN.iter().any(|known| known.as_str() == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_filter::catalogue::Catalogue;

    #[test]
    fn every_field_of_a_filter_is_among_them() {
        let catalogue = Catalogue::new(Vec::new(), Vec::new(), Vec::new());
        assert!(catalogue.fields().iter().all(|field| reserved(field.key())));
        assert!(!reserved("plan") && !reserved("score"));
    }
}
