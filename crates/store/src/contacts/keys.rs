//! What lists sort, filter and search by, computed from the truth. Nothing else writes `contact_index` and `contact_search`.

use super::bits::{Flag, channel_bit};
use super::read::{Loaded, read_kind};
use crate::Error;
use crate::accounts::read_country;
use crate::catalogue::AccountCatalogue;
use crate::custom_attributes;
use crate::entity::{contact_emails, contact_index, contact_search};
use rapport_contract::contact::{ChannelKind, full_name};
use rapport_filter::text::{cut, normalise};
use std::collections::BTreeSet;

/// Stands between two fields of a search key; no field can hold it, so no word is found across two fields.
const SEPARATOR: char = '\u{1f}';

/// The row that lists sort and filter by.
pub(crate) fn index_row(
    loaded: &Loaded,
    catalogue: &AccountCatalogue,
) -> Result<contact_index::Model, Error> {
    let Loaded {
        contact,
        emails,
        phones,
        identities: _,
        consents: _,
        segments: _,
    } = loaded;
    let mut more = serde_json::Map::new();
    let mut text = |field: &str, value: &Option<String>| {
        let whole = normalise(value.as_deref()?);
        let key = cut(&whole).to_owned();
        if key.len() < whole.len() {
            more.insert(field.to_owned(), whole.into());
        }
        (!key.is_empty()).then_some(key)
    };
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let name_key = text("name", &name);
    let first_name_key = text("first_name", &contact.first_name);
    let last_name_key = text("last_name", &contact.last_name);
    let company_key = text("company", &contact.company);
    let city_key = text("city", &contact.city);
    let country = contact.country.as_deref().map(read_country).transpose()?;
    let email = emails
        .iter()
        .find(|email| email.is_primary)
        .map(|email| normalise(&email.address));
    let email_key = email.as_deref().map(|whole| cut(whole).to_owned());
    let bit = |flag: Flag, is_set: bool| if is_set { flag.bit() } else { 0 };
    let flags = bit(Flag::MoreEmails, emails.len() > 1 || email != email_key)
        | bit(Flag::MorePhones, phones.len() > 1)
        | bit(Flag::LongText, !more.is_empty());
    let channels = channels(loaded)?;
    let channels = channels
        .iter()
        .filter_map(|kind| channel_bit(kind.as_str()));
    let mut row = contact_index::Model {
        account_id: contact.account_id,
        id: contact.id,
        name_key,
        first_name_key,
        last_name_key,
        email_key,
        phone_num: phones
            .iter()
            .find(|phone| phone.is_primary)
            .and_then(|phone| digits(&phone.number).parse().ok()),
        company_key,
        city_key,
        country: contact.country.clone(),
        country_rank: country.map(|country| i64::from(country.rank(catalogue.language))),
        identifier: contact.identifier.clone(),
        language: contact.language.clone(),
        source: contact.source.clone(),
        channels: channels.sum(),
        created_at: contact.created_at,
        updated_at: contact.updated_at,
        last_activity_at: contact.last_activity_at,
        blocked: contact.blocked,
        flags,
        more: (!more.is_empty()).then_some(more.into()),
        text_1: None,
        text_2: None,
        text_3: None,
        text_4: None,
        text_5: None,
        text_6: None,
        text_7: None,
        text_8: None,
        number_1: None,
        number_2: None,
        number_3: None,
        number_4: None,
        number_5: None,
        number_6: None,
        number_7: None,
        number_8: None,
        date_1: None,
        date_2: None,
        date_3: None,
        date_4: None,
        date_5: None,
        date_6: None,
        date_7: None,
        date_8: None,
        yes_no_1: None,
        yes_no_2: None,
        yes_no_3: None,
        yes_no_4: None,
        yes_no_5: None,
        yes_no_6: None,
        yes_no_7: None,
        yes_no_8: None,
    };
    custom_attributes::fill(&mut row, &contact.custom, &catalogue.attributes)?;
    Ok(row)
}

/// The row of an e-mail address as it is written: its key is the whole normalised address, so that conditions on addresses need no second
/// look. It fits a b-tree of PostgreSQL: the local part has at most 64 bytes, of which normalising makes at most eleven times as many, and the
/// domain at most 253 characters in any form.
pub(crate) fn email_row(row: &contact_emails::Model) -> contact_emails::Model {
    contact_emails::Model {
        email_key: Some(normalise(&row.address)),
        ..row.clone()
    }
}

