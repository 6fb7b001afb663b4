//! The form in which two language tags are compared.

/// The tag in its usual case (`es`, `es-MX`, `zh-Hans-CN`), or nothing if it is not a well-formed tag of BCP 47.
///
/// Formed as RFC 5646 §2.1 asks of language, script, region and variants, at most 35 characters, with `-` or `_` between
/// the parts; whether the subtags are registered is not checked. Extensions and private use are not taken. Case as in
/// §2.1.1.
pub fn canonical(tag: &str) -> Option<String> {
    let mut canonical = String::new();
    for (place, part) in tag.trim().split(['-', '_']).enumerate() {
        let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        let alphanumeric = part.bytes().all(|b| b.is_ascii_alphanumeric());
        let starts_with_digit = part.starts_with(|c: char| c.is_ascii_digit());
        let formed = match (place, part.len()) {
            (0, 2..=3) if letters => part.to_ascii_lowercase(),
            (0, _) => return None,
            (_, 4) if letters => {
                let (first, rest) = part.split_at(1);
                first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
            }
            (_, 2) if letters => part.to_ascii_uppercase(),
            (_, 3) if digits => part.to_owned(),
            (_, 4) if alphanumeric && starts_with_digit => part.to_ascii_lowercase(),
            (_, 5..=8) if alphanumeric => part.to_ascii_lowercase(),
            _ => return None,
        };
        if place > 0 {
            canonical.push('-');
        }
        canonical.push_str(&formed);
    }
    (canonical.len() <= 35).then_some(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_case() {
        for (text, tag) in [
            ("ES", "es"),
            ("es_mx", "es-MX"),
            (" zh-hans-cn ", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("de-1996", "de-1996"),
            ("sl-ROZAJ", "sl-rozaj"),
            ("GSW", "gsw"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(tag));
        }
        for text in [
            "",
            "e",
            "english",
            "es-",
            "-es",
            "es--MX",
            "es MX",
            "12",
            "es-M",
            "日本",
            "es-日本",
            "en-abc",
            "x-private",
            "aa-BBBBBBBB-CCCCCCCC-DDDDDDDD-EEEEEEEE",
        ] {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }
}
