//! What a phone number is compared with.

use super::place::Place;
use super::{Check, FaultCode};
use crate::checked::PhoneTest;
use crate::op::Op;
use crate::raw::Raw;
use crate::text::normalise;

impl Check<'_> {
    pub(super) fn phone_test(&mut self, op: Op, raw: &Raw, place: &Place) -> Option<PhoneTest> {
        let text = self.text(raw, "a phone number, or a part of one", place)?;
        let digits = match op {
            Op::StartsWith => digits_of_beginning(text),
            Op::Contains => digits(text),
            _ => {
                return match self.context.phone(text.trim()) {
                    Ok(number) => Some(PhoneTest::Equals(number)),
                    Err(detail) => {
                        self.fault(place, FaultCode::InvalidPhone, detail);
                        None
                    }
                };
            }
        };
        if digits.is_empty() {
            let detail = match op {
                Op::StartsWith => "expected a text with digits, after + or 00 where it has them",
                _ => "expected a text with digits",
            };
            self.fault(place, FaultCode::InvalidPhone, detail);
            return None;
        }
        Some(if op == Op::StartsWith {
            PhoneTest::StartsWith(digits)
        } else {
            PhoneTest::Contains(digits)
        })
    }
}

/// The digits of a text, full-width ones too. All else is passed over.
pub(crate) fn digits(text: &str) -> String {
    normalise(text)
        .chars()
        .filter(char::is_ascii_digit)
        .collect()
}

/// The digits of a text without the sign that calls abroad: a leading `+`, or a leading `00`.
pub(crate) fn digits_of_beginning(text: &str) -> String {
    let digits = digits(text);
    if normalise(text).starts_with('+') {
        return digits;
    }
    match digits.strip_prefix("00") {
        Some(rest) => rest.to_owned(),
        None => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_loses_the_sign_that_calls_abroad() {
        for (text, expected) in [
            ("+52 55", "5255"),
            ("0052 55", "5255"),
            ("＋５２", "52"),
            (" (00) 52", "52"),
            ("52", "52"),
            ("0961", "0961"),
            ("+0052", "0052"),
            ("0", "0"),
            ("00", ""),
            ("+", ""),
            ("٥٥", ""),
        ] {
            assert_eq!(digits_of_beginning(text), expected, "{text:?}");
        }
        assert_eq!(digits("+00 (52)"), "0052");
    }
}
