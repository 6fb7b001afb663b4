//! What went wrong, as RFC 9457 `application/problem+json`: one closed list of codes.

use crate::ContactId;
use crate::custom_attribute::AttributeTag;
use crate::segment::SegmentTag;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($(#[$meta:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $enum { $($(#[$doc])* $name,)+ }

        impl $enum {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// A short English sentence, the same each time.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The kinds of problems. The list is closed: a client may translate each.
    Code {
        /// The body is not JSON.
        InvalidJson = "invalid_json", 400, "The body is not valid JSON";
        /// A parameter in the address is not understood.
        InvalidQuery = "invalid_query", 400, "A query parameter is wrong";
        /// The cursor is not one of this query.
        InvalidCursor = "invalid_cursor", 400, "The cursor does not belong to this query";
        /// A header is not understood.
        InvalidHeader = "invalid_header", 400, "A header is wrong";
        /// A multipart form could not be read.
        InvalidForm = "invalid_form", 400, "The uploaded form cannot be read";
        /// No session, or none that holds.
        Unauthenticated = "unauthenticated", 401, "Sign in first";
        /// E-mail or password is wrong; which of them is not said.
        InvalidCredentials = "invalid_credentials", 401, "The e-mail or the password is wrong";
        /// The session was ended, expired, or its token was used twice.
        SessionEnded = "session_ended", 401, "The session has ended";
        /// The API key is wrong, was deleted, or has expired.
        InvalidApiKey = "invalid_api_key", 401, "The API key does not work";
        /// The role, or the API key's scopes, do not allow it.
        Forbidden = "forbidden", 403, "Your role does not allow this";
        /// The request comes from another site.
        WrongOrigin = "wrong_origin", 403, "The request comes from another origin";
        /// The set-up code is not the one the server printed.
        WrongSetupCode = "wrong_setup_code", 403, "The set-up code is wrong";
        /// There is no such thing, or not for this account.
        NotFound = "not_found", 404, "There is no such thing";
        /// The contact was merged into another; `merged_into` says which one has everything of it.
        ContactMerged = "contact_merged", 404, "The contact was merged into another";
        /// The path exists, the method does not.
        MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here";
        /// Set-up was done already.
        AlreadySetUp = "already_set_up", 409, "Rapport is set up already";
        /// Set-up has not been done yet.
        NotSetUp = "not_set_up", 409, "Rapport is not set up yet";
        /// An address or identifier belongs to another contact.
        ContactConflict = "contact_conflict", 409, "Another contact has this value";
        /// Another custom attribute of the account has this key, perhaps one that is deleted and can be restored.
        AttributeConflict = "attribute_conflict", 409, "Another attribute has this key";
        /// Contacts have a choice that would go, and it is not said what they get instead.
        ChoiceInUse = "choice_in_use", 409, "Contacts have this choice";
        /// The e-mail belongs to another person who signs in.
        EmailTaken = "email_taken", 409, "Somebody signs in with this e-mail already";
        /// The person is a member already.
        AlreadyMember = "already_member", 409, "This person is a member already";
        /// An account needs an owner.
        LastOwner = "last_owner", 409, "An account needs at least one owner";
        /// What is to be restored is not deleted.
        NotDeleted = "not_deleted", 409, "It is not deleted";
        /// Another segment has the name; `segment` says which.
        SegmentConflict = "segment_conflict", 409, "Another segment has this name";
        /// There are as many of a kind as an account can have.
        LimitReached = "limit_reached", 409, "There can be no more of these";
        /// A selection has another number of contacts than the caller expected; `count` says how many.
        CountDiffers = "count_differs", 409, "The selection has another number of contacts";
        /// It was undone, is too long ago, or something came in between.
        NotUndoable = "not_undoable", 409, "This cannot be undone any more";
        /// The job has ended, or is of a kind that cannot be cancelled.
        NotCancellable = "not_cancellable", 409, "This job cannot be cancelled";
        /// The same request, with the same `Idempotency-Key`, is being carried out.
        IdempotencyInProgress = "idempotency_in_progress", 409, "The same request is being carried out";
        /// The link was used, withdrawn, or has expired.
        LinkSpent = "link_spent", 410, "This link no longer works";
        /// `If-Match` names another version than the current one.
        VersionMismatch = "version_mismatch", 412, "It was changed meanwhile";
        /// The body is larger than allowed.
        PayloadTooLarge = "payload_too_large", 413, "The request is too large";
        /// The body is of a type that is not taken here.
        UnsupportedMediaType = "unsupported_media_type", 415, "This content type is not supported";
        /// The body is JSON, but what it says cannot be done; see `faults`.
        ValidationFailed = "validation_failed", 422, "Some values are wrong";
        /// The `Idempotency-Key` came with another request before.
        IdempotencyKeyReused = "idempotency_key_reused", 422, "This idempotency key belongs to another request";
        /// Too many requests; `Retry-After` says how long to wait.
        TooManyRequests = "too_many_requests", 429, "Too many requests";
        /// A fault of the server; the request id finds it in the log.
        Internal = "internal", 500, "Something went wrong on the server";
        /// The server cannot answer now.
        Unavailable = "unavailable", 503, "The service is not available now";
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wrong with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FaultCode {
    /// The value has to be there.
    Required,
    /// The key is not known here.
    UnknownKey,
    /// The value is of another JSON type than expected.
    WrongType,
    /// The value is longer than allowed.
    TooLong,
    /// The value is shorter than allowed.
    TooShort,
    /// A number outside its bounds.
    OutOfRange,
    /// A text with a character that cannot be stored (NUL or another control character).
    InvalidCharacter,
    /// Not an e-mail address.
    InvalidEmail,
    /// Not a phone number.
    InvalidPhone,
    /// Not a country.
    UnknownCountry,
    /// Not a language tag of BCP 47.
    InvalidLanguage,
    /// Not a time zone of the IANA database.
    UnknownTimeZone,
    /// Not one of the values that are allowed here.
    UnknownValue,
    /// The same key stands twice in one object.
    RepeatedKey,
    /// A filter asks about a field that the account does not have.
    UnknownField,
    /// A filter asks a field with an operator that its type does not have.
    UnknownOperator,
    /// Not a day or an instant that the calendar has.
    InvalidDate,
    /// A list or a text with nothing in it.
    Empty,
    /// The first of two bounds is above the second.
    Reversed,
    /// More of them than allowed.
    TooMany,
    /// More groups in each other than allowed.
    TooDeep,
    /// A value where there is none, or one of another kind than this place takes.
    Unexpected,
    /// Not an instant of RFC 3339.
    InvalidInstant,
    /// Not an address of the web.
    InvalidLink,
    /// These keys exclude each other.
    NotTogether,
    /// Another one has this value.
    Taken,
    /// The role does not allow to set this.
    NotAllowed,
    /// The password is one of those that are tried first.
    CommonPassword,
    /// The value is wrong.
    Incorrect,
}

/// One wrong value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the body, or the name of the query parameter.
    pub pointer: String,
    /// What is wrong.
    pub code: FaultCode,
    /// An English sentence that says what would have been accepted.
    pub detail: String,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: FaultCode, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// The contact that holds the value somebody else asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// The contact.
    pub id: ContactId,
    /// How it is shown.
    pub name: String,
}

/// A problem document, RFC 9457. The answer to every request that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI of the kind of problem: `/docs/problems#` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem.
    pub code: Code,
    /// A short sentence, the same for each code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, and what to do.
    pub detail: String,
    /// Each wrong value, with its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// Who holds the value, for `contact_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// Which custom attribute has the key, for `attribute_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<AttributeTag>,
    /// Which segment has the name, for `segment_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentTag>,
    /// Which contact has everything of the one that was asked for, for `contact_merged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ContactId>,
    /// How many contacts were found, for `count_differs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The version that stands now, for `version_mismatch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The id of the request, as in `X-Request-Id` and in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/docs/problems#{code}"),
            code,
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            faults: Vec::new(),
            conflict: None,
            attribute: None,
            segment: None,
            merged_into: None,
            count: None,
            version: None,
            request_id: None,
        }
    }

    /// A `validation_failed` with these faults.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} values are wrong; see faults", many.len()),
        };
        Self {
            faults,
            ..Self::new(Code::ValidationFailed, detail)
        }
    }

    /// There is no such thing in this account.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("There is no such {what} in this account."),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_in_rust_and_on_the_wire() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!((400..600).contains(&code.status()));
        }
    }
}
