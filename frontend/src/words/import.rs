//! Words for imports.

use crate::i18n::{Locale, td_string};
use rapport_contract::import::{
    ImportFault, ImportFaultCode, ImportField, ImportState, RowProblemCode,
};

/// The field that a column fills.
pub(crate) fn field_name(locale: Locale, field: ImportField) -> &'static str {
    match field {
        ImportField::Name => td_string!(locale, import_field.name),
        ImportField::FirstName => td_string!(locale, field.first_name),
        ImportField::LastName => td_string!(locale, field.last_name),
        ImportField::Email => td_string!(locale, field.email),
        ImportField::Phone => td_string!(locale, field.phone),
        ImportField::Identifier => td_string!(locale, field.identifier),
        ImportField::Company => td_string!(locale, field.company),
        ImportField::City => td_string!(locale, field.city),
        ImportField::Country => td_string!(locale, field.country),
        ImportField::Language => td_string!(locale, field.language),
        ImportField::CreatedAt => td_string!(locale, import_field.created_at),
        ImportField::LastActivityAt => td_string!(locale, import_field.last_activity_at),
    }
}

/// Why a whole file could not be used, and what to do.
pub(crate) fn import_fault_text(locale: Locale, fault: &ImportFault) -> String {
    let text = match fault.code {
        ImportFaultCode::EmptyFile => td_string!(locale, import_fault.empty_file),
        ImportFaultCode::NoRows => td_string!(locale, import_fault.no_rows),
        ImportFaultCode::NotText => td_string!(locale, import_fault.not_text),
        ImportFaultCode::NoUsableColumn => td_string!(locale, import_fault.no_usable_column),
        ImportFaultCode::UnclosedQuote => td_string!(locale, import_fault.unclosed_quote),
        ImportFaultCode::RowTooLong => td_string!(locale, import_fault.row_too_long),
        ImportFaultCode::TooManyColumns => td_string!(locale, import_fault.too_many_columns),
        ImportFaultCode::Internal => td_string!(locale, import_fault.internal),
    };
    match fault.line {
        Some(line) => td_string!(locale, import.at_line, n = line, text = text),
        None => text.to_owned(),
    }
}

/// What is wrong with a row, and what became of it.
pub(crate) fn row_problem_text(locale: Locale, code: RowProblemCode) -> &'static str {
    match code {
        RowProblemCode::NothingToKnowBy => td_string!(locale, row_problem.nothing_to_know_by),
        RowProblemCode::KeysOfDifferentContacts => {
            td_string!(locale, row_problem.keys_of_different_contacts)
        }
        RowProblemCode::EmailOfAnother => td_string!(locale, row_problem.email_of_another),
        RowProblemCode::PhoneOfAnother => td_string!(locale, row_problem.phone_of_another),
        RowProblemCode::InvalidEmail => td_string!(locale, row_problem.invalid_email),
        RowProblemCode::InvalidPhone => td_string!(locale, row_problem.invalid_phone),
        RowProblemCode::UnlikelyPhone => td_string!(locale, row_problem.unlikely_phone),
        RowProblemCode::UnknownCountry => td_string!(locale, row_problem.unknown_country),
        RowProblemCode::InvalidLanguage => td_string!(locale, row_problem.invalid_language),
        RowProblemCode::InvalidDate => td_string!(locale, row_problem.invalid_date),
        RowProblemCode::TooLong => td_string!(locale, row_problem.too_long),
        RowProblemCode::InvalidCharacter => td_string!(locale, row_problem.invalid_character),
        RowProblemCode::TooFewCells => td_string!(locale, row_problem.too_few_cells),
        RowProblemCode::TooManyCells => td_string!(locale, row_problem.too_many_cells),
        RowProblemCode::BrokenCard => td_string!(locale, row_problem.broken_card),
        RowProblemCode::UnreadableLine => td_string!(locale, row_problem.unreadable_line),
        RowProblemCode::TooManyValues => td_string!(locale, row_problem.too_many_values),
        RowProblemCode::InvalidEncoding => td_string!(locale, row_problem.invalid_encoding),
    }
}

/// Where an import stands, in one word.
pub(crate) fn import_state_text(locale: Locale, state: ImportState) -> &'static str {
    match state {
        ImportState::Queued => td_string!(locale, imports.state_queued),
        ImportState::Running => td_string!(locale, imports.state_running),
        ImportState::Done => td_string!(locale, imports.state_done),
        ImportState::Failed => td_string!(locale, imports.state_failed),
    }
}

/// What stands between two cells.
pub(crate) fn delimiter_text(locale: Locale, delimiter: char) -> String {
    let text = match delimiter {
        ',' => td_string!(locale, import.comma),
        ';' => td_string!(locale, import.semicolon),
        '\t' => td_string!(locale, import.tab),
        '|' => td_string!(locale, import.bar),
        other => return td_string!(locale, import.other_delimiter, character = other),
    };
    text.to_owned()
}
