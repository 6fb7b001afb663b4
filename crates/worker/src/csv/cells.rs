//! Texts of cells: what programs put around a value, and how a value is quoted in a report.

use std::borrow::Cow;

/// Takes off the apostrophe that an export put before a text that a spreadsheet would take for a formula.
///
/// A text that began with apostrophes and such a character got one more, and keeps the others.
pub(super) fn without_apostrophe(cell: &str) -> &str {
    let Some(rest) = cell.strip_prefix('\'') else {
        return cell;
    };
    let guarded = rest
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r']);
    if guarded { rest } else { cell }
}

/// Takes out what cannot be seen and comes along when addresses and numbers are copied: zero-width characters and marks of
/// writing direction.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let is_mark = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.is_ascii() || !text.contains(is_mark) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.replace(is_mark, ""))
    }
}

/// Whether bytes of another encoding were replaced in the text.
pub(super) fn is_replaced(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
}

/// The values of a cell with several: Google Contacts writes `:::` between them, people a semicolon, comma or line break.
pub(super) fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(":::")
        .flat_map(|part| part.split([';', ',', '\r', '\n', '；', '，', '、']))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// At most so many characters of a text, the last an ellipsis when there are more.
pub(crate) fn shorten(text: &str, at_most: usize) -> String {
    if text.chars().nth(at_most).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(at_most.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apostrophe_of_an_export_comes_off() {
        for (cell, expected) in [
            ("'=1+1", "=1+1"),
            ("'+52", "+52"),
            ("'-x", "-x"),
            ("'@ana", "@ana"),
            ("'\tx", "\tx"),
            ("''=1", "'=1"),
            ("'tis", "'tis"),
            ("'", "'"),
            ("''", "''"),
            ("=1", "=1"),
            ("O'Neil", "O'Neil"),
            ("", ""),
        ] {
            assert_eq!(without_apostrophe(cell), expected, "{cell}");
        }
    }

    #[test]
    fn invisible_marks_come_out() {
        assert_eq!(without_marks("\u{202a}+52 55\u{202c}"), "+52 55");
        assert_eq!(without_marks("\u{feff}ana@x.es\u{200b}"), "ana@x.es");
        assert!(matches!(without_marks("josé"), Cow::Borrowed("josé")));
    }

    #[test]
    fn several_values_are_cut() {
        let parts = |text| several(text).collect::<Vec<_>>();
        assert_eq!(parts("a ::: b ::: c"), ["a", "b", "c"]);
        assert_eq!(parts("a; b,c\r\nd；e"), ["a", "b", "c", "d", "e"]);
        assert_eq!(parts(" ; "), [""; 0]);
    }

    #[test]
    fn quoted_texts_are_short() {
        assert_eq!(shorten("áéí", 3), "áéí");
        assert_eq!(shorten("áéíó", 3), "áé…");
        assert_eq!(shorten(&"x".repeat(500), 200).chars().count(), 200);
    }
}
