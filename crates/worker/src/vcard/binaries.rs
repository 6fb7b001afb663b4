//! Pictures, sounds and keys: what is passed over without being held.

use super::header::Header;

/// Properties whose values are files.
const NAMES: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// Whether a property's value is a file. `value` is its beginning, as far as it was read.
pub(super) fn is_binary(header: &Header<'_>, value: &[u8]) -> bool {
    let scheme = value.get(..5).unwrap_or_default();
    NAMES.into_iter().any(|name| header.is(name))
        || header.is_base64()
        || scheme.eq_ignore_ascii_case(b"data:")
}

/// Whether a line without a colon may be more of the Base64 before it: version 2.1 does not indent it, and ends it with an empty line.
pub(super) fn is_base64_line(line: &[u8]) -> bool {
    line.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' '))
}
