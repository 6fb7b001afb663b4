//! Importing a file of contacts.

mod choose;
mod dialog;
mod outcome;
mod problems;
mod progress;
mod reading;
mod state;
mod status;

pub(crate) use dialog::ImportDialog;
pub(crate) use state::{Imports, use_imports};
pub(crate) use status::ImportStatus;
