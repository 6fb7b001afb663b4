//! Texts of values: what stands between semicolons and commas, without its backslashes (RFC 6350, section 3.4).

/// The version that a card says it is in: it decides what a backslash and a comma mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Version {
    /// 2.1, where a comma is a comma and a backslash mostly a backslash.
    Old,
    /// 3.0 and 4.0.
    #[default]
    New,
}

impl Version {
    pub(super) fn parse(text: &[u8]) -> Self {
        match text.trim_ascii() {
            [b'1' | b'2', ..] => Self::Old,
            _ => Self::New,
        }
    }
}

/// The parts of a text between separators that no backslash stands before; backslashes are left.
pub(super) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    text.split(move |c| {
        let separates = c == separator && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        separates
    })
}

/// A text without its backslashes.
///
/// One before a letter or digit that it has no meaning with stays, as in the paths of Windows; so does `\n` in version 2.1.
pub(super) fn unescape(text: &str, version: Version) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match (rest.next(), version) {
            (Some('n' | 'N'), Version::New) => plain.push('\n'),
            (Some(c @ ('\\' | ';' | ',' | ':')), _) => plain.push(c),
            (Some(c), Version::New) if c.is_ascii_punctuation() => plain.push(c),
            (Some(c), _) => plain.extend(['\\', c]),
            (None, _) => plain.push('\\'),
        }
    }
    plain
}

/// A text for one line: line breaks and tabs are spaces, other control characters are gone, and no white space is around it.
pub(super) fn one_line(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let characters = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    characters.collect::<String>().trim().to_owned()
}

/// A text whose line breaks are kept, as `\n`.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let characters = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' | '\u{b}' | '\u{c}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    characters.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_are_taken_off() {
        for (text, new, old) in [
            (r"a\, b\; c", "a, b; c", "a, b; c"),
            (r"a\nb\Nc", "a\nb\nc", r"a\nb\Nc"),
            (r"a\\nb", r"a\nb", r"a\nb"),
            (r"12\:30", "12:30", "12:30"),
            (r"C:\dir", r"C:\dir", r"C:\dir"),
            ("say \\\"x\\\"", "say \"x\"", "say \\\"x\\\""),
            (r"\张", r"\张", r"\张"),
            (r"end\", r"end\", r"end\"),
        ] {
            assert_eq!(unescape(text, Version::New), new, "{text}");
            assert_eq!(unescape(text, Version::Old), old, "{text}");
        }
    }

    #[test]
    fn separators_behind_a_backslash_do_not_separate() {
        let parts = |text| split(text, ';').collect::<Vec<_>>();
        assert_eq!(parts(r"a;b\;c;\\;d"), ["a", r"b\;c", r"\\", "d"]);
        assert_eq!(parts(""), [""]);
        assert_eq!(parts(";"), ["", ""]);
    }

    #[test]
    fn control_characters_do_not_get_in() {
        assert_eq!(one_line(" a\r\nb\tc\0\u{1b}\u{85}d\n"), "a b c d");
        assert_eq!(paragraphs("\na\r\nb\r\u{7}c\td\n"), "a\nb\nc d");
    }

    #[test]
    fn versions() {
        assert_eq!(Version::parse(b" 2.1"), Version::Old);
        for text in ["3.0", "4.0", "", "x"] {
            assert_eq!(Version::parse(text.as_bytes()), Version::New);
        }
    }
}
