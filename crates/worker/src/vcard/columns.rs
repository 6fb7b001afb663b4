//! The columns of the table that a file of vCards is read as.

use rapport_contract::import::ImportField;

/// A column. Its place in a [`Card`](super::Card)'s record is the place in [`Column::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// The whole name (`FN`).
    Name,
    /// Given and additional names (`N`), without honorifics.
    FirstName,
    /// Family names (`N`).
    LastName,
    /// The preferred e-mail address, else the first.
    Email,
    /// Another e-mail address.
    Email2,
    /// Another e-mail address.
    Email3,
    /// The preferred phone number, else the first mobile one, else the first; a fax or a pager only when there is nothing else.
    Phone,
    /// Another phone number.
    Phone2,
    /// Another phone number.
    Phone3,
    /// The company (`ORG`), without departments.
    Company,
    /// The job title, else the role.
    JobTitle,
    /// The city of the preferred address, else of the one at work, else of the one at home.
    City,
    /// The country of the same address, as it was written.
    Country,
    /// The preferred language, as a tag.
    Language,
    /// What the other program knows the card by (`UID`), without `urn:uuid:`.
    ///
    /// The same card has the prefix in a file of version 4.0 and lacks it in one of 3.0, and identifiers are compared exactly: with the
    /// prefix, the second import would make every contact again.
    Identifier,
    /// The birthday: `YYYY-MM-DD`, or `--MM-DD` without its year; else as it was written.
    Birthday,
    /// The notes, with their line breaks.
    Note,
    /// The preferred web address, else the first.
    Link,
    /// The categories, with `; ` between them; a semicolon in a category's name is a comma here.
    Categories,
    /// When the card was last changed, as it was written.
    Revision,
}

impl Column {
    /// Every column from left to right.
    pub const ALL: [Self; 20] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Email2,
        Self::Email3,
        Self::Phone,
        Self::Phone2,
        Self::Phone3,
        Self::Company,
        Self::JobTitle,
        Self::City,
        Self::Country,
        Self::Language,
        Self::Identifier,
        Self::Birthday,
        Self::Note,
        Self::Link,
        Self::Categories,
        Self::Revision,
    ];

    /// The column's key: its header in the table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Email => "email",
            Self::Email2 => "email_2",
            Self::Email3 => "email_3",
            Self::Phone => "phone",
            Self::Phone2 => "phone_2",
            Self::Phone3 => "phone_3",
            Self::Company => "company",
            Self::JobTitle => "job_title",
            Self::City => "city",
            Self::Country => "country",
            Self::Language => "language",
            Self::Identifier => "identifier",
            Self::Birthday => "birthday",
            Self::Note => "note",
            Self::Link => "link",
            Self::Categories => "categories",
            Self::Revision => "revision",
        }
    }

    /// The field of a contact that the column fills unless the caller says otherwise.
    ///
    /// [`Revision`](Self::Revision) fills none: a change in the other program is nothing that the contact did.
    pub const fn field(self) -> Option<ImportField> {
        match self {
            Self::Name => Some(ImportField::Name),
            Self::FirstName => Some(ImportField::FirstName),
            Self::LastName => Some(ImportField::LastName),
            Self::Email => Some(ImportField::Email),
            Self::Phone => Some(ImportField::Phone),
            Self::Company => Some(ImportField::Company),
            Self::City => Some(ImportField::City),
            Self::Country => Some(ImportField::Country),
            Self::Language => Some(ImportField::Language),
            Self::Identifier => Some(ImportField::Identifier),
            Self::Email2
            | Self::Email3
            | Self::Phone2
            | Self::Phone3
            | Self::JobTitle
            | Self::Birthday
            | Self::Note
            | Self::Link
            | Self::Categories
            | Self::Revision => None,
        }
    }

    /// Its place in a record, from 0.
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// The keys of all columns from left to right.
pub const COLUMNS: [&str; Column::ALL.len()] = {
    let mut keys = [""; Column::ALL.len()];
    let mut place = 0;
    while place < keys.len() {
        keys[place] = Column::ALL[place].key();
        place += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keys_and_order_agree() {
        for (place, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column.place(), place);
            assert_eq!(COLUMNS[place], column.key());
        }
        let fields: Vec<ImportField> = Column::ALL.into_iter().filter_map(Column::field).collect();
        for (place, field) in fields.iter().enumerate() {
            assert!(!fields[..place].contains(field), "{field:?} stands twice");
        }
    }
}
