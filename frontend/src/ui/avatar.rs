//! People: initials on a hue of their own, until there is a picture.

use leptos::prelude::*;

/// How many hues the style sheet has.
const HUES: u64 = 10;

/// A circle with a person's initials. Beside a name it says nothing new, and is hidden from screen readers.
#[component]
pub(crate) fn Avatar(
    /// The name whose initials are shown.
    #[prop(into)]
    name: Signal<String>,
    /// The number of the person's id: it chooses the hue.
    seed: i64,
) -> impl IntoView {
    view! {
        // By the style sheet, so that a name that is read or copied is not led by its initials.
        <span
            class="avatar"
            data-hue=hue(seed).to_string()
            data-initials=move || initials(&name.get())
            aria-hidden="true"
        ></span>
    }
}

/// Neighbouring ids shall not have neighbouring hues (a multiplicative hash: Knuth, TAOCP 3, §6.4).
fn hue(seed: i64) -> u64 {
    (seed.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % HUES
}

/// First letters of the first and the last word; one character where the script does not divide words.
fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = words.next() else {
        return "?".to_owned();
    };
    let upper = |c: char| c.to_uppercase().to_string();
    match words.next_back() {
        Some(last) if first.is_uppercase() || first.is_lowercase() => upper(first) + &upper(last),
        _ => upper(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_many_scripts() {
        for (name, expected) in [
            ("Ana Núñez", "AN"),
            ("ana maría de la cruz", "AC"),
            ("王小明", "王"),
            ("+525512345678", "5"),
            ("ana@example.com", "A"),
            ("  ", "?"),
            ("(Ana) Núñez", "AN"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn neighbours_differ_in_hue() {
        let hues: std::collections::HashSet<_> = (0..100).map(hue).collect();
        assert_eq!(hues.len() as u64, HUES);
    }
}
