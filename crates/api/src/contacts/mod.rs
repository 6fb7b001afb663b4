//! Contacts.

pub(crate) mod activities;
pub(crate) mod bulk;
mod csv_file;
pub(crate) mod duplicates;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod notes;
pub(crate) mod one;
