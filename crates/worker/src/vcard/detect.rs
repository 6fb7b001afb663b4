//! Whether a file is one of vCards at all.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Bytes that are looked at.
const HEAD: usize = 4096;
const BEGINNING: &str = "BEGIN:VCARD";

/// Whether a file that begins with these bytes is one of vCards: behind white space and a byte-order mark, if there are such, it says
/// `BEGIN:VCARD` in any case, in UTF-8, UTF-16 or an encoding that ASCII is a part of.
///
/// A few dozen bytes are enough, of a file with much white space before its first card some more.
pub fn looks_like_vcard(first_bytes: &[u8]) -> bool {
    let head = first_bytes.get(..HEAD).unwrap_or(first_bytes);
    match encoding(head) {
        Some(encoding) => begins(&encoding.decode_with_bom_removal(head).0),
        None => begins(&String::from_utf8_lossy(head)),
    }
}

/// The encoding that a byte-order mark names, or UTF-16 by its zeros.
pub(super) fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    marked.or(match head {
        [first, 0, ..] if *first != 0 => Some(UTF_16LE),
        [0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    })
}

fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let Some((beginning, rest)) = text.split_at_checked(BEGINNING.len()) else {
        return false;
    };
    beginning.eq_ignore_ascii_case(BEGINNING) && rest.chars().next().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vcards_are_known_by_their_first_line() {
        for text in [
            "BEGIN:VCARD\r\nVERSION:3.0\r\n",
            "begin:vcard\n",
            "Begin:vCard\r",
            "BEGIN:VCARD",
            "\u{feff}BEGIN:VCARD\r\n",
            "\u{feff} \r\n\t\u{feff}BEGIN:VCARD \r\n",
        ] {
            assert!(looks_like_vcard(text.as_bytes()), "{text:?}");
            for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                let units: Vec<u8> = text.encode_utf16().flat_map(order).collect();
                assert!(looks_like_vcard(&units), "{text:?} in UTF-16");
            }
        }
        // Latin-1 behind the first line, and a character cut in two at the end.
        assert!(looks_like_vcard(b"BEGIN:VCARD\nFN:Jos\xe9\n"));
        assert!(looks_like_vcard(
            "BEGIN:VCARD\nFN:\u{5f20}"
                .as_bytes()
                .split_last()
                .unwrap()
                .1
        ));
    }

    #[test]
    fn nothing_else_is_one() {
        for bytes in [
            &b""[..],
            b"BEGIN",
            b"BEGIN:VCAR",
            b"BEGIN:VCALENDAR\r\n",
            b"BEGIN:VCARDS\r\n",
            b"name,email\n",
            b"\0",
            b"\0\0",
            b"\xff\xfe",
            b"PK\x03\x04",
            b"FN:Ana\nBEGIN:VCARD\n",
        ] {
            assert!(!looks_like_vcard(bytes), "{bytes:?}");
        }
    }
}
