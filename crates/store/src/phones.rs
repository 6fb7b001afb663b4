//! Reading phone numbers as people write them.

use phonenumber::metadata::DATABASE;
use rapport_contract::country::Country;
use rapport_contract::phone::{InvalidPhone, PhoneNumber};

/// A phone number as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPhone {
    /// The number.
    pub number: PhoneNumber,
    /// Whether numbers like it are in use, by the numbering plan of its country.
    pub in_use: bool,
}

/// The shortest numbers in use anywhere have seven digits with their country code (Niue).
const DIGITS_MIN: usize = 7;

/// Reads a number: as it is when it begins with `+`, else with the country's rules, else as if `+` stood before it or in the place of `00`.
///
/// Of several readings the one that is in use wins. A number that is not in use is read all the same: one that was written with its `+` as it is
/// (`+521…` of Mexico's mobiles until 2019 still stands in many lists), another if its country has numbers of that length.
pub fn read(text: &str, country: Country) -> Result<ReadPhone, InvalidPhone> {
    let text = text.trim();
    let region = country.code().parse::<phonenumber::country::Id>().ok();
    let international = text.starts_with('+');
    let mut readings = vec![parse(region, text, international)];
    if !international {
        readings.push(
            text.strip_prefix("00")
                .and_then(|rest| parse(None, &format!("+{rest}"), false)),
        );
        readings.push(parse(None, &format!("+{text}"), false));
    }
    let readings: Vec<_> = readings.into_iter().flatten().collect();
    let best = readings
        .iter()
        .find(|phone| phone.in_use)
        .or(readings.first());
    best.cloned().ok_or(InvalidPhone)
}

/// One reading; `said` when the person gave the country code, and did not leave it to us.
fn parse(region: Option<phonenumber::country::Id>, text: &str, said: bool) -> Option<ReadPhone> {
    // The parser looks for a number anywhere in a text, and reads letters as the keys they stand on.
    if !rapport_contract::phone::looks_like_a_phone(text) {
        return None;
    }
    let parsed = phonenumber::parse(region, text).ok()?;
    let written = parsed.format().mode(phonenumber::Mode::E164).to_string();
    let number = PhoneNumber::from_e164(&written).ok()?;
    let in_use = parsed.is_valid();
    let long_enough = written.len() > DIGITS_MIN;
    (in_use || (said && long_enough) || is_possible(&parsed))
        .then_some(ReadPhone { number, in_use })
}

/// Whether the number's country, or one of those that share its code, has numbers of this length.
fn is_possible(number: &phonenumber::PhoneNumber) -> bool {
    let Ok(length) = u16::try_from(number.national().to_string().len()) else {
        return false;
    };
    let countries = DATABASE
        .by_code(&number.country().code())
        .unwrap_or_default();
    countries.iter().any(|country| {
        let kinds = country.descriptors();
        [
            Some(kinds.general()),
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
        ]
        .into_iter()
        .flatten()
        .any(|kind| kind.possible_length().contains(&length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str, country: &str) -> Option<(String, bool)> {
        let phone = read(text, Country::from_code(country).unwrap()).ok()?;
        Some((phone.number.to_string(), phone.in_use))
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, country, number, in_use) in [
            ("55 1234 5678", "MX", "+525512345678", true),
            ("+34 600 12 34 56", "MX", "+34600123456", true),
            ("(541) 754-3010", "US", "+15417543010", true),
            ("0034600123456", "ES", "+34600123456", true),
            // No plus, but nothing in Mexico is this long: the ragged file has such numbers.
            ("918080808080", "MX", "+918080808080", true),
            ("13800138000", "CN", "+8613800138000", true),
            ("+1 555 000 0000", "US", "+15550000000", false),
            ("+498963648018", "MX", "+498963648018", true),
            ("0044 20 7946 0018", "US", "+442079460018", true),
            ("+8613800138000", "MX", "+8613800138000", true),
            ("+5215512345678", "MX", "+5215512345678", false),
        ] {
            assert_eq!(
                reading(text, country),
                Some((number.to_owned(), in_use)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "call me",
            "12",
            "+",
            "+12",
            "1234567890123456789",
            "0800-FLOWERS",
            "٥٥١٢٣٤",
            "55 1234 567",
        ] {
            assert_eq!(reading(text, "MX"), None, "{text:?}");
        }
    }
}
