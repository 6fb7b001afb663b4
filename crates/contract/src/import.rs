//! Imports: a file of contacts, what was understood of it, and what became of its rows.

use crate::{ImportId, Instant, UserId};
use serde::{Deserialize, Serialize};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportState {
    /// The file is here; the work has not begun.
    Queued,
    /// Rows are being read.
    Running,
    /// Every row was read; see `result`.
    Done,
    /// The file could not be used; see `fault`. Nothing was changed.
    Failed,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Done, Self::Failed];

    /// The state as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing more will happen.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

/// A field of a contact that a column can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportField {
    /// A full name; used where first and last name are empty.
    Name,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// The id that another system knows the contact by.
    Identifier,
    /// Company.
    Company,
    /// City.
    City,
    /// Country, as a code or a name.
    Country,
    /// Language, as a tag.
    Language,
    /// When the contact was first known.
    CreatedAt,
    /// When the contact last did something.
    LastActivityAt,
}

/// What a file of contacts is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FileFormat {
    /// A table, row by row (RFC 4180 and what programs make of it).
    #[default]
    Csv,
    /// Cards, one after another: vCard 2.1, 3.0 (RFC 2426) or 4.0 (RFC 6350).
    Vcard,
}

/// How the file is written, as it was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dialect {
    /// What the file is.
    #[serde(default)]
    pub format: FileFormat,
    /// The encoding's name: `UTF-8`, `UTF-16LE`, `windows-1252`, `GBK` …
    pub encoding: String,
    /// The character between two cells: a comma, semicolon, tab or bar; null for cards.
    pub delimiter: Option<char>,
    /// Whether the file began with a byte-order mark.
    pub byte_order_mark: bool,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportColumn {
    /// The column's header as it stands in the file.
    pub header: String,
    /// What it fills, or null: the column is kept for the report only.
    pub field: Option<ImportField>,
}

/// What became of the rows so far; when the import is done, of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportCounts {
    /// Rows that became a contact.
    pub created: u64,
    /// Rows that changed a contact.
    pub updated: u64,
    /// Rows whose contact had all of it already.
    pub unchanged: u64,
    /// Rows that could not be used; they are in `rejected.csv`.
    pub rejected: u64,
    /// Things that were left out of rows that were used.
    pub warnings: u64,
}

impl ImportCounts {
    /// All rows that were read.
    pub const fn rows(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.rejected
    }
}

/// Why a whole file could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportFaultCode {
    /// There is nothing in it.
    EmptyFile,
    /// There is a header and no row.
    NoRows,
    /// It is not text: a spreadsheet, an archive, a picture.
    NotText,
    /// No column could be matched to a name, an e-mail, a phone or an identifier.
    NoUsableColumn,
    /// A quote was opened and never closed.
    UnclosedQuote,
    /// A row is longer than any contact could be.
    RowTooLong,
    /// There are more columns than a file of contacts has.
    TooManyColumns,
    /// The work was given up after several tries; the log of the server says why.
    Internal,
}

/// Why a whole file could not be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportFault {
    /// What is wrong.
    pub code: ImportFaultCode,
    /// The line of the file, counted from 1, if it is at one.
    pub line: Option<u64>,
    /// An English sentence that says what to do.
    pub detail: String,
}

/// What is wrong with a cell or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RowProblemCode {
    /// Nothing in the row to know a contact by.
    NothingToKnowBy,
    /// Identifier and e-mail belong to different contacts.
    KeysOfDifferentContacts,
    /// The e-mail belongs to another contact; it was left out.
    EmailOfAnother,
    /// The phone belongs to another contact; it was left out.
    PhoneOfAnother,
    /// Not an e-mail address; it was left out.
    InvalidEmail,
    /// Not a phone number; it was left out.
    InvalidPhone,
    /// The number is possible, but no such number is in use; it was kept.
    UnlikelyPhone,
    /// Not a country; it was left out.
    UnknownCountry,
    /// Not a language; it was left out.
    InvalidLanguage,
    /// Not an instant or a date that is understood; it was left out.
    InvalidDate,
    /// The text is too long; it was left out.
    TooLong,
    /// The text has control characters; it was left out.
    InvalidCharacter,
    /// The row has fewer cells than the header; the missing ones count as empty.
    TooFewCells,
    /// The row has more cells than the header; the row was left out, for its values may have moved.
    TooManyCells,
    /// Bytes that are not of the file's encoding; they were replaced.
    InvalidEncoding,
    /// The card is cut off, mixed up with another, or longer than any contact is; it was left out.
    BrokenCard,
    /// A line of the card that cannot be read; it was left out.
    UnreadableLine,
    /// The card has more e-mails or phones than are taken from one; the last were left out.
    TooManyValues,
}

/// Whether a row was lost, or only a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// The row was not used.
    Rejected,
    /// The row was used without this.
    Warning,
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowProblem {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// Whether the row was lost.
    pub severity: Severity,
    /// What is wrong.
    pub code: RowProblemCode,
    /// The header of the column, if it is about one.
    pub column: Option<String>,
    /// The text as it stands in the file, shortened to 200 characters.
    pub value: Option<String>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// The file's name as the browser gave it.
    pub file_name: String,
    /// The file's size in bytes.
    pub size: u64,
    /// Where it stands.
    pub state: ImportState,
    /// How the file is written; null until that was found out.
    pub dialect: Option<Dialect>,
    /// The file's columns; empty until they were read.
    pub columns: Vec<ImportColumn>,
    /// Share of the file that was worked through, 0 to 1.
    pub progress: f64,
    /// What became of the rows so far.
    pub counts: ImportCounts,
    /// Why the file could not be used, if it could not.
    pub fault: Option<ImportFault>,
    /// Who uploaded it.
    pub created_by: UserId,
    /// When it was uploaded.
    pub created_at: Instant,
    /// When the last row was done.
    pub finished_at: Option<Instant>,
}
