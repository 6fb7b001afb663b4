//! E-mail addresses: as they are written, and the identity that they stand for.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// An e-mail address that can be written to.
///
/// It keeps the spelling it came with (trimmed) for people, and its identity for matching: the domain as lower-case IDNA
/// ASCII, the local part in Unicode lower case, nothing else folded. `José@x.es` and `jose@x.es` are two mailboxes.
///
/// Equality is that of the identity.
#[derive(Clone)]
pub struct EmailAddress {
    spelling: String,
    identity: String,
}

/// RFC 5321 §4.5.3.1.3 as corrected by RFC 3696 erratum 1690.
const MAX_LENGTH: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const MAX_LOCAL_LENGTH: usize = 64;

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as ana@example.com, of at most 254 characters")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let spelling = text.trim();
        let (local, domain) = spelling.rsplit_once('@').ok_or(InvalidEmail)?;
        if !is_local_part(local) {
            return Err(InvalidEmail);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail)?;
        if !is_domain(&domain) {
            return Err(InvalidEmail);
        }
        let identity = format!("{}@{domain}", local.to_lowercase());
        if spelling.len() > MAX_LENGTH || identity.len() > MAX_LENGTH {
            return Err(InvalidEmail);
        }
        Ok(Self {
            spelling: spelling.to_owned(),
            identity,
        })
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.spelling
    }

    /// What makes two addresses the same.
    pub fn identity(&self) -> &str {
        &self.identity
    }
}

/// Anything but white space, control characters and the punctuation that an address list gives a meaning to (RFC 5322
/// `specials`); quoted local parts are not taken. Letters of any script are (RFC 6531).
fn is_local_part(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= MAX_LOCAL_LENGTH
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !r#"()<>[]:;@\,""#.contains(c))
}

/// At least two labels, and a last one that is not a number (`ana@10.0.0.1`).
fn is_domain(domain: &str) -> bool {
    let Some((_, top)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(|label| !label.is_empty()) && !top.bytes().all(|b| b.is_ascii_digit())
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelling)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.spelling, f)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.spelling)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

crate::schema::text_schema!(EmailAddress, format = "email", example = "ana@example.com");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn identity(text: &str) -> Option<String> {
        EmailAddress::parse(text)
            .ok()
            .map(|address| address.identity().to_owned())
    }

    #[test]
    fn case_and_idna_are_folded_and_accents_are_not() {
        assert_eq!(
            identity(" Ana@Example.COM "),
            Some("ana@example.com".to_owned())
        );
        assert_eq!(
            identity("ana@MÜNCHEN.de"),
            Some("ana@xn--mnchen-3ya.de".to_owned())
        );
        assert_eq!(
            identity("ana@münchen.de"),
            identity("ana@xn--mnchen-3ya.de")
        );
        assert_ne!(identity("josé@example.com"), identity("jose@example.com"));
        assert_eq!(
            identity("用户@例子.中国"),
            Some("用户@xn--fsqu00a.xn--fiqs8s".to_owned())
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "ana@localhost",
            "a b@example.com",
            "ana@exa mple.com",
            "ana@example..com",
            ".ana@example.com",
            "ana.@example.com",
            "a..b@example.com",
            "ana@10.0.0.1",
            "Ana <ana@example.com>",
            "ana@example.com,bob@example.com",
            "a\0@example.com",
            "ana@@example.com",
            "\"a b\"@example.com",
        ] {
            assert_eq!(identity(text), None, "{text:?}");
        }
        assert_eq!(identity(&format!("{}@example.com", "a".repeat(65))), None);
        assert_eq!(identity(&format!("a@{}.com", "b.".repeat(130))), None);
    }

    proptest! {
        #[test]
        fn an_identity_is_its_own_identity(text in "\\PC{1,12}@[a-zé]{1,8}\\.[a-z]{2,4}") {
            if let Some(once) = identity(&text) {
                prop_assert_eq!(identity(&once), Some(once.clone()));
            }
        }
    }
}
