//! Checks of what is typed into a contact's fields.

use rapport_contract::language::LanguageTag;
use rapport_contract::phone::looks_like_a_phone;
use rapport_contract::{Fault, FaultCode};

/// A phone number as people write it: the server reads it with the account's country.
pub(crate) fn phone(text: &str, pointer: &str) -> Result<(), Fault> {
    if text.trim().is_empty() || looks_like_a_phone(text.trim()) {
        Ok(())
    } else {
        Err(Fault::new(
            pointer,
            FaultCode::InvalidPhone,
            "expected a phone number",
        ))
    }
}

/// An e-mail address, or nothing.
pub(crate) fn email(text: &str, pointer: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        Ok(())
    } else {
        crate::ui::email(text, pointer)
    }
}

/// A language tag, or nothing.
pub(crate) fn language(text: &str, pointer: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Ok(());
    }
    LanguageTag::parse(text)
        .map(drop)
        .map_err(|error| Fault::new(pointer, FaultCode::InvalidLanguage, error.to_string()))
}
