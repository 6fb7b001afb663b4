//! How a contact's name is composed, and what stands in for it.

use crate::ContactId;
use unicode_script::{Script, UnicodeScript};

/// The full name: first, a space, last; where both are only Han, Hangul or kana, last and first without a space.
///
/// Missing when both parts are.
pub fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    match (first, last) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (Some(first), Some(last)) if is_east_asian(first) && is_east_asian(last) => {
            Some(format!("{last}{first}"))
        }
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
    }
}

fn is_east_asian(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(
            c.script(),
            Script::Han | Script::Hangul | Script::Hiragana | Script::Katakana
        ) || matches!(c, 'ー' | '・')
    })
}

/// How a contact is shown: its full name, else its e-mail, its phone, its identifier, or the end of its id.
pub fn shown_name(
    first: Option<&str>,
    last: Option<&str>,
    email: Option<&str>,
    phone: Option<&str>,
    identifier: Option<&str>,
    id: ContactId,
) -> String {
    full_name(first, last)
        .or_else(|| email.or(phone).or(identifier).map(str::to_owned))
        .unwrap_or_else(|| {
            let id = id.to_string();
            id.get(id.len().saturating_sub(5)..)
                .unwrap_or_default()
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_composed_as_people_write_them() {
        assert_eq!(
            full_name(Some("Ana"), Some("Núñez")).as_deref(),
            Some("Ana Núñez")
        );
        assert_eq!(
            full_name(Some("小明"), Some("王")).as_deref(),
            Some("王小明")
        );
        assert_eq!(
            full_name(Some("さくら"), Some("ミラー")).as_deref(),
            Some("ミラーさくら")
        );
        assert_eq!(
            full_name(Some("민준"), Some("김")).as_deref(),
            Some("김민준")
        );
        assert_eq!(
            full_name(Some("Ana"), Some("王")).as_deref(),
            Some("Ana 王")
        );
        assert_eq!(full_name(None, Some("王")).as_deref(), Some("王"));
        assert_eq!(full_name(None, None), None);
    }
}
