//! Texts from outside: only ever text, whatever stands in them.

use super::TEXT_SHOWN;
use super::words::Words;
use unicode_normalization::char::is_combining_mark;

/// Whose words a name is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// People of the account chose it.
    Account,
    /// It is one of a list that the product knows, such as a country's name.
    Known,
}

/// The text on one line: white space and control characters become single spaces, and what changes the direction of writing or
/// cannot be seen is dropped.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        if !(c.is_whitespace() || c.is_control()) {
            clean.push(c);
        } else if !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Marks, embeddings, overrides and isolates of direction (UAX #9 §2), and characters without width that join nothing.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// The beginning of a text that is too long, with an ellipsis; it ends between letters, not within one.
fn cut(text: &str) -> String {
    if text.chars().nth(TEXT_SHOWN).is_none() {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().take(TEXT_SHOWN).collect();
    // What stands at the end belongs to what follows, which is cut off.
    let splits = |end: &usize| {
        let joins = |c: Option<&char>| c.is_some_and(|c| *c == '\u{200d}');
        let next = chars.get(*end);
        !(joins(chars.get(end - 1)) || next.is_some_and(|c| belongs_to_the_last(*c)))
    };
    let end = (TEXT_SHOWN / 2..TEXT_SHOWN)
        .rev()
        .find(splits)
        .unwrap_or(TEXT_SHOWN - 1);
    let mut cut = String::from_iter(chars.into_iter().take(end));
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// Combining marks, joiners, variation selectors, and the tones of skin.
fn belongs_to_the_last(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// The text in quotation marks. Those of the language that stand in it become inner ones, so that nothing in it closes them.
pub(super) fn quoted(words: &dyn Words, text: &str) -> String {
    let quotes = words.quotes();
    let inner: String = cut(&clean(text))
        .chars()
        .map(|c| match c {
            c if c == quotes.open => quotes.inner_open,
            c if c == quotes.close => quotes.inner_close,
            c => c,
        })
        .collect();
    format!("{}{inner}{}", quotes.open, quotes.close)
}

/// A name, bare where it cannot be taken for words of the sentence, else in quotation marks.
pub(super) fn name(words: &dyn Words, name: &str, origin: Origin) -> String {
    const SIGNS: &str = "\"“”„‟«»‹›「」『』()（）[]［］{}｛｝【】《》〈〉,，،、;；؛:：|…";
    let name = clean(name);
    let bare = !name.is_empty()
        && name.chars().nth(TEXT_SHOWN).is_none()
        && !name.contains(|c| SIGNS.contains(c))
        && (origin == Origin::Known || !words.has_connectives(&name));
    if bare { name } else { quoted(words, &name) }
}

#[cfg(test)]
mod tests {
    use super::super::words::{En, Es, Zh};
    use super::*;

    #[test]
    fn a_text_is_one_line_of_what_can_be_seen() {
        for (text, expected) in [
            ("a\r\nb\u{0}\u{85}c\t", "a b c"),
            ("\u{2028}a\u{3000}b", "a b"),
            ("\u{202e}abc\u{2066}\u{200f}", "abc"),
            ("\u{feff}\u{7f}", ""),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_ends_between_letters() {
        let longest = "a".repeat(TEXT_SHOWN);
        assert_eq!(cut(&longest), longest);
        assert_eq!(cut(&"a".repeat(TEXT_SHOWN + 1)), "a".repeat(59) + "…");
        assert_eq!(cut(&("a".repeat(58) + " bcd")), "a".repeat(58) + "…");
        let accent = "a".repeat(58) + "e\u{301}xyz";
        assert_eq!(cut(&accent), "a".repeat(58) + "…");
        let family = "a".repeat(57) + "👩\u{200d}🚀xyz";
        assert_eq!(cut(&family), "a".repeat(57) + "…");
        let marks = "a".to_owned() + &"\u{301}".repeat(200);
        assert_eq!(cut(&marks).chars().count(), TEXT_SHOWN);
    }

    #[test]
    fn nothing_closes_its_quotation_marks() {
        assert_eq!(quoted(&En, "a” or “b"), "“a’ or ‘b”");
        assert_eq!(quoted(&Zh, "甲”或“乙"), "“甲’或‘乙”");
        assert_eq!(quoted(&Es, "a» o «b"), "«a” o “b»");
        assert_eq!(quoted(&En, "say \"a\""), "“say \"a\"”");
    }

    #[test]
    fn a_name_is_bare_where_it_is_clear() {
        for (text, expected) in [
            ("Pro", "Pro"),
            ("Open  house", "Open house"),
            ("Parents and teachers", "“Parents and teachers”"),
            ("Android", "Android"),
            ("Lima, Peru", "“Lima, Peru”"),
            ("Pro (old)", "“Pro (old)”"),
            ("", "“”"),
        ] {
            assert_eq!(name(&En, text, Origin::Account), expected);
        }
        let country = "Bosnia and Herzegovina";
        assert_eq!(name(&En, country, Origin::Known), country);
        assert_eq!(
            name(&Es, "Padres y madres", Origin::Account),
            "«Padres y madres»"
        );
        assert_eq!(name(&Zh, "家长和老师", Origin::Account), "“家长和老师”");
    }
}
