//! Contacts: the people that an account knows.

pub(crate) mod bits;
mod compile;
mod count;
mod create;
mod cursor;
mod delete;
mod holders;
pub(crate) mod keys;
mod list;
mod page;
#[cfg(test)]
mod plans;
mod rank;
pub(crate) mod read;
mod search;
mod selection;
mod sort;
mod update;
mod whole;

pub use count::count;
pub use create::{create, create_many};
pub(crate) use create::{insert, insert_rows};
pub use delete::{delete, restore};
pub use holders::Holders;
pub use list::ContactList;
pub use rank::rank_countries;
pub use read::get;
pub use selection::{Ask, AskedIn, Selection};
pub(crate) use update::change_loaded;
pub use update::{Outcome, update};
