//! The columns of a table of contacts: in a saved filter, and in an export.

use crate::custom_attribute::Definitions;
use crate::{Fault, FaultCode};
use std::fmt;

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)+) => {
        /// A column of a table of contacts.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Column {
            $($(#[$doc])* $name,)+
            /// The custom attribute with this key.
            Custom(String),
        }

        impl Column {
            /// Every column but those of custom attributes, in the order of a contact on the wire.
            pub const BUILT_IN: &'static [Self] = &[$(Self::$name,)+];

            fn key(&self) -> &str {
                match self {
                    $(Self::$name => $key,)+
                    Self::Custom(key) => key,
                }
            }
        }
    };
}

columns! {
    /// The contact's id.
    Id = "id";
    /// How the contact is shown.
    Name = "name";
    /// First name.
    FirstName = "first_name";
    /// Last name.
    LastName = "last_name";
    /// The primary e-mail address.
    Email = "email";
    /// All e-mail addresses.
    Emails = "emails";
    /// The primary phone number.
    Phone = "phone";
    /// All phone numbers.
    Phones = "phones";
    /// The id that another system knows the contact by.
    Identifier = "identifier";
    /// Company.
    Company = "company";
    /// City.
    City = "city";
    /// Country.
    Country = "country";
    /// Language.
    Language = "language";
    /// How the contact first arrived.
    Source = "source";
    /// Where the contact could be reached.
    Channels = "channels";
    /// Whether the account does not want to hear from the contact.
    Blocked = "blocked";
    /// The segments that the contact is in.
    Segments = "segments";
    /// When the account first knew the contact.
    CreatedAt = "created_at";
    /// When the contact was last changed.
    UpdatedAt = "updated_at";
    /// When the contact last did something.
    LastActivityAt = "last_activity_at";
}

/// What precedes the key of a custom attribute.
const CUSTOM: &str = "custom.";

/// The most columns of one table.
pub const COLUMNS_MAX: usize = 200;

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self, Self::Custom(_)) {
            f.write_str(CUSTOM)?;
        }
        f.write_str(self.key())
    }
}

impl Column {
    /// The column with this name, if the account has it: `city`, `custom.plan`.
    pub fn from_name(name: &str, definitions: &Definitions) -> Option<Self> {
        match name.strip_prefix(CUSTOM) {
            Some(key) => definitions
                .get(key)
                .map(|attribute| Self::Custom(attribute.key.clone())),
            None => Self::BUILT_IN
                .iter()
                .find(|column| column.key() == name)
                .cloned(),
        }
    }

    /// Reads a list of columns, or gives every fault; that of the second name stands at `pointer("/1")`.
    pub fn list<S: AsRef<str>>(
        names: &[S],
        definitions: &Definitions,
        pointer: impl Fn(&str) -> String,
    ) -> Result<Vec<Self>, Vec<Fault>> {
        let mut faults = Vec::new();
        if names.is_empty() {
            let detail = "expected at least one column";
            faults.push(Fault::new(pointer(""), FaultCode::Required, detail));
        }
        if names.len() > COLUMNS_MAX {
            return Err(vec![Fault::new(
                pointer(""),
                FaultCode::TooLong,
                format!("expected at most {COLUMNS_MAX} columns"),
            )]);
        }
        let mut columns = Vec::with_capacity(names.len());
        for (place, name) in names.iter().enumerate() {
            let place = || pointer(&format!("/{place}"));
            match Self::from_name(name.as_ref(), definitions) {
                None => faults.push(Fault::new(
                    place(),
                    FaultCode::UnknownValue,
                    format!(
                        "{:?} is no column; {}",
                        name.as_ref(),
                        expected(definitions)
                    ),
                )),
                Some(column) if columns.contains(&column) => faults.push(Fault::new(
                    place(),
                    FaultCode::NotTogether,
                    "expected each column once",
                )),
                Some(column) => columns.push(column),
            }
        }
        if faults.is_empty() {
            Ok(columns)
        } else {
            Err(faults)
        }
    }
}

fn expected(definitions: &Definitions) -> String {
    let built_in = Column::BUILT_IN.iter().map(Column::to_string);
    let custom = definitions.iter().take(20);
    let custom = custom.map(|attribute| Column::Custom(attribute.key.clone()).to_string());
    let names: Vec<_> = built_in.chain(custom).collect();
    format!("expected one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_written() {
        let none = Definitions::default();
        for column in Column::BUILT_IN {
            let name = column.to_string();
            assert_eq!(Column::from_name(&name, &none).as_ref(), Some(column));
        }
        assert_eq!(Column::from_name("custom.plan", &none), None);
        let list = |names: &[&str]| Column::list(names, &none, |place| format!("/columns{place}"));
        assert_eq!(
            list(&["city", "name"]),
            Ok(vec![Column::City, Column::Name])
        );
        let places = |names: &[&str]| -> Vec<_> {
            let faults = list(names).unwrap_err().into_iter();
            faults.map(|fault| (fault.pointer, fault.code)).collect()
        };
        assert_eq!(places(&[]), [("/columns".to_owned(), FaultCode::Required)]);
        assert_eq!(
            places(&["city", "shoe", "city"]),
            [
                ("/columns/1".to_owned(), FaultCode::UnknownValue),
                ("/columns/2".to_owned(), FaultCode::NotTogether)
            ]
        );
        assert_eq!(
            places(&["city"; 201]),
            [("/columns".to_owned(), FaultCode::TooLong)]
        );
    }
}
