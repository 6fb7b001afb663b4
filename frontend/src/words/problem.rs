//! Words for what went wrong.

use crate::i18n::{Locale, td_string};
use rapport_client::ClientError;
use rapport_contract::Code;

/// What went wrong, and what to do.
pub(crate) fn error_text(locale: Locale, error: &ClientError) -> String {
    match error {
        ClientError::Problem(problem) => code_text(locale, problem.code).to_owned(),
        ClientError::Connection(_) => td_string!(locale, connection.none).to_owned(),
        ClientError::Unexpected { status, .. } => {
            td_string!(locale, connection.unexpected, status = *status)
        }
    }
}

/// The number with which the request is found in the server's log.
pub(crate) fn request_id(error: &ClientError) -> Option<String> {
    error
        .problem()
        .and_then(|problem| problem.request_id.clone())
}

fn code_text(locale: Locale, code: Code) -> &'static str {
    match code {
        Code::InvalidJson
        | Code::InvalidQuery
        | Code::InvalidCursor
        | Code::InvalidForm
        | Code::InvalidHeader
        | Code::IdempotencyKeyReused
        | Code::MethodNotAllowed => td_string!(locale, problem.invalid_request),
        Code::Unauthenticated | Code::InvalidApiKey => td_string!(locale, problem.unauthenticated),
        Code::InvalidCredentials => td_string!(locale, problem.invalid_credentials),
        Code::SessionEnded => td_string!(locale, problem.session_ended),
        Code::Forbidden => td_string!(locale, problem.forbidden),
        Code::WrongOrigin => td_string!(locale, problem.wrong_origin),
        Code::WrongSetupCode => td_string!(locale, problem.wrong_setup_code),
        Code::NotFound => td_string!(locale, problem.not_found),
        Code::AlreadySetUp => td_string!(locale, problem.already_set_up),
        Code::NotSetUp => td_string!(locale, problem.not_set_up),
        Code::ContactConflict => td_string!(locale, problem.contact_conflict),
        Code::AttributeConflict => td_string!(locale, problem.attribute_conflict),
        Code::ChoiceInUse => td_string!(locale, problem.choice_in_use),
        Code::EmailTaken => td_string!(locale, problem.email_taken),
        Code::AlreadyMember => td_string!(locale, problem.already_member),
        Code::LastOwner => td_string!(locale, problem.last_owner),
        Code::ContactMerged => td_string!(locale, problem.contact_merged),
        Code::NotUndoable => td_string!(locale, problem.not_undoable),
        Code::NotDeleted => td_string!(locale, problem.not_deleted),
        Code::SegmentConflict => td_string!(locale, problem.segment_conflict),
        Code::LimitReached => td_string!(locale, problem.limit_reached),
        Code::CountDiffers => td_string!(locale, problem.count_differs),
        Code::NotCancellable => td_string!(locale, problem.not_cancellable),
        Code::LinkSpent => td_string!(locale, problem.link_spent),
        Code::VersionMismatch => td_string!(locale, problem.version_mismatch),
        Code::PayloadTooLarge => td_string!(locale, problem.payload_too_large),
        Code::UnsupportedMediaType => td_string!(locale, problem.unsupported_media_type),
        Code::ValidationFailed => td_string!(locale, problem.validation_failed),
        Code::TooManyRequests | Code::IdempotencyInProgress => {
            td_string!(locale, problem.too_many_requests)
        }
        Code::Internal => td_string!(locale, problem.internal),
        Code::Unavailable => td_string!(locale, problem.unavailable),
    }
}
