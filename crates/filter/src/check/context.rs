//! What checking has to know from outside: the time, the account's time zone, and how its people write phone numbers.

use chrono::NaiveDateTime;

/// What the meaning of a filter depends on beside the account's fields.
///
/// The server answers with the IANA database and the phone number metadata, the app with what the browser knows.
pub trait Context {
    /// The instant that relative dates are counted from, in Unix milliseconds: the same for all pages of one query.
    fn now(&self) -> i64;

    /// The local date and time of an instant in the account's time zone.
    fn local(&self, millis: i64) -> NaiveDateTime;

    /// The instant of a local date and time in the account's time zone. Of a time that comes twice, the earlier; of a time
    /// that does not exist, the first instant after the gap. Called with the years 1 to 10000.
    fn instant(&self, local: NaiveDateTime) -> i64;

    /// The number in E.164 that people of the account mean with this text, or an English sentence on what would have been
    /// accepted.
    fn phone(&self, text: &str) -> Result<String, String>;
}