/// The row that the search box looks into.
pub(crate) fn search_row(loaded: &Loaded) -> contact_search::Model {
    let Loaded {
        contact,
        emails,
        phones,
        identities: _,
        consents: _,
        segments: _,
    } = loaded;
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let mut search_key = String::new();
    let mut add = |text: &str| {
        if !text.is_empty() {
            search_key.push_str(text);
            search_key.push(SEPARATOR);
        }
    };
    for text in [&name, &contact.company, &contact.city, &contact.identifier]
        .into_iter()
        .flatten()
    {
        add(&normalise(text));
    }
    // In the order of the addresses, so that the same truth gives the same key.
    let mut addresses: Vec<_> = emails
        .iter()
        .map(|email| normalise(&email.address))
        .collect();
    addresses.sort_unstable();
    addresses.iter().for_each(|address| add(address));
    let mut numbers: Vec<_> = phones
        .iter()
        .map(|phone| phone_word(digits(&phone.number)))
        .collect();
    numbers.sort_unstable();
    numbers.iter().for_each(|number| add(number));
    contact_search::Model {
        account_id: contact.account_id,
        id: contact.id,
        pairs: pairs(&search_key),
        search_key,
    }
}

/// Every character of a text that can be a word by itself, and every two of them that stand together: what words too short for a trigram are
/// found by.
fn pairs(text: &str) -> Option<String> {
    let mut pairs = BTreeSet::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let here = is_word(c).then_some(at);
        if let Some(at) = here {
            let end = at + c.len_utf8();
            pairs.extend(
                [Some(at), before]
                    .into_iter()
                    .flatten()
                    .filter_map(|from| text.get(from..end)),
            );
        }
        before = here;
    }
    let pairs: Vec<_> = pairs.into_iter().collect();
    (!pairs.is_empty()).then(|| pairs.join(" "))
}

/// Whether a word of one or two characters stands in [`pairs`] wherever it occurs.
pub(super) fn is_short_word(word: &str) -> bool {
    matches!(word.chars().count(), 1 | 2) && word.chars().all(is_word)
}

/// Characters of the scripts in which names of one or two characters are ordinary: Han (with its iteration mark and zero), kana and Hangul, as
/// normalised texts have them.
const fn is_word(c: char) -> bool {
    matches!(c,
        '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn digits(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

/// A phone number's digits as they stand in a search key: full-width, which no normalised text is. So a part of a phone is found in
/// phones alone, and a number in a name is not found in phones.
pub(crate) fn phone_word(digits: &str) -> String {
    digits
        .chars()
        .map(|c| {
            c.to_digit(10)
                .and_then(|digit| char::from_u32(0xff10 + digit))
                .unwrap_or(c)
        })
        .collect()
}

/// Where a contact could be reached, in the order of [`ChannelKind::ALL`].
pub(crate) fn channels(loaded: &Loaded) -> Result<Vec<ChannelKind>, Error> {
    let mut channels = Vec::new();
    if !loaded.emails.is_empty() {
        channels.push(ChannelKind::Email);
    }
    if !loaded.phones.is_empty() {
        channels.push(ChannelKind::Sms);
    }
    for identity in &loaded.identities {
        channels.push(read_kind(&identity.kind)?.channel());
    }
    channels.sort_unstable();
    channels.dedup();
    Ok(channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_those_beside_them_are_words() {
        let of = |text: &str| pairs(text).unwrap_or_default();
        assert_eq!(of("王小明\u{1f}mei"), "小 小明 明 王 王小");
        assert_eq!(of("ana 王 が"), "が 王");
        assert_eq!(of("김민"), "김 김민 민");
        assert_eq!(of("ana maría ５２"), "");
        assert!(
            ["王", "建国", "がき"]
                .iter()
                .all(|word| is_short_word(word))
        );
        assert!(
            !["", "an", "王a", "王小明", "５２"]
                .iter()
                .any(|word| is_short_word(word))
        );
    }

    #[test]
    fn phones_are_written_in_digits_that_no_text_has() {
        assert_eq!(phone_word("5255"), "５２５５");
        assert_eq!(normalise(&phone_word("5255")), "5255");
    }
}
