//! Saved filters: filters with a name, private or shared with the account.

mod changes;
mod stored;

pub use changes::{
    NewSavedFilter, SavedFilterChange, create, delete, forget_deleted, restore, update,
};
pub use stored::{StoredFilter, find, list};
