//! The form in which texts are compared: `"José"` equals `"JOSE"`, `"Straße"` equals `"strasse"`, and ガ stays apart from カ.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// Characters of a normalised text that a key column holds. Longer texts exceed what a b-tree of PostgreSQL takes.
pub const KEY_MAX: usize = 200;

/// The text in the form in which texts are compared.
///
/// In this order: compatibility decomposition (NFKD); the marks U+0300–U+036F go, those of other scripts stay; full case
/// folding; decomposition and removal once more, for folding İ brings a mark back; the Latin letters that have no
/// decomposition become their plain ones (`æ` → `ae`, `ø` → `o`, …); composition (NFC); runs of white space become one
/// space, none at either end.
///
/// Normalising a normalised text changes nothing. The result can be empty.
pub fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return with_single_spaces(text.chars().map(|c| c.to_ascii_lowercase()), text.len());
    }
    let folded = text
        .nfkd()
        .filter(|c| !is_mark(*c))
        .default_case_fold()
        .nfkd()
        .filter(|c| !is_mark(*c))
        .flat_map(plain_letters)
        .nfc();
    with_single_spaces(folded, text.len())
}

/// The text of a key column: the first [`KEY_MAX`] characters of the normalised text, missing when there are none.
///
/// Two texts whose keys differ are different; two long texts with the same key may still differ.
pub fn key(text: &str) -> Option<String> {
    let whole = normalise(text);
    let key = cut(&whole);
    (!key.is_empty()).then(|| key.to_owned())
}

/// The first [`KEY_MAX`] characters of a text that is normalised already.
pub fn cut(normalised: &str) -> &str {
    let end = normalised
        .char_indices()
        .nth(KEY_MAX)
        .map_or(normalised.len(), |(end, _)| end);
    normalised.get(..end).unwrap_or_default()
}

