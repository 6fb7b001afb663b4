//! Plain texts: trimmed, not empty, without control characters, of bounded length.

use crate::{Fault, FaultCode};

pub use rapport_filter::text::normalise;

/// Trims `raw` and checks it; an empty text is a missing one, and gives `None`.
///
/// Refused: more than `max` characters, and control characters (NUL, line breaks, C1), which no name, company or city has.
/// `pointer` is where the fault is, if there is one.
pub fn line(raw: &str, max: usize, pointer: &str) -> Result<Option<String>, Fault> {
    let text = raw.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::new(
            pointer,
            FaultCode::InvalidCharacter,
            "control characters, line breaks included, cannot be kept here",
        ));
    }
    if text.chars().count() > max {
        return Err(Fault::new(
            pointer,
            FaultCode::TooLong,
            format!("expected at most {max} characters"),
        ));
    }
    Ok(Some(text.to_owned()))
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
}
