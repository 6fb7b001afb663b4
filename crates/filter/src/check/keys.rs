//! The keys of an object.

use super::place::Place;
use super::{Check, FaultCode};
use crate::raw::Raw;
use std::collections::HashSet;

impl Check<'_> {
    /// Reports each key that comes again, once; the first of them counts.
    pub(super) fn no_repeated_keys(&mut self, entries: &[(String, Raw)], place: &Place) {
        let mut seen = HashSet::with_capacity(entries.len());
        let mut reported = HashSet::new();
        for (key, _) in entries {
            if !seen.insert(key.as_str()) && reported.insert(key.as_str()) && !self.stopped {
                self.fault(
                    &place.key(key),
                    FaultCode::RepeatedKey,
                    "expected the key once in this object",
                );
            }
        }
    }

    /// The entries of an object that may have these keys and no others, `what` it is.
    pub(super) fn object<'r>(
        &mut self,
        raw: &'r Raw,
        keys: &[&str],
        what: &str,
        place: &Place,
    ) -> Option<&'r [(String, Raw)]> {
        let Raw::Object(entries) = raw else {
            self.wrong_type(what, raw, place);
            return None;
        };
        self.no_repeated_keys(entries, place);
        for (key, _) in entries {
            if !keys.contains(&key.as_str()) && !self.stopped {
                let detail = format!("expected {what}");
                self.fault(&place.key(key), FaultCode::UnknownKey, detail);
            }
        }
        Some(entries)
    }

    /// The value of a key that has to be there; `what` was expected.
    pub(super) fn required<'r>(
        &mut self,
        entries: &'r [(String, Raw)],
        key: &str,
        what: &str,
        place: &Place,
    ) -> Option<&'r Raw> {
        let value = get(entries, key);
        if value.is_none() {
            self.fault(
                &place.key(key),
                FaultCode::Required,
                format!("expected {what}"),
            );
        }
        value
    }

    /// Reports that `what` was expected.
    pub(super) fn wrong_type(&mut self, what: &str, raw: &Raw, place: &Place) {
        let detail = format!("expected {what}, not {}", raw.kind());
        self.fault(place, FaultCode::WrongType, detail);
    }
}

/// The first value of this key.
pub(crate) fn get<'r>(entries: &'r [(String, Raw)], key: &str) -> Option<&'r Raw> {
    entries
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

/// A text that was sent, for a sentence: its beginning, in quotes, with control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    let more = if beginning.len() < text.len() {
        "…"
    } else {
        ""
    };
    format!("{beginning:?}{more}")
}