/// The marks that Latin, Greek and Cyrillic letters lose: combining diacritical marks.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The plain letters for a folded one that Unicode does not decompose.
fn plain_letters(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ł' => ('l', None),
        'ŋ' => ('n', None),
        'ŧ' => ('t', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

fn with_single_spaces(chars: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut text = String::with_capacity(capacity);
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !text.is_empty() {
            text.push(' ');
        }
        gap = false;
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts and their normalised form. What stands here is in databases: a change of one line asks for a migration.
    const GOLDEN: &[(&str, &str)] = &[
        ("José", "jose"),
        ("JOSE", "jose"),
        ("Jose\u{301}", "jose"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("GROẞE", "grosse"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("ıspanak", "ispanak"),
        ("Muñoz", "munoz"),
        ("Ærøskøbing", "aeroskobing"),
        ("Œuvre", "oeuvre"),
        ("Đặng Thị Hồng", "dang thi hong"),
        ("Ðórr Þorsteinn", "dorr thorsteinn"),
        ("Łódź", "lodz"),
        ("Ħal Għaxaq", "hal ghaxaq"),
        ("Ŋŧ", "nt"),
        ("Ǿ ǽ", "o ae"),
        ("ﬁ ﬄ ﬆ", "fi ffl st"),
        ("ＡＢＣ１２３＋", "abc123+"),
        ("№ ² ½", "no 2 1\u{2044}2"),
        ("ſ K Å", "s k a"),
        ("ΆΡΗΣ", "αρησ"),
        ("άρης", "αρησ"),
        ("ᾳ", "α"),
        ("Ёлка", "елка"),
        ("Йод", "иод"),
        ("ガ", "ガ"),
        ("カ", "カ"),
        ("ｶﾞ", "ガ"),
        ("か\u{3099}", "が"),
        ("ば ぱ は", "ば ぱ は"),
        ("स", "स"),
        ("स्", "स\u{94d}"),
        ("क़", "क\u{93c}"),
        ("نُور", "نُور"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("ก็ได้", "ก็ได้"),
        ("王小明", "王小明"),
        ("㍿ ㈱", "株式会社 (株)"),
        ("김민준", "김민준"),
        ("\u{1112}\u{1161}\u{11ab}", "한"),
        ("Ꭰꭰ", "ᎠᎠ"),
        ("Acme\u{a0}\u{3000}S.A.", "acme s.a."),
        ("  Ana \t\r\n Núñez  ", "ana nunez"),
        ("100% _x_ \\ \"q\" 'q'", "100% _x_ \\ \"q\" 'q'"),
        ("O’Neil", "o’neil"),
        ("Zoë & Co.", "zoe & co."),
        ("\u{301}", ""),
        (" \u{2003} ", ""),
        ("", ""),
        ("😀 Ok", "😀 ok"),
    ];

    #[test]
    fn golden_pairs() {
        for (text, expected) in GOLDEN {
            assert_eq!(normalise(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn marks_outside_latin_keep_words_apart() {
        for (one, other) in [
            ("ガ", "カ"),
            ("ば", "は"),
            ("स", "सा"),
            ("नि", "न"),
            ("อ่า", "อา"),
        ] {
            assert_ne!(normalise(one), normalise(other), "{one} {other}");
        }
        for (one, other) in [("José", "JOSE"), ("Straße", "strasse"), ("ﾊﾟ", "パ")] {
            assert_eq!(normalise(one), normalise(other), "{one} {other}");
        }
    }

    #[test]
    fn a_key_holds_two_hundred_characters() {
        assert_eq!(key(" Á "), Some("a".to_owned()));
        assert_eq!(key(""), None);
        assert_eq!(key(" \u{301}\u{a0}"), None);
        assert_eq!(key(&"ガ".repeat(200)), Some("ガ".repeat(200)));
        assert_eq!(key(&"É".repeat(201)), Some("e".repeat(200)));
        // Counted after normalising: one letter can become two.
        assert_eq!(key(&"æ".repeat(150)), Some("ae".repeat(100)));
    }

    #[test]
    fn every_character_alone_is_stable() {
        for c in '\0'..=char::MAX {
            let once = normalise(c.encode_utf8(&mut [0; 4]));
            assert_eq!(normalise(&once), once, "{c:?}");
        }
    }

    /// Texts in which the characters that are hard to fold are frequent.
    fn texts() -> impl Strategy<Value = String> {
        let hard = prop::sample::select(
            "İıIſßẞﬁŉΐᾳςΣÅKÆøĐÞ\u{300}\u{301}\u{308}\u{345}\u{34f}\u{3099}\u{94d}\u{a0} \t\u{3000}¨゛ﷺガカㇷ゚한\u{1161}Ꭰ１½"
                .chars()
                .collect::<Vec<_>>(),
        );
        let c = prop_oneof![hard, any::<char>(), prop::char::range(' ', '~')];
        prop::collection::vec(c, 0..24).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in texts()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn spaces_are_single_and_inside(text in texts()) {
            let text = normalise(&text);
            prop_assert_eq!(text.trim(), &text);
            prop_assert!(!text.contains("  "));
            prop_assert!(!text.chars().any(|c| c.is_whitespace() && c != ' '));
            prop_assert!(!text.chars().any(is_mark));
        }

        #[test]
        fn composed_and_decomposed_are_the_same(text in texts()) {
            let expected = normalise(&text);
            prop_assert_eq!(normalise(&text.nfc().collect::<String>()), expected.clone());
            prop_assert_eq!(normalise(&text.nfd().collect::<String>()), expected.clone());
            prop_assert_eq!(normalise(&text.nfkc().collect::<String>()), expected);
        }

        #[test]
        fn case_does_not_matter(text in "[ a-zA-ZÀ-ÖØ-öø-ÿА-я]{0,20}") {
            let expected = normalise(&text);
            prop_assert_eq!(normalise(&text.to_uppercase()), expected.clone());
            prop_assert_eq!(normalise(&text.to_lowercase()), expected);
        }

        #[test]
        fn the_short_way_for_ascii_is_the_long_way(text in "[\\x00-\\x7f]{0,40}") {
            // A character that vanishes leads the text the long way round.
            prop_assert_eq!(normalise(&text), normalise(&format!("{text}\u{301}")));
        }

        #[test]
        fn a_key_is_the_beginning_of_the_normalised_text(text in texts(), times in 1usize..40) {
            let text = text.repeat(times);
            let whole = normalise(&text);
            match key(&text) {
                None => prop_assert_eq!(whole, ""),
                Some(key) => {
                    prop_assert!(whole.starts_with(&key));
                    prop_assert_eq!(key.chars().count(), whole.chars().count().min(KEY_MAX));
                }
            }
        }
    }
}
