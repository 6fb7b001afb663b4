//! Imports: files of contacts, in pieces of about a megabyte, and what became of their rows.

mod files;
mod matching;
mod report;
mod rows;
mod tally;

pub use files::{
    Chunk, abandon_stale_uploads, add_chunk, begin, chunk, complete, discard, forget_files,
};
pub(crate) use report::progress;
pub use report::{RejectedRow, get, list, problems, rejected};
pub use rows::{Batch, ImportRow, Plan, RowFields, apply, fail, finish, rows_done, start};
