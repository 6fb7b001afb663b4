//! The reading side of an import: from the bytes of a file to what its rows say of contacts.
//!
//! A file is read twice, each time as a stream and at constant memory. [`Survey::of`] reads it from end to end and finds its
//! encoding, delimiter and columns, or the one thing that makes it unusable, with its line; nothing has been created then.
//! [`Survey::rows`] reads it again and gives every row with what is wrong in it. Nothing here knows a database.

pub(crate) mod cells;
mod columns;
pub(crate) mod dates;
mod dialect;
pub(crate) mod encoding;
mod headers;
mod not_text;
mod parser;
mod reader;
mod record;
pub(crate) mod row;
mod survey;

pub use dates::ReadLocalTime;
pub use parser::{CELLS_MAX, ROW_MAX};
pub use record::Record;
pub use row::{Readers, Row, RowValues};
pub use survey::{Rows, Survey};

use rapport_contract::import::ImportFault;

/// Why a file could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something is wrong with the file.
    #[error("{}", .0.detail)]
    Fault(ImportFault),
    /// Its bytes could not be had; the file itself may be right.
    #[error("the file could not be read")]
    Io(#[from] std::io::Error),
}

impl From<ImportFault> for Failure {
    fn from(fault: ImportFault) -> Self {
        Self::Fault(fault)
    }
}
