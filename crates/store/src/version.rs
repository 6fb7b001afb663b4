//! Versions of what counts no changes of its own, so that a change of it can be made for the version that stands and for no other.

use aws_lc_rs::digest;
use serde::Serialize;

/// The version of what counts no changes: a number made of all that can be changed of it, so that another content is another version, and the
/// same content the same.
///
/// 53 bits, which every reader of JSON keeps exactly.
pub(crate) fn of_content(content: &impl Serialize) -> i64 {
    let text = serde_json::to_vec(content).unwrap_or_default();
    let digest = digest::digest(&digest::SHA256, &text);
    let number = digest
        .as_ref()
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    i64::try_from(number >> 11).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_another_version() {
        let (one, other) = (of_content(&("Ana", "es")), of_content(&("Ana", "en")));
        assert_ne!(one, other);
        assert_eq!(one, of_content(&("Ana", "es")));
        assert!((0..1 << 53).contains(&one));
    }
}
