//! Plain texts: trimmed, not empty, without control characters, of bounded length.

use crate::{Fault, FaultCode};

pub use rapport_filter::text::normalise;

/// Trims `raw` and checks it; an empty text is a missing one, and gives `None`.
///
/// Refused: more than `max` characters, control characters (NUL, line breaks, C1), which no name, company or city has, and the marks that
/// show a text in another order than it is written in. A text that nobody can see is empty.
/// `pointer` is where the fault is, if there is one.
pub fn line(raw: &str, max: usize, pointer: &str) -> Result<Option<String>, Fault> {
    let text = raw.trim();
    if text.chars().all(is_invisible) {
        return Ok(None);
    }
    if text.chars().any(|c| c.is_control() || turns_around(c)) {
        return Err(Fault::new(
            pointer,
            FaultCode::InvalidCharacter,
            "control characters, line breaks included, cannot be kept here",
        ));
    }
    bounded(text, max, pointer)
}

/// As [`line`], where lines may break: line breaks become `\n`, tabs stay.
pub fn paragraphs(raw: &str, max: usize, pointer: &str) -> Result<Option<String>, Fault> {
    let text = raw.trim();
    if text.chars().all(is_invisible) {
        return Ok(None);
    }
    let refused = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns_around(c);
    if text.chars().any(refused) {
        return Err(Fault::new(
            pointer,
            FaultCode::InvalidCharacter,
            "control characters other than line breaks and tabs cannot be kept here",
        ));
    }
    if text.contains('\r') {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        return bounded(&text, max, pointer);
    }
    bounded(text, max, pointer)
}

fn bounded(text: &str, max: usize, pointer: &str) -> Result<Option<String>, Fault> {
    if text.chars().count() > max {
        return Err(Fault::new(
            pointer,
            FaultCode::TooLong,
            format!("expected at most {max} characters"),
        ));
    }
    Ok(Some(text.to_owned()))
}

/// Joiners and marks without a shape of their own; inside a word of Persian or an emoji they have a meaning.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Overrides, embeddings and isolates of the bidirectional algorithm (UAX 9): letters need none of them, disguises do.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Like [`line`], where the text has to be there.
pub fn required_line(raw: &str, max: usize, pointer: &str) -> Result<String, Fault> {
    line(raw, max, pointer)?.ok_or_else(|| {
        Fault::new(
            pointer,
            FaultCode::Required,
            "expected a text that is not empty",
        )
    })
}

/// Takes the value, or puts the fault beside the others.
pub fn keep<T>(result: Result<T, Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_bounded() {
        assert_eq!(line("  Ana ", 255, "/name"), Ok(Some("Ana".to_owned())));
        assert_eq!(line(" \t ", 255, "/name"), Ok(None));
        assert_eq!(
            line("a\0b", 255, "/name").unwrap_err().code,
            FaultCode::InvalidCharacter
        );
        assert_eq!(
            line(&"é".repeat(255), 255, "/name")
                .unwrap()
                .unwrap()
                .chars()
                .count(),
            255
        );
        assert_eq!(
            line(&"é".repeat(256), 255, "/name").unwrap_err().code,
            FaultCode::TooLong
        );
        assert_eq!(
            required_line("", 9, "/name").unwrap_err().code,
            FaultCode::Required
        );
    }

    #[test]
    fn lines_may_break_where_there_may_be_several() {
        assert_eq!(
            paragraphs(" a\r\nb\rc\n\td\n ", 99, "/note"),
            Ok(Some("a\nb\nc\n\td".to_owned()))
        );
        assert_eq!(paragraphs(" \n\t\u{200b} ", 99, "/note"), Ok(None));
        for wrong in ["a\0b", "a\u{85}b", "a\u{202e}b", "a\u{1b}b"] {
            assert_eq!(
                paragraphs(wrong, 99, "/note").unwrap_err().code,
                FaultCode::InvalidCharacter
            );
        }
    }
}
