//! What is known of one contact: what a filter is evaluated on in memory.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One contact, raw, as it is stored.
///
/// A text that is empty once [normalised](crate::text::normalise) counts as missing in a text field, for its key column is
/// missing too. Only the identifier is taken as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The contact's id as it stands on the wire.
    pub id: String,
    /// The full name as composed of the two parts; missing when both are, whatever stands in for it on screen.
    pub name: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// City.
    pub city: Option<String>,
    /// The integrator's own id.
    pub identifier: Option<String>,
    /// ISO 3166-1 alpha-2, in upper case.
    pub country: Option<String>,
    /// BCP 47 in its [canonical form](crate::language::canonical).
    pub language: Option<String>,
    /// How the contact first arrived.
    pub source: String,
    /// Every address, as written.
    pub emails: Vec<String>,
    /// Every number, E.164 with its `+`.
    pub phones: Vec<String>,
    /// The kinds of channel on which the contact could be reached.
    pub channels: Vec<String>,
    /// The ids of the manual segments it is in.
    pub segments: Vec<String>,
    /// Whether it is blocked.
    pub blocked: bool,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
    /// Unix milliseconds.
    pub last_activity_at: Option<i64>,
    /// The custom attributes that have a value, by key without `custom.`.
    pub custom: BTreeMap<String, Value>,
}

/// The value of a custom attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a text attribute.
    Text(String),
    /// Of a number attribute: finite.
    Number(f64),
    /// Of a date attribute.
    Date(NaiveDate),
    /// Of a yes/no attribute.
    YesNo(bool),
    /// Of a list attribute: the choice's key.
    Choice(String),
    /// Of a link attribute.
    Link(String),
}
