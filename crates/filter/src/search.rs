//! What was typed into the search box.

use crate::text::normalise;

/// Digits from which on a text that could be a phone number is taken for one.
const PHONE_DIGITS_MIN: usize = 4;

/// What is sought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Nothing was asked: everyone matches.
    Everything,
    /// Each of these words, normalised and none of them empty, has to occur within one of the searchable fields: name,
    /// e-mail, company, city, identifier.
    Words(Vec<String>),
    /// These digits, one after another, have to occur in one of the phone numbers.
    Phone(String),
}

impl Search {
    /// Reads what was typed. Quotes and punctuation are ordinary characters.
    ///
    /// Digits, spaces and `+ - ( ) . /` alone, with at least four digits, are a part of a phone number; full-width ones too.
    /// Everything else is cut at white space into words; a word that comes again is sought once.
    pub fn parse(q: &str) -> Self {
        if let Some(digits) = phone_digits(&normalise(q)) {
            return Self::Phone(digits);
        }
        let mut words = Vec::new();
        for word in q.split_whitespace().map(normalise) {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() {
            Self::Everything
        } else {
            Self::Words(words)
        }
    }
}

fn phone_digits(q: &str) -> Option<String> {
    let shaped = q
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    (shaped && digits.len() >= PHONE_DIGITS_MIN).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(q: &str) -> Vec<String> {
        match Search::parse(q) {
            Search::Words(words) => words,
            other => panic!("{q:?}: {other:?}"),
        }
    }

    #[test]
    fn words_are_cut_at_white_space_and_normalised() {
        assert_eq!(words(" José\u{3000}NÚÑEZ "), ["jose", "nunez"]);
        assert_eq!(words("\"Acme, Inc.\""), ["\"acme,", "inc.\""]);
        assert_eq!(words("100% a_b \\"), ["100%", "a_b", "\\"]);
        assert_eq!(words("ana Ana ANA"), ["ana"]);
        assert_eq!(words("王小明"), ["王小明"]);
    }

    #[test]
    fn nothing_asks_for_everything() {
        for q in ["", "  ", "\t\u{a0}\u{3000}", "\u{301}"] {
            assert_eq!(Search::parse(q), Search::Everything, "{q:?}");
        }
    }

    #[test]
    fn digits_with_phone_punctuation_are_a_phone() {
        for (q, digits) in [
            ("5512", "5512"),
            ("+52 (55) 1234-5678", "525512345678"),
            ("0961/23.45", "09612345"),
            ("＋５２ ５５１２", "525512"),
            ("55\u{a0}12", "5512"),
        ] {
            assert_eq!(Search::parse(q), Search::Phone(digits.to_owned()), "{q:?}");
        }
    }

    #[test]
    fn what_is_not_quite_a_phone_is_words() {
        for q in ["551", "+-()", "5512x", "55,12", "5512 ana", "#5512", "٥٥١٢"] {
            assert!(!words(q).is_empty(), "{q:?}");
        }
        assert_eq!(words("5512 ana"), ["5512", "ana"]);
        assert_eq!(words("+1 2 3"), ["+1", "2", "3"]);
    }

    proptest! {
        #[test]
        fn words_are_normalised_and_never_empty(q in "\\PC{0,30}") {
            match Search::parse(&q) {
                Search::Everything => prop_assert_eq!(normalise(&q), ""),
                Search::Phone(digits) => {
                    prop_assert!(digits.len() >= PHONE_DIGITS_MIN);
                    prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
                }
                Search::Words(words) => {
                    prop_assert!(!words.is_empty());
                    for word in words {
                        prop_assert!(!word.is_empty());
                        prop_assert_eq!(normalise(&word), word);
                    }
                }
            }
        }
    }
}
