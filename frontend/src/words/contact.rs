//! Words for contacts: where they came from, what the columns are called.

use crate::i18n::{Locale, td_string};
use rapport_contract::contact::{SortKey, Source};

/// How a contact first arrived.
pub(crate) fn source_name(locale: Locale, source: Source) -> &'static str {
    match source {
        Source::Form => td_string!(locale, source.form),
        Source::LiveChat => td_string!(locale, source.live_chat),
        Source::Whatsapp => td_string!(locale, source.whatsapp),
        Source::Wechat => td_string!(locale, source.wechat),
        Source::Sms => td_string!(locale, source.sms),
        Source::Email => td_string!(locale, source.email),
        Source::Import => td_string!(locale, source.import),
        Source::Manual => td_string!(locale, source.manual),
        Source::Api => td_string!(locale, source.api),
    }
}

/// The name of what a list is sorted by.
pub(crate) fn column_name(locale: Locale, key: &SortKey) -> &'static str {
    match key {
        SortKey::Name => td_string!(locale, field.name),
        SortKey::Email => td_string!(locale, field.email),
        SortKey::Phone => td_string!(locale, field.phone),
        SortKey::Company => td_string!(locale, field.company),
        SortKey::City => td_string!(locale, field.city),
        SortKey::Country => td_string!(locale, field.country),
        SortKey::CreatedAt => td_string!(locale, field.created),
        SortKey::UpdatedAt => td_string!(locale, field.updated),
        SortKey::LastActivityAt => td_string!(locale, field.last_activity),
        // The account says what its attributes are called.
        SortKey::Custom(_) => "",
    }
}
