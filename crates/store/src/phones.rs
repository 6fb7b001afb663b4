//! Reading phone numbers as people write them.

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

/// Reads a number: as it is when it begins with `+`, else with the country's rules, else as if `+` stood before it.
///
/// Where both readings are possible, the one that is in use wins. A number that is possible but not in use is read all the same.
pub fn read(text: &str, country: Country) -> Result<ReadPhone, InvalidPhone> {
    let text = text.trim();
    let region = country.code().parse::<phonenumber::country::Id>().ok();
    let national = parse(region, text);
    if text.starts_with('+') || national.as_ref().is_some_and(|phone| phone.in_use) {
        return national.ok_or(InvalidPhone);
    }
    let international = parse(None, &format!("+{text}"));
    match (national, international) {
        (_, Some(phone)) if phone.in_use => Ok(phone),
        (Some(phone), _) | (None, Some(phone)) => Ok(phone),
        (None, None) => Err(InvalidPhone),
    }
}

fn parse(region: Option<phonenumber::country::Id>, text: &str) -> Option<ReadPhone> {
    // The parser looks for a number anywhere in a text, and reads letters as the keys they stand on.
    if !rapport_contract::phone::looks_like_a_phone(text) {
        return None;
    }
    let parsed = phonenumber::parse(region, text).ok()?;
    let written = parsed.format().mode(phonenumber::Mode::E164).to_string();
    let number = PhoneNumber::from_e164(&written).ok()?;
    (written.len() > DIGITS_MIN).then(|| ReadPhone {
        number,
        in_use: parsed.is_valid(),
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
        ] {
            assert_eq!(reading(text, "MX"), None, "{text:?}");
        }
    }
}
