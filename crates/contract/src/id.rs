//! Typed ids: 63-bit and time-ordered inside, a prefix and 13 characters of Crockford base32 outside.
//!
//! `ct_0g4zk8q1w9r2t` is a contact; a segment's id is of another Rust type and never taken for it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Crockford's alphabet in lower case: no `i`, `l`, `o`, `u`. <https://www.crockford.com/base32.html>
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 13 characters of 5 bits hold the 64 bits of an id.
const LENGTH: usize = 13;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id of the form {prefix}_ and 13 characters")]
pub struct InvalidId {
    prefix: &'static str,
}

fn encode(prefix: &str, value: i64) -> String {
    let mut text = String::with_capacity(prefix.len() + 1 + LENGTH);
    text.push_str(prefix);
    text.push('_');
    for place in (0..LENGTH).rev() {
        let digit = (value >> (place * 5)) & 31;
        text.push(ALPHABET.get(digit as usize).copied().unwrap_or(b'0') as char);
    }
    text
}

fn decode(prefix: &'static str, text: &str) -> Result<i64, InvalidId> {
    let invalid = InvalidId { prefix };
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|digits| digits.len() == LENGTH)
        .ok_or(invalid.clone())?;
    let mut value: u128 = 0;
    for byte in digits.bytes() {
        let digit = ALPHABET
            .iter()
            .position(|&known| known == byte)
            .ok_or(invalid.clone())?;
        value = (value << 5) | digit as u128;
    }
    i64::try_from(value).map_err(|_| invalid)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// The prefix of this kind of id on the wire, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id with this number, as the database holds it.
            pub const fn from_i64(value: i64) -> Self {
                Self(value)
            }

            /// The number that the database holds.
            pub const fn as_i64(self) -> i64 {
                self.0
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                decode($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }

        crate::schema::text_schema!(
            $name,
            pattern = concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]{13}$"),
            example = concat!($prefix, "_0g4zk8q1w9r2t")
        );
    )+};
}

ids! {
    /// An account: one organisation with its contacts, members and settings.
    AccountId = "ac";
    /// A person who signs in.
    UserId = "us";
    /// A sign-in of a person on one device.
    SessionId = "se";
    /// A link that lets somebody join an account or set a new password.
    InvitationId = "in";
    /// A person that the account knows.
    ContactId = "ct";
    /// One entry of a contact's timeline.
    ActivityId = "at";
    /// What somebody wrote down about a contact.
    NoteId = "nt";
    /// Two contacts that became one.
    MergeId = "mg";
    /// One entry of the account's feed of changes.
    EventId = "ev";
    /// A field that the account defined.
    AttributeId = "ca";
    /// How a contact is known on a channel.
    IdentityId = "id";
    /// A named group of contacts.
    SegmentId = "sg";
    /// A filter that was given a name.
    SavedFilterId = "sf";
    /// A key that a program calls with.
    ApiKeyId = "ak";
    /// Long work with progress and a result.
    JobId = "jb";
    /// A file of contacts that was uploaded.
    ImportId = "im";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_survives_the_wire(value in 0..=i64::MAX) {
            let id = ContactId::from_i64(value);
            prop_assert_eq!(id.to_string().parse::<ContactId>(), Ok(id));
        }

        #[test]
        fn texts_sort_as_numbers_do(a in 0..=i64::MAX, b in 0..=i64::MAX) {
            let texts = ContactId::from_i64(a).to_string().cmp(&ContactId::from_i64(b).to_string());
            prop_assert_eq!(texts, a.cmp(&b));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            if let Ok(id) = text.parse::<ContactId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn another_kind_is_refused() {
        let contact = ContactId::from_i64(77).to_string();
        assert!(contact.parse::<UserId>().is_err());
        assert!("ct_".parse::<ContactId>().is_err());
        assert!(
            "ct_zzzzzzzzzzzzz".parse::<ContactId>().is_err(),
            "more than 63 bits"
        );
        assert!(
            "ct_0g4zk8q1w9r2T".parse::<ContactId>().is_err(),
            "one spelling an id"
        );
    }
}
