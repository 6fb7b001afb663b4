//! `y` and `o`, which change before their own sound.

/// `y`, which is `e` before the sound of an i that begins no diphthong (Ortografía de la lengua española, 2010).
pub(super) fn and_before(next: &str) -> &'static str {
    let word = first_word(next);
    let sound = word.strip_prefix('h').unwrap_or(&word);
    let mut letters = sound.chars();
    match (letters.next(), letters.next()) {
        (Some('i'), Some('a' | 'e' | 'o')) => "y",
        (Some('i' | 'í'), _) => "e",
        _ => "y",
    }
}

/// `o`, which is `u` before the sound of an o, also that of a number: 8, 11, 80.000.
pub(super) fn or_before(next: &str) -> &'static str {
    let word = first_word(next);
    let sound = word.strip_prefix('h').unwrap_or(&word);
    let digits: String = next_digits(next);
    let eleven = digits.starts_with("11") && digits.len() % 3 == 2;
    if sound.starts_with(['o', 'ó']) || digits.starts_with('8') || eleven {
        "u"
    } else {
        "o"
    }
}

/// The first word in small letters, without what stands before it.
fn first_word(text: &str) -> String {
    text.chars()
        .skip_while(|c| !c.is_alphanumeric())
        .take_while(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The digits before the fraction of a number that the text begins with.
fn next_digits(text: &str) -> String {
    text.chars()
        .skip_while(|c| !c.is_alphanumeric())
        .take_while(|c| c.is_ascii_digit() || *c == super::SIGNS.group)
        .filter(char::is_ascii_digit)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conjunctions_give_way_to_their_own_sound() {
        for (next, and, or) in [
            ("Lima", "y", "o"),
            ("Idioma", "e", "o"),
            ("«Irán»", "e", "o"),
            ("Hidalgo", "e", "o"),
            ("hielo", "y", "o"),
            ("Ionia", "y", "o"),
            ("(Ícaro", "e", "o"),
            ("Origen", "y", "u"),
            ("«Oaxaca»", "y", "u"),
            ("Honduras", "y", "u"),
            ("Óscar", "y", "u"),
            ("8", "y", "u"),
            ("80.000", "y", "u"),
            ("11", "y", "u"),
            ("11.000", "y", "u"),
            ("110", "y", "o"),
            ("18", "y", "o"),
            ("", "y", "o"),
        ] {
            assert_eq!(and_before(next), and, "{next}");
            assert_eq!(or_before(next), or, "{next}");
        }
    }
}
