//! What lists sort, filter and search by, computed from the truth. Nothing else writes `contact_index` and `contact_search`.

use crate::Error;
use crate::accounts::read_country;
use crate::custom_attributes::{self, Attributes};
use crate::entity::{contact_emails, contact_index, contact_phones, contact_search, contacts};
use rapport_contract::contact::full_name;
use rapport_contract::language::Language;
use rapport_filter::text::{key, normalise};

/// Stands between two fields of a search key; no field can hold it, so no word is found across two fields.
const SEPARATOR: char = '\u{1f}';

/// The bit of `channels` for a contact that has an e-mail address.
const EMAIL_BIT: i64 = 1;
/// The bit of `channels` for a contact that has a phone number.
const SMS_BIT: i64 = 2;

/// The bit of `flags` for a custom text or link that is longer than a key: `more` has the whole of it.
pub(crate) const LONG_CUSTOM_TEXT: i64 = 4;

/// The row that lists sort and filter by.
pub(crate) fn index_row(
    contact: &contacts::Model,
    emails: &[contact_emails::Model],
    phones: &[contact_phones::Model],
    language: Language,
    attributes: &Attributes,
) -> Result<contact_index::Model, Error> {
    let text = |value: &Option<String>| value.as_deref().and_then(key);
    let country = contact.country.as_deref().map(read_country).transpose()?;
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let has = |bit, some: bool| if some { bit } else { 0 };
    let mut row = contact_index::Model {
        account_id: contact.account_id,
        id: contact.id,
        name_key: text(&name),
        first_name_key: text(&contact.first_name),
        last_name_key: text(&contact.last_name),
        email_key: emails
            .iter()
            .find(|email| email.is_primary)
            .and_then(|email| key(&email.address)),
        phone_num: phones
            .iter()
            .find(|phone| phone.is_primary)
            .and_then(|phone| digits(&phone.number).parse().ok()),
        company_key: text(&contact.company),
        city_key: text(&contact.city),
        country: contact.country.clone(),
        country_rank: country.map(|country| i64::from(country.rank(language))),
        identifier: contact.identifier.clone(),
        language: contact.language.clone(),
        source: contact.source.clone(),
        channels: has(EMAIL_BIT, !emails.is_empty()) | has(SMS_BIT, !phones.is_empty()),
        created_at: contact.created_at,
        updated_at: contact.updated_at,
        last_activity_at: contact.last_activity_at,
        blocked: contact.blocked,
        flags: 0,
        more: None,
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
    custom_attributes::fill(&mut row, &contact.custom, attributes)?;
    Ok(row)
}

/// The row that the search box looks into.
pub(crate) fn search_row(
    contact: &contacts::Model,
    emails: &[contact_emails::Model],
    phones: &[contact_phones::Model],
) -> contact_search::Model {
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
        search_key,
    }
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

/// The channels behind the bits.
pub(crate) fn channels(
    has_email: bool,
    has_phone: bool,
) -> Vec<rapport_contract::contact::ChannelKind> {
    use rapport_contract::contact::ChannelKind::{Email, Sms};
    [(has_email, Email), (has_phone, Sms)]
        .into_iter()
        .filter_map(|(has, kind)| has.then_some(kind))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_written_in_digits_that_no_text_has() {
        assert_eq!(phone_word("5255"), "５２５５");
        assert_eq!(normalise(&phone_word("5255")), "5255");
    }
}
