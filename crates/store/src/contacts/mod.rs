//! Contacts: the people that an account knows.

mod addresses;
#[cfg(test)]
mod agreement;
mod apply;
pub(crate) mod bits;
mod block;
mod claims;
mod compile;
mod count;
mod create;
mod cursor;
mod delete;
mod differences;
mod erase;
mod explain;
mod export;
mod forget;
mod holders;
mod kept;
pub(crate) mod keys;
mod list;
mod many;
mod merge;
mod page;
#[cfg(test)]
mod plans;
mod rank;
pub(crate) mod reach;
pub(crate) mod read;
#[cfg(test)]
mod rules;
mod scan;
mod search;
mod selection;
mod sort;
mod update;
mod upsert;
mod whole;

pub use block::block_many;
pub use count::count;
pub use create::{create, create_many};
pub(crate) use create::{insert, insert_rows};
pub(crate) use cursor::fingerprint;
pub(crate) use delete::LIVE;
pub use delete::{Restored, delete, delete_many, restore, restore_many};
pub use erase::erase;
pub use explain::{Explained, Explanation, explain_count, explain_page};
pub use export::{Cell, Export, ExportAsk, OpenExport, Row};
pub(crate) use export::{SNAPSHOTS_MAX, Snapshots};
pub use forget::forget_deleted;
pub use holders::Holders;
pub(crate) use kept::Kept;
pub use list::ContactList;
pub(crate) use many::{change_many, unknown};
pub use merge::{forget_what_cannot_be_undone, list as list_merges, merge, undo as undo_merge};
pub use rank::rank_countries;
pub use read::get;
pub use selection::{Ask, AskedIn, Selection};
pub(crate) use sort::check_sort;
pub(crate) use update::change_loaded;
pub use update::{Outcome, update};
pub use upsert::{Upsert, upsert};
