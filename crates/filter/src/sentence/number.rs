//! Numbers as people of a language write them.

/// The signs that numbers are written with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    /// Between thousands.
    pub(super) group: char,
    /// Before the fraction.
    pub(super) decimal: char,
    /// Digits before the fraction from which on thousands are set apart.
    pub(super) grouped_from: usize,
}

/// From here on a number is written with its power of ten.
const LARGE: f64 = 1e15;
/// Below this, too.
const SMALL: f64 = 1e-6;

/// The number, which is finite: `1,234.5`, `-0.25`, `1.5e21`.
pub(super) fn number(signs: Signs, number: f64) -> String {
    // The sum makes 0 of -0.
    let number = number + 0.0;
    if number != 0.0 && !(SMALL..LARGE).contains(&number.abs()) {
        return format!("{number:e}").replace('.', &signs.decimal.to_string());
    }
    let text = number.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut written = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left % 3 == 0 && whole.len() >= signs.grouped_from {
            written.push(signs.group);
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(signs.decimal);
        written.push_str(fraction);
    }
    written
}

/// A whole number that counts something.
pub(super) fn count(signs: Signs, count: usize) -> String {
    number(signs, count as f64)
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn numbers_have_the_separators_of_the_language() {
        for (value, en, es) in [
            (0.0, "0", "0"),
            (-0.0, "0", "0"),
            (-0.25, "-0.25", "-0,25"),
            (999.0, "999", "999"),
            (1234.5, "1,234.5", "1234,5"),
            (12345.0, "12,345", "12.345"),
            (-1_234_567.891, "-1,234,567.891", "-1.234.567,891"),
            (
                999_999_999_999_999.0,
                "999,999,999,999,999",
                "999.999.999.999.999",
            ),
            (1.5e21, "1.5e21", "1,5e21"),
            (0.000_001, "0.000001", "0,000001"),
            (2.5e-7, "2.5e-7", "2,5e-7"),
            (f64::MAX, "1.7976931348623157e308", "1,7976931348623157e308"),
        ] {
            let said = |language: Language| number(language.words().signs(), value);
            assert_eq!(said(Language::En), en);
            assert_eq!(said(Language::Es), es);
            assert_eq!(said(Language::Zh), en);
        }
    }
}
