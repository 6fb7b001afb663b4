//! How a contact's name is composed, and what stands in for it.

use super::IdentityKind;
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

/// Characters of an id that tell people apart who are known by nothing else.
const END: usize = 5;

/// How a contact is shown: its full name, else its e-mail, its phone, its identifier, else the channel on which it is known and the end of its
/// id there; if there is nothing at all, the end of its own id.
pub fn shown_name(
    first: Option<&str>,
    last: Option<&str>,
    email: Option<&str>,
    phone: Option<&str>,
    identifier: Option<&str>,
    identity: Option<(IdentityKind, &str)>,
    id: ContactId,
) -> String {
    let end = |text: &str| {
        let start = text
            .char_indices()
            .nth_back(END - 1)
            .map_or(0, |(at, _)| at);
        text.get(start..).unwrap_or_default().to_owned()
    };
    full_name(first, last)
        .or_else(|| email.or(phone).or(identifier).map(str::to_owned))
        .or_else(|| identity.map(|(kind, of)| format!("{} {}", kind.label(), end(of))))
        .unwrap_or_else(|| end(&id.to_string()))
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

    #[test]
    fn who_has_no_name_is_shown_by_the_best_that_is_known() {
        let id = ContactId::from_i64(77);
        let whatsapp = Some((IdentityKind::Whatsapp, "5215512345678"));
        let shown = |email, phone, identifier, identity| {
            shown_name(None, None, email, phone, identifier, identity, id)
        };
        let (mail, phone) = (Some("ana@example.com"), Some("+525512345678"));
        assert_eq!(shown(mail, phone, Some("i-1"), whatsapp), "ana@example.com");
        assert_eq!(shown(None, phone, Some("i-1"), whatsapp), "+525512345678");
        assert_eq!(shown(None, None, Some("i-1"), whatsapp), "i-1");
        assert_eq!(shown(None, None, None, whatsapp), "WhatsApp 45678");
        let short = Some((IdentityKind::LiveChat, "客七"));
        assert_eq!(shown(None, None, None, short), "Live chat 客七");
        assert_eq!(shown(None, None, None, None), "0002d");
    }
}
