//! Quoted-printable (RFC 2045, section 6.7), in which version 2.1 writes what is not ASCII.

/// The bytes that a text stands for; what is not of the encoding stays as it is.
///
/// Soft line breaks were taken out when the lines were joined.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        (rest, _) = match escaped(rest) {
            Some(byte) => (behind.get(2..).unwrap_or_default(), bytes.push(byte)),
            None => (behind, bytes.push(*first)),
        };
    }
    bytes
}

/// The byte that stands at the beginning as `=E5`.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'=', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

/// Whether a text ends inside a character of UTF-8, so that white space at the beginning of the next line is no part of it but
/// indents that line.
pub(super) fn ends_inside_a_character(text: &[u8]) -> bool {
    // The longest character has four bytes of three characters each.
    let tail = text.get(text.len().saturating_sub(9)..).unwrap_or_default();
    let tail = tail
        .iter()
        .position(|byte| *byte == b'=')
        .and_then(|start| tail.get(start..));
    let bytes = decode(tail.unwrap_or_default());
    let Some(last) = bytes.iter().rposition(|byte| byte & 0xc0 != 0x80) else {
        return false;
    };
    let character = bytes.get(last..).unwrap_or_default();
    std::str::from_utf8(character).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_decoded() {
        for (text, expected) in [
            ("=E5=BC=A0=e4=b8=89", "张三"),
            ("a=3Db=0D=0Ac", "a=b\r\nc"),
            ("100%=", "100%="),
            ("=E", "=E"),
            ("=XY=3", "=XY=3"),
            ("==41", "=A"),
            ("José", "José"),
            ("", ""),
        ] {
            assert_eq!(decode(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn cut_characters_are_seen() {
        for (text, expected) in [
            ("=E5=BC", true),
            ("x=E5", true),
            ("=E5=BC=A0=E4=B8", true),
            ("=F0=9F=98", true),
            ("=E5=BC=A0", false),
            ("word", false),
            ("=3D", false),
            ("=BC=A0", false),
            ("", false),
        ] {
            assert_eq!(ends_inside_a_character(text.as_bytes()), expected, "{text}");
        }
    }
}
