//! Words for wrong values.

use crate::i18n::{Locale, td_string};
use rapport_contract::auth::PASSWORD_MIN;
use rapport_contract::{Fault, FaultCode};

/// What is wrong with a value and what would do, for the person who typed it.
pub(crate) fn fault_text(locale: Locale, fault: &Fault) -> String {
    let text = match fault.code {
        FaultCode::TooShort if is_password(&fault.pointer) => {
            return td_string!(locale, fault.password_too_short, n = PASSWORD_MIN);
        }
        FaultCode::Required => td_string!(locale, fault.required),
        FaultCode::UnknownKey => td_string!(locale, fault.unknown_key),
        FaultCode::WrongType => td_string!(locale, fault.wrong_type),
        FaultCode::TooLong => td_string!(locale, fault.too_long),
        FaultCode::TooShort => td_string!(locale, fault.too_short),
        FaultCode::OutOfRange => td_string!(locale, fault.out_of_range),
        FaultCode::InvalidCharacter => td_string!(locale, fault.invalid_character),
        FaultCode::InvalidEmail => td_string!(locale, fault.invalid_email),
        FaultCode::InvalidPhone => td_string!(locale, fault.invalid_phone),
        FaultCode::UnknownCountry => td_string!(locale, fault.unknown_country),
        FaultCode::InvalidLanguage => td_string!(locale, fault.invalid_language),
        FaultCode::UnknownTimeZone => td_string!(locale, fault.unknown_time_zone),
        FaultCode::UnknownValue => td_string!(locale, fault.unknown_value),
        FaultCode::RepeatedKey => td_string!(locale, fault.repeated_key),
        FaultCode::UnknownField => td_string!(locale, fault.unknown_field),
        FaultCode::UnknownOperator => td_string!(locale, fault.unknown_operator),
        FaultCode::Empty => td_string!(locale, fault.empty),
        FaultCode::Reversed => td_string!(locale, fault.reversed),
        FaultCode::TooMany => td_string!(locale, fault.too_many),
        FaultCode::TooDeep => td_string!(locale, fault.too_deep),
        FaultCode::Unexpected => td_string!(locale, fault.unexpected),
        FaultCode::InvalidInstant => td_string!(locale, fault.invalid_instant),
        FaultCode::InvalidDate => td_string!(locale, fault.invalid_date),
        FaultCode::InvalidLink => td_string!(locale, fault.invalid_link),
        FaultCode::NotTogether => td_string!(locale, fault.not_together),
        FaultCode::Taken => td_string!(locale, fault.taken),
        FaultCode::NotAllowed => td_string!(locale, fault.not_allowed),
        FaultCode::CommonPassword => td_string!(locale, fault.common_password),
        FaultCode::Incorrect => td_string!(locale, fault.incorrect),
    };
    text.to_owned()
}

fn is_password(pointer: &str) -> bool {
    matches!(pointer, "/password" | "/new" | "/current")
}
