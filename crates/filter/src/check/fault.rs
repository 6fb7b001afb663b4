//! What is wrong with a filter, and where.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// The kinds of faults of a filter. The list is closed: a client may translate each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FaultCode { $($(#[$doc])* $name,)+ }

        impl FaultCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

codes! {
    /// The key has to be there.
    Required = "required";
    /// The key is not known here.
    UnknownKey = "unknown_key";
    /// The key stands in the same object twice.
    RepeatedKey = "repeated_key";
    /// These keys exclude each other.
    NotTogether = "not_together";
    /// The value is of another JSON type than expected.
    WrongType = "wrong_type";
    /// The account has no such field: it never had, or it was deleted.
    UnknownField = "unknown_field";
    /// There is no such operator, or the field's type does not know it.
    UnknownOperator = "unknown_operator";
    /// Not one of the choices: it never was, or it was deleted.
    UnknownValue = "unknown_value";
    /// Not a language tag of BCP 47.
    InvalidLanguage = "invalid_language";
    /// Not a phone number.
    InvalidPhone = "invalid_phone";
    /// Not a day of the calendar, or not an instant.
    InvalidDate = "invalid_date";
    /// A text with NUL in it.
    InvalidCharacter = "invalid_character";
    /// An empty list, or a text of which nothing is left to compare with.
    Empty = "empty";
    /// A range whose beginning is after its end.
    Reversed = "reversed";
    /// A number outside its bounds.
    OutOfRange = "out_of_range";
    /// A text that is longer than allowed.
    TooLong = "too_long";
    /// More conditions or values than allowed.
    TooMany = "too_many";
    /// Groups within each other, more than allowed.
    TooDeep = "too_deep";
    /// What cannot be said here: a value where there is none, a time where a day is.
    NotAllowed = "not_allowed";
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the document that was sent. A key that is missing is named at the place where it would
    /// stand.
    pub pointer: String,
    /// What is wrong.
    pub code: FaultCode,
    /// An English sentence that says what would have been accepted.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.pointer, self.detail, self.code)
    }
}
